//! What does the office show to everyone, month by month? A closed month as it was made
//! public; a running one as it is now, and said so. Opinions of a few are not shown.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{apologies, feedback, four_on_the_spot, processing, satisfaction};
use crate::{
    actions::publish_month,
    app::App,
    domain::{
        period::Period,
        share::Share,
        time::local_day,
    },
    error::Result,
    store::{agencies, closed_periods, scoreboard},
};

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
    pub feedback_open: u64,
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

impl Month {
    /// Not over yet.
    pub fn running(&self, today: NaiveDate) -> bool {
        self.period.to >= today
    }
}

/// A period as it would be counted now.
pub async fn count(app: &App, agency: i64, period: Period) -> Result<Figures> {
    let at = period.to.min(local_day(app.clock.now())).max(period.from);
    let table = processing::build(app, agency, period, processing::By::Field).await?;
    let said = apologies::build(app, agency, period).await?;
    let satisfied = satisfaction::build(app, agency, period).await?;
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
        feedback_open: answered.total.open,
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
    if let Some(known) = app.scoreboard.of(agency, period, now) {
        return Ok(known);
    }
    let counted = count(app, agency, period).await?;
    app.scoreboard.keep(agency, period, now, counted.clone());
    Ok(counted)
}

/// Makes every closed month public for good that is not yet.
pub async fn freeze(app: &App) -> Result<usize> {
    let start = app.settings.figures.period_start_day;
    let mut frozen = 0;
    for agency in agencies::ids(app.store.read()).await? {
        for closed in closed_periods::all(app.store.read(), agency).await? {
            let period = Period {
                from: closed.from_day,
                to: closed.to_day,
            };
            let kept = scoreboard::frozen(app.store.read(), agency, period).await?;
            if kept.is_some() || Period::month_of(period.to, start) != period {
                continue;
            }
            let figures = count(app, agency, period).await?;
            let figures = serde_json::to_string(&figures)?;
            publish_month::run(app, agency, period, figures).await?;
            frozen += 1;
        }
    }
    Ok(frozen)
}

/// Looks now and then until the process ends.
pub async fn task(app: App) {
    loop {
        if let Err(error) = freeze(&app).await {
            tracing::error!(%error, "closed months could not be made public");
        }
        tokio::time::sleep(std::time::Duration::from_mins(10)).await;
    }
}
