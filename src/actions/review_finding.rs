//! Somebody looked at what the radar listed: it stays reviewed, with a word on what it was.
use super::{actor::Actor, applicant::required};
use crate::{
    app::App,
    domain::role::Role,
    error::{Error, FieldErrors, Result},
    store::radar::{self, Review},
};

/// Who reviews.
const MAY: [Role; 2] = [Role::Office, Role::Leader];

pub async fn run(app: &App, actor: &Actor, finding: &str, note: &str) -> Result<()> {
    if !MAY.contains(&actor.role) && actor.role != Role::Admin {
        return Err(actor.refused("Xem xét điểm bất thường", &MAY));
    }
    let mut errors = FieldErrors::default();
    let finding = required(&mut errors, "finding", "Mục", finding, 300);
    let note = required(&mut errors, "note", "Kết quả xem xét", note, 500);
    errors.finish()?;
    let write = app.store.write().await?;
    let before = radar::reviews(write.reader(), actor.agency).await?;
    if before.iter().any(|one| one.finding == finding) {
        return Err(Error::conflict("reviewed", "Mục này đã được xem xét."));
    }
    write
        .insert_review(Review {
            id: 0,
            agency_id: actor.agency,
            finding,
            note,
            actor: actor.name.clone(),
            reviewed_at: app.clock.now(),
        })
        .await?;
    write.commit().await
}
