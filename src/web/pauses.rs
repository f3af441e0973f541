//! `/so-tam-dung`: every stop of a clock, by number; and the clocks that stand though the papers came.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, select},
    icons::Icon,
    layout::Section,
    parts::{
        self, Button, Cell, Column, Notice, NoticeKind, Table, empty, filter_head, fold, notice,
    },
    paths,
    reports::{self, chosen, file},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{
        dossier::{Act, Status},
        pause::{PauseKind, PauseReason},
        period::Period,
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::Result,
    reports::pauses::{self as report, Ledger, Line},
    store::{
        accounts,
        dossiers::Dossier,
        pauses::{self, Arrival, Entry, Filter},
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Asked {
    tu: String,
    den: String,
    loai: String,
    ly_do: String,
    nguoi: String,
    /// Or by account, where several bear the name.
    tai_khoan: String,
    /// `con-dung`: only the clocks that stand though the papers came.
    muc: String,
    dang: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let standing = pauses::standing(app.store.read(), Some(staff.actor.agency)).await?;
    let standing = report::lines(&app, staff.actor.agency, standing).await?;
    if asked.muc == "con-dung" {
        let body = html! {
            nav.crumbs aria-label="Sổ" { a href=(paths::PAUSES) { "Sổ tạm dừng" } }
            div.head { div { h1 { "Giấy đã đến, đồng hồ còn dừng" }
                p { "Giấy tờ đến rồi thì thời hạn chạy từ lúc đến. Kiểm tra ngay: mỗi ngày để lâu là một ngày mất của chính cơ quan." } } }
            @if standing.items.is_empty() { (empty("Không có hồ sơ nào.", "Mọi hồ sơ có giấy bổ sung đến đã được kiểm tra.", None)) }
            @else { (waiting(&standing)) }
        };
        let page = staff.page("Giấy đã đến, đồng hồ còn dừng", Section::Pauses, None, body);
        return Ok(page.into_response());
    }
    let days = reports::Asked {
        tu: asked.tu.clone(),
        den: asked.den.clone(),
        dang: asked.dang.clone(),
        ..reports::Asked::default()
    };
    let year = Period::year_of(
        local_day(app.clock.now()),
        app.settings.figures.period_start_day,
    );
    let period = chosen(&app, &days, &viet_year(year))?.period;
    let account = match asked.tai_khoan.as_str() {
        "" => None,
        // Nobody of that name asked for anything.
        username => Some(
            accounts::by_username(app.store.read(), username)
                .await?
                .map_or(0, |account| account.id),
        ),
    };
    let filter = Filter {
        agency: staff.actor.agency,
        from: period.from,
        to: period.to,
        kind: PauseKind::from_code(&asked.loai),
        reason: PauseReason::from_code(&asked.ly_do),
        officer: Some(asked.nguoi.clone()).filter(|name| !name.is_empty()),
        // The desk keeps the book; a specialist sees what he asked for.
        own: (staff.actor.role == Role::Specialist)
            .then_some(staff.account.id)
            .or(account),
    };
    let ledger = report::build(&app, &filter).await?;
    let name = format!("so-tam-dung-{}-{}", period.from, period.to);
    if let Some(file) = file(&app, &days, &name, &ledger, &ledger.sheet())? {
        return Ok(file);
    }
    let title = "Sổ tạm dừng thời hạn";
    let seconds = ledger
        .items
        .iter()
        .filter(|line| second(&line.entry))
        .count();
    Ok(staff.page(title, Section::Pauses, None, html! {
        div.head {
            div {
                h1 { (title) }
                p { "Từ " (parts::day(period.from)) " đến " (parts::day(period.to)) ": " b { (viet::number(ledger.items.len())) } " lần dừng"
                    @if seconds > 0 { ", " b { (viet::number(seconds)) } " lần là yêu cầu thứ hai" } "." }
            }
            div.row { @for (kind, words) in [("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON")] {
                (Button::new(words).icon(Icon::Download).link(&same(&asked, kind)))
            } }
        }
        @if !standing.items.is_empty() {
            (notice(&Notice::new(NoticeKind::Warn, &format!("{} hồ sơ có giấy bổ sung đã đến mà đồng hồ còn dừng.", viet::number(standing.items.len())))
                .link(paths::PAUSES_STANDING, "Xem và kiểm tra")))
        }
        (filters(&app, &staff, &asked, period).await?)
        @if ledger.items.is_empty() { (empty("Không có lần dừng nào.", "Đồng hồ dừng khi yêu cầu bổ sung hoặc yêu cầu nộp phí.", None)) }
        @else { section.card { (table(&ledger)) } }
    }).into_response())
}

/// The name of the reporting year, as a period is called.
fn viet_year(year: Period) -> String {
    year.to.format("%Y").to_string()
}

/// The same lines as a file.
fn same(asked: &Asked, kind: &str) -> String {
    let pairs = [
        ("tu", asked.tu.as_str()),
        ("den", &asked.den),
        ("loai", &asked.loai),
        ("ly-do", &asked.ly_do),
        ("nguoi", &asked.nguoi),
        ("tai-khoan", &asked.tai_khoan),
        ("dang", kind),
    ];
    let given: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    paths::with_query(paths::PAUSES, &given)
}

async fn filters(app: &App, staff: &Staff, asked: &Asked, period: Period) -> Result<Markup> {
    let officers = pauses::officers(app.store.read(), staff.actor.agency).await?;
    let officers: Vec<(&str, &str)> = officers.iter().map(|n| (n.as_str(), n.as_str())).collect();
    let kinds: Vec<(&str, &str)> = PauseKind::ALL
        .iter()
        .map(|k| (k.code(), k.label()))
        .collect();
    let reasons: Vec<(&str, &str)> = PauseReason::ALL
        .iter()
        .map(|r| (r.code(), r.label()))
        .collect();
    let (from, to) = (viet::date(period.from), viet::date(period.to));
    let errors = FormErrors::new();
    let narrowed = [
        &asked.tu,
        &asked.den,
        &asked.loai,
        &asked.ly_do,
        &asked.nguoi,
    ];
    let conditions = narrowed.iter().filter(|value| !value.is_empty()).count();
    Ok(html! {
        (fold(&filter_head(conditions), &html! { form.card.filter method="get" action=(paths::PAUSES) role="search" { div.body { div.fields {
            (date_field(&Field::new("tu", "Dừng từ ngày", &from, &errors).quiet()))
            (date_field(&Field::new("den", "đến ngày", &to, &errors).quiet()))
            (select(&Field::new("loai", "Chờ gì", &asked.loai, &errors).quiet(), &kinds))
            (select(&Field::new("ly-do", "Nguyên nhân", &asked.ly_do, &errors).quiet(), &reasons))
            @if staff.actor.role != Role::Specialist {
                (select(&Field::new("nguoi", "Người yêu cầu", &asked.nguoi, &errors).quiet(), &officers))
            }
            div.field { (Button::new("Lọc").submit()) @if conditions > 0 { " " a href=(paths::PAUSES) { "Bỏ lọc" } } }
        } } } }))
    })
}

fn second(entry: &Entry) -> bool {
    entry.kind() == PauseKind::Supplement && entry.place > 1
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    viet::moment(to_local(at))
}

fn number(entry: &Entry) -> String {
    match (entry.number, entry.year) {
        (Some(number), Some(year)) => format!("{number:02}/{year}"),
        _ => "–".into(),
    }
}

/// Why, on which basis, who agreed.
fn why(entry: &Entry) -> Markup {
    html! {
        (entry.reason_label())
        @if let Some(reason) = &entry.reason { p.small { (reason) } }
        @if let Some(basis) = &entry.legal_basis { p.small { "Căn cứ: " (basis) } }
        @if let Some(leader) = &entry.approved_by { p.small { "Lãnh đạo đồng ý: " (leader) } }
        @if second(entry) { p.small { b { "Yêu cầu lần " (entry.place) } ": thống kê quốc gia tính quá hạn" } }
    }
}

/// When it ran again, or why it does not yet.
fn end(entry: &Entry) -> Markup {
    html! {
        @match (entry.to_at, entry.arrived_at) {
            (Some(to), _) => (moment(to)),
            (None, Some(at)) => { "Giấy đến " (moment(at)) ", chưa kiểm tra"
                @if entry.nights > 0 { p.small { "Kiểm tra đêm đã thấy " (entry.nights) " lần" } } },
            (None, None) if entry.ended_at.is_some() => "Kết thúc khi đang dừng",
            (None, None) => "Đang dừng",
        }
    }
}

/// Papers that came more than once: every time, and why again.
fn came_again(arrivals: &[Arrival]) -> Markup {
    html! { @if arrivals.len() > 1 { @for (place, one) in arrivals.iter().enumerate() {
        p.small { "Giấy đến lần " (place + 1) ": " (moment(one.at)) ", " (one.actor) " ghi" @if !one.note.is_empty() { " · " (one.note) } }
    } } }
}

fn table(ledger: &Ledger) -> Markup {
    let columns = [
        Column::text("Số phiếu"),
        Column::text("Hồ sơ"),
        Column::text("Chờ gì"),
        Column::text("Nguyên nhân"),
        Column::text("Người yêu cầu"),
        Column::text("Dừng từ"),
        Column::text("Chạy lại từ"),
        Column::number("Ngày làm việc"),
    ];
    let rows = ledger.items.iter().map(|Line { entry, days, arrivals }| {
        vec![
            Cell::Text(number(entry)),
            Cell::Markup(html! { a href=(paths::dossier(&entry.code)) { (entry.applicant_name) } p.small { (parts::code(&entry.code, true)) } }),
            Cell::Text(entry.kind().label().to_owned()),
            Cell::Markup(why(entry)),
            Cell::Text(entry.asked_by.clone().unwrap_or_else(|| "–".into())),
            Cell::Text(moment(entry.from_at)),
            Cell::Markup(html! { (end(entry)) (came_again(arrivals)) }),
            Cell::Count(u64::from(*days)),
        ]
    });
    parts::table(&Table {
        label: "Sổ tạm dừng",
        columns: &columns,
        rows: rows.collect(),
        total: None,
    })
}

/// Whose papers wait to be looked at.
fn waiting(ledger: &Ledger) -> Markup {
    let columns = ["Hồ sơ", "Thủ tục", "Giấy đến lúc", "Đêm đã thấy", "Việc"].map(Column::text);
    let rows = ledger.items.iter().map(|Line { entry, .. }| {
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&entry.code)) { (entry.applicant_name) } p.small { (parts::code(&entry.code, true)) } }),
            Cell::Text(entry.procedure_name.clone()),
            Cell::Text(entry.arrived_at.map(moment).unwrap_or_default()),
            Cell::Text(entry.nights.to_string()),
            Cell::Markup(Button::new("Mở hồ sơ để kiểm tra").link(&paths::dossier(&entry.code))),
        ]
    });
    html! { section.card { (parts::table(&Table { label: "Giấy đã đến, đồng hồ còn dừng", columns: &columns, rows: rows.collect(), total: None })) } }
}

/// The pauses of one dossier, on its page.
pub async fn card(app: &App, dossier: &Dossier, entries: Vec<Entry>) -> Result<Markup> {
    let again = paths::dossier_act(&dossier.code, Act::SupplementArrived.code());
    let arrived = dossier.status() == Status::AwaitingSupplement
        && entries
            .last()
            .is_some_and(|entry| entry.arrived_at.is_some());
    let ledger = report::lines(app, dossier.agency_id, entries).await?;
    Ok(html! {
        @if !ledger.items.is_empty() {
            section.card {
                header { h2 { "Các lần dừng thời hạn" } span.small { (ledger.items.len()) } }
                ul.list { @for Line { entry, days, arrivals } in &ledger.items {
                    li {
                        b { (entry.kind().label()) } @if entry.number.is_some() { ", phiếu số " (number(entry)) } " · " (days) " ngày làm việc"
                        p.small { "Từ " (moment(entry.from_at)) @if let Some(by) = &entry.asked_by { ", " (by) } " · " (end(entry)) }
                        (came_again(arrivals))
                        div.second { (why(entry)) }
                    }
                } }
                @if arrived { footer { a href=(again) { "Giấy tờ chưa đủ, ghi lần đến sau…" } } }
            }
        }
    })
}
