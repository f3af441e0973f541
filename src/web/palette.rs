//! `/tim`: what does the box at the top find? A dossier, a procedure to begin with, a
//! page. The register's list comes first, so that Enter does what it always did.
use axum::{Form, Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    layout::{Menu, Waiting},
    menu, paths, register_asked, reports,
    rows::{by_new_date, how_many},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{
        role::Role,
        time::local_day,
        viet::{fold, sentence, tidy},
    },
    papers::notice_board::limit_words,
    store::{
        procedures,
        register::{self, Filter, Found},
    },
};

/// Of each kind; more is what the list is for.
const MOST: u64 = 4;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

/// A line: its words, what it is, what stands below, where it leads.
fn line(name: &str, kind: &str, note: &str, href: &str) -> Value {
    json!({ "name": name, "code": kind, "note": note, "href": href })
}

pub async fn find(
    State(app): State<App>,
    staff: Staff,
    Form(asked): Form<Asked>,
) -> Result<Json<Value>, Failure> {
    let words = tidy(&asked.q.replace('\0', ""));
    if words.is_empty() {
        return Ok(Json(json!([])));
    }
    let db = app.store.read();
    let now = app.clock.now();
    let today = local_day(now);
    let filter = Filter {
        agency: staff.actor.agency,
        words: words.clone(),
        ..Filter::default()
    };
    let by_new = by_new_date(&app);
    let wanted = fold(&words);
    // One letter begins some word of most dossiers: none of them is meant, and they are many
    // to count at each key.
    let one_letter = wanted.chars().count() < 2;
    let (dossiers, found) = if one_letter {
        (Vec::new(), Found::default())
    } else {
        register::shown(db, &filter, by_new, now, MOST).await?
    };
    let list = register_asked::list_of(&app, &staff, &words)?;
    let mut lines = Vec::new();
    // A whole code is one dossier: straight to it.
    if found.counted != 1 || !dossiers[0].code.ends_with(&words.to_uppercase()) {
        let found = if one_letter {
            String::new()
        } else {
            sentence(&format!("{} hồ sơ", how_many(found)))
        };
        lines.push(line(&format!("Tìm hồ sơ “{words}”"), "", &found, &list));
    }
    let pages = pages(staff.actor.role);
    let named = pages
        .iter()
        .filter(|(name, _)| fold(name).starts_with(&wanted));
    for (name, href) in named.take(3) {
        lines.push(line(name, "Trang", "", href));
    }
    let of = procedures::by_ids(db, dossiers.iter().map(|one| one.procedure_version_id)).await?;
    for dossier in &dossiers {
        let about = of.get(&dossier.procedure_version_id);
        let about = about.map_or("", |procedure| procedure.name.as_str());
        let note = format!("{} · {about} · {}", dossier.code, dossier.status().label());
        lines.push(line(
            &dossier.applicant_name,
            "Hồ sơ",
            &note,
            &paths::dossier(&dossier.code),
        ));
    }
    let receives = matches!(staff.actor.role, Role::Receptionist | Role::Admin);
    let found = procedures::find(db, &words, today).await?;
    let office = app.office(staff.actor.agency).await?;
    let mut found = office.offered(found, today);
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    for procedure in &found {
        let note = format!("{} · {}", procedure.code, limit_words(procedure));
        let (kind, href) = if receives {
            ("Tiếp nhận", paths::new_dossier_for(&procedure.code))
        } else {
            ("Thủ tục", paths::procedure(&procedure.code))
        };
        lines.push(line(&procedure.name, kind, &note, &href));
    }
    Ok(Json(Value::Array(lines)))
}

/// What stands in the role's menu, and the reports where it measures.
fn pages(role: Role) -> Vec<(&'static str, &'static str)> {
    let (bar, more) = menu::entries(Menu::of(role), Waiting::default());
    let entries = bar
        .into_iter()
        .chain(more)
        .map(|(_, name, href, _)| (name, href));
    let mut pages: Vec<_> = entries.collect();
    pages.push(("Tài khoản", paths::ACCOUNT));
    pages.push(("Hướng dẫn", paths::GUIDE));
    pages.push(("Việc chạy lâu của tôi", paths::WORKS));
    if role.measures() {
        pages.extend(reports::TABS.map(|(href, name)| (name, href)));
    }
    if role == Role::Receptionist || role == Role::Admin {
        pages.push(("Tiếp nhận hồ sơ", paths::NEW_DOSSIER));
    }
    let mut seen = std::collections::HashSet::new();
    pages.retain(|(_, href)| seen.insert(*href));
    pages
}
