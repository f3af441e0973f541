//! A late result is handed over: the apology is asked for, and nobody waits for it.
use maud::{Markup, html};

use super::{
    dossier_act_form::ActForm,
    form::{Field, FormErrors, select, text_field, textarea},
    parts::{Notice, NoticeKind, notice},
    whys,
};
use crate::{
    actions::{actor::Actor, perform},
    app::App,
    domain::{apology::Reason, dossier::Act},
    error::Result,
    store::{
        apologies,
        dossiers::{self, Dossier},
    },
};

/// The fields of handing over; `None` for other acts.
pub async fn fields(
    app: &App,
    dossier: &Dossier,
    act: Act,
    typed: &ActForm,
    errors: &FormErrors,
) -> Result<Option<Markup>> {
    if act != Act::ReturnResult {
        return Ok(None);
    }
    let letters = apologies::of_dossier(app.store.read(), dossier.id).await?;
    let signed = letters.iter().any(|letter| letter.signed_at.is_some());
    let drafted = !letters.is_empty();
    let reasons: Vec<(&str, &str)> = Reason::ALL
        .iter()
        .map(|reason| (reason.code(), reason.label()))
        .collect();
    Ok(Some(html! {
        @if dossier.ended_late() && !signed {
            @if drafted {
                (notice(&Notice::new(NoticeKind::Warn, "Kết quả trễ hẹn, phiếu xin lỗi đã soạn, đang chờ lãnh đạo ký. Cứ trao kết quả: phiếu ký xong gửi sau.")))
            } @else {
                (notice(&Notice::new(NoticeKind::Warn, "Kết quả trễ hẹn mà chưa có phiếu xin lỗi. Chọn nguyên nhân để soạn phiếu cùng lúc; người nhận không phải chờ ký.")))
                (select(&Field::new("reason_code", "Nguyên nhân trễ", &typed.reason_code, errors).optional(), &reasons))
                (textarea(&Field::new("reason", "Lý do ghi trên phiếu", &typed.reason, errors).optional().maxlength(2000), 2))
            }
        }
        (text_field(&Field::new("receiver", "Người nhận", &typed.receiver, errors).optional().maxlength(200).why(&whys::WHO_TAKES)))
    }))
}

/// What was said of the cause while handing over, taken out of the form of that act.
pub fn asked_for(act: &str, typed: &mut ActForm) -> Option<(String, String)> {
    let said = !(typed.reason_code.is_empty() && typed.reason.trim().is_empty());
    if act != Act::ReturnResult.code() || !said {
        return None;
    }
    // Words without a cause are words all the same: nobody waits for a list.
    let code = match std::mem::take(&mut typed.reason_code) {
        none if none.is_empty() => Reason::Other.code().to_owned(),
        code => code,
    };
    Some((code, std::mem::take(&mut typed.reason)))
}

/// Drafts the letter after the result is handed over. Whether it can be drafted
/// decides nothing about the result.
pub async fn draft(
    app: &App,
    actor: &Actor,
    code: &str,
    (cause, words): (String, String),
) -> Result<()> {
    let dossier = dossiers::by_code(app.store.read(), actor.agency, code).await?;
    let words = if words.trim().is_empty() {
        Reason::from_code(&cause)
            .map_or("", Reason::label)
            .to_lowercase()
    } else {
        words
    };
    let input = perform::Input {
        action: Act::DraftApology.code().into(),
        expected_version: Some(dossier.version),
        reason_code: Some(cause),
        reason: Some(words),
        ..perform::Input::default()
    };
    perform::run(app, actor, code, &input).await
}
