//! What is asked before the clock stops: why, which papers, on which basis, and who agrees.
use maud::{Markup, html};

use super::{
    dossier_act_form::ActForm,
    form::{Field, FormErrors, select, text_field, textarea},
    parts::{Notice, NoticeKind, notice},
    session::Staff,
    whys,
};
use crate::{
    actions::request_pause,
    app::App,
    domain::{
        dossier::Act,
        pause::{Demand, PauseKind, PauseReason, SECOND},
        role::Role,
        time::to_local,
        viet,
    },
    error::Result,
    store::{
        accounts::{self, Account},
        dossiers::{self, Dossier},
    },
};

/// The fields of an act that stops the clock or says that the papers came; `None` for other acts.
pub async fn fields(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    act: Act,
    typed: &ActForm,
    errors: &FormErrors,
) -> Result<Option<Markup>> {
    let db = app.store.read();
    Ok(match act {
        Act::RequestSupplement => {
            let waits = dossiers::waits(db, dossier.id).await?;
            let office = app.office_of(dossier).await?;
            let free = app.settings.supplement.free_days;
            let needs =
                request_pause::needed(&office.calendar, dossier, &waits, app.clock.now(), free)
                    .unwrap_or_default();
            let leaders = accounts::leaders(db, staff.actor.agency).await?;
            Some(html! {
                (warning(needs, free))
                (reasons(PauseKind::Supplement, typed, errors))
                (textarea(&Field::new("items", "Giấy tờ cần bổ sung, mỗi dòng một loại", &typed.items, errors).why(&whys::MISSING_PAPERS), 3))
                (words(typed, errors))
                @if needs.legal_basis { (basis(typed, errors)) }
                @if needs.leader && staff.actor.role != Role::Leader {
                    (agreed(&leaders, Field::new("approved_by", "Lãnh đạo đã đồng ý", &typed.approved_by, errors)))
                }
            })
        }
        Act::RequestPayment => Some(html! {
            (reasons(PauseKind::Payment, typed, errors))
            (text_field(&Field::new("amount", "Số tiền (đồng)", &typed.amount, errors).inputmode("numeric").why(&whys::PAYMENT)))
            (words(typed, errors))
        }),
        Act::SupplementArrived => {
            let waits = dossiers::waits(db, dossier.id).await?;
            let arrived = waits
                .last()
                .filter(|wait| wait.to_at.is_none())
                .and_then(|wait| wait.arrived_at);
            let leaders = accounts::leaders(db, staff.actor.agency).await?;
            let hint = if staff.actor.role == Role::Leader {
                "Giấy tờ lần trước chưa đủ: thời hạn tính từ lần này, theo ý kiến của lãnh đạo đang ghi."
            } else {
                "Ghi lần nữa thì cả hai lần đều được giữ. Thời hạn vẫn tính từ lần đầu, trừ khi lãnh đạo đồng ý tính từ lần này."
            };
            Some(html! {
                @match arrived {
                    Some(at) => {
                        p { "Giấy tờ đã ghi là đến lúc " (viet::moment(to_local(at))) ". " (hint) }
                        @if staff.actor.role != Role::Leader {
                            (agreed(&leaders, Field::new("approved_by", "Lãnh đạo đồng ý tính từ lần này", &typed.approved_by, errors).optional()))
                        }
                        (textarea(&Field::new("reason", "Lần trước còn thiếu gì", &typed.reason, errors).maxlength(2000), 3))
                    }
                    None => p { "Ghi lúc giấy tờ đến, chưa cần kiểm tra. Khi nhận đủ, thời hạn tính từ lúc này." },
                }
            })
        }
        _ => None,
    })
}

fn warning(needs: Demand, free: u32) -> Markup {
    html! {
        @if needs.leader { (notice(&Notice::new(NoticeKind::Warn, SECOND))) }
        @else if needs.legal_basis {
            (notice(&Notice::new(NoticeKind::Warn, &format!(
                "Đã quá {free} ngày làm việc từ khi tiếp nhận: chỉ được yêu cầu khi pháp luật chuyên ngành cho phép (NĐ 61/2018/NĐ-CP Điều 19.4)."
            ))))
        }
    }
}

fn reasons(kind: PauseKind, typed: &ActForm, errors: &FormErrors) -> Markup {
    let all: Vec<(&str, &str)> = PauseReason::ALL
        .iter()
        .filter(|reason| reason.fits(kind))
        .map(|reason| (reason.code(), reason.label()))
        .collect();
    select(
        &Field::new("reason_code", "Nguyên nhân", &typed.reason_code, errors),
        &all,
    )
}

fn words(typed: &ActForm, errors: &FormErrors) -> Markup {
    textarea(
        &Field::new("reason", "Lý do ghi trên phiếu", &typed.reason, errors).maxlength(2000),
        3,
    )
}

fn basis(typed: &ActForm, errors: &FormErrors) -> Markup {
    text_field(
        &Field::new(
            "legal_basis",
            "Căn cứ pháp luật cho phép",
            &typed.legal_basis,
            errors,
        )
        .maxlength(500)
        .hint("Ghi điều, khoản, tên văn bản của lĩnh vực")
        .why(&whys::LEGAL_BASIS),
    )
}

fn agreed(leaders: &[Account], field: Field) -> Markup {
    let all: Vec<(&str, &str)> = leaders
        .iter()
        .map(|one| (one.username.as_str(), one.name.as_str()))
        .collect();
    select(&field, &all)
}
