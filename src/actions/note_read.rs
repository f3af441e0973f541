//! Notes that someone looked at a citizen's data outside their own work; once an hour.
use super::actor::Actor;
use crate::{
    app::App,
    error::Result,
    store::{
        accounts,
        dossiers::Dossier,
        feedback::{self, Feedback},
        reads::{self, Read},
    },
};

/// A look at one dossier; none at one's own work.
pub async fn run(app: &App, actor: &Actor, dossier: &Dossier, face: &str) -> Result<()> {
    if is_own(app, actor, dossier).await? {
        return Ok(());
    }
    note(app, actor, Some(dossier), face, "").await
}

/// Whether it is one's own work, by the account: a program has none, and a name that two
/// accounts bear says nothing.
async fn is_own(app: &App, actor: &Actor, dossier: &Dossier) -> Result<bool> {
    let Some(account) = actor.account else {
        return Ok(false);
    };
    if [dossier.assigned_to, dossier.received_by_id].contains(&Some(account)) {
        return Ok(true);
    }
    let db = app.store.read();
    Ok(accounts::bears_alone(db, actor.agency, &actor.name).await?
        && reads::had_a_hand(db, dossier.id, &actor.name).await?)
}

/// A look at many, or at something that is no dossier: a list, a book, feedback by its code.
pub async fn other(app: &App, actor: &Actor, face: &str, about: &str) -> Result<()> {
    note(app, actor, None, face, about).await
}

/// A look at feedback by someone who did nothing with it.
pub async fn feedback(app: &App, actor: &Actor, feedback: &Feedback) -> Result<()> {
    let db = app.store.read();
    let events = feedback::events(db, feedback).await?;
    let known =
        actor.account.is_some() && accounts::bears_alone(db, actor.agency, &actor.name).await?;
    if known && events.iter().any(|event| event.actor == actor.name) {
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
    let write = app.store.note().await?;
    write.note_read(read).await?;
    write.commit().await
}
