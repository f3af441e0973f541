//! The filters that an account keeps under names: shown, opened, saved, taken away. What
//! is looked for stays in their rows and in the bodies of forms; no address holds it.
use axum::{
    Form,
    extract::{Path, Query, State},
    response::Redirect,
};
use maud::{Markup, html};

use super::{
    form::{Field, FormErrors, text_field},
    parts::Button,
    paths,
    register_asked::Asked,
    session::{Failure, Staff},
};
use crate::{actions::save_filter, app::App, store::lists::SavedFilter};

/// What a row keeps.
pub fn read(query: &str) -> Asked {
    let address = paths::DOSSIERS.to_owned() + query;
    let read = address
        .parse()
        .ok()
        .and_then(|address| Query::<Asked>::try_from_uri(&address).ok());
    read.map(|Query(asked)| asked).unwrap_or_default()
}

/// The names, each opening its filter; the open one can be taken away.
pub fn row(filters: &[SavedFilter], open: Option<i64>) -> Markup {
    html! {
        @if !filters.is_empty() {
            nav.saved aria-label="Bộ lọc đã lưu" {
                ul.row {
                    li.second { "Bộ lọc đã lưu" }
                    @for filter in filters {
                        @let here = open == Some(filter.id);
                        li { a.chip href=(paths::saved_filter(filter.id)) aria-current=[here.then_some("page")] { (filter.name) } }
                        @if here { li { (Button::text(&format!("Xóa bộ lọc “{}”", filter.name)).post(&paths::saved_filter_drop(filter.id), &[])) } }
                    }
                }
            }
        }
    }
}

/// Keeps the filter as it stands.
pub fn form(asked: &Asked, saved: Option<&SavedFilter>) -> Markup {
    let errors = FormErrors::new();
    let name = saved.map_or("", |saved| &saved.name);
    html! {
        details {
            summary { "Lưu bộ lọc này" }
            form method="post" action=(paths::SAVED_FILTERS) {
                @for (name, value) in asked.pairs() {
                    @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
                }
                (text_field(&Field::new("ten", "Tên bộ lọc", name, &errors).maxlength(60)
                    .hint("Ví dụ: Đất đai quá hạn. Chỉ tài khoản này thấy; trùng tên thì thay bộ cũ.")))
                p.row { (Button::primary("Lưu bộ lọc").submit()) }
            }
        }
    }
}

pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let name = sent.iter().find(|(name, _)| name == "ten");
    let name = name.map_or("", |(_, value)| value.as_str());
    let known = Asked::default();
    let filter: Vec<(&str, &str)> = sent
        .iter()
        .filter(|(name, value)| {
            !value.is_empty() && known.pairs().iter().any(|(known, _)| known == name)
        })
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let query = paths::with_query("", &filter);
    let id = save_filter::run(&app, staff.account.id, name, &query).await?;
    Ok(Redirect::to(&paths::saved_filter(id)))
}

pub async fn forget(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Redirect, Failure> {
    save_filter::forget(&app, staff.account.id, id).await?;
    Ok(Redirect::to(paths::DOSSIERS))
}
