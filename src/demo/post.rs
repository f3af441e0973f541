//! What left the office in the year: every notice is sent at its own moment, into
//! files beside the demo's database.
use chrono::TimeDelta;

use crate::{
    app::App,
    clock::Clock,
    domain::notice::Channel,
    error::Result,
    mail::outbox::{Carrier, run_once},
    store::outbox,
};

/// Sends all that the year queued, in its order.
pub async fn simulate(app: &App) -> Result<()> {
    let carriers = Carrier::all(app)?;
    loop {
        let next = outbox::due(app.store.read(), Channel::Mail, app.clock.now(), 1).await?;
        let Some(row) = next.first() else {
            return Ok(());
        };
        let mut then = app.clone();
        // As the task would have found it.
        then.clock = Clock::Fixed(row.due_at + TimeDelta::seconds(5));
        for carrier in &carriers {
            run_once(&then, carrier).await?;
        }
    }
}
