//! What upsets a year: a specialist on leave with a stand-in, and a day off that a
//! storm forces on everyone. Both are entered by the actions that the pages use.
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::cast::Cast;
use crate::{
    actions::{
        change_calendar::{self, By},
        take_leave,
    },
    app::App,
    domain::{
        calendar::{CalendarException, DayKind},
        time::to_utc,
        viet,
    },
    error::Result,
};

/// Who is away, and who does the work meanwhile.
const ABSENT: &str = "specialist";
const STAND_IN: &str = "specialist-vh";

/// When what is announced and entered.
#[derive(Clone, Copy, Debug)]
pub struct Interruptions {
    pub storm: NaiveDate,
    leave: (NaiveDate, NaiveDate),
    announced: bool,
    entered: bool,
}

impl Interruptions {
    /// The first Monday from 24 September on, and two weeks of July.
    pub fn of(year: i32) -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let mut storm = day(9, 24);
        while storm.weekday() != Weekday::Mon {
            storm = storm + Days::new(1);
        }
        Self {
            storm,
            leave: (day(7, 12), day(7, 23)),
            announced: false,
            entered: false,
        }
    }

    /// Does what has come due by a moment; says whether the storm was announced now.
    pub async fn until(&mut self, app: &App, cast: &Cast, at: NaiveDateTime) -> Result<bool> {
        let enter = at_half_past_two(self.leave.0 - Days::new(4));
        if !self.entered && enter <= at {
            self.entered = true;
            let input = take_leave::Input {
                who: ABSENT.into(),
                stand_in: STAND_IN.into(),
                from: viet::date(self.leave.0),
                to: viet::date(self.leave.1),
                note: "Nghỉ phép năm".into(),
            };
            take_leave::run(&app.at(to_utc(enter)), cast.actor("office")?, &input).await?;
        }
        let announce = at_half_past_two(self.storm - Days::new(3));
        if self.announced || announce > at {
            return Ok(false);
        }
        self.announced = true;
        let app = app.at(to_utc(announce));
        let mut days: Vec<CalendarException> =
            app.calendar().await?.exceptions().cloned().collect();
        days.push(CalendarException {
            date: self.storm,
            kind: DayKind::CompensatoryOff,
            name: "Nghỉ tránh bão".into(),
            confidence: "high".into(),
        });
        days.sort_by_key(|day| day.date);
        let office = cast.actor("office")?;
        let by = By {
            name: &office.name,
            role: office.role.code(),
            source: &format!("Nghỉ tránh bão ngày {}", viet::date(self.storm)),
        };
        change_calendar::run(&app, by, &days, None).await?;
        Ok(true)
    }

    /// Who acts for someone on a day.
    pub fn acting(&self, who: &'static str, day: NaiveDate) -> &'static str {
        if who == ABSENT && (self.leave.0..=self.leave.1).contains(&day) {
            STAND_IN
        } else {
            who
        }
    }

    /// What was meant for the day of the storm is the first thing of the day after,
    /// in the order in which it was meant.
    pub fn put_off(&self, at: NaiveDateTime) -> NaiveDateTime {
        if at.date() != self.storm {
            return at;
        }
        let opening = NaiveTime::from_hms_opt(7, 30, 0).unwrap_or_default();
        let meant = at.time().signed_duration_since(NaiveTime::MIN);
        (self.storm + Days::new(1)).and_time(opening) + meant / 600
    }
}

fn at_half_past_two(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::from_hms_opt(14, 30, 0).unwrap_or_default())
}
