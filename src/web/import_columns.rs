//! Which heading of a file is which of our columns? Said once, kept for the next file.
use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};
use maud::{Markup, html};

use super::{
    form::{Field, FormErrors, select},
    imports::{Opened, open},
    parts::Button,
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::import_dossiers::columns::{self, KNOWN},
    app::App,
    domain::viet::fold,
};

/// Which heading of the file is which column; kept for the next file.
pub fn mapping(opened: &Opened) -> Markup {
    let errors = FormErrors::new();
    let empty = Vec::new();
    let head = opened.grid.get(opened.layout.head_row).unwrap_or(&empty);
    let options: Vec<(&str, &str)> = KNOWN
        .iter()
        .map(|known| (known.name, known.label))
        .collect();
    let meaning = |place: usize| {
        let found = opened.layout.places.iter().find(|(_, at)| **at == place);
        found.map_or("", |(name, _)| *name)
    };
    html! {
        details.card open[!opened.layout.missing().is_empty()] {
            summary { "Cột của tệp (đầu bảng ở dòng " (opened.layout.head_row + 1) ")" }
            div.body {
                form method="post" action=(paths::import_columns(opened.upload.id)) {
                    div.fields {
                        @for (place, heading) in head.iter().enumerate().filter(|(_, heading)| !heading.trim().is_empty()) {
                            (select(&Field::new(&format!("c{place}"), heading.trim(), meaning(place), &errors).optional(), &options))
                        }
                    }
                    p.row { (Button::new("Nhớ các cột này và xem lại").submit()) }
                }
            }
        }
    }
}

/// Remembers what the headings mean.
pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<Redirect, Failure> {
    let opened = open(&app, &staff, id).await?;
    let empty = Vec::new();
    let head = opened.grid.get(opened.layout.head_row).unwrap_or(&empty);
    let write = app.store.write().await?;
    for (place, heading) in head.iter().enumerate() {
        let Some(meaning) = typed.get(&format!("c{place}")) else {
            continue;
        };
        if meaning.is_empty() || columns::by_name(meaning).is_some() {
            write
                .remember(staff.actor.agency, &fold(heading), meaning)
                .await?;
        }
    }
    write.commit().await?;
    Ok(Redirect::to(&paths::import(id)))
}
