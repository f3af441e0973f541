//! What does the office show to everyone, month by month? A closed month as it was made
//! public; a running one as it is now, and said so. Opinions of a few are not shown.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    apologies, cut::Cut, feedback, four_on_the_spot, processing, reading::Reading, satisfaction,
};
use crate::{
    actions::publish_month,
    app::App,
    domain::{period::Period, share::Share, time::local_day},
    error::Result,
    in_hand,
    store::{agencies, closed_periods, scoreboard},
};

/// How often the task looks for closed months.
const PAUSE: Duration = Duration::from_mins(10);

/// So long after the last look of the server that does it another one takes it over.
const LAPSES_MINUTES: i64 = 25;

/// A numerator and a denominator, as they are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Of {
    pub part: u64,
    pub whole: u64,
}

impl Of {
    pub fn share(self) -> Share {
        Share::new(self.part, self.whole)
    }
}

impl From<Share> for Of {
    fn from(share: Share) -> Self {
        Self {
            part: share.numerator,
            whole: share.denominator,
        }
    }
}

/// The figures of a month, or of a year so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Received in the period, without what was carried over.
    pub received: u64,
    pub solved: u64,
    pub early: u64,
    pub on_time: u64,
    pub late: u64,
    /// Still open and past its date at the end.
    pub overdue: u64,
    /// Early and on time ÷ solved with a date.
    pub in_time: Of,
    /// Late and overdue ones with a signed apology ÷ all of them.
    pub apologised: Of,
    pub satisfied: Of,
    pub ballots: u64,
    pub sample: u64,
    /// Hundredths of a percent point.
    pub margin: Option<u64>,
    /// Procedures declared "4 tại chỗ" ÷ all.
    pub four: Of,
    /// How many of them the plan asks for.
    pub four_needed: u64,
    pub four_unconfirmed: bool,
    /// Feedback answered in time ÷ due.
    pub feedback: Of,
}

/// A month, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    pub period: Period,
    pub figures: Figures,
    /// When it was made public for good.
    pub frozen_at: Option<DateTime<Utc>>,
    /// What the same count says today, where it says something else.
    pub now: Option<Figures>,
}

impl Figures {
    /// What would be said otherwise: words, the public number, the number now.
    pub fn differences(&self, now: &Self) -> Vec<(&'static str, u64, u64)> {
        let all = [
            ("hồ sơ nhận", self.received, now.received),
            ("hồ sơ giải quyết xong", self.solved, now.solved),
            ("trước hạn", self.early, now.early),
            ("đúng hạn", self.on_time, now.on_time),
            ("trễ hẹn", self.late, now.late),
            ("quá hạn, chưa xong", self.overdue, now.overdue),
            ("có thư xin lỗi", self.apologised.part, now.apologised.part),
            ("phiếu khảo sát", self.ballots, now.ballots),
            (
                "câu trả lời hài lòng",
                self.satisfied.part,
                now.satisfied.part,
            ),
            ("thủ tục 4 tại chỗ", self.four.part, now.four.part),
            (
                "phản ánh trả lời đúng hạn",
                self.feedback.part,
                now.feedback.part,
            ),
            ("phản ánh đến hạn", self.feedback.whole, now.feedback.whole),
        ];
        all.into_iter().filter(|(_, was, is)| was != is).collect()
    }
}

impl Month {
    /// Not over yet.
    pub fn running(&self, today: NaiveDate) -> bool {
        self.period.to >= today
    }
}

/// A period as it would be counted now.
pub async fn count(app: &App, agency: i64, period: Period) -> Result<Figures> {
    let at = period.to.min(local_day(app.clock.now())).max(period.from);
    let reading = Reading::of(app, agency, &[period]).await?;
    let whole = Cut::default();
    let table =
        processing::build_from(app, &reading, period, processing::By::Field, &whole).await?;
    let said = apologies::build_from(app, &reading, period, &whole).await?;
    let satisfied = satisfaction::build_beside(app, agency, period, &table).await?;
    let four = four_on_the_spot::build(app, agency, at, None).await?;
    let answered = feedback::build(app, agency, None, period).await?;
    let total = table.total;
    Ok(Figures {
        received: total.received.online + total.received.direct,
        solved: total.processed.total,
        early: total.processed.early,
        on_time: total.processed.on_time,
        late: total.processed.late,
        overdue: total.pending.overdue,
        in_time: total.on_time.into(),
        apologised: said.apologised.into(),
        satisfied: satisfied.index.into(),
        ballots: satisfied.ballots,
        sample: satisfied.sample,
        margin: satisfied.margin,
        four: four.declared.share.into(),
        four_needed: four.declared.share.numerator + four.missing,
        four_unconfirmed: four.unconfirmed,
        feedback: answered.total.share().into(),
    })
}

/// A period as everyone may see it.
pub async fn month(app: &App, agency: i64, period: Period) -> Result<Month> {
    let kept = scoreboard::frozen(app.store.read(), agency, period).await?;
    let now = recent(app, agency, period).await?;
    Ok(match kept {
        Some((frozen_at, body)) => {
            let figures: Figures = serde_json::from_str(&body)?;
            Month {
                period,
                now: Some(now).filter(|now| *now != figures),
                figures,
                frozen_at: Some(frozen_at),
            }
        }
        None => Month {
            period,
            figures: now,
            frozen_at: None,
            now: None,
        },
    })
}

/// Counted now, or within the last minute: everyone may ask, and a count reads a month.
async fn recent(app: &App, agency: i64, period: Period) -> Result<Figures> {
    let now = app.clock.now();
    let key = (agency, period.from, period.to);
    if let Some(known) = app.scoreboard.of(key, now) {
        return Ok(known);
    }
    let counted = count(app, agency, period).await?;
    app.scoreboard.keep(key, now, counted.clone());
    Ok(counted)
}

/// Makes every closed month public for good that is not yet: a closed quarter closes its
/// months. Answers how many there were.
pub async fn freeze(app: &App) -> Result<usize> {
    let start = app.settings.figures.period_start_day;
    let mut frozen = 0;
    for agency in agencies::ids(app.store.read()).await? {
        let mut public = scoreboard::days(app.store.read(), agency).await?;
        for closed in closed_periods::heads(app.store.read(), agency).await? {
            let mut day = closed.from_day;
            while day <= closed.to_day {
                let month = Period::month_of(day, start);
                let whole = closed.from_day <= month.from && month.to <= closed.to_day;
                // A month may be closed by itself and within its quarter.
                if whole && public.insert((month.from, month.to)) {
                    let figures = count(app, agency, month).await?;
                    let figures = serde_json::to_string(&figures)?;
                    publish_month::run(app, agency, month, figures).await?;
                    frozen += 1;
                }
                let Some(next) = month.to.succ_opt() else {
                    break;
                };
                day = next;
            }
        }
    }
    Ok(frozen)
}

/// What was counted within the last minute.
#[derive(Clone, Debug, Default)]
pub struct Recent(Arc<Mutex<HashMap<Key, Known>>>);

/// Agency, first and last day.
type Key = (i64, NaiveDate, NaiveDate);

/// When it was counted, and what came of it.
type Known = (DateTime<Utc>, Figures);

impl Recent {
    fn of(&self, key: Key, now: DateTime<Utc>) -> Option<Figures> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(&key).filter(|(at, _)| fresh(*at, now));
        known.map(|(_, figures)| figures.clone())
    }

    fn keep(&self, key: Key, now: DateTime<Utc>, figures: Figures) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (at, _)| fresh(*at, now));
        all.insert(key, (now, figures));
    }
}

fn fresh(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - at).abs() < TimeDelta::minutes(1)
}

/// Looks now and then until the process ends; of several servers one does it, and what two
/// do at once is kept once.
pub async fn task(app: App) {
    loop {
        match in_hand::is_ours(&app, "scoreboard", TimeDelta::minutes(LAPSES_MINUTES)).await {
            Ok(true) => {
                if let Err(error) = freeze(&app).await {
                    tracing::error!(%error, "closed months could not be made public");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "nobody knows whose the closed months are"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
