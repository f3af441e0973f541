//! Sends what waits: each recipient on its own, outside any transaction, again
//! after a while where it did not arrive.
use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::task::JoinSet;

use super::{Mailer, Undelivered, message};
use crate::{
    app::App,
    error::Result,
    store::outbox::{self, Outgoing},
};

/// How often the task looks.
const PAUSE: Duration = Duration::from_secs(5);
/// How many leave at once: one that hangs must not hold up the others.
const AT_ONCE: u64 = 16;
/// Minutes to the next try; after the last one it is given up (about two days in all).
const AGAIN: [i64; 11] = [1, 5, 10, 20, 60, 120, 240, 480, 720, 720, 720];

/// Looks for waiting mail until the process ends.
pub async fn task(app: App) {
    let mailer = match Mailer::new(&app.settings.mail) {
        Ok(mailer) => Arc::new(mailer),
        Err(error) => {
            tracing::error!(%error, "mail is not sent");
            return;
        }
    };
    loop {
        if let Err(error) = run_once(&app, &mailer).await {
            tracing::error!(%error, "the outbox could not be read");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Sends what is due now; returns how many left.
pub async fn run_once(app: &App, mailer: &Arc<Mailer>) -> Result<usize> {
    let mut under_way = JoinSet::new();
    for row in outbox::due(app.store.read(), app.clock.now(), AT_ONCE).await? {
        let write = app.store.write().await?;
        let ours = write.claim_mail(row.id, app.clock.now()).await?;
        write.commit().await?;
        if ours {
            under_way.spawn(send(app.clone(), Arc::clone(mailer), row));
        }
    }
    let mut sent = 0;
    while let Some(done) = under_way.join_next().await {
        match done {
            Ok(Ok(true)) => sent += 1,
            Ok(Ok(false)) => {}
            // The claim runs out by itself, so the row is tried again.
            Ok(Err(error)) => tracing::error!(%error, "a mail could not be marked"),
            Err(error) => tracing::error!(%error, "a mail's task broke"),
        }
    }
    Ok(sent)
}

/// Sends one and marks it; the log names the row, never the person.
async fn send(app: App, mailer: Arc<Mailer>, row: Outgoing) -> Result<bool> {
    let sent = match message::of(&app, &row).await {
        Ok(message) => mailer.send(message).await,
        Err(error) => Err(Undelivered {
            why: error.to_string(),
            for_good: true,
        }),
    };
    let now = app.clock.now();
    let write = app.store.write().await?;
    match &sent {
        Ok(()) => write.mail_sent(row.id, now).await?,
        Err(failure) => {
            let tries = usize::try_from(row.attempts).unwrap_or(AGAIN.len());
            let next = AGAIN
                .get(tries)
                .filter(|_| !failure.for_good)
                .map(|minutes| now + TimeDelta::minutes(*minutes));
            tracing::warn!(
                outbox = row.id,
                given_up = next.is_none(),
                "a mail did not leave"
            );
            write.mail_failed(row.id, &failure.why, now, next).await?;
        }
    }
    write.commit().await?;
    Ok(sent.is_ok())
}
