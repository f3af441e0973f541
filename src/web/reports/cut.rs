//! Which dossiers does a page look at? Field, procedure, officer, channel, agency: boxes of
//! a filter, and part of every address that leads to the rows.
use chrono::{DateTime, Datelike, Timelike, Utc};
use maud::{Markup, html};

use super::Asked;
use crate::{
    app::App,
    domain::{
        dossier::Channel,
        time::{local_day, to_local},
    },
    error::Result,
    reports::cut::Cut,
    store::{accounts, procedures},
    web::form::{Field, FormErrors, select},
};

impl Asked {
    pub fn cut(&self) -> Cut {
        Cut {
            field: self.linh_vuc.clone(),
            procedure: self.thu_tuc.clone(),
            officer: self.can_bo.clone(),
            channel: self.kenh.clone(),
        }
    }

    /// Whether it came at the weekday and hour asked for.
    pub fn at_hour(&self, received: Option<DateTime<Utc>>) -> bool {
        let Some((day, hour)) = self.luc.split_once('-') else {
            return true;
        };
        received.map(to_local).is_some_and(|at| {
            day == at.weekday().num_days_from_monday().to_string() && hour == at.hour().to_string()
        })
    }

    /// Everything that was asked, for an address; what is empty is left out.
    pub fn pairs<'a>(&'a self, name: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut pairs = vec![
            ("ky", name),
            ("tu", self.tu.as_str()),
            ("den", &self.den),
            ("theo", &self.theo),
            ("linh-vuc", &self.linh_vuc),
            ("thu-tuc", &self.thu_tuc),
            ("can-bo", &self.can_bo),
            ("kenh", &self.kenh),
            ("co-quan", &self.co_quan),
            ("luc", &self.luc),
            ("gui", &self.gui),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }
}

/// Choices of a box: what is sent, what is read.
pub type Choices = Vec<(String, String)>;

/// A box; what was asked for stays to be chosen though it is no longer offered.
fn choose(name: &str, label: &str, asked: &str, mut choices: Choices) -> Markup {
    if !asked.is_empty() && !choices.iter().any(|(value, _)| value == asked) {
        choices.push((asked.to_owned(), asked.to_owned()));
    }
    let choices: Vec<(&str, &str)> = choices
        .iter()
        .map(|(value, words)| (value.as_str(), words.as_str()))
        .collect();
    let errors = FormErrors::new();
    select(&Field::new(name, label, asked, &errors).quiet(), &choices)
}

fn twice(words: impl IntoIterator<Item = String>) -> Choices {
    words.into_iter().map(|word| (word.clone(), word)).collect()
}

/// The boxes: field, procedure, officer, channel.
pub async fn boxes(app: &App, agency: i64, asked: &Asked) -> Result<Markup> {
    let people = accounts::enabled(app.store.read(), agency).await?;
    let people = twice(people.into_iter().map(|person| person.name));
    boxes_with(app, asked, people).await
}

/// The same, with these officers to choose from.
pub async fn boxes_with(app: &App, asked: &Asked, people: Choices) -> Result<Markup> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let mut known: Choices = procedures::search(db, "", None, today)
        .await?
        .into_iter()
        .map(|procedure| {
            let name: String = procedure.name.chars().take(70).collect();
            (procedure.code.clone(), format!("{} {name}", procedure.code))
        })
        .collect();
    known.sort();
    known.dedup();
    let channels = Channel::ALL.iter();
    let channels = channels.map(|one| (one.code().to_owned(), one.label().to_owned()));
    let cut = asked.cut();
    let said = if cut.is_whole() {
        "tất cả hồ sơ".to_owned()
    } else {
        cut.words()
    };
    Ok(html! {
        // Closed while nothing is chosen: a telephone shows the figures first.
        details.more open[!cut.is_whole()] { summary { "Lọc theo lĩnh vực, thủ tục, cán bộ, hình thức nộp: " (said) } div.fields {
        (choose("linh-vuc", "Lĩnh vực", &asked.linh_vuc, twice(procedures::fields(db, today).await?)))
        (choose("thu-tuc", "Thủ tục", &asked.thu_tuc, known))
        (choose("can-bo", "Cán bộ", &asked.can_bo, people))
        (choose("kenh", "Hình thức nộp", &asked.kenh, channels.collect()))
        } }
    })
}

/// One more box, where other agencies hold dossiers too.
pub fn agency_box(asked: &Asked, names: Vec<String>) -> Markup {
    choose("co-quan", "Cơ quan", &asked.co_quan, twice(names))
}

/// What the figures are of, where they are not of all.
pub fn said(cut: &Cut) -> Markup {
    html! { @if !cut.is_whole() { p { "Chỉ gồm " b { (cut.words()) } "." } } }
}
