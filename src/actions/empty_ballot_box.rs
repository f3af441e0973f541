//! Moves held ballots into the answers: all that wait at once, in no order, their texts
//! masked. Nothing of a token is in reach here.
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use rand::seq::SliceRandom;

use super::cast_ballot::{masked, staff_names};
use crate::{
    app::App,
    domain::{survey::ready, time::local_day},
    error::{Error, Result},
    in_hand,
    store::ballot_box::{self, Ballot, Held},
};

/// Looks now and then until the process ends.
pub async fn task(app: App) {
    let pause = Duration::from_secs(app.settings.survey.mix_minutes.max(1) * 60);
    loop {
        if let Err(error) = look(&app, pause).await {
            tracing::error!(%error, "the ballot box could not be emptied");
        }
        tokio::time::sleep(pause).await;
    }
}

/// Of several servers one looks; another does once that one has missed its turn.
async fn look(app: &App, pause: Duration) -> Result<()> {
    let lapses = TimeDelta::from_std(pause * 2).map_err(Error::internal)?;
    if in_hand::is_ours(app, "ballots", lapses).await? {
        run(app).await?;
    }
    Ok(())
}

/// Every agency's box that is ready; answers how many ballots were moved.
pub async fn run(app: &App) -> Result<usize> {
    let mut moved = 0;
    for agency in ballot_box::holding(app.store.read()).await? {
        if is_ready(app, &ballot_box::held(app.store.read(), agency).await?) {
            moved += empty(app, agency).await?;
        }
    }
    // Whether or not a ballot waits: what broke off the last time is made up for.
    app.store.sweep_ballot_box().await?;
    Ok(moved)
}

/// Whether so many may be moved that nobody tells whose is which.
fn is_ready(app: &App, held: &[Held]) -> bool {
    let rules = &app.settings.survey;
    let today = local_day(app.clock.now());
    let days = held.iter().filter_map(|one| one.cast_on.parse().ok());
    let oldest: NaiveDate = days.min().unwrap_or(today);
    ready(
        held.len(),
        oldest,
        today,
        rules.batch_least,
        rules.batch_days,
    )
}

/// One agency's, in one transaction: a kill leaves all of it where it was.
async fn empty(app: &App, agency: i64) -> Result<usize> {
    let names = staff_names(app.store.read()).await?;
    let write = app.store.write().await?;
    let mut taken = write.take_from_box(agency).await?;
    // Another server may have been quicker: the few that were cast since wait for more.
    if !is_ready(app, &taken) {
        return Ok(0);
    }
    taken.shuffle(&mut rand::rng());
    let moved = taken.len();
    for held in taken {
        let answers = held.given()?;
        let ballot = Ballot {
            id: held.id,
            agency_id: held.agency_id,
            questionnaire: held.questionnaire,
            source: held.source,
            field: held.field,
            cast_on: held.cast_on,
            comment: masked(held.comment, &names),
            batch: None,
            counter: held.counter,
            marks: held.marks,
            reason: held.reason,
        };
        write.insert_ballot(ballot, answers).await?;
    }
    write.commit().await?;
    Ok::<_, Error>(moved)
}
