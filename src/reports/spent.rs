//! How much of a step's share was used, and by whom? What the report of shares counts.
//!
//! A share belongs to the step of one dossier, in one run of its limit: told apart by
//! step, all hands that had it are added up; told apart by officer, each one's own time.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::accountability::By;
use crate::{
    app::App,
    domain::{
        deadline::OfficeHours,
        holding::{allotted, held},
        time::to_local,
    },
    error::Result,
    store::{
        accounts,
        hands::{self, Stretch, Whose},
        procedures, workflows,
    },
};

/// Whose hands, so that two of the same name are two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hand {
    Account(i64),
    /// Written down without an account: a token, or a name that several bear.
    Named(String),
}

/// The accounts of an agency, for names.
pub struct People {
    by_id: HashMap<i64, (String, String)>,
    /// Who is the only one of the name.
    only: HashMap<String, i64>,
    shared: HashSet<String>,
}

impl People {
    pub async fn of(app: &App, agency: i64) -> Result<Self> {
        let all = accounts::of(app.store.read(), agency).await?;
        let mut people = Self {
            by_id: HashMap::new(),
            only: HashMap::new(),
            shared: HashSet::new(),
        };
        for account in all {
            let name = account.name.clone();
            if people.only.insert(name.clone(), account.id).is_some() {
                people.shared.insert(name.clone());
            }
            people.by_id.insert(account.id, (name, account.username));
        }
        people.only.retain(|name, _| !people.shared.contains(name));
        Ok(people)
    }

    pub fn hand(&self, account: Option<i64>, name: &str) -> Hand {
        account
            .or_else(|| self.only.get(name).copied())
            .map_or_else(|| Hand::Named(name.to_owned()), Hand::Account)
    }

    /// The name, with the account's where several bear it.
    pub fn words(&self, hand: &Hand) -> String {
        match hand {
            Hand::Account(id) => match self.by_id.get(id) {
                Some((name, username)) if self.shared.contains(name) => {
                    format!("{name} ({username})")
                }
                Some((name, _)) => name.clone(),
                None => format!("tài khoản {id}"),
            },
            Hand::Named(name) if self.shared.contains(name) => {
                format!("{name} (không rõ tài khoản)")
            }
            Hand::Named(name) => name.clone(),
        }
    }

    /// How an address or a file names him: `@` and the account's name.
    pub fn key(&self, hand: &Hand) -> String {
        match hand {
            Hand::Account(id) => match self.by_id.get(id) {
                Some((_, username)) => format!("@{username}"),
                None => format!("@{id}"),
            },
            Hand::Named(name) => name.clone(),
        }
    }

    /// Whether several bear the name.
    pub fn shares(&self, name: &str) -> bool {
        self.shared.contains(name)
    }

    /// What a list offers: the name, or the account where the name says too little.
    pub fn choice(&self, account: &accounts::Account) -> (String, String) {
        let hand = Hand::Account(account.id);
        if self.shares(&account.name) {
            (self.key(&hand), self.words(&hand))
        } else {
            (account.name.clone(), account.name.clone())
        }
    }

    /// Whether the hand is meant by a name or a key; empty means anybody.
    pub fn meant(&self, hand: &Hand, wanted: &str) -> bool {
        wanted.is_empty()
            || self.key(hand) == wanted
            || match hand {
                Hand::Account(id) => self.by_id.get(id).is_some_and(|one| one.0 == wanted),
                Hand::Named(_) => false,
            }
    }
}

/// One counted thing: a dossier in a step, in all hands or in one pair.
#[derive(Clone, Debug)]
pub struct Spent {
    /// The last stretch of it.
    pub last: Stretch,
    pub hand: Hand,
    /// All names, in the order in which they had it; nobody's is empty.
    pub holders: Vec<String>,
    pub given_at: DateTime<Utc>,
    /// `None` where the calendar does not know the days.
    pub used: Option<i64>,
    pub open: bool,
}

impl Spent {
    pub fn allotted(&self) -> Option<i64> {
        self.last.allotted_seconds
    }
}

/// Which stretches are added up.
#[derive(Clone, Copy, Debug)]
pub struct Between {
    pub from: DateTime<Utc>,
    /// The end of the period.
    pub until: DateTime<Utc>,
    /// Until when what is held is measured: the end of the period, or now.
    pub measured: DateTime<Utc>,
}

/// Everything that ended between two moments or was held at the second of them.
pub async fn spent(
    app: &App,
    agency: i64,
    between: Between,
    whose: &Whose,
    people: &People,
    by: By,
    keep: impl Fn(&Stretch, &Hand) -> bool,
) -> Result<Vec<Spent>> {
    let db = app.store.read();
    let Between {
        from,
        until,
        measured,
    } = between;
    let office = app.office(agency).await?;
    let (calendar, hours) = (&office.calendar, *office.hours());
    let mut all = hands::between(db, agency, from, until, whose).await?;
    all.extend(desk(app, agency, until, whose, &hours).await?);
    let stops = hands::stops(db, agency, until).await?;
    let mut groups: BTreeMap<(i64, i32, i32, Option<Hand>), Spent> = BTreeMap::new();
    for mut stretch in all {
        let hand = people.hand(stretch.account_id, &stretch.holder);
        if !keep(&stretch, &hand) {
            continue;
        }
        let open = stretch.ended_at.is_none_or(|end| end >= until);
        let used = if open {
            let stood: Vec<_> = stops
                .get(&stretch.dossier_id)
                .into_iter()
                .flatten()
                .map(|(from, to)| (to_local(*from), to_local(to.unwrap_or(measured))))
                .collect();
            let unit = stretch.limit().map(|limit| limit.unit);
            let (since, now) = (to_local(stretch.given_at), to_local(measured));
            let time = held(calendar, &hours, unit, since, now, &stood);
            time.ok().map(|time| time.num_seconds())
        } else {
            stretch.held_seconds
        };
        if open {
            stretch.ended_at = None;
        }
        let own = (by == By::Officer).then(|| hand.clone());
        let key = (stretch.dossier_id, stretch.step, stretch.run, own);
        match groups.get_mut(&key) {
            None => {
                groups.insert(
                    key,
                    Spent {
                        holders: vec![people.words(&hand)],
                        given_at: stretch.given_at,
                        last: stretch,
                        hand,
                        used,
                        open,
                    },
                );
            }
            Some(group) => {
                let name = people.words(&hand);
                if !group.holders.contains(&name) {
                    group.holders.push(name);
                }
                group.used = group.used.zip(used).map(|(sum, more)| sum + more);
                group.open |= open;
                group.last = stretch;
            }
        }
    }
    Ok(groups
        .into_values()
        .filter(|one| one.open || one.last.ended_at.is_some_and(|end| end >= from))
        .collect())
}

/// What the desk has since the receipt, with its step's name and share.
async fn desk(
    app: &App,
    agency: i64,
    until: DateTime<Utc>,
    whose: &Whose,
    hours: &OfficeHours,
) -> Result<Vec<Stretch>> {
    let db = app.store.read();
    let mut all = hands::at_the_desk(db, agency, until, whose).await?;
    let known = procedures::by_ids(db, all.iter().map(|one| one.procedure_version_id)).await?;
    for one in &mut all {
        let Some(procedure) = known.get(&one.procedure_version_id) else {
            continue;
        };
        let (steps, _) = workflows::of(db, agency, procedure, one.given_at).await?;
        if let Some(step) = steps.first() {
            one.step_name.clone_from(&step.name);
            let share = |limit| allotted(limit, step.share, hours).num_seconds();
            one.allotted_seconds = procedure.limit.map(share);
        }
    }
    Ok(all)
}
