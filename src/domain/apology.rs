//! When is an apology owed, for what reason, and to which new date?
//!
//! NĐ 61/2018/NĐ-CP Điều 19.9: the letter comes no later than a day before the
//! promise breaks, names the reason, and the date moves at most once.
use chrono::NaiveDateTime;

use super::{
    calendar::Calendar,
    deadline::{ClockPolicy, DeadlineError, DeadlineRules, TimeLimit, compute},
    dossier::codes,
};

codes! {
    /// Why it is late; the letter adds words of its own.
    Reason {
        Workload = "workload", "Số lượng hồ sơ tăng đột biến";
        Verification = "verification", "Phải xác minh thêm";
        OtherAgency = "other_agency", "Chờ ý kiến cơ quan phối hợp";
        Equipment = "equipment", "Sự cố hệ thống, thiết bị";
        StaffAbsent = "staff_absent", "Cán bộ giải quyết vắng mặt";
        Disaster = "disaster", "Thiên tai, dịch bệnh";
        Other = "other", "Lý do khác";
    }
}

/// The proposed new date: the procedure's whole limit counted from now, at least
/// one working day after today. Without a limit: the next working day.
///
/// # Errors
/// When the calendar does not know the days that follow.
///
/// ```
/// use motcua::domain::{apology::new_date, calendar::{read, Calendar, SHIPPED}, deadline::*};
/// let calendar = Calendar::new("1", read(SHIPPED).unwrap());
/// let now = "2021-04-20T09:00:00".parse().unwrap();
/// let date = |limit| new_date(&calendar, &DeadlineRules::default(), now, limit).unwrap().to_string();
/// assert_eq!(date(Some(TimeLimit::new(0, Unit::SameDay))), "2021-04-22 17:00:00", "21/4 is a holiday");
/// assert_eq!(date(Some(TimeLimit::new(5, Unit::WorkingDays))), "2021-04-28 17:00:00");
/// ```
pub fn new_date(
    calendar: &Calendar,
    rules: &DeadlineRules,
    now: NaiveDateTime,
    limit: Option<TimeLimit>,
) -> Result<NaiveDateTime, DeadlineError> {
    let soonest = calendar
        .next_working_day(now.date())?
        .and_time(rules.hours.closing());
    let Some(limit) = limit else {
        return Ok(soonest);
    };
    let counted = compute(calendar, rules, now, limit, ClockPolicy::Restart, &[])?.due_at;
    Ok(counted.max(soonest))
}
