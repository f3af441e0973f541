//! `/bao-cao/giai-quyet`: table II.06a as it will be printed; every number opens its dossiers.
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, Chosen, chosen, current_quarter, file, files, may_measure, period_bar, span, tabs,
};
use crate::{
    app::App,
    documents::sheet::{Cell as SheetCell, Sheet},
    domain::{
        scoring::{Arrival, Column, Tally},
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    papers::processing::{OFFICIAL, pdf},
    reports::processing::{self as report, By, Counted, Report},
    store::agencies,
    web::{
        form::{Field, FormErrors, select},
        layout::Section,
        parts::{self, Cell, Column as Head, Pager, Table, fraction, pager},
        paths,
        session::{Failure, Staff},
    },
};

const BY: [(&str, &str, By); 5] = [
    ("field", "Lĩnh vực", By::Field),
    ("procedure", "Thủ tục", By::Procedure),
    ("officer", "Cán bộ", By::Officer),
    ("channel", "Hình thức nộp", By::Channel),
    ("agency", "Cơ quan", By::Agency),
];

fn by(asked: &Asked) -> By {
    BY.iter()
        .find(|(name, _, _)| *name == asked.theo)
        .map_or(By::Field, |(_, _, by)| *by)
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let table = report::build(&app, staff.actor.agency, chosen.period, by(&asked)).await?;
    let name = format!("II.06a-{}-{}", chosen.period.from, chosen.period.to);
    if asked.dang == "pdf" {
        let bytes = pdf(&app, staff.actor.agency, &table).await?;
        let head = [
            (header::CONTENT_TYPE, "application/pdf"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        return Ok((head, bytes).into_response());
    }
    if let Some(file) = file(&app, &asked, &name, &table, &table.sheet())? {
        return Ok(file);
    }
    let agency = agencies::name_on(app.store.read(), staff.actor.agency, chosen.period.to).await?;
    let errors = FormErrors::new();
    let options: Vec<(&str, &str)> = BY.iter().map(|(name, words, _)| (*name, *words)).collect();
    let theo = if asked.theo.is_empty() {
        "field"
    } else {
        &asked.theo
    };
    let more = select(&Field::new("theo", "Chia theo", theo, &errors), &options);
    let links = Links {
        asked: &asked,
        chosen: &chosen,
    };
    let title = format!("Biểu II.06a, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_PROCESSING))
        div.head {
            div { h1 { (title) } (span(&app, chosen.period)) }
            div.row {
                (files(paths::REPORT_PROCESSING, &asked, &chosen))
                (parts::Button::new("In biểu").icon(crate::web::icons::Icon::Print).link(&chosen_file(&asked, &chosen, "pdf")))
            }
        }
        (period_bar(&app, paths::REPORT_PROCESSING, &asked, &chosen, &more))
        section.card.landscape { div.body {
            div.form-head {
                p.second { "Biểu số " b { (app.settings.figures.report_number) } br; "Ban hành theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020" }
                div { h2 { "Tình hình, kết quả giải quyết TTHC tại cơ quan, đơn vị trực tiếp giải quyết TTHC" }
                    p.second { "Kỳ báo cáo: " (chosen.title) br; "(Từ ngày " (parts::day(chosen.period.from)) " đến ngày " (parts::day(chosen.period.to)) ")" } }
                p.second { "Đơn vị báo cáo: " b { (agency.name) } br; "Đơn vị nhận báo cáo: " (agency.parent) br; "Đơn vị tính: Số hồ sơ TTHC" }
            }
            (official(&table, &links))
            (footnotes(&table, &app))
            (closing(&table))
        } }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// The table of the period chosen, as that file.
fn chosen_file(asked: &Asked, chosen: &Chosen, kind: &str) -> String {
    let mut pairs = asked.pairs(&chosen.name);
    pairs.push(("dang", kind));
    paths::with_query(paths::REPORT_PROCESSING, &pairs)
}

/// Where a number leads.
struct Links<'a> {
    asked: &'a Asked,
    chosen: &'a Chosen,
}

impl Links<'_> {
    fn rows(&self, label: Option<&str>, column: Column) -> String {
        let mut pairs = self.asked.pairs(&self.chosen.name);
        if let Some(label) = label {
            pairs.push(("nhom", label));
        }
        pairs.push(("o", column.code()));
        paths::with_query(paths::REPORT_PROCESSING_ROWS, &pairs)
    }
}

fn official(table: &Report, links: &Links) -> Markup {
    // The form has no place for what has no promised date: own columns, where there is any.
    let undated = table.total.processed.undated + table.total.pending.undated > 0;
    let cells = |label: Option<&str>, tally: &Tally| {
        let own = [Column::ProcessedUndated, Column::PendingUndated];
        let columns = OFFICIAL
            .into_iter()
            .chain(own.into_iter().filter(|_| undated));
        let all: Vec<(u64, String, bool)> = columns
            .map(|column| {
                let late = matches!(column, Column::Late | Column::Overdue);
                (tally.count(column), links.rows(label, column), late)
            })
            .collect();
        html! {
            @for (count, href, late) in all {
                td.num { @if count == 0 { span.muted { "0" } } @else {
                    a.bad[late] href=(href) { (viet::number(i64::try_from(count).unwrap_or(i64::MAX))) }
                } }
            }
        }
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label="Biểu II.06a" {
            table.data.ruled {
                caption.sr { "Tình hình, kết quả giải quyết thủ tục hành chính" }
                thead {
                    tr {
                        th rowspan="3" scope="col" { "STT" }
                        th rowspan="3" scope="col" { "Lĩnh vực, công việc giải quyết theo cấp" }
                        th colspan="4" scope="colgroup" { "Số lượng hồ sơ tiếp nhận" }
                        th colspan="4" scope="colgroup" { "Số lượng hồ sơ đã giải quyết" }
                        th colspan="3" scope="colgroup" { "Số lượng hồ sơ đang giải quyết" }
                        @if undated { th colspan="2" scope="colgroup" { "Không có ngày hẹn" } }
                    }
                    tr {
                        th rowspan="2" scope="col" { "Tổng số" }
                        th colspan="2" scope="colgroup" { "Trong kỳ" }
                        th rowspan="2" scope="col" { "Từ kỳ trước" }
                        @for words in ["Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn"] { th rowspan="2" scope="col" { (words) } }
                        @if undated { th rowspan="2" scope="col" { "Đã giải quyết" } th rowspan="2" scope="col" { "Đang giải quyết" } }
                    }
                    tr { th scope="col" { "Trực tuyến" } th scope="col" { "Trực tiếp, bưu chính" } }
                    tr.places { @for place in 1..=13 { td { "(" (place) ")" } } @if undated { td {} td {} } }
                }
                tbody {
                    @for (place, row) in table.rows.iter().enumerate() {
                        tr { td.num { (place + 1) } th scope="row" { (row.label) } (cells(Some(&row.label), &row.tally)) }
                    }
                    @if table.rows.is_empty() { tr { td {} th scope="row" { "Không có hồ sơ trong kỳ" } (cells(None, &table.total)) } }
                }
                tfoot { tr { td {} th scope="row" { "Tổng cộng" } (cells(None, &table.total)) } }
            }
        }
    }
}

/// The sum rules, how lateness is judged, and what was put where.
fn footnotes(table: &Report, app: &App) -> Markup {
    let Tally {
        received,
        processed,
        pending,
        on_time,
        on_time_with_overdue,
    } = table.total;
    let sums = received.total == received.online + received.direct + received.carried_over
        && processed.total
            == processed.early + processed.on_time + processed.late + processed.undated
        && pending.total == pending.in_time + pending.overdue + pending.undated
        && received.total == processed.total + pending.total;
    let notes = table.notes;
    let judged = app.settings.figures.after_reappointment.label();
    html! {
        p.second { "Trước và đúng hạn ÷ đã giải quyết có ngày hẹn: " (fraction(super::shown(on_time)))
            " · Tính cả quá hạn chưa xong: " (fraction(super::shown(on_time_with_overdue))) }
        p.second { "(3) = (4) + (5) + (6); (7) = (8) + (9) + (10); (11) = (12) + (13); (3) = (7) + (11)"
            @if processed.undated + pending.undated > 0 { "; hồ sơ không có ngày hẹn đứng ở cột riêng, nằm trong (7) và (11)" }
            ". Tổng kiểm: " b { @if sums { "đúng" } @else { "SAI, báo quản trị" } } "." }
        p.second { "Số liệu tại 24 giờ ngày cuối kỳ. Quá hạn tính theo " (judged) "; thời hạn tính bằng ngày được giữ đến hết ngày hẹn (Bộ luật Dân sự 2015, Điều 148.6). "
            (notes.waiting) " hồ sơ đang chờ bổ sung nằm ở cột (12) nếu chưa quá hạn khi bắt đầu chờ; "
            (notes.withdrawn) " hồ sơ công dân rút, " (notes.stopped) " hồ sơ dừng, " (notes.refused) " hồ sơ từ chối giải quyết nằm ở cột (7)." }
    }
}

/// Whether (6) is what was left pending, who closed the period, and what changed since.
fn closing(table: &Report) -> Markup {
    let carried = &table.carried;
    let before = format!(
        "(11) {} ngày {}",
        if carried.from_closed {
            "đã chốt"
        } else {
            "đến hết"
        },
        parts::day(carried.until)
    );
    html! {
        p.second { "Hồ sơ từ kỳ trước: (6) = " b { (carried.carried_over) } "; " (before) " = " b { (carried.pending) } ". "
            @if carried.agrees() { "Khớp." } @else { "Khác " (carried.differences.len()) " hồ sơ, điều chỉnh kỳ trước:" } }
        @if !carried.agrees() {
            ul.second { @for one in &carried.differences {
                li { a href=(paths::dossier(&one.code)) { (parts::code(&one.code, false)) } ": "
                    @if one.missing { "đang giải quyết cuối kỳ trước, kỳ này không tính. " } @else { "kỳ này tính, cuối kỳ trước không có. " }
                    (one.reason) }
            } }
        }
        @if let Some(closed) = &table.closed {
            p.second { "Đã chốt lúc " (closed.at_words) " bởi " (closed.by) ". Dấu niêm phong " code { (closed.seal.chars().take(16).collect::<String>()) } ": "
                b { @if closed.seal_holds { "còn nguyên" } @else { "KHÔNG khớp, báo quản trị" } } ". "
                a href=(paths::closed_period(closed.id)) { @if closed.adjustments.is_empty() { "Chưa có điều chỉnh sau khi chốt" } @else { "Điều chỉnh kỳ trước: " (closed.adjustments.len()) " hồ sơ" } } }
        }
    }
}

/// `/bao-cao/giai-quyet/ho-so`: the dossiers that a number counts.
pub async fn rows(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    const PAGE: usize = 100;
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let column = Column::from_code(&asked.o)
        .ok_or_else(|| Error::invalid("o", "Không có ô này trong biểu."))?;
    let agency = agencies::name_on(app.store.read(), staff.actor.agency, chosen.period.to)
        .await
        .map_or("–".into(), |name| name.name);
    let mut found: Vec<Counted> = report::counted(&app, staff.actor.agency, chosen.period)
        .await?
        .into_iter()
        .filter(|one| column.holds(one.cell))
        .filter(|one| asked.cut().holds(&one.dossier))
        .filter(|one| {
            // Whoever asks for an hour counts what came within the period.
            asked.luc.is_empty()
                || one.cell.arrival != Arrival::CarriedOver
                    && asked.at_hour(one.dossier.facts.received_at)
        })
        .filter(|one| {
            asked.nhom.is_empty() || report::label(&one.dossier, by(&asked), &agency) == asked.nhom
        })
        .collect();
    found.sort_by(|a, b| a.dossier.code.cmp(&b.dossier.code));
    let name = format!("ho-so-{}-{}", column.code(), chosen.period.to);
    let sheet = sheet(&found);
    if asked.dang != "json"
        && let Some(file) = file(&app, &asked, &name, &(), &sheet)?
    {
        return Ok(file);
    }
    let total = found.len();
    let page = usize::try_from(asked.trang.max(1))
        .unwrap_or(1)
        .min(total.div_ceil(PAGE).max(1));
    let links = Links {
        asked: &asked,
        chosen: &chosen,
    };
    let here = links.rows(
        Some(asked.nhom.as_str()).filter(|label| !label.is_empty()),
        column,
    );
    let title = format!(
        "{}: {}",
        column.label(),
        if asked.nhom.is_empty() {
            "tất cả"
        } else {
            &asked.nhom
        }
    );
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| {
        Cell::Text(at.map_or_else(|| "–".into(), |at| parts::day(local_day(at))))
    };
    let heads = [
        "Mã hồ sơ",
        "Thủ tục",
        "Cán bộ",
        "Nhận",
        "Hẹn lần đầu",
        "Kết thúc",
    ]
    .map(Head::text);
    let shown = found.iter().skip((page - 1) * PAGE).take(PAGE).map(|one| {
        let d = &one.dossier;
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&d.code)) { (parts::code(&d.code, false)) } },
            ),
            Cell::Text(d.procedure_name.clone()),
            Cell::Text(d.officer.clone()),
            moment(d.facts.received_at),
            moment(d.promises.last().and_then(|(_, due)| *due)),
            moment(d.facts.ended_at),
        ]
    });
    let back = paths::with_query(paths::REPORT_PROCESSING, &asked.pairs(&chosen.name));
    let body = html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Biểu II.06a, " (chosen.within()) } }
        div.head {
            div { h1 { (title) } p { b { (total) } " hồ sơ" } }
            div.row { (parts::Button::new("Excel").icon(crate::web::icons::Icon::Download).link(&format!("{here}&dang=xlsx"))) (parts::Button::new("CSV").icon(crate::web::icons::Icon::Download).link(&format!("{here}&dang=csv"))) }
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

fn sheet(found: &[Counted]) -> Sheet {
    Sheet {
        head: vec![
            "Mã hồ sơ",
            "Mã thủ tục",
            "Thủ tục",
            "Lĩnh vực",
            "Cán bộ",
            "Nhận lúc",
            "Hẹn lần đầu",
            "Kết thúc lúc",
        ],
        rows: found
            .iter()
            .map(|one| {
                let d = &one.dossier;
                let promised = d.promises.last().and_then(|(_, due)| *due);
                vec![
                    d.code.clone().into(),
                    d.procedure_code.clone().into(),
                    d.procedure_name.clone().into(),
                    d.field.clone().into(),
                    d.officer.clone().into(),
                    SheetCell::Moment(d.facts.received_at.map(to_local)),
                    SheetCell::Moment(promised.map(to_local)),
                    SheetCell::Moment(d.facts.ended_at.map(to_local)),
                ]
            })
            .collect(),
        definitions: Vec::new(),
    }
}
