//! What deserves a look? Fixed rules over what was written down; each says why. A list to
//! review, not an accusation.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{
    calendar::Calendar,
    deadline::{OfficeHours, office_time},
    dossier::codes,
    period::Period,
    standing::Bounds,
    time::to_utc,
};

codes! {
    /// A rule, and its explanation.
    Rule {
        StoppedOnLastDay = "stopped_on_last_day", "Dừng tính thời hạn đúng ngày hẹn: yêu cầu bổ sung hoặc nghĩa vụ tài chính được ghi vào chính ngày phải trả kết quả.";
        ReturnedOutside = "returned_outside", "Trả kết quả ngoài giờ làm việc: ngày nghỉ, hoặc cách giờ làm việc hơn 30 phút.";
        ReceiptBackdated = "receipt_backdated", "Giờ tiếp nhận ghi lùi hơn 30 phút so với lúc nhập.";
        ActBackdated = "act_backdated", "Việc ghi lùi qua ngày hẹn: theo thời điểm đã ghi thì còn hạn, lúc nhập thì đã quá hạn.";
        RejectedAfterDue = "rejected_after_due", "Không tiếp nhận sau khi đã quá ngày hẹn: hồ sơ không còn trong số liệu nào.";
        AcceptedLate = "accepted_late", "Hồ sơ nộp trực tuyến chờ hơn 8 giờ làm việc mới được tiếp nhận: thời hạn chỉ tính từ lúc tiếp nhận.";
        ClosedBeforePeriodEnd = "closed_before_period_end", "Nhiều hồ sơ kết thúc trong ngày cuối kỳ tháng: ít nhất 5 và gấp 3 lần trung bình các ngày làm việc trong tháng.";
        LodgedAgain = "lodged_again", "Cùng người, cùng thủ tục: rút hồ sơ rồi nộp lại trong 10 ngày.";
        SameSlip = "same_slip", "Một người ghi cùng một lý do yêu cầu bổ sung từ 5 lần trở lên.";
        BallotBurst = "ballot_burst", "Phiếu đánh giá điện tử dồn vào một ngày: ít nhất 10 phiếu và gấp 5 lần trung bình các ngày có phiếu khác trong tháng. Phiếu không ghi giờ, nên xét theo ngày.";
    }
}

/// One act, in the wall clock of the office.
#[derive(Clone, Debug)]
pub struct Act {
    pub code: String,
    pub seq: i32,
    pub act: String,
    pub actor: String,
    pub note: String,
    pub at: NaiveDateTime,
    pub recorded_at: NaiveDateTime,
    /// When the dossier came.
    pub registered_at: NaiveDateTime,
    /// Who the citizen is, for comparing only.
    pub person: String,
    pub procedure: String,
    pub imported: bool,
    pub due: Option<NaiveDateTime>,
    /// The promise is kept to its moment, not to the end of its day.
    pub by_moment: bool,
}

/// What a rule found: its own name, so that it stays reviewed, the dossiers, the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub key: String,
    pub dossiers: Vec<String>,
    pub words: String,
}

fn found(rule: Rule, key: &str, dossiers: Vec<String>, words: String) -> Finding {
    Finding {
        key: format!("{}:{key}", rule.code()),
        rule,
        dossiers,
        words,
    }
}

/// So many days later a dossier lodged again still belongs to the one withdrawn.
pub const AGAIN_DAYS: i64 = 10;

/// All findings of one reporting month. Among the acts are those of the days after it in
/// which a dossier may be lodged again. `ballots`: how many were cast without paper on
/// each day of the month.
///
/// A month is looked at whole, whatever period is asked for: the same finding has the same
/// name, and stays reviewed.
pub fn look(
    acts: &[Act],
    ballots: &[(NaiveDate, u64)],
    calendar: &Calendar,
    hours: &OfficeHours,
    month: Period,
) -> Vec<Finding> {
    let own: Vec<&Act> = acts
        .iter()
        .filter(|act| month.contains(act.at.date()))
        .collect();
    let mut all = Vec::new();
    for act in own.iter().filter(|act| !act.imported) {
        all.extend(single(act, calendar, hours));
        all.extend(after_due(act));
    }
    all.extend(crowded_end(&own, calendar, month));
    all.extend(lodged_again(&own, acts));
    all.extend(same_slips(&own));
    all.extend(bursts(ballots));
    all
}

fn bursts(ballots: &[(NaiveDate, u64)]) -> Vec<Finding> {
    let whole: u64 = ballots.iter().map(|(_, many)| many).sum();
    let others = (ballots.len() as u64).saturating_sub(1).max(1);
    let many = ballots
        .iter()
        .filter(|(_, many)| *many >= 10 && many * others >= 5 * (whole - many));
    many.map(|(day, many)| {
        let words = format!(
            "{many} phiếu ngày {}; các ngày khác trong tháng cộng lại {} phiếu.",
            super::viet::date(*day),
            whole - many
        );
        found(Rule::BallotBurst, &day.to_string(), Vec::new(), words)
    })
    .collect()
}

fn single(act: &Act, calendar: &Calendar, hours: &OfficeHours) -> Option<Finding> {
    let key = format!("{}:{}", act.code, act.seq);
    let when = super::viet::moment(act.at);
    let one = vec![act.code.clone()];
    match act.act.as_str() {
        "request_supplement" | "request_payment"
            if act.due.is_some_and(|due| due.date() == act.at.date()) =>
        {
            let words = format!("{} ghi lúc {when}, đúng ngày hẹn.", act.actor);
            Some(found(Rule::StoppedOnLastDay, &key, one, words))
        }
        "accept" => {
            let waited = office_time(calendar, hours, act.registered_at, act.at).ok()?;
            let came = super::viet::moment(act.registered_at);
            let words = format!("Nộp lúc {came}, {} tiếp nhận lúc {when}.", act.actor);
            (waited > TimeDelta::hours(8)).then(|| found(Rule::AcceptedLate, &key, one, words))
        }
        "return_result" if !open(act.at, calendar, hours) => {
            let words = format!("{} trả lúc {when}.", act.actor);
            Some(found(Rule::ReturnedOutside, &key, one, words))
        }
        "receive" if (act.recorded_at - act.at).num_minutes() > 30 => {
            let entered = super::viet::moment(act.recorded_at);
            let words = format!("{} ghi nhận lúc {when}, nhập lúc {entered}.", act.actor);
            Some(found(Rule::ReceiptBackdated, &key, one, words))
        }
        _ => None,
    }
}

/// Entered when the promise had broken: as done before, or to make the dossier leave
/// every figure.
fn after_due(act: &Act) -> Option<Finding> {
    let due = act.due.filter(|_| act.act != "receive")?;
    let entered = act.recorded_at;
    let lapse = Bounds::new(due, act.by_moment).lapse;
    if to_utc(entered) < lapse {
        return None;
    }
    let rule = if act.act == "reject" {
        Rule::RejectedAfterDue
    } else if to_utc(act.at) < lapse && (entered - act.at).num_minutes() > 30 {
        Rule::ActBackdated
    } else {
        return None;
    };
    let at = super::viet::moment(act.at);
    let shown = if act.by_moment {
        super::viet::moment(due)
    } else {
        super::viet::date(due.date())
    };
    let words = format!(
        "{} ghi lúc {at}, nhập lúc {}, hẹn {shown}.",
        act.actor,
        super::viet::moment(entered)
    );
    let key = format!("{}:{}", act.code, act.seq);
    Some(found(rule, &key, vec![act.code.clone()], words))
}

/// Whether the desk is open, or was so half an hour ago, or will be.
fn open(at: NaiveDateTime, calendar: &Calendar, hours: &OfficeHours) -> bool {
    let grace = TimeDelta::minutes(30);
    calendar.is_working_day(at.date()).unwrap_or(true)
        && hours
            .sessions(at.date())
            .iter()
            .any(|(from, to)| *from - grace <= at && at <= *to + grace)
}

const ENDS: [&str; 4] = ["process", "refuse", "withdraw", "stop"];

/// Days of the month on which the office works, up to one.
fn working_days(calendar: &Calendar, month: Period, until: NaiveDate) -> usize {
    let days = month.from.iter_days().take_while(|day| *day <= until);
    days.filter(|day| calendar.is_working_day(*day).unwrap_or(true))
        .count()
}

fn crowded_end(acts: &[&Act], calendar: &Calendar, month: Period) -> Option<Finding> {
    let mut by_day: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    for act in acts {
        if ENDS.contains(&act.act.as_str()) && !act.imported {
            let on_it = by_day.entry(act.at.date()).or_default();
            // Withdrawn and then stopped is one end.
            if !on_it.contains(&act.code) {
                on_it.push(act.code.clone());
            }
        }
    }
    // The last working day of the month.
    let mut end = month.to;
    while !calendar.is_working_day(end).unwrap_or(true) {
        end = end.pred_opt()?;
    }
    let on_it = by_day.remove(&end)?;
    let others: usize = by_day.values().map(Vec::len).sum();
    let days = working_days(calendar, month, end).saturating_sub(1).max(1);
    if on_it.len() < 5 || on_it.len() * days < 3 * others {
        return None;
    }
    let words = format!(
        "{} hồ sơ kết thúc ngày {}; {days} ngày làm việc khác trong tháng có {others} hồ sơ.",
        on_it.len(),
        super::viet::date(end),
    );
    Some(found(
        Rule::ClosedBeforePeriodEnd,
        &end.to_string(),
        on_it,
        words,
    ))
}

fn lodged_again(own: &[&Act], acts: &[Act]) -> Vec<Finding> {
    let mut all = Vec::new();
    for gone in own.iter().filter(|act| act.act == "withdraw") {
        let again = acts.iter().find(|act| {
            // At the desk, or lodged online.
            matches!(act.act.as_str(), "receive" | "register")
                && act.code != gone.code
                && act.person == gone.person
                && act.procedure == gone.procedure
                && act.at >= gone.at
                && (act.at - gone.at).num_days() < AGAIN_DAYS
        });
        if let Some(again) = again {
            let words = format!(
                "Rút lúc {}, nộp lại lúc {}.",
                super::viet::moment(gone.at),
                super::viet::moment(again.at)
            );
            let both = vec![gone.code.clone(), again.code.clone()];
            all.push(found(
                Rule::LodgedAgain,
                &format!("{}:{}", gone.code, again.code),
                both,
                words,
            ));
        }
    }
    all
}

fn same_slips(acts: &[&Act]) -> Vec<Finding> {
    let mut by_text: BTreeMap<(String, String), Vec<&Act>> = BTreeMap::new();
    for act in acts.iter().filter(|act| act.act == "request_supplement") {
        let key = (act.actor.clone(), super::viet::fold(&act.note));
        by_text.entry(key).or_default().push(act);
    }
    let many = by_text.into_iter().filter(|(_, slips)| slips.len() >= 5);
    many.filter_map(|((actor, _), slips)| {
        let first = slips.first()?;
        let words = format!("{actor} ghi “{}” {} lần.", first.note, slips.len());
        let dossiers = slips.iter().map(|slip| slip.code.clone()).collect();
        // Named by its first slip: more of the same later are the same finding.
        let key = format!("{}:{}", first.code, first.seq);
        Some(found(Rule::SameSlip, &key, dossiers, words))
    })
    .collect()
}
