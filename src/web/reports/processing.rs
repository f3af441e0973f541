//! `/bao-cao/giai-quyet`: table II.06a as it will be printed; every number opens its dossiers.
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    Asked, Chosen,
    behind::Behind,
    chosen, current_quarter,
    cut::{boxes, said},
    file, files, may_measure, period_bar, span, tabs,
};
use crate::{
    app::App,
    domain::{
        period::Period,
        scoring::{Column, Tally},
        time::local_day,
        viet,
    },
    error::Result,
    papers::processing::{JUDGED, OFFICIAL, UNDATED, as_of, pdf, rows_are},
    reports::{
        behind::Trait,
        processing::{self as report, BY_OFFICER, By, Report},
    },
    store::agencies,
    web::{
        form::{Field, FormErrors, select},
        layout::Section,
        parts::{self, counted, linked},
        paths,
        session::{Failure, Staff},
    },
};

pub fn by(asked: &Asked) -> By {
    By::from_code(&asked.theo).unwrap_or(By::Field)
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let table = report::official(
        &app,
        staff.actor.agency,
        chosen.period,
        by(&asked),
        &asked.cut(),
    )
    .await?;
    let extract = if table.cut.is_whole() { "" } else { "-trich" };
    let name = format!(
        "II.06a-{}-{}{extract}",
        chosen.period.from, chosen.period.to
    );
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
    let agency = agencies::name_by(app.store.read(), staff.actor.agency, chosen.period.to).await?;
    let has_units = agencies::below(app.store.read(), staff.actor.agency)
        .await?
        .len()
        > 1;
    let errors = FormErrors::new();
    let options: Vec<(&str, &str)> = By::ALL.iter().map(|by| (by.code(), by.label())).collect();
    let theo = by(&asked).code();
    let more = html! {
        (select(&Field::new("theo", "Chia theo", theo, &errors), &options))
        (boxes(&app, staff.actor.agency, &asked).await?)
    };
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let title = format!("Biểu II.06a, {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_PROCESSING))
        div.head {
            div { h1 { (title) } (span(&app, chosen.period)) }
            div.row {
                @if has_units { (parts::Button::new("Các đơn vị").link(&paths::with_query(paths::REPORT_AGENCIES, &[("ky", &chosen.name), ("tu", &asked.tu), ("den", &asked.den)]))) }
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
            (said(&table.cut))
            @if chosen.period.to >= local_day(app.clock.now()) { p.second { b { (as_of(&app, chosen.period)) "." } } }
            (official(&table, trail))
            (footnotes(&table, &app, trail))
            (closing(&table, trail))
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

fn official(table: &Report, trail: Behind) -> Markup {
    // The form has no place for what has no promised date: own columns, where there is any.
    let undated = table.total.processed.undated + table.total.pending.undated > 0;
    let cells = |label: Option<&str>, tally: &Tally| {
        let columns = OFFICIAL
            .into_iter()
            .chain(UNDATED.into_iter().filter(|_| undated));
        let all: Vec<(u64, String, bool)> = columns
            .map(|column| {
                let late = matches!(column, Column::Late | Column::Overdue);
                (
                    tally.count(column),
                    trail.rows(column, &[("nhom", label.unwrap_or_default())]),
                    late,
                )
            })
            .collect();
        html! {
            @for (count, href, late) in all {
                td.num { @if count == 0 { span.muted { "0" } } @else {
                    a.bad[late] href=(href) { (viet::number(count)) }
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
                        th rowspan="3" scope="col" { (rows_are(table.by)) }
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
fn footnotes(table: &Report, app: &App, trail: Behind) -> Markup {
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
    let period = Period {
        from: table.from,
        to: table.to,
    };
    let notes = table.notes;
    let judged = app.settings.figures.after_reappointment.label();
    let note = |count: u64, column, which| {
        linked(
            u32::try_from(count).unwrap_or(u32::MAX),
            Some(&trail.with(column, which)),
        )
    };
    html! {
        p.second { "Trước và đúng hạn ÷ đã giải quyết có ngày hẹn: " (counted(super::shown(on_time), &trail.share(Column::Kept, Column::Dated)))
            " · Tính cả quá hạn chưa xong: " (counted(super::shown(on_time_with_overdue), &trail.share(Column::Kept, Column::Judged))) }
        p.second { "(3) = (4) + (5) + (6); (7) = (8) + (9) + (10); (11) = (12) + (13); (3) = (7) + (11)"
            @if processed.undated + pending.undated > 0 { "; hồ sơ không có ngày hẹn đứng ở cột riêng, nằm trong (7) và (11)" }
            ". Tổng kiểm: " b { @if sums { "đúng" } @else { "SAI, báo quản trị" } } "." }
        p.second { (JUDGED) }
        @if table.by == By::Officer { p.second { (BY_OFFICER) } }
        @for one in &table.overlaps { p.second { (one.words()) " " a href=(paths::REPORT_CLOSED) { "Xem các kỳ đã chốt" } "." } }
        p.second { (as_of(app, period)) ". Quá hạn tính theo " (judged) ". "
            (note(notes.waiting, Column::Pending, Trait::Waiting)) " hồ sơ đang chờ bổ sung hoặc nộp phí; "
            (note(notes.withdrawn, Column::Processed, Trait::Withdrawn)) " hồ sơ công dân rút, " (note(notes.stopped, Column::Processed, Trait::Stopped)) " hồ sơ dừng, "
            (note(notes.refused, Column::Processed, Trait::Refused)) " hồ sơ từ chối giải quyết nằm ở cột (7)." }
    }
}

/// Whether (6) is what was left pending, who closed the period, and what changed since.
fn closing(table: &Report, trail: Behind) -> Markup {
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
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let eve = parts::day(carried.until);
    let pending = trail.rows(Column::Pending, &[("ky", ""), ("tu", &eve), ("den", &eve)]);
    html! {
        p.second { "Hồ sơ từ kỳ trước: (6) = " b { (linked(few(carried.carried_over), Some(&trail.column(Column::CarriedOver)))) } "; "
            @if let Some(id) = carried.closed { a href=(paths::closed_period(id)) { (before) } } @else { (before) }
            " = " b { (linked(few(carried.pending), Some(pending.as_str()).filter(|_| !carried.from_closed))) } ". "
            @if carried.agrees() { "Khớp." } @else { "Khác " (viet::number(carried.differences.len())) " hồ sơ, điều chỉnh kỳ trước:" } }
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
                a href=(paths::closed_period(closed.id)) { @if closed.adjustments.is_empty() { "Chưa có điều chỉnh sau khi chốt" } @else { "Điều chỉnh kỳ trước: " (viet::number(closed.adjustments.len())) " hồ sơ" } } }
        }
    }
}
