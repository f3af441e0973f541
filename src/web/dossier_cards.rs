//! Beside a dossier: who lodged it, what was said about it, what they were told.
use maud::{Markup, html};

use super::{notices::state, parts::definition_list, paths, session::Staff};
use crate::{
    app::App,
    domain::{
        dossier::{ApplicantKind, Channel},
        mask::last_four,
        notice,
    },
    error::Result,
    store::{dossiers::Dossier, feedback, notices},
};

/// What was said about it, as far as the reader may see.
pub async fn feedback_card(app: &App, staff: &Staff, dossier: &Dossier) -> Result<Markup> {
    let viewer = staff.actor.viewer();
    let rows = feedback::of_dossier(app.store.read(), &viewer, dossier.id).await?;
    Ok(html! {
        @if !rows.is_empty() {
            section.card { header { h2 { "Phản ánh, kiến nghị" } } ul.list {
                @for row in &rows { li { a href=(paths::feedback(&row.code)) { (row.code) } " · " (row.state().label()) } }
            } }
        }
    })
}

/// What the applicant was told, the newest first.
pub async fn notices_card(app: &App, dossier: &Dossier) -> Result<Markup> {
    let told = notices::of_dossier(app.store.read(), dossier.id).await?;
    Ok(html! {
        @if !told.is_empty() {
            section.card { header { h2 { "Đã báo người nộp" } } ul.list {
                @for row in told.iter().rev() { li { (row.kind().map_or("–", notice::Kind::label)) " · " (row.channel().label()) (state(row)) } }
            } }
        }
    })
}

/// Who lodged it, the ID number by its end.
pub fn applicant_card(dossier: &Dossier) -> Markup {
    let channel = |code: &str| Channel::from_code(code).map_or("–", Channel::label);
    let kind = ApplicantKind::from_code(&dossier.applicant_kind).map_or("–", ApplicantKind::label);
    let mut facts = vec![
        ("Họ và tên", html! { (dossier.applicant_name) }),
        ("Loại", html! { (kind) }),
    ];
    let known = [
        ("Số giấy tờ", dossier.id_number.as_deref().map(last_four)),
        ("Điện thoại", dossier.phone.clone()),
        ("Thư điện tử", dossier.email.clone()),
        ("Địa chỉ", dossier.address.clone()),
        ("Mã hệ thống khác", dossier.external_code.clone()),
        (
            "Ghi chú",
            Some(dossier.note.clone()).filter(|note| !note.is_empty()),
        ),
    ];
    facts.extend(
        known
            .into_iter()
            .filter_map(|(name, value)| Some((name, html! { (value?) }))),
    );
    facts.push(("Nộp", html! { (channel(&dossier.channel)) }));
    facts.push(("Nhận kết quả", html! { (channel(&dossier.result_channel)) }));
    html! { section.card { header { h2 { "Người nộp" } } div.body { (definition_list(&facts)) } } }
}
