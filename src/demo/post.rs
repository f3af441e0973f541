//! What left the office in the year: every notice is sent at its own moment, into
//! files beside the demo's database.
use chrono::TimeDelta;

use super::cast::Cast;
use crate::{
    actions::settle_notice,
    app::App,
    domain::{
        notice::{Channel, Kind, Told},
        paper::PaperKind,
    },
    error::Result,
    mail::outbox::{Carrier, run_once},
    papers::{self, Wanted},
    store::{
        apologies::{self, Which as Of},
        dossiers,
        notices::{self, Which},
        outbox::{self, Outgoing},
    },
};

/// Sends all that the year queued, in its order; the desk calls or hands a letter to whom no mail reaches.
pub async fn simulate(app: &App, cast: &Cast) -> Result<()> {
    send(app).await?;
    call(app, cast).await
}

async fn send(app: &App) -> Result<()> {
    let carriers = Carrier::all(app)?;
    loop {
        let next = outbox::due(app.store.read(), Channel::Mail, app.clock.now(), 1).await?;
        let Some(row) = next.first() else {
            return Ok(());
        };
        // As the task would have found it.
        let then = app.at(row.due_at + TimeDelta::seconds(5));
        for carrier in &carriers {
            run_once(&then, carrier).await?;
        }
    }
}

/// Within the hour; those of the last days still wait.
async fn call(app: &App, cast: &Cast) -> Result<()> {
    const MOST: u64 = 1000;
    let actor = cast.actor("receptionist")?;
    let recent = app.clock.now() - TimeDelta::days(3);
    let db = app.store.read();
    let since = recent - TimeDelta::days(400);
    let (signed, _) = apologies::cases(db, actor.agency, Of::Signed { since }, MOST).await?;
    let letters = notices::about(db, signed.iter().map(|case| case.dossier_id), Kind::Apology);
    let letters = letters.await?;
    let by_hand = |row: &Outgoing| row.channel() == Channel::Slip && row.settled_at.is_none();
    for row in letters
        .iter()
        .filter(|row| by_hand(row) && row.queued_at < recent)
    {
        let then = within_the_hour(app, row);
        print(&then, row.dossier_id, &actor.name).await?;
    }
    let (open, _) = notices::page(db, &actor.viewer(), Which::Undelivered, 0, MOST).await?;
    for one in open.iter().filter(|one| one.row.queued_at < recent) {
        let then = within_the_hour(app, &one.row);
        let how = match one.row.kind() {
            Some(Kind::Apology) => Told::Paper,
            _ => Told::Telephone,
        };
        settle_notice::told(&then, actor, one.row.id, how).await?;
    }
    Ok(())
}

fn within_the_hour(app: &App, row: &Outgoing) -> App {
    app.at(row.queued_at + TimeDelta::minutes(40))
}

async fn print(app: &App, dossier: Option<i64>, by: &str) -> Result<()> {
    let Some(id) = dossier else { return Ok(()) };
    let dossier = dossiers::by_id(app.store.read(), id).await?;
    papers::print(app, &dossier, Wanted::pdf(PaperKind::Apology), by).await?;
    Ok(())
}
