//! When and on which terms does one agency work? Calendar, hours and catalogue of all, and
//! over them what it decided for itself.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{
    calendar::{Calendar, OwnDay},
    deadline::{DeadlineRules, OfficeHours, TimeLimit},
    procedure::Procedure,
    terms::{self, Terms},
};

/// The days and hours that a promise of one agency is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub calendar: Calendar,
    pub rules: DeadlineRules,
    terms: BTreeMap<String, Vec<Terms>>,
}

impl Office {
    pub fn hours(&self) -> &OfficeHours {
        &self.rules.hours
    }

    /// Every decision about a procedure, the oldest first.
    pub fn decided(&self, code: &str) -> &[Terms] {
        self.terms.get(code).map_or(&[], Vec::as_slice)
    }

    /// A procedure as this agency does it on a day.
    #[must_use]
    pub fn own(&self, procedure: Procedure, day: NaiveDate) -> Procedure {
        match terms::on(self.decided(&procedure.code), day) {
            Some(terms) => terms::over(procedure, terms),
            None => procedure,
        }
    }

    /// The limit of a procedure here on a day, where the catalogue's is `shared`.
    pub fn limit(
        &self,
        code: &str,
        shared: Option<TimeLimit>,
        day: NaiveDate,
    ) -> Option<TimeLimit> {
        match terms::on(self.decided(code), day) {
            Some(terms) => terms::limit(shared, terms),
            None => shared,
        }
    }

    /// What of a catalogue this agency offers on a day, on its own terms.
    pub fn offered(&self, catalogue: Vec<Procedure>, day: NaiveDate) -> Vec<Procedure> {
        let own = catalogue.into_iter().map(|one| self.own(one, day));
        own.filter(Procedure::offered).collect()
    }
}

/// What an agency decided for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The newest decision about days.
    pub version: i64,
    pub days: BTreeMap<NaiveDate, OwnDay>,
    /// The newest decision about hours.
    pub hours_version: i64,
    pub hours: Option<OfficeHours>,
    /// By the code of the procedure, the oldest decision first.
    pub terms: BTreeMap<String, Vec<Terms>>,
}

/// Whose a dossier was until a day on which another agency took it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    pub agency: i64,
    pub until: NaiveDate,
}

/// The offices of all agencies under one roof.
#[derive(Clone, Debug)]
pub struct Offices {
    shared: Arc<Office>,
    own: BTreeMap<i64, Own>,
    theirs: HashMap<i64, Arc<Office>>,
    heirs: BTreeSet<i64>,
}

impl Offices {
    /// `heirs` are the agencies that others became part of.
    pub fn new(
        calendar: Calendar,
        rules: DeadlineRules,
        own: BTreeMap<i64, Own>,
        heirs: BTreeSet<i64>,
    ) -> Self {
        let shared = Office {
            calendar,
            rules,
            terms: BTreeMap::new(),
        };
        let over = |(agency, own): (&i64, &Own)| {
            let days = own.days.values().cloned();
            (*agency, Arc::new(over(&shared, own, days, &own.terms)))
        };
        Self {
            theirs: own.iter().map(over).collect(),
            shared: Arc::new(shared),
            own,
            heirs,
        }
    }

    /// That of an agency that decided nothing for itself.
    pub fn shared(&self) -> &Arc<Office> {
        &self.shared
    }

    pub fn of(&self, agency: i64) -> Arc<Office> {
        self.theirs.get(&agency).unwrap_or(&self.shared).clone()
    }

    /// What an agency decided for itself, if anything.
    pub fn own(&self, agency: i64) -> Own {
        self.own.get(&agency).cloned().unwrap_or_default()
    }

    /// Whether dossiers of an agency may have been another's before.
    pub fn is_heir(&self, agency: i64) -> bool {
        self.heirs.contains(&agency)
    }

    /// That of a dossier which was others' before: until it went over, their days off count.
    pub fn of_moved(&self, agency: i64, before: &[Before]) -> Arc<Office> {
        let mut days = Vec::new();
        let mut since = NaiveDate::MIN;
        let last = Before {
            agency,
            until: NaiveDate::MAX,
        };
        for one in before.iter().chain([&last]) {
            let theirs = self.own.get(&one.agency).into_iter();
            let theirs = theirs.flat_map(|own| own.days.range(since..one.until));
            days.extend(theirs.map(|(_, day)| day.clone()));
            since = since.max(one.until);
        }
        // On the terms of whoever received it.
        let first = self.own(before.first().map_or(agency, |one| one.agency));
        Arc::new(over(&self.shared, &self.own(agency), days, &first.terms))
    }

    /// The same with another calendar of all.
    #[must_use]
    pub fn with_calendar(&self, calendar: Calendar) -> Self {
        let (own, heirs) = (self.own.clone(), self.heirs.clone());
        Self::new(calendar, self.shared.rules, own, heirs)
    }

    /// The same where one agency decides otherwise.
    #[must_use]
    pub fn with_own(&self, agency: i64, decided: Own) -> Self {
        let mut own = self.own.clone();
        own.insert(agency, decided);
        let calendar = self.shared.calendar.clone();
        Self::new(calendar, self.shared.rules, own, self.heirs.clone())
    }
}

fn over(
    shared: &Office,
    own: &Own,
    days: impl IntoIterator<Item = OwnDay>,
    terms: &BTreeMap<String, Vec<Terms>>,
) -> Office {
    let version = match own.version {
        0 => shared.calendar.version().to_owned(),
        own => format!("{}.{own}", shared.calendar.version()),
    };
    let mut rules = shared.rules;
    rules.hours = own.hours.unwrap_or(rules.hours);
    Office {
        calendar: shared.calendar.with_own(version, days),
        rules,
        terms: terms.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::{DayKind, SHIPPED, read};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, day).unwrap()
    }

    fn off(on: u32) -> Own {
        let off = OwnDay {
            date: day(on),
            kind: Some(DayKind::CompensatoryOff),
            name: "Bão".into(),
        };
        Own {
            version: 7,
            days: BTreeMap::from([(off.date, off)]),
            ..Own::default()
        }
    }

    #[test]
    fn the_days_off_of_a_dossier_are_those_of_whoever_had_it_then() {
        let shared = Calendar::new("1", read(SHIPPED).unwrap());
        let own = BTreeMap::from([(1, off(10)), (2, off(12)), (3, off(11))]);
        let all = Offices::new(shared, DeadlineRules::default(), own, BTreeSet::from([2]));
        let closed = |office: &Office| -> Vec<u32> {
            (9..14)
                .filter(|n| !office.calendar.is_working_day(day(*n)).unwrap())
                .collect()
        };
        assert_eq!(closed(&all.of(1)), [10]);
        assert_eq!(closed(&all.of(9)), [0; 0]);
        let moved = |until| {
            let until = day(until);
            closed(&all.of_moved(2, &[Before { agency: 1, until }]))
        };
        assert_eq!(moved(11), [10, 12], "each its own");
        assert_eq!(moved(10), [12], "it went over before that day");
        assert_eq!(moved(13), [10], "the heir's day was not the dossier's yet");
        assert_eq!(all.of(1).calendar.version(), "1.7");
        assert_eq!(all.of(9).calendar.version(), "1");
    }
}
