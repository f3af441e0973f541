//! What may an agency decide for itself about a procedure, and what does it come to?
//!
//! The catalogue is the province's. An agency may not offer a procedure, promise less than
//! the limit, do it on the spot, take the fee that was set for its area, say where it is
//! handed in: each from a day on and by a decision that is named.
use chrono::NaiveDate;

use super::{
    deadline::TimeLimit,
    procedure::{FourFlag, Procedure},
};

/// What one agency decided about one procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The row; 0 until stored.
    pub id: i64,
    pub from: NaiveDate,
    pub offered: bool,
    /// In the unit of the catalogue.
    pub limit: Option<u32>,
    pub fee_vnd: Option<i64>,
    pub fee_note: String,
    pub four: Option<bool>,
    /// Empty: at the one-stop desk.
    pub place: String,
    /// By which decision.
    pub basis: String,
}

impl Terms {
    /// Those of the catalogue, from a day on.
    pub fn shared(from: NaiveDate, basis: String) -> Self {
        Self {
            id: 0,
            from,
            offered: true,
            limit: None,
            fee_vnd: None,
            fee_note: String::new(),
            four: None,
            place: String::new(),
            basis,
        }
    }

    /// Whether they say nothing but what the catalogue says.
    pub fn is_shared(&self) -> bool {
        self.offered
            && (self.limit, self.fee_vnd, self.four) == (None, None, None)
            && self.place.is_empty()
    }
}

/// The terms of a day among all that were decided, the oldest decision first.
///
/// ```
/// use motcua::domain::terms::{Terms, on};
/// let day = |d| chrono::NaiveDate::from_ymd_opt(2025, 6, d).unwrap();
/// let short = Terms { limit: Some(2), ..Terms::shared(day(10), "TB 1".into()) };
/// let back = Terms::shared(day(20), "TB 2".into());
/// let all = [short, back];
/// assert!(on(&all, day(9)).is_none());
/// assert_eq!(on(&all, day(10)).unwrap().limit, Some(2));
/// assert!(on(&all, day(20)).is_none(), "as the catalogue has it");
/// ```
pub fn on(all: &[Terms], day: NaiveDate) -> Option<&Terms> {
    let newest = all.iter().rev().find(|terms| terms.from <= day)?;
    (!newest.is_shared()).then_some(newest)
}

/// The promise of an agency; never longer than the catalogue's, whatever that says by now.
pub fn limit(shared: Option<TimeLimit>, terms: &Terms) -> Option<TimeLimit> {
    let shared = shared?;
    let amount = terms.limit.unwrap_or(shared.amount).min(shared.amount);
    Some(TimeLimit::new(amount, shared.unit))
}

/// A procedure as the agency does it.
#[must_use]
pub fn over(mut procedure: Procedure, terms: &Terms) -> Procedure {
    procedure.limit = limit(procedure.limit, terms);
    if let Some(fee) = terms.fee_vnd {
        procedure.fee_vnd = Some(fee);
        procedure.fee_note.clone_from(&terms.fee_note);
    }
    if let Some(four) = terms.four {
        procedure.four = if four { FourFlag::Yes } else { FourFlag::No };
        procedure.four_decision = four.then(|| terms.basis.clone());
        procedure.four_from = four.then_some(terms.from);
    }
    procedure.own = Some(Box::new(terms.clone()));
    procedure
}
