//! `/bao-cao/xin-loi`: which dossiers were late, and was it said, and in time?
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, Chosen, chosen, current_quarter,
    cut::{boxes, said as cut_said},
    file, files, may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    domain::{share::Share, time::local_day, viet},
    error::{Error, Result},
    reports::apologies::{self as report, Heap, Row, Said},
    web::{
        layout::Section,
        parts::{self, Cell, Column, Figure, Table, empty},
        paths,
        session::{Failure, Staff},
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let said = report::build(&app, staff.actor.agency, chosen.period, &asked.cut()).await?;
    let name = format!("xin-loi-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &said, &said.sheet())? {
        return Ok(file);
    }
    if !asked.o.is_empty() {
        return Ok(list(&staff, &asked, &chosen, &said.rows)?.into_response());
    }
    let trail = Links {
        asked: &asked,
        chosen: &chosen,
    };
    let agency = staff.actor.agency;
    let all = trail.of(Said::Late);
    let (told, kept) = (
        [trail.of(Said::Apologised), all.clone()],
        [trail.of(Said::InTime), all],
    );
    let timely = Share::new(said.in_time, said.late);
    let title = format!("Trễ và xin lỗi, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_APOLOGIES))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } div.row { (files(paths::REPORT_APOLOGIES, &asked, &chosen)) } }
        (period_bar(&app, paths::REPORT_APOLOGIES, &asked, &chosen, &boxes(&app, agency, &asked).await?))
        (cut_said(&asked.cut()))
        div.columns {
            (parts::figure(&Figure { title: "Hồ sơ trễ có phiếu xin lỗi", share: shown(said.apologised), noun: "hồ sơ trễ", definition: "Hồ sơ giải quyết quá hạn trong kỳ và hồ sơ quá hạn chưa xong cuối kỳ, có phiếu đã ký.", behind: Some(&told), rows: None, sign: None }))
            (parts::figure(&Figure { title: "Xin lỗi kịp trước hạn", share: shown(timely), noun: "hồ sơ trễ", definition: "Phiếu ký trước ngày hẹn ít nhất 01 ngày (NĐ 61/2018/NĐ-CP Điều 19.9).", behind: Some(&kept), rows: None, sign: None }))
        }
        p.small { "“Trễ” tính theo: " (said.judged_by) ". Sau khi hẹn lại, cả hai ngày đều được giữ." }
        @if !said.rows.is_empty() {
            div.columns {
                (heap("Theo nguyên nhân", &said.by_cause, trail, "cause"))
                (heap("Theo bước giữ hồ sơ khi quá hạn", &said.by_step, trail, "step"))
            }
        }
        @if said.rows.is_empty() { (empty("Không có hồ sơ trễ trong kỳ.", "Chọn kỳ khác ở trên để xem.", None)) }
        @else { section.card { (table(&said.rows.iter().collect::<Vec<_>>())) } }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// Where the late ones are that a number counts.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    pub asked: &'a Asked,
    pub chosen: &'a Chosen,
}

impl Links<'_> {
    pub fn of(&self, said: Said) -> String {
        self.among("", "", said)
    }

    /// Of one cause, or of one step.
    fn among(&self, by: &str, label: &str, said: Said) -> String {
        let mut pairs = self.asked.pairs(&self.chosen.name);
        pairs.retain(|(name, _)| *name != "theo");
        let more = [("theo", by), ("nhom", label), ("o", said.code())];
        pairs.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
        paths::with_query(paths::REPORT_APOLOGIES, &pairs)
    }
}

/// The late ones behind a number.
fn list(staff: &Staff, asked: &Asked, chosen: &Chosen, rows: &[Row]) -> Result<Markup> {
    let said = Said::from_code(&asked.o)
        .ok_or_else(|| Error::not_found("Không có số liệu này. Mở lại từ báo cáo."))?;
    let label = |row: &Row| match asked.theo.as_str() {
        "cause" => row.cause().to_owned(),
        _ => row.step_words().to_owned(),
    };
    let found: Vec<&Row> = rows
        .iter()
        .filter(|row| said.holds(row))
        .filter(|row| asked.nhom.is_empty() || label(row) == asked.nhom)
        .collect();
    let mut pairs = asked.pairs(&chosen.name);
    pairs.retain(|(name, _)| *name != "theo");
    let back = paths::with_query(paths::REPORT_APOLOGIES, &pairs);
    let title = if asked.nhom.is_empty() {
        said.label().to_owned()
    } else {
        format!("{}: {}", said.label(), asked.nhom)
    };
    let count = viet::number(found.len());
    Ok(staff.page(&title, Section::Reports, None, html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Trễ và xin lỗi, " (chosen.within()) } }
        div.head { div { h1 { (title) } p { b { (count) } " hồ sơ, " (chosen.within()) } (cut_said(&asked.cut())) } }
        @if found.is_empty() { (empty("Không có hồ sơ nào.", "Chọn kỳ hoặc con số khác trong báo cáo.", None)) }
        @else { section.card { (table(&found)) } }
    }))
}

fn table(all: &[&Row]) -> Markup {
    let heads = [
        "Mã hồ sơ",
        "Thủ tục",
        "Hẹn lần đầu",
        "Ký phiếu xin lỗi",
        "Hẹn lại",
        "Nguyên nhân",
        "Bước khi quá hạn",
    ]
    .map(Column::text);
    let day = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map_or_else(|| "–".to_owned(), |at| parts::day(local_day(at)))
    };
    let rows = all.iter().map(|row| {
        let signed = match row.signed_at {
            None => "chưa xin lỗi".to_owned(),
            Some(_) if row.in_time => format!("{}, trước hạn", day(row.signed_at)),
            Some(_) => format!("{}, sau hạn", day(row.signed_at)),
        };
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&row.code)) { (parts::code(&row.code, false)) } },
            ),
            Cell::Text(row.procedure_name.clone()),
            Cell::Text(day(Some(row.due_at))),
            Cell::Text(signed),
            Cell::Text(day(row.new_due_at)),
            Cell::Text(
                row.reason_code
                    .as_deref()
                    .map_or("–", |_| row.cause())
                    .to_owned(),
            ),
            Cell::Text(row.step.clone().unwrap_or_else(|| "–".into())),
        ]
    });
    parts::table(&Table {
        label: "Hồ sơ trễ và phiếu xin lỗi",
        columns: &heads,
        rows: rows.collect(),
        total: None,
    })
}

/// Late ones told apart, with and without apology.
fn heap(title: &str, heaps: &[Heap], trail: Links, by: &str) -> Markup {
    let columns = [
        Column::text(title),
        Column::number("Trễ"),
        Column::number("Có xin lỗi"),
        Column::number("Kịp trước hạn"),
        Column::number("Sau hạn"),
        Column::number("Chưa xin lỗi"),
    ];
    let rows = heaps.iter().map(|heap| {
        let cell = |count, said| Cell::Linked(count, trail.among(by, &heap.label, said));
        vec![
            Cell::Text(heap.label.clone()),
            cell(heap.late, Said::Late),
            cell(heap.apologised, Said::Apologised),
            cell(heap.in_time, Said::InTime),
            cell(heap.apologised - heap.in_time, Said::After),
            cell(heap.late - heap.apologised, Said::Unsaid),
        ]
    });
    html! { section.card { (parts::table(&Table { label: title, columns: &columns, rows: rows.collect(), total: None })) } }
}
