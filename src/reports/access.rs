//! Who may look at the figures? The same for page and API.
use crate::{
    actions::actor::Actor,
    domain::role::Role,
    error::{Error, Result},
    store::hands::Whose,
};

/// Figures are for the Office, leaders and administrators.
///
/// # Errors
/// A sentence that names who may.
pub fn may_measure(role: Role) -> Result<()> {
    if role.measures() {
        return Ok(());
    }
    let whom: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| role.measures())
        .map(Role::label)
        .collect();
    Err(Error::forbidden(format!(
        "Báo cáo dành cho: {}. Vai trò hiện tại: {}.",
        whom.join(", "),
        role.label()
    )))
}

/// Leaders and the Office see all hands; an officer what lay in his own.
pub fn whose(actor: &Actor) -> Whose {
    if actor.role.measures() {
        Whose::All
    } else {
        Whose::Of {
            account: actor.account,
            name: actor.name.clone(),
        }
    }
}
