//! The papers of a dossier: handed in, and to be printed (`/ho-so/{code}/in/{paper}`).
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    icons::{Icon, icon},
    parts::Button,
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::{applicant::Document, note_read, print_paper},
    app::App,
    documents::receipt::Copies,
    domain::{dossier::Act, paper::PaperKind},
    error::{Error, Result},
    papers::{self, Format, Wanted},
    store::{
        dossiers::{self, Dossier, Event},
        papers::Paper,
    },
};

/// What was handed in, and what can be printed; `now` prints the receipt at once.
pub fn card(dossier: &Dossier, events: &[Event], rows: &[Paper], now: bool) -> Result<Markup> {
    let slips = slips(dossier, events, rows);
    let papers: Vec<Document> = serde_json::from_str(&dossier.documents)?;
    let receipt = paths::dossier_letter(&dossier.code, papers::path(PaperKind::Receipt));
    Ok(html! {
        section.card {
            header { h2 { "Giấy tờ nộp" } span.small { (papers.len()) } }
            div.body {
                @if papers.is_empty() { p.second { "Không ghi giấy tờ nào." } }
                ul.ticks { @for paper in &papers {
                    li { (icon(Icon::Tick)) span { (paper.name) " " span.muted { "· " (paper.form.label().to_lowercase())
                        @if paper.copies > 1 { ", " (paper.copies) " bản" } } } }
                } }
            }
        }
        section.card {
            header { h2 { "Giấy in" } }
            div.body {
                p { (Button::new("In giấy hẹn").icon(Icon::Print).key("G").print(&receipt, now)) }
                ul.plain {
                    li { a href={ (receipt) "?lien=2" } { "Giấy hẹn, hai liên trên một tờ" } }
                    @for slip in &slips {
                        li {
                            a href=(slip.href) { (slip.words) }
                            @if slip.editable { " · " a href={ (slip.href) "&dang=docx" } { "Word" span.sr { ", " (slip.words) } } }
                        }
                    }
                    @if dossier.ended_at.is_some() { li { a href=(paths::result_slip(&dossier.code)) { "Phiếu trả kết quả, có mã đánh giá" } } }
                    li { a href=(paths::dossier_letter(&dossier.code, papers::path(PaperKind::ControlSheet))) { "Phiếu kiểm soát quá trình giải quyết" } }
                }
            }
        }
    })
}

/// A paper that an act made.
struct Slip {
    href: String,
    words: String,
    editable: bool,
}

/// What can be printed of a dossier besides receipt and control sheet, oldest first.
fn slips(dossier: &Dossier, events: &[Event], rows: &[Paper]) -> Vec<Slip> {
    let drafted = events
        .iter()
        .rposition(|event| event.act == Act::DraftApology.code());
    let signed = events
        .iter()
        .any(|event| event.act == Act::SignApology.code());
    events
        .iter()
        .enumerate()
        .filter_map(|(place, event)| {
            let act = Act::from_code(&event.act)?;
            let draft = act == Act::DraftApology && drafted == Some(place) && !signed;
            let kind = if draft {
                PaperKind::Apology
            } else {
                PaperKind::of(act)?
            };
            let row = print_paper::find(rows, kind, event.seq);
            if !draft && row.is_none() {
                return None;
            }
            let number = row.and_then(|row| row.number);
            let state = match number {
                Some(number) => format!(" số {number:02}"),
                None => " (bản thảo, chờ ký)".to_owned(),
            };
            Some(Slip {
                href: format!(
                    "{}?viec={}",
                    paths::dossier_letter(&dossier.code, papers::path(kind)),
                    event.seq
                ),
                words: format!("{}{state}", kind.label()),
                editable: true,
            })
        })
        .collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LetterAsked {
    /// The event that made it.
    viec: Option<i32>,
    /// `2`: both copies of the receipt on one sheet.
    lien: String,
    /// `docx`
    dang: String,
}

/// The papers of a dossier, as PDF or DOCX.
pub async fn letter(
    State(app): State<App>,
    staff: Staff,
    Path((code, kind)): Path<(String, String)>,
    Query(asked): Query<LetterAsked>,
) -> Result<Response, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    note_read::run(&app, &staff.actor, &dossier, "paper").await?;
    let kind =
        papers::from_path(&kind).ok_or_else(|| Error::not_found("Không có loại giấy này."))?;
    let format = match asked.dang.as_str() {
        "docx" => Format::Docx,
        _ => Format::Pdf,
    };
    let wanted = Wanted {
        kind,
        event_seq: asked.viec,
        format,
        copies: if asked.lien == "2" {
            Copies::Two
        } else {
            Copies::One
        },
    };
    let bytes = papers::print(&app, &dossier, wanted, &staff.actor.name).await?;
    let name = format!(
        "{}-{}.{}",
        papers::path(kind),
        dossier.code,
        format.extension()
    );
    let shown = if format == Format::Pdf {
        "inline"
    } else {
        "attachment"
    };
    let head = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("{shown}; filename=\"{name}\""),
        ),
    ];
    Ok((head, bytes).into_response())
}

/// The slip that goes out with the result.
pub async fn result_slip(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    note_read::run(&app, &staff.actor, &dossier, "paper").await?;
    let bytes = papers::result_slip::result_slip(&app, &dossier).await?;
    let head = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"phieu-tra-{}.pdf\"", dossier.code),
        ),
    ];
    Ok((head, bytes).into_response())
}
