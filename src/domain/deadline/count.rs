//! Counting day by day, and saying each day why it counts or not.
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};

use super::{DayRole, DeadlineRules, Pause, TimeLimit, TraceDay, Unit, office_time, seconds};
use crate::domain::{
    calendar::{Calendar, UnknownYear, tomorrow},
    pause::PauseKind,
};

/// The convention of a unit, as said under the date.
pub fn rule_of(unit: Unit) -> &'static str {
    match unit {
        Unit::WorkingDays => "tính từ ngày làm việc sau ngày nhận, đến hết giờ làm việc ngày cuối",
        Unit::Days => {
            "tính cả ngày nghỉ từ ngày sau ngày nhận; ngày cuối là ngày nghỉ thì dời sang ngày làm việc tiếp theo"
        }
        Unit::Months => {
            "đến ngày tương ứng của tháng cuối; là ngày nghỉ thì dời sang ngày làm việc tiếp theo"
        }
        Unit::WorkingHours => "chỉ tính trong giờ làm việc, từ lúc nhận",
        Unit::ClockHours => "tính liên tục theo đồng hồ, từ lúc nhận",
        Unit::SameDay => {
            "trả trong ngày; nhận sau giờ chốt hoặc ngày nghỉ thì trả ngày làm việc tiếp theo"
        }
    }
}

/// A count under way.
pub struct Count<'a> {
    calendar: &'a Calendar,
    rules: &'a DeadlineRules,
    start: NaiveDateTime,
    pauses: &'a [Pause],
    pub trace: Vec<TraceDay>,
}

impl<'a> Count<'a> {
    pub fn new(
        calendar: &'a Calendar,
        rules: &'a DeadlineRules,
        start: NaiveDateTime,
        pauses: &'a [Pause],
    ) -> Self {
        Self {
            calendar,
            rules,
            start,
            pauses,
            trace: Vec::new(),
        }
    }

    pub fn run(&mut self, limit: TimeLimit) -> Result<NaiveDateTime, UnknownYear> {
        let day0 = self.start.date();
        self.calendar.is_working_day(day0)?;
        match limit.unit {
            Unit::WorkingDays => self.working_days(limit.amount),
            Unit::Days => self.each_day(limit.amount),
            Unit::Months => {
                let months = day0.checked_add_months(Months::new(limit.amount));
                let end = months
                    .and_then(|day| day.checked_add_days(Days::new(self.paused_days())))
                    .ok_or(UnknownYear(NaiveDate::MAX.year()))?;
                self.end_on(end)
            }
            Unit::WorkingHours => self.working_hours(TimeDelta::hours(limit.amount.into())),
            Unit::ClockHours => {
                let waited = self
                    .pauses
                    .iter()
                    .map(|p| seconds(p.from, p.to))
                    .sum::<TimeDelta>();
                let end = self
                    .start
                    .checked_add_signed(TimeDelta::hours(limit.amount.into()) + waited)
                    .ok_or(UnknownYear(NaiveDate::MAX.year()))?;
                self.say(
                    end.date(),
                    DayRole::Counted,
                    None,
                    format!("hết thời hạn lúc {}", end.format("%H:%M")),
                );
                Ok(end)
            }
            Unit::SameDay => self.same_day(),
        }
    }

    /// Never before the receipt or the last supplement: where the count ends
    /// earlier, closing time of the first working day that ends at or after it.
    pub fn not_before(
        &mut self,
        ended: NaiveDateTime,
        earliest: NaiveDateTime,
    ) -> Result<NaiveDateTime, UnknownYear> {
        if ended >= earliest {
            return Ok(ended);
        }
        let mut day = self.calendar.working_day_from(earliest.date())?;
        if self.closing(day) < earliest {
            day = self.calendar.next_working_day(day)?;
        }
        // Days already written that lie on or after it give way.
        self.trace.retain(|written| written.date < day);
        self.say(
            day,
            DayRole::Counted,
            None,
            "thời hạn đã dùng hết: trả khi nhận đủ, hết giờ làm việc ngày này".into(),
        );
        Ok(self.closing(day))
    }

    fn working_days(&mut self, amount: u32) -> Result<NaiveDateTime, UnknownYear> {
        let mut day = self.start.date();
        if amount == 0 {
            day = self.calendar.working_day_from(day)?;
            self.say(
                day,
                DayRole::Counted,
                None,
                "trả trong ngày làm việc này".into(),
            );
            return Ok(self.closing(day));
        }
        self.say(day, DayRole::Received, None, "ngày nhận, chưa tính".into());
        let mut counted = 0;
        while counted < amount {
            day = tomorrow(day)?;
            if !self.calendar.is_working_day(day)? {
                self.say_off(day);
            } else if let Some(kind) = self.waits_on(day) {
                self.say_waiting(day, kind);
            } else {
                counted += 1;
                let worked = self
                    .calendar
                    .name(day)
                    .map(|name| format!(" ({name})"))
                    .unwrap_or_default();
                let text = format!("ngày làm việc thứ {counted}{worked}");
                self.say(day, DayRole::Counted, Some(counted), text);
            }
        }
        Ok(self.closing(day))
    }

    /// The day of the request counts as used, the day the supplement arrives does not.
    fn waits_on(&self, day: NaiveDate) -> Option<PauseKind> {
        self.pauses
            .iter()
            .find(|p| p.from.date() < day && day <= p.to.date())
            .map(|p| p.kind)
    }

    fn paused_days(&self) -> u64 {
        self.pauses
            .iter()
            .map(|p| (p.to.date() - p.from.date()).num_days().unsigned_abs())
            .sum()
    }

    /// Every day counts, but for those of waiting; an end that is off moves on.
    fn each_day(&mut self, amount: u32) -> Result<NaiveDateTime, UnknownYear> {
        let mut day = self.start.date();
        // Asked first, so that an absurd limit fails before it is walked.
        let soonest = day.checked_add_days(Days::new(amount.into()));
        self.calendar
            .is_working_day(soonest.ok_or(UnknownYear(NaiveDate::MAX.year()))?)?;
        if amount > 0 {
            self.say(day, DayRole::Received, None, "ngày nhận, chưa tính".into());
        }
        let mut counted = 0;
        while counted < amount {
            day = tomorrow(day)?;
            if let Some(kind) = self.waits_on(day) {
                self.say_waiting(day, kind);
                continue;
            }
            counted += 1;
            if counted < amount {
                let text = format!("ngày thứ {counted}");
                self.say(day, DayRole::Counted, Some(counted), text);
            }
        }
        self.last_day(day, Some(amount).filter(|n| *n > 0))
    }

    /// The months before the end are not written out.
    fn end_on(&mut self, end: NaiveDate) -> Result<NaiveDateTime, UnknownYear> {
        let day0 = self.start.date();
        self.calendar.is_working_day(end)?;
        if end > day0 {
            self.say(day0, DayRole::Received, None, "ngày nhận, chưa tính".into());
        }
        self.last_day(end, None)
    }

    /// Bộ luật Dân sự 2015 Điều 148.5: an end that is off moves to the next working day.
    fn last_day(
        &mut self,
        end: NaiveDate,
        number: Option<u32>,
    ) -> Result<NaiveDateTime, UnknownYear> {
        let mut day = end;
        while !self.calendar.is_working_day(day)? {
            self.say_off(day);
            day = tomorrow(day)?;
        }
        let text = match number {
            Some(number) if day == end => format!("ngày thứ {number}"),
            Some(number) => format!("ngày thứ {number} là ngày nghỉ, dời đến ngày làm việc này"),
            None => "ngày làm việc, hết thời hạn".into(),
        };
        self.say(day, DayRole::Counted, number, text);
        Ok(self.closing(day))
    }

    fn same_day(&mut self) -> Result<NaiveDateTime, UnknownYear> {
        let day0 = self.start.date();
        let day = if !self.calendar.is_working_day(day0)? {
            self.say_off(day0);
            self.calendar.next_working_day(day0)?
        } else if self.start.time() > self.rules.same_day_cut_off {
            let cut_off = self.rules.same_day_cut_off.format("%H:%M");
            self.say(
                day0,
                DayRole::Received,
                None,
                format!("nhận sau {cut_off}, chuyển sang ngày làm việc tiếp theo"),
            );
            self.calendar.next_working_day(day0)?
        } else {
            day0
        };
        self.say(
            day,
            DayRole::Counted,
            None,
            "trả trong ngày làm việc này".into(),
        );
        Ok(self.closing(day))
    }

    fn working_hours(&mut self, amount: TimeDelta) -> Result<NaiveDateTime, UnknownYear> {
        let mut left = amount;
        for pause in self.pauses {
            left += office_time(self.calendar, &self.rules.hours, pause.from, pause.to)?;
        }
        let mut day = self.start.date();
        loop {
            if self.calendar.is_working_day(day)? {
                let mut worked = TimeDelta::zero();
                for (open, close) in self.rules.hours.sessions(day) {
                    let from = open.max(self.start);
                    if from >= close && !(left.is_zero() && from == close) {
                        continue;
                    }
                    if left <= close - from {
                        let end = from + left;
                        let text = format!("hết thời hạn lúc {}", end.format("%H:%M"));
                        self.say(day, DayRole::Counted, None, text);
                        return Ok(end);
                    }
                    left -= close - from;
                    worked += close - from;
                }
                if !worked.is_zero() {
                    let minutes = worked.num_minutes();
                    let text = format!("tính {} giờ {:02} phút", minutes / 60, minutes % 60);
                    self.say(day, DayRole::Counted, None, text);
                }
            } else {
                self.say_off(day);
            }
            day = tomorrow(day)?;
        }
    }

    fn closing(&self, day: NaiveDate) -> NaiveDateTime {
        day.and_time(self.rules.hours.closing())
    }

    fn say(&mut self, date: NaiveDate, role: DayRole, number: Option<u32>, text: String) {
        self.trace.push(TraceDay {
            date,
            counts: role == DayRole::Counted,
            role,
            number,
            text,
        });
    }

    fn say_waiting(&mut self, day: NaiveDate, kind: PauseKind) {
        self.trace.push(TraceDay::waiting(day, kind));
    }

    fn say_off(&mut self, day: NaiveDate) {
        self.trace.push(TraceDay::off(self.calendar, day));
    }
}
