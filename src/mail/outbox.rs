//! Sends what waits: each recipient and channel on its own, outside any transaction,
//! again after a while where it did not arrive.
use std::{sync::Arc, time::Duration};

use tokio::{sync::RwLock, task::JoinSet};

use super::{Mailer, Undelivered, digest, gateway::Gateway, message};
use crate::{
    app::App,
    domain::notice::{Channel, next_try},
    error::Result,
    store::outbox::{self, Outgoing},
};

/// How often the task looks.
const PAUSE: Duration = Duration::from_secs(5);
/// How many leave at once: one that hangs must not hold up the others.
const AT_ONCE: u64 = 16;

/// One way out.
#[derive(Clone)]
pub enum Carrier {
    Mail(Arc<Mailer>),
    Gateway(Gateway),
}

impl Carrier {
    /// Every way that the settings open.
    pub fn all(app: &App) -> Result<Vec<Self>> {
        let mail = Self::Mail(Arc::new(Mailer::new(&app.settings.mail)?));
        let gateway = Gateway::new(&app.settings)?.map(Self::Gateway);
        Ok(std::iter::once(mail).chain(gateway).collect())
    }

    fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Gateway(_) => Channel::Gateway,
        }
    }

    async fn carry(&self, app: &App, row: &Outgoing) -> Result<(), Undelivered> {
        match self {
            Self::Mail(mailer) => {
                let mail = message::of(app, row).await?;
                mailer.send(mail).await
            }
            Self::Gateway(gateway) => gateway.send(app, row).await,
        }
    }
}

/// Held by all who send; whoever has it alone knows that nothing leaves.
pub type Leaving = Arc<RwLock<()>>;

/// Starts a task for each way out, and one that writes the morning's digests; they
/// work until the process ends. A server that hangs holds up its own channel only.
pub fn start(app: &App, tasks: &mut JoinSet<()>) -> Result<Leaving> {
    let leaving = Leaving::default();
    for carrier in Carrier::all(app)? {
        let (app, leaving) = (app.clone(), Arc::clone(&leaving));
        tasks.spawn(async move {
            loop {
                let sending = leaving.read().await;
                if let Err(error) = run_once(&app, &carrier).await {
                    tracing::error!(%error, "the outbox could not be read");
                }
                drop(sending);
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    tasks.spawn(digest::task(app.clone()));
    Ok(leaving)
}

/// Sends what is due now; returns how many left.
pub async fn run_once(app: &App, carrier: &Carrier) -> Result<usize> {
    let mut under_way = JoinSet::new();
    let now = app.clock.now();
    for row in outbox::due(app.store.read(), carrier.channel(), now, AT_ONCE).await? {
        let write = app.store.note().await?;
        let ours = write.claim(row.id, app.clock.now()).await?;
        write.commit().await?;
        if ours {
            under_way.spawn(send(app.clone(), carrier.clone(), row));
        }
    }
    let mut sent = 0;
    while let Some(done) = under_way.join_next().await {
        match done {
            Ok(Ok(true)) => sent += 1,
            Ok(Ok(false)) => {}
            // The claim runs out by itself, so the row is tried again.
            Ok(Err(error)) => tracing::error!(%error, "a notice could not be marked"),
            Err(error) => tracing::error!(%error, "a notice's task broke"),
        }
    }
    Ok(sent)
}

/// Sends one and marks it; the log names the row, never the person.
async fn send(app: App, carrier: Carrier, row: Outgoing) -> Result<bool> {
    let sent = carrier.carry(&app, &row).await;
    let now = app.clock.now();
    let write = app.store.note().await?;
    match &sent {
        Ok(()) => write.sent(row.id, now).await?,
        Err(failure) => {
            let next = next_try(row.attempts + 1, now).filter(|_| !failure.for_good);
            tracing::warn!(
                outbox = row.id,
                given_up = next.is_none(),
                "a notice did not leave"
            );
            write.not_sent(row.id, &failure.why, now, next).await?;
        }
    }
    write.commit().await?;
    Ok(sent.is_ok())
}
