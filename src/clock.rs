//! What time is it? The only file that asks the machine.
//!
//! Everything else takes the moment as a parameter, so that tests, the demo
//! and late entries all run through the same code.
use chrono::{DateTime, TimeDelta, TimeZone, Utc};

/// Where "now" comes from. Whole seconds, UTC.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Stands still; for tests.
    Fixed(DateTime<Utc>),
    /// The machine's clock moved by a fixed distance; for the demo.
    Shifted(TimeDelta),
}

impl Clock {
    /// A clock that shows `start` now and runs on.
    #[allow(clippy::disallowed_methods, reason = "here the machine is asked")]
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self::Shifted(start - Utc::now())
    }

    /// The present moment in whole seconds.
    #[allow(clippy::disallowed_methods, reason = "here the machine is asked")]
    pub fn now(&self) -> DateTime<Utc> {
        let moment = match self {
            Self::System => Utc::now(),
            Self::Fixed(moment) => *moment,
            Self::Shifted(distance) => Utc::now() + *distance,
        };
        Utc.timestamp_opt(moment.timestamp(), 0)
            .single()
            .unwrap_or(moment)
    }
}
