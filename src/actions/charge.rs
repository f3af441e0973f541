//! Refuses what belongs to a colleague (see `domain::charge` for the rule).
use chrono::NaiveDate;

use super::actor::Actor;
use crate::{
    domain::{
        charge::{Asker, Charge},
        dossier::Act,
        role::Role,
        time::local_day,
    },
    error::{Error, Result},
    store::{Reader, accounts, dossiers::Dossier, holdings, leaves},
};

/// Whose case it is, said for the colleague it is not: none where it is theirs to act on.
pub async fn elsewhere(
    db: &impl Reader,
    actor: &Actor,
    dossier: &Dossier,
    today: NaiveDate,
) -> Result<Option<String>> {
    let Some(account) = actor.account.filter(|_| actor.role == Role::Specialist) else {
        return Ok(None);
    };
    let open = holdings::open_of(db, [dossier.id]).await?;
    let charge = match open.get(&dossier.id) {
        Some(row) if row.duty().role() == Role::Specialist => Charge {
            account: row.account_id,
            title: row.title.clone(),
        },
        _ => Charge {
            account: dossier.assigned_to,
            title: String::new(),
        },
    };
    let mut asker = Asker {
        accounts: vec![account],
        title: String::new(),
    };
    if charge.open_to(actor.role, Some(&asker)) {
        return Ok(None);
    }
    let agency = actor.agency;
    asker
        .accounts
        .extend(leaves::stood_in_for(db, agency, account, today).await?);
    let here = accounts::as_in(db, account, agency).await?;
    asker.title = here.map(|account| account.title).unwrap_or_default();
    if charge.open_to(actor.role, Some(&asker)) {
        return Ok(None);
    }
    // What a stand-in took while one was away is one's own again.
    if let (Some(holder), Some(row)) = (charge.account, open.get(&dossier.id)) {
        let then = local_day(row.given_at);
        if leaves::stand_in(db, agency, account, then).await? == Some(holder) {
            return Ok(None);
        }
    }
    let whose = match charge.account {
        Some(holder) => {
            let mut names = accounts::names(db, [holder]).await?;
            format!(
                "đang do {} thụ lý",
                names.remove(&holder).unwrap_or_default()
            )
        }
        None => format!("đã chuyển cho chức danh {}", charge.title),
    };
    Ok(Some(format!(
        "Hồ sơ {whose}. Lãnh đạo hoặc Văn phòng phân công lại nếu cần đổi người; người đi vắng thì ghi người làm thay ở trang Nghỉ phép."
    )))
}

/// Refuses an act on a colleague's case.
pub async fn check(
    db: &impl Reader,
    actor: &Actor,
    act: Act,
    dossier: &Dossier,
    today: NaiveDate,
) -> Result<()> {
    // Who may take over has a rule of its own, which names who was faster.
    if act == Act::Take {
        return Ok(());
    }
    match elsewhere(db, actor, dossier, today).await? {
        None => Ok(()),
        Some(why) => Err(Error::forbidden(format!(
            "Chưa làm được việc “{}”. {why}",
            act.label()
        ))),
    }
}
