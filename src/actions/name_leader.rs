//! Which leader agreed, or signed? The one who acts, or the one whom the desk names;
//! a name is a statement about a person, so it is held against the accounts.
use super::perform::Performing;
use crate::{domain::role::Role, error::Result, store::accounts};

/// The leader who agrees: the one who acts, or the one named. `demanded` says why one
/// is needed.
pub async fn who_agrees(
    doing: &mut Performing<'_>,
    demanded: Option<&str>,
) -> Result<Option<String>> {
    let named = named(doing);
    if named.is_empty() {
        if doing.actor.role == Role::Leader {
            return Ok(Some(doing.actor.name.clone()));
        }
        if let Some(why) = demanded {
            doing.errors.add("approved_by", why);
        }
        return Ok(None);
    }
    let found = find(doing, &named).await?;
    if found.is_none() {
        refuse(doing);
    }
    Ok(found.map(|leader| leader.name))
}

/// The leader who signed on paper, as the desk says. A name that no leader's account
/// bears is kept as it was said and marked, unless the setting refuses it
/// (`workflow.signer_has_account`).
pub async fn who_signed(doing: &mut Performing<'_>) -> Result<()> {
    let named = named(doing);
    if named.is_empty() && doing.actor.role != Role::Receptionist {
        return Ok(());
    }
    let said = super::applicant::required(
        &mut doing.errors,
        "approved_by",
        "Lãnh đạo đã ký",
        &named,
        200,
    );
    let found = find(doing, &named).await?;
    match &found {
        None if said.is_empty() => {}
        None if doing.app.settings.workflow.signer_has_account => refuse(doing),
        None => doing.keep("signer_without_account", true),
        Some(leader) => doing.signer = leader.account,
    }
    doing.keep("approved_by", found.map_or(said, |leader| leader.name));
    Ok(())
}

/// A leader as named; without the account where two of that name are meant alike.
struct Leader {
    name: String,
    account: Option<i64>,
}

fn named(doing: &Performing<'_>) -> String {
    let named = doing.input.approved_by.as_deref().unwrap_or_default();
    named.trim().to_owned()
}

/// A leader of this agency with an account in use, by its short name or by the name.
async fn find(doing: &Performing<'_>, named: &str) -> Result<Option<Leader>> {
    let leaders = accounts::leaders(doing.write.reader(), doing.actor.agency).await?;
    if let Some(one) = leaders.iter().find(|one| one.username == named) {
        return Ok(Some(Leader {
            name: one.name.clone(),
            account: Some(one.id),
        }));
    }
    let mut same = leaders.iter().filter(|one| one.name == named);
    Ok(same.next().map(|first| Leader {
        name: first.name.clone(),
        account: same.next().is_none().then_some(first.id),
    }))
}

fn refuse(doing: &mut Performing<'_>) {
    doing.errors.add(
        "approved_by",
        "Không có tài khoản lãnh đạo này đang dùng ở cơ quan. Xin chọn lại.",
    );
}
