//! Long work that its account may leave and come back to: written down when it begins and
//! when it ends, so that a restart in between is known and said.
use std::sync::Arc;

use chrono::TimeDelta;

use crate::{
    app::App,
    error::Result,
    jobs::{Asked, Done, Job},
    secret,
};

/// How long it stays written down that an account began something.
const KEPT_DAYS: i64 = 30;

/// Begins it, or finds the same under way; answers its name.
pub async fn run<F>(
    app: &App,
    account: i64,
    asked: Asked,
    work: impl FnOnce(Arc<Job>) -> F,
) -> Result<(String, Arc<Job>)>
where
    F: Future<Output = Result<Done>> + Send + 'static,
{
    let (name, job, new) = app.jobs.start(account, &secret::new(), &asked)?;
    if !new {
        return Ok((name, job));
    }
    let now = app.clock.now();
    let written = async {
        let write = app.store.write().await?;
        let row = (name.as_str(), asked.title.as_str(), asked.back.as_str());
        let oldest = now - TimeDelta::days(KEPT_DAYS);
        write.open_work(account, row, now, oldest).await?;
        write.commit().await
    };
    if let Err(error) = written.await {
        app.jobs.forget(&name);
        return Err(error);
    }
    let future = work(job.clone());
    let (app, key, doing) = (app.clone(), name.clone(), job.clone());
    tokio::spawn(async move {
        // In a task of its own: what panics ends too.
        let outcome = match tokio::spawn(future).await {
            Ok(outcome) => outcome,
            Err(error) => Err(crate::error::Error::internal(error)),
        };
        let said = match &outcome {
            Ok(done) => done.said.clone(),
            Err(error) => {
                tracing::error!(%error, "long work broke off");
                format!("Không làm được: {}", error.detail)
            }
        };
        doing.end(outcome);
        if let Err(error) = end(&app, &key, &said).await {
            tracing::error!(%error, "the end of long work could not be written down");
        }
    });
    Ok((name, job))
}

async fn end(app: &App, name: &str, said: &str) -> Result<()> {
    let write = app.store.write().await?;
    write.end_work(name, said, app.clock.now()).await?;
    write.commit().await
}
