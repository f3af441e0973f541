//! Gives a dossier to an officer (NĐ 61/2018/NĐ-CP Điều 19.1).
use super::perform::Performing;
use crate::{error::Result, store::accounts};

pub async fn effect(doing: &mut Performing<'_>) -> Result<()> {
    let to = doing.input.to.as_deref().unwrap_or_default().trim();
    if to.is_empty() {
        doing.errors.add("to", "Chưa chọn người nhận việc.");
        return Ok(());
    }
    let account = accounts::by_username(doing.write.reader(), to)
        .await?
        .filter(|account| !account.disabled && account.agency_id == doing.actor.agency);
    match account {
        Some(account) => {
            doing.dossier.assigned_to = Some(account.id);
            doing.data.insert("to".into(), account.name.into());
        }
        None => doing
            .errors
            .add("to", "Không có tài khoản này ở cơ quan. Xin chọn lại."),
    }
    Ok(())
}
