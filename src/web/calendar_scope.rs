//! Whose calendar does a change of the calendar change?
use super::session::Staff;
use crate::{
    actions::{
        change_calendar::{self, By, Plan},
        change_office::{self, Decided},
    },
    app::App,
    domain::calendar::{Calendar, CalendarException},
    error::Result,
    store::{agencies, own_days::OwnChange},
};

/// Whose calendar one changes.
pub struct Scope {
    pub calendar: Calendar,
    /// The agency, where it decides for itself only.
    pub own: Option<i64>,
}

impl Scope {
    /// Whoever stands at the top changes the calendar of all, everybody else their own.
    pub async fn of(app: &App, staff: &Staff) -> Result<Self> {
        let agency = staff.actor.agency;
        let offices = app.offices().await?;
        let above = agencies::above(app.store.read(), agency).await?;
        Ok(match above {
            Some(_) => Self {
                calendar: offices.of(agency).calendar.clone(),
                own: Some(agency),
            },
            None => Self {
                calendar: offices.shared().calendar.clone(),
                own: None,
            },
        })
    }

    pub async fn plan(&self, app: &App, changes: &[OwnChange]) -> Result<Plan> {
        match self.own {
            Some(agency) => {
                let decided = Decided::Days(changes.to_vec());
                change_office::plan(app, agency, &decided).await
            }
            None => change_calendar::plan(app, &with(&self.calendar, changes)).await,
        }
    }

    pub async fn run(
        &self,
        app: &App,
        by: By<'_>,
        changes: &[OwnChange],
        seen: Option<i64>,
    ) -> Result<Plan> {
        match self.own {
            Some(agency) => {
                let decided = Decided::Days(changes.to_vec());
                change_office::run(app, by, agency, &decided, seen).await
            }
            None => change_calendar::run(app, by, &with(&self.calendar, changes), seen).await,
        }
    }
}

/// The days of a calendar with the change in it.
fn with(calendar: &Calendar, changes: &[OwnChange]) -> Vec<CalendarException> {
    let after = calendar.with_own(String::new(), changes.iter().map(|one| one.day.clone()));
    after.exceptions().cloned().collect()
}
