//! What did not arrive: sent again, or told in another way; who did it is kept.
use super::actor::Actor;
use crate::{
    app::App,
    domain::{notice::Told, role::Role},
    error::{Error, Result},
    store::notices,
};

/// Who looks after notices, besides the administrator.
const ROLES: [Role; 2] = [Role::Receptionist, Role::Office];

/// Whether this role may.
pub fn allowed(role: Role) -> bool {
    role == Role::Admin || ROLES.contains(&role)
}

fn may(actor: &Actor, what: &str) -> Result<()> {
    if allowed(actor.role) {
        return Ok(());
    }
    Err(actor.refused(what, &ROLES))
}

/// Told on paper or by telephone.
pub async fn told(app: &App, actor: &Actor, id: i64, how: Told) -> Result<()> {
    may(actor, "Ghi đã báo")?;
    let now = app.clock.now();
    let write = app.store.write().await?;
    let row = notices::by_id(write.reader(), &actor.viewer(), id).await?;
    if !write.settle(row.id, &actor.name, how.code(), now).await? {
        return Err(Error::conflict(
            "settled",
            "Thông báo này đã được báo hoặc không còn cần báo.",
        ));
    }
    write.commit().await
}

/// Tried anew from the beginning.
pub async fn again(app: &App, actor: &Actor, id: i64) -> Result<()> {
    may(actor, "Gửi lại")?;
    let now = app.clock.now();
    let write = app.store.write().await?;
    let row = notices::by_id(write.reader(), &actor.viewer(), id).await?;
    if !write.send_again(row.id, now).await? {
        return Err(Error::conflict(
            "not_failed",
            "Chỉ gửi lại được thông báo không đến và chưa báo cách khác.",
        ));
    }
    write.commit().await
}
