//! Early, on time, late; in time, due today, overdue, waiting.
//!
//! A limit in days, months or within the day is kept until the end of its due
//! date (Bộ luật Dân sự 2015 Điều 148.6: 24:00), though the desk promises
//! closing time; a limit in hours is kept to the moment.
use chrono::{DateTime, NaiveDateTime, Utc};

use super::{
    dossier::codes,
    time::{day_end, day_start, to_utc},
};

codes! {
    /// How a dossier stands against its promised date.
    Standing {
        Early = "early", "Xong trước hạn";
        OnTime = "on_time", "Xong đúng hạn";
        Late = "late", "Xong trễ hạn";
        InTime = "in_time", "Trong hạn";
        DueToday = "due_today", "Hẹn hôm nay";
        Overdue = "overdue", "Quá hạn, chưa xong";
        Waiting = "waiting", "Chờ bổ sung";
        Undated = "undated", "Chưa có ngày hẹn";
        /// Registered or rejected: in no figure.
        None = "none", "–";
    }
}

/// The two moments between which a dossier is on time, and after which it is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// 00:00 of the due date.
    pub day: DateTime<Utc>,
    /// The first late moment: 24:00 of the due date, or the due moment itself.
    pub lapse: DateTime<Utc>,
    /// Kept to the moment: there is no "on time", only early or late.
    pub by_moment: bool,
}

impl Bounds {
    pub fn new(due_at: NaiveDateTime, by_moment: bool) -> Self {
        Self {
            day: day_start(due_at.date()),
            lapse: if by_moment {
                to_utc(due_at)
            } else {
                day_end(due_at.date())
            },
            by_moment,
        }
    }
}

/// How it stands: `ended` is the moment it is judged by, `wait_from` since when
/// the office waits for the citizen.
///
/// ```
/// use motcua::domain::{standing::{standing, Bounds, Standing}, time::parse_moment};
/// let at = |text| parse_moment(text).unwrap();
/// let due = Some(Bounds::new("2021-04-26T17:00:00".parse().unwrap(), false));
/// let ended = |text| standing(due, Some(at(text)), None, at("2021-05-30T08:00"));
/// assert_eq!(ended("2021-04-25T23:59:59"), Standing::Early);
/// assert_eq!(ended("2021-04-26T23:59:59"), Standing::OnTime, "until 24:00");
/// assert_eq!(ended("2021-04-27T00:00:00"), Standing::Late);
/// let open = |now| standing(due, None, None, at(now));
/// assert_eq!(open("2021-04-26T18:00"), Standing::DueToday, "due today is not overdue");
/// assert_eq!(open("2021-04-27T00:00"), Standing::Overdue);
/// assert_eq!(standing(None, None, None, at("2021-04-27T00:00")), Standing::Undated);
/// ```
pub fn standing(
    due: Option<Bounds>,
    ended: Option<DateTime<Utc>>,
    wait_from: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Standing {
    let Some(due) = due else {
        return Standing::Undated;
    };
    match (ended, wait_from) {
        (Some(ended), _) if ended >= due.lapse => Standing::Late,
        (Some(ended), _) if ended < due.day || due.by_moment => Standing::Early,
        (Some(_), _) => Standing::OnTime,
        (None, Some(from)) if from < due.lapse => Standing::Waiting,
        (None, _) if now >= due.lapse => Standing::Overdue,
        (None, _) if now >= due.day => Standing::DueToday,
        (None, _) => Standing::InTime,
    }
}
