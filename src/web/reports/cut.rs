//! Which dossiers does a page look at? Field, procedure, officer, channel: boxes of a
//! filter, and part of every address that leads to the rows.
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
            ("luc", &self.luc),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }
}

/// The boxes: field, officer, channel.
pub async fn boxes(app: &App, agency: i64, asked: &Asked) -> Result<Markup> {
    let db = app.store.read();
    let fields = procedures::fields(db, local_day(app.clock.now())).await?;
    let fields: Vec<(&str, &str)> = fields.iter().map(|f| (f.as_str(), f.as_str())).collect();
    let people = accounts::enabled(db, agency).await?;
    let mut names: Vec<(&str, &str)> = people
        .iter()
        .map(|person| (person.name.as_str(), person.name.as_str()))
        .collect();
    if !asked.can_bo.is_empty() && !names.iter().any(|(name, _)| *name == asked.can_bo) {
        names.push((&asked.can_bo, &asked.can_bo));
    }
    let channels: Vec<(&str, &str)> = Channel::ALL
        .iter()
        .map(|channel| (channel.code(), channel.label()))
        .collect();
    let errors = FormErrors::new();
    Ok(html! {
        (select(&Field::new("linh-vuc", "Lĩnh vực", &asked.linh_vuc, &errors).quiet(), &fields))
        (select(&Field::new("can-bo", "Cán bộ", &asked.can_bo, &errors).quiet(), &names))
        (select(&Field::new("kenh", "Hình thức nộp", &asked.kenh, &errors).quiet(), &channels))
        @if !asked.thu_tuc.is_empty() { input type="hidden" name="thu-tuc" value=(asked.thu_tuc); }
    })
}
