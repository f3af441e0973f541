//! What another system's list says that our register does not, as a page and a file.
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    icons::Icon,
    imports::{Opened, open},
    parts::{self, Button, Cell, Column, Table, empty, tile, tiles},
    paths,
    reports::{Asked, file},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    error::{Error, Result},
    reports::reconciliation::{self as report, Heap, Line, Report},
};

/// Rows of a heap on the page; the rest is in the file.
const SHOWN: usize = 200;

/// The four heaps of an upload.
pub async fn view(app: &App, staff: &Staff, opened: &Opened, chosen: &str) -> Result<Markup> {
    let found = report::build(app, staff.actor.agency, &opened.grid, &opened.layout).await?;
    let id = opened.upload.id;
    let first = Heap::ALL
        .into_iter()
        .find(|heap| found.of(*heap).next().is_some());
    let chosen = Heap::ALL
        .into_iter()
        .find(|heap| heap.code() == chosen)
        .or(first)
        .unwrap_or(Heap::OnlyThere);
    let cards = Heap::ALL.map(|heap| {
        let href = paths::with_query(&paths::import(id), &[("xem", heap.code())]);
        tile(
            &href,
            found.of(heap).count(),
            heap.label(),
            heap == chosen,
            false,
        )
    });
    let heads = ["Dòng", "Mã hồ sơ", "Người nộp", "Khác ở chỗ"].map(Column::text);
    let rows: Vec<Vec<Cell>> = found.of(chosen).take(SHOWN).map(row).collect();
    let file = paths::import_reconciled(id);
    Ok(html! {
        p { "So " b { (found.compared) } " dòng của tệp với sổ: " b { (found.same) } " dòng khớp, " b { (found.lines.len()) } " chỗ cần xem." }
        (tiles("Kết quả đối chiếu", &cards))
        div.row {
            (Button::new("Excel").icon(Icon::Download).link(&format!("{file}?dang=xlsx")))
            (Button::new("CSV").icon(Icon::Download).link(&format!("{file}?dang=csv")))
        }
        @if rows.is_empty() { (empty("Nhóm này không có hồ sơ nào.", "Chọn nhóm khác ở trên.", None)) }
        @else { section.card { (parts::table(&Table { label: chosen.label(), columns: &heads, rows, total: None })) } }
        @if count(&found, chosen) > SHOWN { p.small { "Chỉ hiện " (SHOWN) " dòng đầu; đủ trong tệp." } }
    })
}

fn count(found: &Report, heap: Heap) -> usize {
    found.of(heap).count()
}

fn row(line: &Line) -> Vec<Cell> {
    vec![
        Cell::Text(line.row.map_or_else(|| "–".into(), |row| row.to_string())),
        Cell::Markup(html! {
            @match &line.ours { Some(code) => a href=(paths::dossier(code)) { (line.code) }, None => (line.code) }
        }),
        Cell::Text(line.applicant.clone()),
        Cell::Text(line.why.clone()),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    dang: String,
}

/// All of it as a file.
pub async fn download(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let opened = open(&app, &staff, id).await?;
    let refused = || Failure(Error::invalid("dang", "Dạng tệp chỉ nhận csv, xlsx."));
    if !matches!(wanted.dang.as_str(), "csv" | "xlsx") {
        return Err(refused());
    }
    let found = report::build(&app, staff.actor.agency, &opened.grid, &opened.layout).await?;
    let asked = Asked {
        dang: wanted.dang,
        ..Asked::default()
    };
    let sheet = found.sheet();
    file(&app, &asked, "doi-chieu", &(), &sheet)?.ok_or_else(refused)
}
