//! How does one dossier go? Drawn when it is received, step by step in office hours.
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use rand::{Rng, RngExt};

use crate::{
    actions::perform::Input,
    domain::{
        apology::new_date,
        calendar::Calendar,
        deadline::{DeadlineRules, TimeLimit},
        dossier::Act,
        time::{format_moment, to_utc},
    },
};

/// What happens next to a dossier, when, and by whom.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: NaiveDateTime,
    pub who: &'static str,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    /// An act; the version is filled in when it is done.
    Act(Box<Input>),
    /// The papers come; afterwards the rest of the course is drawn anew.
    Supplement,
    /// The citizen rates the service; better when it was on time.
    Ballot { good: f64, paper: bool },
}

/// How a dossier will end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    OnTheSpot,
    InTime,
    Late,
    Refused,
    Withdrawn,
    Stopped,
    Rejected,
}

/// What the drawing knows.
pub struct Course<'a, R> {
    pub calendar: &'a Calendar,
    pub rng: &'a mut R,
    pub specialist: &'static str,
    pub received: NaiveDateTime,
    pub due: Option<NaiveDateTime>,
    pub limit: Option<TimeLimit>,
}

fn input(act: Act) -> Input {
    Input {
        action: act.code().into(),
        ..Input::default()
    }
}

fn step(at: NaiveDateTime, who: &'static str, input: Input) -> Step {
    Step {
        at,
        who,
        what: What::Act(Box::new(input)),
    }
}

const LATE_REASONS: [(&str, &str); 4] = [
    (
        "verification",
        "chưa nhận được kết quả xác minh của nơi cư trú cũ",
    ),
    (
        "other_agency",
        "đang chờ ý kiến của cơ quan phối hợp cấp huyện",
    ),
    ("workload", "số lượng hồ sơ trong tuần tăng đột biến"),
    (
        "staff_absent",
        "công chức phụ trách nghỉ ốm, chưa có người thay",
    ),
];

impl<R: Rng> Course<'_, R> {
    fn minutes(&mut self, from: i64, to: i64) -> TimeDelta {
        TimeDelta::minutes(self.rng.random_range(from..=to))
    }

    /// A moment of a working day, in the morning or the afternoon.
    pub fn office_moment(&mut self, day: NaiveDate) -> NaiveDateTime {
        let minute = if self.rng.random_bool(0.6) {
            self.rng.random_range(7 * 60 + 35..11 * 60 + 25)
        } else {
            self.rng.random_range(13 * 60 + 35..16 * 60 + 50)
        };
        day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute)
    }

    /// The n-th working day after a day; the day itself where the calendar ends.
    fn working_day(&self, after: NaiveDate, n: u32) -> NaiveDate {
        let mut day = after;
        for _ in 0..n {
            day = self.calendar.next_working_day(day).unwrap_or(day);
        }
        day
    }

    /// A moment on a working day, never before what was done last.
    fn later(&mut self, last: NaiveDateTime, day: NaiveDate) -> NaiveDateTime {
        let soon = last + self.minutes(3, 25);
        self.office_moment(day).max(soon)
    }

    /// Received, appraised, approved and returned at the desk, within minutes.
    pub fn on_the_spot(&mut self) -> Vec<Step> {
        let mut at = self.received;
        let mut steps = Vec::new();
        for act in [Act::Appraise, Act::Approve, Act::Process, Act::ReturnResult] {
            at += self.minutes(1, 6);
            let mut input = input(act);
            input.at_desk = Some(true);
            if act == Act::Approve {
                input.approved_by = Some("Văn Bá Hùng".into());
            }
            steps.push(step(at, "receptionist", input));
        }
        self.ballot(&mut steps, 0.95);
        steps
    }

    /// Given to a specialist, who may find that papers are missing.
    pub fn begin(&mut self, missing: bool) -> Vec<Step> {
        let mut at = self.received + self.minutes(10, 50);
        if at.format("%H%M").to_string().as_str() > "1645" {
            let day = self.working_day(at.date(), 1);
            at = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(7 * 60 + 40);
        }
        let mut assign = input(Act::Assign);
        assign.to = Some(self.specialist.into());
        let mut steps = vec![step(at, "office", assign)];
        // Taken within the hour, or with the first act; not drawn, so that a seed stays what it was.
        let taken = at + TimeDelta::minutes(5 + i64::from(self.received.second()) % 45);
        if taken.time() < DeadlineRules::default().hours.closing() {
            steps.push(step(taken, self.specialist, input(Act::Take)));
            at = taken;
        }
        if missing {
            let mut ask = input(Act::RequestSupplement);
            ask.reason_code = Some("missing".into());
            ask.items = Some(vec![
                "Bản sao giấy tờ có nội dung liên quan".into(),
                "Tờ khai ghi đủ các mục".into(),
            ]);
            ask.reason = Some("Hồ sơ chưa đủ thành phần theo quy định".into());
            let days = self.rng.random_range(0..3);
            let asked_on = self.working_day(at.date(), days);
            let asked = self.later(at, asked_on);
            steps.push(step(asked, self.specialist, ask));
            let wait = self.rng.random_range(1..9);
            let back_on = self.working_day(asked.date(), wait);
            let back = self.later(asked, back_on);
            steps.push(Step {
                at: back,
                who: "receptionist",
                what: What::Supplement,
            });
        }
        steps
    }

    /// From the specialist's desk to the end that fate wants.
    pub fn rest(&mut self, from: NaiveDateTime, fate: Fate) -> Vec<Step> {
        let due = self.due.unwrap_or(from + TimeDelta::days(20));
        let mut steps = Vec::new();
        match fate {
            Fate::Late => self.late(&mut steps, from, due),
            Fate::Refused => {
                let day = self.between(from.date(), due.date());
                let at = self.later(from, day);
                let mut refuse = input(Act::Refuse);
                refuse.reason = Some("Không đủ điều kiện giải quyết theo quy định".into());
                steps.push(step(at, "leader", refuse));
                self.hand_over(&mut steps, at, 0.5);
            }
            Fate::Withdrawn => {
                let day = self.between(from.date(), due.date());
                let mut withdraw = input(Act::Withdraw);
                withdraw.reason = Some("Người nộp có đơn xin rút hồ sơ".into());
                let at = self.later(from, day);
                steps.push(step(at, "receptionist", withdraw));
            }
            Fate::Stopped => {
                let mut stop = input(Act::Stop);
                stop.reason = Some("Đất đang có tranh chấp, chờ kết luận".into());
                let day = self.between(from.date(), due.date());
                let at = self.later(from, day);
                steps.push(step(at, "leader", stop));
            }
            _ => {
                let day = self.between(from.date(), due.date());
                let ready = self.finish(&mut steps, from, day);
                self.hand_over(&mut steps, ready, 0.9);
            }
        }
        steps
    }

    /// A working day from one to another, rather late than early.
    fn between(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        let days = self.calendar.working_days_between(from, to).unwrap_or(0);
        let one = self.rng.random_range(0..=days);
        let other = self.rng.random_range(0..=days);
        let at_least = u32::from(days > 0);
        self.working_day(from, one.max(other).max(at_least))
    }

    /// Appraised, approved, the result there on that day.
    fn finish(
        &mut self,
        steps: &mut Vec<Step>,
        from: NaiveDateTime,
        day: NaiveDate,
    ) -> NaiveDateTime {
        let appraised_on = self.between(from.date(), day);
        let appraised = self.later(from, appraised_on);
        let approved = self.later(appraised, day);
        let ready = approved + self.minutes(5, 40);
        steps.push(step(appraised, self.specialist, input(Act::Appraise)));
        steps.push(step(approved, "leader", input(Act::Approve)));
        steps.push(step(ready, self.specialist, input(Act::Process)));
        ready
    }

    /// Collected the same day or some days later; a few never are.
    fn hand_over(&mut self, steps: &mut Vec<Step>, ready: NaiveDateTime, good: f64) {
        if self.rng.random_bool(0.02) {
            return;
        }
        let days = self.rng.random_range(0..4);
        let day = self.working_day(ready.date(), days);
        let at = self.later(ready, day);
        steps.push(step(at, "receptionist", input(Act::ReturnResult)));
        self.ballot(steps, good);
    }

    /// Late by some days; most are told before, some after, some never.
    fn late(&mut self, steps: &mut Vec<Step>, from: NaiveDateTime, due: NaiveDateTime) {
        let behind = self.rng.random_range(1..5);
        let mut day = self.working_day(due.date(), behind);
        let said = self.rng.random_range(0..100);
        let before = self.working_day_before(due.date()).max(from.date());
        let drafted_on = match said {
            0..60 => Some(before),
            60..78 => Some(self.working_day(due.date(), 1)),
            _ => None,
        };
        let mut last = from;
        if let Some(drafted_on) = drafted_on.filter(|drafted| *drafted < day) {
            let (code, words) = LATE_REASONS[self.rng.random_range(0..LATE_REASONS.len())];
            let mut draft = input(Act::DraftApology);
            draft.reason_code = Some(code.into());
            draft.reason = Some(words.into());
            let drafted = self.later(from, drafted_on);
            if code == "other_agency" {
                let asked = from + TimeDelta::minutes(2);
                let mut ask = input(Act::AskAgency);
                ask.agency = Some("Phòng Tài nguyên và Môi trường – UBND huyện Quảng Điền".into());
                ask.reason = Some("Đề nghị cho ý kiến về nguồn gốc, tình trạng thửa đất".into());
                ask.due_at = Some(format_moment(to_utc(due.max(asked + TimeDelta::days(1)))));
                steps.push(step(asked, self.specialist, ask));
            }
            let signed = drafted + self.minutes(20, 360);
            steps.push(step(drafted, self.specialist, draft));
            // A few drafts are left lying.
            if self.rng.random_bool(0.93) {
                steps.push(step(signed, "leader", input(Act::SignApology)));
            }
            last = signed;
            // Most keep the new date.
            let rules = DeadlineRules::default();
            if self.rng.random_bool(0.85)
                && let Ok(new) = new_date(self.calendar, &rules, drafted, due, self.limit)
            {
                day = day.min(new.date()).max(self.working_day(due.date(), 1));
            }
        }
        let ready = self.finish(steps, last, day);
        self.hand_over(steps, ready, if drafted_on.is_some() { 0.55 } else { 0.3 });
    }

    fn working_day_before(&self, day: NaiveDate) -> NaiveDate {
        let mut before = day.pred_opt().unwrap_or(day);
        while !self.calendar.is_working_day(before).unwrap_or(true) {
            before = before.pred_opt().unwrap_or(before);
        }
        before
    }

    /// Every fifth citizen answers, some on paper.
    fn ballot(&mut self, steps: &mut Vec<Step>, good: f64) {
        if !self.rng.random_bool(0.22) {
            return;
        }
        let Some(last) = steps.last().map(|step| step.at) else {
            return;
        };
        let paper = self.rng.random_bool(0.3);
        let at = last + self.minutes(2, 600);
        steps.push(Step {
            at,
            who: "receptionist",
            what: What::Ballot { good, paper },
        });
    }
}
