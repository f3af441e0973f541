//! `/bao-cao/4-tai-cho/ho-so`: the finished dossiers behind a number of "4 tại chỗ".
use axum::extract::{Query, State};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::may_measure;
use crate::{
    app::App,
    domain::{period::Period, time::local_day, viet},
    error::{Error, Result},
    reports::four_on_the_spot::{self as report, Which},
    store::procedures,
    web::{
        layout::Section,
        parts::{self, Cell, Column, Table},
        paths,
        session::{Failure, Staff},
    },
};

/// Where the dossiers are that a number counts, of one procedure or of all.
pub fn rows_of((from, at): (NaiveDate, NaiveDate), code: &str, which: Which) -> String {
    let (from, at) = (parts::day(from), parts::day(at));
    let mut pairs = vec![
        ("thu-tuc", code),
        ("tu", &from),
        ("ngay", &at),
        ("o", which.code()),
    ];
    pairs.retain(|(_, value)| !value.is_empty());
    paths::with_query(paths::REPORT_FOUR_ROWS, &pairs)
}

/// Where the procedures are that a number counts: `khai-bao`, `thuc-te`, `tat-ca`.
pub fn procedures_of(from: NaiveDate, at: NaiveDate, heap: &str) -> String {
    let (from, at) = (parts::day(from), parts::day(at));
    paths::with_query(
        paths::REPORT_FOUR_ON_THE_SPOT,
        &[("ngay", &at), ("tu", &from), ("xem", heap)],
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RowsAsked {
    #[serde(rename = "thu-tuc")]
    code: String,
    ngay: String,
    tu: String,
    /// Which of them.
    o: String,
}

/// `/bao-cao/4-tai-cho/ho-so`: the finished dossiers of a procedure, each with or without its four stamps.
pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<RowsAsked>,
) -> Result<Markup, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let day = |field: &str, text: &str| {
        viet::read_date(text, today).map_err(|why| Error::invalid(field, why))
    };
    let (from, at) = (day("tu", &asked.tu)?, day("ngay", &asked.ngay)?);
    Period::new(from, at).map_err(|why| Error::invalid("tu", why.to_string()))?;
    let which = Which::from_code(&asked.o).unwrap_or(Which::Finished);
    let agency = staff.actor.agency;
    let found = report::rows(&app, agency, (from, at), &asked.code, which).await?;
    let name = procedures::on(app.store.read(), &asked.code.replace('\0', ""), at).await?;
    let name = match name {
        Some((procedure, _)) => procedure.name,
        None if asked.code.is_empty() => "Mọi thủ tục thuộc thẩm quyền UBND xã".to_owned(),
        None => asked.code.clone(),
    };
    let heads = ["Mã hồ sơ", "Xong ngày", "Bốn việc tại quầy trong ngày"].map(Column::text);
    let lines = found.iter().map(|one| {
        let words = match one.on_the_spot {
            Some(true) => "đủ",
            Some(false) => "chưa đủ",
            None => "nhập từ sổ cũ, không có dấu giờ, không tính",
        };
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&one.code)) { (parts::code(&one.code, false)) } },
            ),
            Cell::Text(parts::day(local_day(one.ended_at))),
            Cell::Text(words.to_owned()),
        ]
    });
    let back = paths::with_query(
        paths::REPORT_FOUR_ON_THE_SPOT,
        &[("ngay", &asked.ngay), ("tu", &asked.tu)],
    );
    let title = format!("{}: {name}", which.label());
    let count = viet::number(found.len());
    let body = html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Bốn tại chỗ" } }
        div.head { div { h1 { (title) } p { b { (count) } " hồ sơ, xong từ " (parts::day(from)) " đến " (parts::day(at)) } } }
        section.card { (parts::table(&Table { label: "Hồ sơ xong của thủ tục", columns: &heads, rows: lines.collect(), total: None })) }
    };
    Ok(staff.page(&title, Section::Reports, None, body))
}
