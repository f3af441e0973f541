//! Somebody wants to be told no more, or again; the link under each notice leads here.
use crate::{
    app::App,
    error::{Error, Result},
    secret,
    store::notices::{self, Link},
};

/// What a token stands for.
pub async fn link(app: &App, token: &str) -> Result<Link> {
    let known = notices::link(app.store.read(), &secret::hash(token)).await?;
    known.ok_or_else(|| {
        Error::not_found("Đường dẫn này không dùng được. Xin mở lại từ thư đã nhận.")
    })
}

pub async fn run(app: &App, token: &str, stopped: bool) -> Result<()> {
    let link = link(app, token).await?;
    let now = app.clock.now();
    let write = app.store.write().await?;
    write.stop(&link, stopped.then_some(now)).await?;
    write.commit().await
}
