//! `/bao-cao/don-vi`: the agencies under one's own, side by side; every number opens its
//! dossiers, without anybody's name.
use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use maud::{Markup, html};

use super::{
    Asked, Chosen, chosen, current_quarter, file, files, may_measure, period_bar, shown, span, tabs,
};
use crate::{
    app::App,
    documents::sheet::{Cell as SheetCell, Sheet},
    domain::{
        period::Period,
        scoring::{Column, Tally},
        share::Share,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    papers::processing::OFFICIAL,
    reports::{
        agencies::{self as report, AT_ONCE, MERGED, OWN, RATES, Report},
        apologies::{self, Said},
        cut::Cut,
        four_on_the_spot::{self, Which},
        processing,
    },
    store::agencies::{self, Agency},
    web::{
        icons::Icon,
        layout::Section,
        parts::{self, Button, Cell, Column as Head, Pager, Table, counted, pager},
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
    let table = report::build(&app, staff.actor.agency, chosen.period).await?;
    let name = format!("don-vi-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = file(&app, &asked, &name, &table, &table.sheet())? {
        return Ok(file);
    }
    let title = format!("Các đơn vị, {}", chosen.within());
    let alone = table.rows.len() == 1;
    let body = html! {
        (tabs(paths::REPORT_AGENCIES))
        div.head {
            div { h1 { (title) } (span(&app, chosen.period)) }
            div.row { (files(paths::REPORT_AGENCIES, &asked, &chosen)) }
        }
        (period_bar(&app, paths::REPORT_AGENCIES, &asked, &chosen, &html! {}))
        section.card.landscape { div.body {
            @if alone { p.second { "Dưới cơ quan này chưa có đơn vị nào. Người cài đặt thêm đơn vị tại máy chủ." } }
            (rows(&table, &asked, &chosen))
            p.second { (OWN) }
            p.second { (MERGED) }
            p.second { (RATES) " Mẫu số nhỏ thì so sánh ít ý nghĩa: xem cả số đếm." }
        } }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// Which dossiers a number of the table counts.
#[derive(Clone, Copy)]
enum Number {
    Of(Column),
    AtTheDesk(Which),
    Said(Said),
}

impl Number {
    fn from_code(code: &str) -> Option<Self> {
        let column = Column::from_code(code).map(Self::Of);
        let desk = || Which::from_code(code).map(Self::AtTheDesk);
        let said = || Said::from_code(code).map(Self::Said);
        column.or_else(desk).or_else(said)
    }

    fn code(self) -> &'static str {
        match self {
            Self::Of(column) => column.code(),
            Self::AtTheDesk(which) => which.code(),
            Self::Said(said) => said.code(),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Of(column) => column.label(),
            Self::AtTheDesk(which) => which.label(),
            Self::Said(said) => said.label(),
        }
    }
}

/// Whose dossiers a number counts: those of the agency of a key, or of all below it too.
#[derive(Clone, Copy)]
struct Whose<'a> {
    key: &'a str,
    with_below: bool,
}

fn behind(asked: &Asked, chosen: &Chosen, whose: Whose<'_>, number: Number) -> String {
    let mut pairs = asked.pairs(&chosen.name);
    if whose.with_below {
        pairs.push(paths::WITH_BELOW);
    }
    pairs.push(("o", number.code()));
    paths::with_query(&paths::agency_rows(whose.key), &pairs)
}

fn rows(table: &Report, asked: &Asked, chosen: &Chosen) -> Markup {
    let numbers = |whose: Whose<'_>, tally: &Tally, on_the_spot: Share, apologised: Share| {
        let rate = |share: Share, of: [Number; 2]| {
            let of = of.map(|number| behind(asked, chosen, whose, number));
            html! { td.num.fold { (counted(shown(share), &of)) } }
        };
        let kept = [Column::Kept, Column::Dated].map(Number::Of);
        let desk = [Which::OnTheSpot, Which::Stamped].map(Number::AtTheDesk);
        let said = [Number::Said(Said::Apologised), Number::Of(Column::AllLate)];
        html! {
            @for column in OFFICIAL {
                @let count = tally.count(column);
                @let late = matches!(column, Column::Late | Column::Overdue);
                td.num {
                    @if count > 0 { a.bad[late] href=(behind(asked, chosen, whose, Number::Of(column))) { (viet::number(count)) } }
                    @else { span.muted { (viet::number(count)) } }
                }
            }
            (rate(tally.on_time, kept)) (rate(on_the_spot, desk)) (rate(apologised, said))
        }
    };
    // Each stands before those under it: the first has all of them below it.
    let top = table.rows.first().map_or("", |row| row.key.as_str());
    html! {
        div.scroll tabindex="0" role="region" aria-label="Các đơn vị" {
            table.data.ruled {
                caption.sr { "Tình hình, kết quả giải quyết thủ tục hành chính của từng đơn vị" }
                thead {
                    tr {
                        th rowspan="2" scope="col" { "Cơ quan, đơn vị" }
                        th colspan="4" scope="colgroup" { "Tiếp nhận" }
                        th colspan="4" scope="colgroup" { "Đã giải quyết" }
                        th colspan="3" scope="colgroup" { "Đang giải quyết" }
                        th colspan="3" scope="colgroup" { "Tỷ lệ" }
                    }
                    tr { @for words in ["Tổng số", "Trực tuyến", "Trực tiếp, bưu chính", "Từ kỳ trước", "Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn", "Trước và đúng hạn", "Làm tại chỗ", "Đã xin lỗi"] { th scope="col" { (words) } } }
                }
                tbody {
                    @for row in &table.rows {
                        tr { th scope="row" { @if row.depth > 0 { span.muted aria-hidden="true" { (" – ".repeat(row.depth)) } } (row.name) @if row.closed { " " span.second { "(đã chốt)" } } }
                            (numbers(Whose { key: &row.key, with_below: false }, &row.tally, row.on_the_spot, row.apologised)) }
                    }
                }
                tfoot { tr { th scope="row" { "Tổng cộng" } (numbers(Whose { key: top, with_below: true }, &table.total, table.on_the_spot, table.apologised)) } }
            }
        }
    }
}

/// The dossiers behind a number of one agency, or of the sum of it and all below it: codes,
/// days and standing alone.
pub async fn dossiers(
    State(app): State<App>,
    staff: Staff,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    const PAGE: usize = 100;
    may_measure(&staff)?;
    let (agency, under) = report::below(&app, staff.actor.agency, &key).await?;
    let with_below = asked.nhom == paths::WITH_BELOW.1;
    if !with_below && !asked.nhom.is_empty() {
        return Err(Error::invalid("nhom", "Không có dòng này trong biểu.").into());
    }
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let number = Number::from_code(&asked.o)
        .ok_or_else(|| Error::invalid("o", "Không có ô này trong biểu."))?;
    let name = agencies::name_by(app.store.read(), agency.id, chosen.period.to).await?;
    let several = with_below && !under.is_empty();
    let title = if several {
        format!("{} và các đơn vị cấp dưới: {}", name.name, number.label())
    } else {
        format!("{}: {}", name.name, number.label())
    };
    let mut all = vec![agency];
    if with_below {
        all.extend(under);
    }
    let found = lines(&app, &all, chosen.period, number).await?;
    let row = if with_below {
        paths::WITH_BELOW.1
    } else {
        key.as_str()
    };
    let file_name = format!("{row}-{}-{}", number.code(), chosen.period.to);
    if let Some(file) = file(&app, &asked, &file_name, &(), &sheet(&found))? {
        return Ok(file);
    }
    let total = found.len();
    let page = usize::try_from(asked.trang.max(1))
        .unwrap_or(1)
        .min(total.div_ceil(PAGE).max(1));
    let whose = Whose {
        key: &key,
        with_below,
    };
    let here = behind(&asked, &chosen, whose, number);
    let day = |at: Option<DateTime<Utc>>| {
        Cell::Text(at.map_or_else(|| "–".into(), |at| parts::day(local_day(at))))
    };
    let mut heads = vec!["Mã hồ sơ"];
    if several {
        heads.push("Cơ quan, đơn vị");
    }
    heads.extend(["Thủ tục", "Nhận", "Hẹn", "Kết thúc", "Tình trạng"]);
    let heads: Vec<Head> = heads.into_iter().map(Head::text).collect();
    let shown = found.iter().skip((page - 1) * PAGE).take(PAGE).map(|one| {
        let mut cells = vec![Cell::Markup(parts::code(&one.code, false))];
        if several {
            cells.push(Cell::Text(one.agency.clone()));
        }
        cells.extend([
            Cell::Text(one.procedure.clone()),
            day(one.received_at),
            day(one.due_at),
            day(one.ended_at),
            Cell::Text(one.state.to_owned()),
        ]);
        cells
    });
    let back = paths::with_query(paths::REPORT_AGENCIES, &asked.pairs(&chosen.name));
    let body = html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Các đơn vị, " (chosen.within()) } }
        div.head {
            div { h1 { (title) } p { b { (viet::number(total)) } " hồ sơ, " (chosen.within()) ". Tên người nộp chỉ đơn vị giữ hồ sơ xem được." } }
            div.row { (Button::new("Excel").icon(Icon::Download).link(&format!("{here}&dang=xlsx"))) (Button::new("CSV").icon(Icon::Download).link(&format!("{here}&dang=csv"))) }
        }
        section.card {
            (parts::table(&Table { label: &title, columns: &heads, rows: shown.collect(), total: None }))
            (pager(&Pager { path: &here, page: page as u64, per_page: PAGE as u64, total: total as u64 }))
        }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// A dossier as another agency may see it.
struct Line {
    agency: String,
    code: String,
    procedure_code: String,
    procedure: String,
    field: String,
    received_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    state: &'static str,
}

/// The dossiers that a number counts of these agencies, in their order.
async fn lines(
    app: &App,
    agencies: &[Agency],
    period: Period,
    number: Number,
) -> Result<Vec<Line>> {
    let asked: Vec<_> = agencies
        .iter()
        .map(|agency| lines_of(app, agency.id, period, number))
        .collect();
    stream::iter(asked).buffered(AT_ONCE).try_concat().await
}

/// Those of one agency, by their codes.
async fn lines_of(app: &App, agency: i64, period: Period, number: Number) -> Result<Vec<Line>> {
    let name = agencies::name_by(app.store.read(), agency, period.to).await?;
    let mut counted = processing::counted(app, agency, period).await?;
    let mut finished = Vec::new();
    match number {
        Number::Of(column) => counted.retain(|one| column.holds(one.cell)),
        Number::Said(said) => {
            let late = apologies::build(app, agency, period, &Cut::default()).await?;
            let rows = late.rows.iter().filter(|row| said.holds(row));
            let codes: BTreeSet<&str> = rows.map(|row| row.code.as_str()).collect();
            counted.retain(|one| codes.contains(one.dossier.code.as_str()));
        }
        Number::AtTheDesk(which) => {
            let today = local_day(app.clock.now());
            let at = period.to.min(today).max(period.from);
            let days = (period.from, at);
            finished = four_on_the_spot::rows(app, agency, days, "", which).await?;
            let codes: BTreeSet<&str> = finished.iter().map(|one| one.code.as_str()).collect();
            counted.retain(|one| codes.contains(one.dossier.code.as_str()));
        }
    }
    let mut all: BTreeMap<String, Line> = counted
        .into_iter()
        .map(|one| {
            let d = &one.dossier;
            let line = Line {
                agency: name.name.clone(),
                code: d.code.clone(),
                procedure_code: d.procedure_code.clone(),
                procedure: d.procedure_name.clone(),
                field: d.field.clone(),
                received_at: d.facts.received_at,
                due_at: d.promises.last().and_then(|(_, due)| *due),
                ended_at: d.facts.ended_at,
                state: one.cell.course.label(),
            };
            (d.code.clone(), line)
        })
        .collect();
    // What the table of a closed period does not hold was finished all the same.
    for one in finished {
        all.entry(one.code.clone()).or_insert(Line {
            agency: name.name.clone(),
            procedure: one.procedure_code.clone(),
            procedure_code: one.procedure_code,
            field: String::new(),
            received_at: Some(one.received_at),
            due_at: None,
            ended_at: Some(one.ended_at),
            state: "–",
            code: one.code,
        });
    }
    Ok(all.into_values().collect())
}

fn sheet(found: &[Line]) -> Sheet {
    Sheet {
        head: vec![
            "Mã hồ sơ",
            "Cơ quan, đơn vị",
            "Mã thủ tục",
            "Thủ tục",
            "Lĩnh vực",
            "Nhận lúc",
            "Hẹn",
            "Kết thúc lúc",
            "Tình trạng",
        ],
        rows: found
            .iter()
            .map(|one| {
                vec![
                    one.code.clone().into(),
                    one.agency.clone().into(),
                    one.procedure_code.clone().into(),
                    one.procedure.clone().into(),
                    one.field.clone().into(),
                    SheetCell::Moment(one.received_at.map(to_local)),
                    SheetCell::Moment(one.due_at.map(to_local)),
                    SheetCell::Moment(one.ended_at.map(to_local)),
                    one.state.into(),
                ]
            })
            .collect(),
        definitions: Vec::new(),
    }
}
