//! How many working days did a dossier take, and which number do half of them, or the
//! slowest tenth, reach?
use chrono::NaiveDate;

use super::calendar::{Calendar, UnknownYear};

/// Working days after the day of receipt, up to and including the day it ended. While the
/// office waits no day counts: that of the request does, that of the supplement does not.
///
/// # Errors
/// [`UnknownYear`] when the calendar does not know a day.
///
/// ```
/// use motcua::domain::{calendar::{read, Calendar, SHIPPED}, used_days::used};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let day = |d| chrono::NaiveDate::from_ymd_opt(2021, 4, d).unwrap();
/// assert_eq!(used(&calendar, day(20), day(26), &[]), Ok(3), "21/4 and the weekend are off");
/// assert_eq!(used(&calendar, day(20), day(26), &[(day(22), day(23))]), Ok(2));
/// assert_eq!(used(&calendar, day(20), day(20), &[]), Ok(0), "done on the day");
/// ```
pub fn used(
    calendar: &Calendar,
    received: NaiveDate,
    ended: NaiveDate,
    waits: &[(NaiveDate, NaiveDate)],
) -> Result<u32, UnknownYear> {
    let mut days = calendar.working_days_between(received, ended)?;
    for (from, to) in waits {
        let from = (*from).max(received);
        let to = (*to).min(ended);
        days = days.saturating_sub(calendar.working_days_between(from, to)?);
    }
    Ok(days)
}

/// The smallest number that so many percent of them do not pass (nearest rank): 50 is the
/// median; what lies at 90 or above is the slowest tenth.
///
/// ```
/// use motcua::domain::used_days::reached_by;
/// let days = [1, 2, 2, 3, 3, 3, 4, 5, 9, 20];
/// assert_eq!((reached_by(&days, 50), reached_by(&days, 90)), (Some(3), Some(9)));
/// assert_eq!(reached_by(&[7], 90), Some(7));
/// assert_eq!(reached_by(&[], 50), None);
/// ```
pub fn reached_by(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}
