//! Notes that someone looked at a citizen's data outside their own work; once an hour.
use super::actor::Actor;
use crate::{
    app::App,
    error::Result,
    store::{
        dossiers::Dossier,
        reads::{self, Read},
    },
};

/// `dossier` is `None` for a whole list taken out.
pub async fn run(app: &App, actor: &Actor, dossier: Option<&Dossier>, face: &str) -> Result<()> {
    let db = app.store.read();
    if let Some(dossier) = dossier {
        let assigned = dossier.assigned_to.is_some() && dossier.assigned_to == actor.account;
        if assigned
            || dossier.received_by == actor.name
            || reads::had_a_hand(db, dossier.id, &actor.name).await?
        {
            return Ok(());
        }
    }
    let read = Read {
        id: 0,
        agency_id: actor.agency,
        dossier_id: dossier.map(|dossier| dossier.id),
        at: app.clock.now(),
        account_id: actor.account,
        actor: actor.name.clone(),
        role: actor.role.code().into(),
        face: face.into(),
    };
    if reads::noted(db, &read).await? {
        return Ok(());
    }
    let write = app.store.write().await?;
    write.note_read(read).await?;
    write.commit().await
}
