//! Notes that someone looked at a citizen's data outside their own work; once an hour.
use super::actor::Actor;
use crate::{
    app::App,
    error::Result,
    store::{
        dossiers::Dossier,
        feedback::{self, Feedback},
        reads::{self, Read},
    },
};

/// A look at one dossier; none at one's own work.
pub async fn run(app: &App, actor: &Actor, dossier: &Dossier, face: &str) -> Result<()> {
    let assigned = dossier.assigned_to.is_some() && dossier.assigned_to == actor.account;
    if assigned
        || dossier.received_by == actor.name
        || reads::had_a_hand(app.store.read(), dossier.id, &actor.name).await?
    {
        return Ok(());
    }
    note(app, actor, Some(dossier), face, "").await
}

/// A look at many, or at something that is no dossier: a list, a book, feedback by its code.
pub async fn other(app: &App, actor: &Actor, face: &str, about: &str) -> Result<()> {
    note(app, actor, None, face, about).await
}

/// A look at feedback by someone who did nothing with it.
pub async fn feedback(app: &App, actor: &Actor, feedback: &Feedback) -> Result<()> {
    let events = feedback::events(app.store.read(), feedback).await?;
    if events.iter().any(|event| event.actor == actor.name) {
        return Ok(());
    }
    note(app, actor, None, "feedback", &feedback.code).await
}

/// A look that is noted whoever looks: a person's data handed out, and on which request.
pub async fn always(
    app: &App,
    actor: &Actor,
    dossier: &Dossier,
    face: &str,
    about: &str,
) -> Result<()> {
    note(app, actor, Some(dossier), face, about).await
}

async fn note(
    app: &App,
    actor: &Actor,
    dossier: Option<&Dossier>,
    face: &str,
    about: &str,
) -> Result<()> {
    let db = app.store.read();
    let read = Read {
        id: 0,
        agency_id: actor.agency,
        dossier_id: dossier.map(|dossier| dossier.id),
        about: about.into(),
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
