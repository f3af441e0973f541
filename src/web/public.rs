//! What stands around every citizen's page: the office's name of today, its telephone, its hours.
use std::sync::Arc;

use chrono::{NaiveTime, Timelike as _};
use maud::Markup;

use super::{
    layout::{Shell, citizen_page},
    parts::Notice,
};
use crate::{app::App, domain::deadline::OfficeHours, error::Result, store::agencies::AgencyName};

/// The frame of a citizen's page.
pub struct Frame {
    pub agency: Arc<AgencyName>,
    pub hours: String,
    pub demo: Option<Arc<str>>,
    /// Other agencies can be chosen.
    pub many: bool,
    /// A citizen chose this one.
    pub chosen: bool,
}

impl Frame {
    /// As of today.
    pub async fn load(app: &App) -> Result<Self> {
        Self::of(app, app.home_agency().await?).await
    }

    /// That of one agency among several.
    pub async fn of(app: &App, agency: i64) -> Result<Self> {
        Ok(Self {
            agency: app.agency_name(agency).await?,
            hours: hours_words(app.office_lately(agency).await?.hours()),
            demo: app.demo.clone(),
            many: app.directory().await?.open.len() > 1,
            chosen: app.visited() == Some(agency),
        })
    }

    pub fn page(&self, title: &str, notice: Option<Notice<'_>>, body: Markup) -> Markup {
        let shell = Shell {
            title,
            notice,
            ..Shell::default()
        };
        self.framed(&shell, body)
    }

    /// A page of something under way, which is asked for again until it ends.
    pub fn page_that_follows(&self, title: &str, body: Markup) -> Markup {
        let shell = Shell {
            title,
            follows: true,
            ..Shell::default()
        };
        self.framed(&shell, body)
    }

    fn framed(&self, shell: &Shell<'_>, body: Markup) -> Markup {
        let shell = Shell {
            agency_name: &self.agency.name,
            parent_line: Some("Bộ phận Một cửa"),
            demo: self.demo.as_deref(),
            phone: self.agency.phone.as_deref(),
            hours: Some(&self.hours),
            many: self.many,
            ..*shell
        };
        citizen_page(&shell, body)
    }
}

/// `Thứ Hai đến thứ Sáu, 07:30–11:30 và 13:30–17:00`
pub fn hours_words(hours: &OfficeHours) -> String {
    let part = |(open, close): (NaiveTime, NaiveTime)| {
        let (from, to) = ((open.hour(), open.minute()), (close.hour(), close.minute()));
        format!("{:02}:{:02}–{:02}:{:02}", from.0, from.1, to.0, to.1)
    };
    format!(
        "Thứ Hai đến thứ Sáu, {} và {}",
        part(hours.morning),
        part(hours.afternoon)
    )
}
