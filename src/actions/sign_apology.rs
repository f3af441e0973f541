//! Records that the head signed the apology: its number and the new promised date.
use super::{number_paper, perform::Performing};
use crate::{
    domain::{
        paper::PaperKind,
        time::{format_moment, local_day},
        viet,
    },
    error::{Error, Result},
    store::apologies::{self, Apology},
};

pub async fn effect(doing: &mut Performing<'_>) -> Result<()> {
    let letters = apologies::of_dossier(doing.write.reader(), doing.dossier.id).await?;
    let Some(mut draft) = letters
        .into_iter()
        .find(|letter| letter.signed_at.is_none())
    else {
        return Err(Error::conflict(
            "no_draft",
            "Chưa có phiếu xin lỗi chờ ký. Xin soạn phiếu trước.",
        ));
    };
    // Drafted before the result, signed after it: no new date is left to promise.
    draft.after_end |= doing.dossier.ended_at.is_some();
    if !draft.after_end {
        check_date(doing, &draft)?;
    }
    let (number, year) = number_paper::draw(doing, PaperKind::Apology).await?;
    draft.signed_at = Some(doing.at);
    draft.signed_by = Some(doing.actor.name.clone());
    draft.number = Some(number);
    draft.year = Some(year);
    if !draft.after_end {
        doing.dossier.appoint(draft.new_due_at);
        doing
            .data
            .insert("new_due_at".into(), format_moment(draft.new_due_at).into());
    }
    doing.write.put_apology(draft).await
}

/// Signed after its new date, or after a supplement moved the promise beyond it.
fn check_date(doing: &Performing<'_>, draft: &Apology) -> Result<()> {
    let new_day = local_day(draft.new_due_at);
    let promised = doing.dossier.due_at.map(local_day);
    if new_day > local_day(doing.at) && promised.is_none_or(|day| new_day > day) {
        return Ok(());
    }
    let shown = viet::date(new_day);
    Err(Error::conflict(
        "new_date_passed",
        format!(
            "Ngày hẹn mới {shown} đã qua hoặc không sau ngày hẹn đang ghi. Xin soạn lại phiếu với ngày khác."
        ),
    ))
}
