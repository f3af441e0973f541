//! `/ho-so` and `/ban-lam-viec`: which dossiers are there, and which need a hand today?
use std::collections::HashMap;

use axum::extract::{Query, State};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, text_field},
    layout::Section,
    parts::{self, Button, DossierGroup, DossierRow, dossier_table, empty, tile, tiles},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    config::AfterReappointment,
    domain::{
        dossier::Status,
        standing::Standing,
        time::{local_day, to_local},
    },
    error::{Error, Result},
    store::{
        dossiers::Dossier,
        procedures,
        register::{self, Filter},
    },
};

const PAGE: u64 = 50;

/// Whether lateness is judged by the new date.
pub fn by_new_date(app: &App) -> bool {
    app.settings.figures.after_reappointment == AfterReappointment::New
}

/// The badge of a dossier, where it has a standing.
pub fn badge_of(app: &App, dossier: &Dossier) -> Option<parts::Standing> {
    let now = app.clock.now();
    let due = to_local(dossier.original_due_at?);
    let days = |to: NaiveDate| (to - due.date()).num_days().unsigned_abs();
    let count = |to: NaiveDate| u32::try_from(days(to)).unwrap_or(u32::MAX);
    let today = local_day(now);
    let ended = dossier.judged_at.map_or(today, local_day);
    Some(match dossier.standing(by_new_date(app), now) {
        Standing::Early => parts::Standing::Early { days: count(ended) },
        Standing::OnTime => parts::Standing::OnTime,
        Standing::Late => parts::Standing::Late { days: count(ended) },
        Standing::InTime => parts::Standing::InTime { days: count(today) },
        Standing::DueToday => parts::Standing::DueToday { at: due.time() },
        Standing::Overdue => parts::Standing::Overdue { days: count(today) },
        Standing::Waiting => parts::Standing::Waiting,
        Standing::Undated => parts::Standing::Undated,
        Standing::None => return None,
    })
}

#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    status: String,
    after: Option<i64>,
}

/// The table of some dossiers.
async fn table(app: &App, title: &str, rows: &[Dossier], total: u64) -> Result<Markup> {
    let mut names: HashMap<i64, String> = HashMap::new();
    for row in rows {
        let id = row.procedure_version_id;
        if let std::collections::hash_map::Entry::Vacant(slot) = names.entry(id) {
            slot.insert(procedures::get(app.store.read(), id).await?.name);
        }
    }
    let links: Vec<String> = rows.iter().map(|row| paths::dossier(&row.code)).collect();
    let dues: Vec<String> = rows
        .iter()
        .map(|row| {
            row.due_at
                .map(|due| parts::day(local_day(due)))
                .unwrap_or_default()
        })
        .collect();
    let rows = rows
        .iter()
        .zip(&links)
        .zip(&dues)
        .map(|((row, href), due)| DossierRow {
            standing: badge_of(app, row),
            status: row.status().label(),
            code: &row.code,
            href,
            applicant: &row.applicant_name,
            procedure: names
                .get(&row.procedure_version_id)
                .map_or("", String::as_str),
            holder: row.status().label(),
            due,
            acts: &[],
        });
    let group = DossierGroup {
        title: "",
        total: usize::try_from(total).unwrap_or(usize::MAX),
        rows: rows.collect(),
    };
    Ok(dossier_table(title, &[group]))
}

pub async fn register(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let filter = Filter {
        agency: staff.actor.agency,
        words: asked.q.clone(),
        standing: Standing::from_code(&asked.standing),
        status: Status::from_code(&asked.status),
        after_id: asked.after,
        ..Filter::default()
    };
    let now = app.clock.now();
    let (rows, total) =
        register::page(app.store.read(), &filter, by_new_date(&app), now, PAGE).await?;
    let shown = rows.len() as u64;
    let next = rows
        .last()
        .filter(|_| shown == PAGE)
        .map(|row| row.id.to_string());
    let next = next.map(|after| {
        let pairs = [
            ("q", asked.q.as_str()),
            ("standing", &asked.standing),
            ("status", &asked.status),
            ("after", &after),
        ];
        paths::with_query(paths::DOSSIERS, &pairs)
    });
    let errors = FormErrors::new();
    let of_what = filter.standing.map(|s| s.label().to_lowercase());
    let title = of_what.map_or("Hồ sơ".to_owned(), |what| format!("Hồ sơ {what}"));
    let list = table(&app, &title, &rows, total).await?;
    Ok(staff.page(&title, Section::Dossiers, None, html! {
        h1 { (title) }
        form.row method="get" action=(paths::DOSSIERS) role="search" {
            input type="hidden" name="standing" value=(asked.standing);
            (text_field(&Field::new("q", "Tìm theo mã, họ tên, số giấy tờ, thủ tục", &asked.q, &errors)))
            (Button::new("Tìm").submit())
        }
        p { (total) " hồ sơ" }
        @if rows.is_empty() {
            (empty("Không có hồ sơ nào.", "Thử bớt từ khóa; gõ không dấu cũng tìm được.", Some((paths::NEW_DOSSIER, "Tiếp nhận hồ sơ"))))
        } @else { (list) }
        @if let Some(next) = next { p { a href=(next) { "Xem " (PAGE) " hồ sơ tiếp theo" } } }
    }))
}

/// What a tile of the desk counts: one standing, one link.
async fn desk_tile(
    app: &App,
    agency: i64,
    standing: Standing,
    words: &str,
    bad: bool,
) -> Result<(u64, Markup), Error> {
    let filter = Filter {
        agency,
        standing: Some(standing),
        ..Filter::default()
    };
    let count =
        register::count(app.store.read(), &filter, by_new_date(app), app.clock.now()).await?;
    let href = paths::with_query(paths::DOSSIERS, &[("standing", standing.code())]);
    let shown = usize::try_from(count).unwrap_or(usize::MAX);
    Ok((count, tile(&href, shown, words, false, bad && count > 0)))
}

pub async fn desk(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    let agency = staff.actor.agency;
    let kinds = [
        (Standing::Overdue, "Quá hạn, chưa xong", true),
        (Standing::DueToday, "Hẹn hôm nay", false),
        (Standing::InTime, "Trong hạn", false),
        (Standing::Waiting, "Chờ bổ sung", false),
        (Standing::Undated, "Chưa có ngày hẹn", false),
    ];
    let mut cards = Vec::new();
    for (standing, words, bad) in kinds {
        cards.push(desk_tile(&app, agency, standing, words, bad).await?.1);
    }
    let mut lists = Vec::new();
    for (standing, title, _) in &kinds[..2] {
        let filter = Filter {
            agency,
            standing: Some(*standing),
            ..Filter::default()
        };
        let (rows, total) = register::page(
            app.store.read(),
            &filter,
            by_new_date(&app),
            app.clock.now(),
            20,
        )
        .await?;
        if total > 0 {
            lists.push((*title, total, table(&app, title, &rows, total).await?));
        }
    }
    let today = parts::date_words(local_day(app.clock.now()));
    Ok(staff.page(
        "Bàn làm việc",
        Section::Desk,
        None,
        html! {
            h1 { "Bàn làm việc" }
            p.second { (today) }
            p { (Button::primary("Tiếp nhận hồ sơ").key("F2").link(paths::NEW_DOSSIER)) }
            (tiles("Việc đang có", &cards))
            @if lists.is_empty() { (empty("Không còn việc phải làm ngay.", "", None)) }
            @for (title, total, list) in &lists { h2 { (title) " · " (total) } (list) }
        },
    ))
}
