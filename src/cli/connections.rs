//! Who is connected: each connection reads its requests in time or is closed, and the last
//! answers are finished before the end.
use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::TcpListener;
use tower::{ServiceExt as _, service_fn};

/// How long to wait before the next try when the machine gives no more connections.
const NO_MORE: Duration = Duration::from_secs(1);

/// Serves until `over`, then lets answers under way end within `last`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    head: Duration,
    over: impl Future<Output = ()>,
    last: Duration,
) {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        // A request whose head does not arrive, and a kept connection that asks nothing.
        .header_read_timeout(head);
    let open = GracefulShutdown::new();
    let mut over = pin!(over);
    loop {
        let (stream, from) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    let theirs = matches!(
                        error.kind(),
                        std::io::ErrorKind::ConnectionRefused
                            | std::io::ErrorKind::ConnectionAborted
                            | std::io::ErrorKind::ConnectionReset
                    );
                    if !theirs {
                        tracing::error!(%error, "no connection can be taken");
                        tokio::time::sleep(NO_MORE).await;
                    }
                    continue;
                }
            },
            () = &mut over => break,
        };
        // Small answers leave at once.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |request: axum::http::Request<_>| {
            let mut request = request.map(Body::new);
            request
                .extensions_mut()
                .insert(ConnectInfo::<SocketAddr>(from));
            router.clone().oneshot(request)
        });
        let connection =
            server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // Whoever hangs up midway is no error of ours.
            let _ = connection.await;
        });
    }
    drop(listener);
    tokio::select! {
        () = open.shutdown() => {}
        () = tokio::time::sleep(last) => tracing::warn!("some answers were still under way"),
    }
}
