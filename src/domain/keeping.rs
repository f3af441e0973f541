//! Which copies are kept, and which may go?
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDateTime};

/// How many are kept: the last of each day, of each week, of each month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub daily: usize,
    pub weekly: usize,
    pub monthly: usize,
}

impl Rule {
    /// The moments to keep, of all there are. The newest always stays.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use motcua::domain::keeping::Rule;
    /// let day = |d| NaiveDate::from_ymd_opt(2021, 4, d).unwrap().and_hms_opt(1, 30, 0).unwrap();
    /// let all: Vec<_> = (1..=20).map(day).collect();
    /// let kept = Rule { daily: 3, weekly: 2, monthly: 1 }.keep(&all);
    /// // 18, 19, 20; the weeks of 20 April and of 18 April (a Sunday); the month of April.
    /// assert_eq!(kept.into_iter().collect::<Vec<_>>(), [day(18), day(19), day(20)]);
    /// ```
    pub fn keep(self, all: &[NaiveDateTime]) -> BTreeSet<NaiveDateTime> {
        let newest_first: BTreeSet<NaiveDateTime> = all.iter().copied().collect();
        let newest_first: Vec<NaiveDateTime> = newest_first.into_iter().rev().collect();
        let mut kept: BTreeSet<NaiveDateTime> = newest_first.first().copied().into_iter().collect();
        let mut take = |most: usize, span: &dyn Fn(&NaiveDateTime) -> (i32, u32)| {
            let mut spans = BTreeSet::new();
            for moment in &newest_first {
                if spans.len() < most && spans.insert(span(moment)) {
                    kept.insert(*moment);
                }
            }
        };
        take(self.daily, &|m| (m.year(), m.ordinal()));
        take(self.weekly, &|m| {
            let week = m.iso_week();
            (week.year(), week.week())
        });
        take(self.monthly, &|m| (m.year(), m.month()));
        kept
    }
}
