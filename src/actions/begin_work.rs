//! Long work that its account may leave and come back to: written down when it begins, while
//! it goes on and when it ends, so that every server knows of it, and that one which ended in
//! between is known and said. What an orderly end of the program does not wait for is taken
//! back, and that is written down as well.
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use tokio::io::AsyncReadExt as _;

use crate::{
    app::App,
    error::{Error, Result},
    in_hand::{self, InHand},
    jobs::{self, Asked, Done, Job, Made},
    secret,
    store::{
        leases,
        works::{self, Begun, End},
    },
};

/// How long it stays written down that an account began something.
const KEPT_DAYS: i64 = 30;
/// How often it is written down how far it is.
const TOLD: Duration = Duration::from_secs(2);
/// In parts of so many bytes a file is kept for the other servers.
const PART: usize = 1 << 20;

/// Begins it, or finds the same under way; answers its name. Refuses more than an account may
/// have under way, and all of it while the program ends.
pub async fn run<F>(
    app: &App,
    account: i64,
    asked: Asked,
    work: impl FnOnce(Arc<Job>) -> F,
) -> Result<(String, Arc<Job>)>
where
    F: Future<Output = Result<Done>> + Send + 'static,
{
    if app.ending.load(Ordering::Relaxed) {
        return Err(jobs::ending());
    }
    let (name, job, new) = app.jobs.start(account, &secret::new(), &asked)?;
    if !new {
        return Ok((name, job));
    }
    let mut hold = match begin(app, account, &name, &asked).await {
        Ok(Place::Here(hold)) => hold,
        Ok(Place::Elsewhere(other)) => {
            app.jobs.forget(&name);
            return Ok((other, job));
        }
        Err(error) => {
            app.jobs.forget(&name);
            return Err(error);
        }
    };
    let future = work(job.clone());
    let (app, key, doing) = (app.clone(), name.clone(), job.clone());
    tokio::spawn(async move {
        let telling = tokio::spawn(tell(app.clone(), key.clone(), doing.clone()));
        // In a task of its own: what panics ends too.
        let mut working = tokio::spawn(future);
        let ended = tokio::select! {
            ended = &mut working => ended,
            () = hold.over() => {
                // Once it is gone its transaction is: only then anything is said of it.
                working.abort();
                working.await
            }
        };
        let outcome = match ended {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => Err(jobs::broken_off()),
            Err(error) => Err(Error::internal(error)),
        };
        telling.abort();
        let _ = telling.await;
        match &outcome {
            Ok(_) => {}
            Err(error) if error.code == jobs::BROKEN_OFF => {
                tracing::info!("long work was broken off by the end of the program");
            }
            Err(error) => tracing::error!(%error, "long work broke off"),
        }
        // Written down before anybody hears of it: who asks for the same right after must not
        // find it under way.
        let whose = (account, doing.asked.agency);
        if let Err(error) = end(&app, whose, &key, (&outcome, doing.takes())).await {
            tracing::error!(%error, "the end of long work could not be written down");
        }
        doing.end(outcome);
        drop(hold);
    });
    Ok((name, job))
}

/// Where it is done.
enum Place {
    Here(InHand),
    /// Under that name another server does the same for this account.
    Elsewhere(String),
}

async fn begin(app: &App, account: i64, name: &str, asked: &Asked) -> Result<Place> {
    let now = app.clock.now();
    let same = works::same_in(asked.agency, &secret::hash(&asked.same));
    let names = leases::all_held(app.store.read(), now).await?;
    let mut running = works::not_ended(app.store.read(), account).await?;
    running.retain(|work| names.contains(&in_hand::work(&work.name)));
    if let Some(work) = running.iter().find(|work| work.same == same) {
        return Ok(Place::Elsewhere(work.name.clone()));
    }
    if running.len() >= jobs::AT_ONCE {
        return Err(jobs::too_many());
    }
    let begun = Begun {
        name,
        title: &asked.title,
        back: &asked.back,
        back_words: asked.back_words,
        unit: asked.unit,
        same: &same,
    };
    // In hand before anybody can find it: without it, it would seem broken off.
    let hold = in_hand::take(app, in_hand::work(name)).await?;
    let hold = hold.ok_or_else(|| Error::internal("a new name is in hand"))?;
    let write = app.store.note().await?;
    let oldest = now - TimeDelta::days(KEPT_DAYS);
    write.open_work(account, begun, now, oldest).await?;
    write.commit().await?;
    Ok(Place::Here(hold))
}

/// Writes down how far it is, as often as somebody may look.
async fn tell(app: App, name: String, job: Arc<Job>) {
    let mut last = (0, 0);
    loop {
        tokio::time::sleep(TOLD).await;
        let so_far = job.so_far();
        if so_far == last {
            continue;
        }
        last = so_far;
        let told = async {
            let number = |many| i64::try_from(many).unwrap_or(i64::MAX);
            let write = app.store.note().await?;
            write
                .tell_work(&name, number(so_far.0), number(so_far.1))
                .await?;
            write.commit().await
        };
        if let Err(error) = told.await {
            tracing::warn!(%error, "how far long work is could not be written down");
        }
    }
}

async fn end(
    app: &App,
    whose: (i64, i64),
    name: &str,
    (outcome, took): (&Result<Done>, Duration),
) -> Result<()> {
    let (said, failed, made) = match outcome {
        Ok(done) => (done.said.clone(), false, done.made.as_ref()),
        Err(error) if error.code == jobs::BROKEN_OFF => (error.detail.clone(), true, None),
        Err(error) => (format!("Không làm được: {}", error.detail), true, None),
    };
    // What was quick is handed over at once. Whoever waited for it may just have left: what
    // took more than half of that time is kept.
    let at_once = Duration::from_millis(app.settings.files.at_once_ms);
    let mut made = made.filter(|_| took > at_once / 2);
    if let Some(file) = made
        && let Err(error) = put_file(app, whose, name, file).await
    {
        // That it ended is written down all the same; this server has the file.
        tracing::error!(%error, "a file could not be kept for the other servers");
        made = None;
    }
    let file = made.map(|made| {
        let save_as = made.save_as.as_deref().unwrap_or_default();
        (made.content_type, save_as)
    });
    let end = End {
        said: &said,
        failed,
        file,
    };
    let write = app.store.note().await?;
    write.end_work(name, end, app.clock.now()).await?;
    write.commit().await
}

/// A part at a time: nobody else waits for a large file.
async fn put_file(app: &App, whose: (i64, i64), name: &str, made: &Made) -> Result<()> {
    let (account, agency) = whose;
    let Some(work) = works::of(app.store.read(), account, agency, name).await? else {
        return Ok(());
    };
    let mut open = tokio::fs::File::from_std(made.file.reopen()?);
    for number in 0.. {
        let mut part = Vec::with_capacity(PART);
        (&mut open).take(PART as u64).read_to_end(&mut part).await?;
        if part.is_empty() {
            break;
        }
        let write = app.store.note().await?;
        write.put_part(work.id, number, part).await?;
        write.commit().await?;
    }
    Ok(())
}
