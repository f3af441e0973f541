//! Records that the head signed the apology: its number and the new promised date.
use super::{number_paper, perform::Performing};
use crate::{
    domain::{
        paper::PaperKind,
        standing::Bounds,
        time::{format_moment, local_day, to_local},
        viet,
    },
    error::{Error, Result},
    store::apologies,
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
    // Signed after its new date, or after a supplement moved the promise beyond it.
    let new_day = local_day(draft.new_due_at);
    let promised = doing.dossier.due_at.map(local_day);
    if new_day <= local_day(doing.at) || promised.is_some_and(|day| new_day <= day) {
        let shown = viet::date(new_day);
        return Err(Error::conflict(
            "new_date_passed",
            format!(
                "Ngày hẹn mới {shown} đã qua hoặc không sau ngày hẹn đang ghi. Xin soạn lại phiếu với ngày khác."
            ),
        ));
    }
    let (number, year) = number_paper::draw(doing, PaperKind::Apology).await?;
    draft.signed_at = Some(doing.at);
    draft.signed_by = Some(doing.actor.name.clone());
    draft.number = Some(number);
    draft.year = Some(year);
    let appointed = Bounds::new(to_local(draft.new_due_at), false);
    doing.dossier.due_at = Some(draft.new_due_at);
    doing.dossier.appointed_day = Some(appointed.day);
    doing.dossier.appointed_lapse_at = Some(appointed.lapse);
    doing
        .data
        .insert("new_due_at".into(), format_moment(draft.new_due_at).into());
    doing.write.put_apology(draft).await
}
