//! From which list was a dossier opened, and what stands before and after it there?
use maud::{Markup, html};

use super::{
    paths,
    rows::{by_new_date, how_many},
    session::Staff,
};
use crate::{
    app::App,
    domain::viet::number,
    error::Result,
    lists::List,
    store::{
        dossiers::Dossier,
        register::{self, Around},
    },
};

/// The place of a dossier in the list it was opened from.
pub struct Place {
    /// The list as it stands in an address; empty where there is no list.
    name: String,
    known: Option<(List, Around)>,
}

impl Place {
    /// By what stands in the address; a list of somebody else, or of another agency, is none.
    pub async fn load(app: &App, staff: &Staff, name: &str, dossier: &Dossier) -> Result<Self> {
        let (account, agency) = (staff.account.id, staff.actor.agency);
        let Some(list) = List::read(&app.settings, account, agency, name)? else {
            return Ok(Self {
                name: String::new(),
                known: None,
            });
        };
        let around = register::around(
            app.store.read(),
            &list.filter,
            by_new_date(app),
            app.clock.now(),
            dossier,
        )
        .await?;
        Ok(Self {
            name: name.to_owned(),
            known: Some((list, around)),
        })
    }

    /// An address that keeps the place.
    pub fn keep(&self, path: &str) -> String {
        paths::in_list(path, &self.name)
    }

    /// "Quá hạn · 3 trong 12 · Trước · Sau"
    pub fn crumbs(&self) -> Markup {
        let to = |code: &str| self.keep(&paths::dossier(code));
        html! {
            nav.crumbs aria-label="Danh sách" {
                @match &self.known {
                    None => a href=(paths::DOSSIERS) { "Hồ sơ" },
                    Some((list, around)) => {
                        a href=(list.back) { (list.title) }
                        span {
                            @if let Some(place) = around.place { (number(place)) " trong " (how_many(around.total)) }
                            @else if around.listed { "trong " (how_many(around.total)) " hồ sơ" }
                            @else if around.total.counted > 0 { "còn " (how_many(around.total)) " hồ sơ trong danh sách" }
                            @else { "danh sách đã hết" }
                        }
                        @if let Some(code) = &around.before { a href=(to(code)) data-key="←" aria-keyshortcuts="ArrowLeft" rel="prev" { "Trước " kbd aria-hidden="true" { "←" } } }
                        @if let Some(code) = &around.after { a href=(to(code)) data-key="→" aria-keyshortcuts="ArrowRight" rel="next" { "Sau " kbd aria-hidden="true" { "→" } } }
                    }
                }
            }
        }
    }
}
