//! Which list did a member of staff come from? Kept by this process alone and under a name
//! that says nothing about anybody, so that the next dossier of a list can be reached
//! without a search standing in an address. A restart forgets it: then a dossier stands alone.
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{secret, store::register::Filter};

/// A list as it was shown.
#[derive(Clone, Debug)]
pub struct List {
    pub title: String,
    /// Where it is shown again.
    pub back: String,
    pub filter: Filter,
}

#[derive(Debug)]
struct Kept {
    owner: i64,
    name: String,
    list: List,
}

/// As many as a few people open in a morning; the oldest are forgotten.
const MOST: usize = 2_000;

#[derive(Clone, Debug, Default)]
pub struct Lists(Arc<Mutex<VecDeque<Kept>>>);

impl Lists {
    /// Keeps a list; the same list of the same account keeps its name.
    pub fn keep(&self, owner: i64, mut list: List) -> String {
        list.filter.after_id = None;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &Kept| {
            kept.owner == owner && kept.list.back == list.back && kept.list.filter == list.filter
        };
        let known = all
            .iter()
            .position(same)
            .and_then(|place| all.remove(place));
        let kept = known.unwrap_or_else(|| Kept {
            owner,
            name: secret::new().chars().take(12).collect(),
            list,
        });
        let name = kept.name.clone();
        all.push_back(kept);
        if all.len() > MOST {
            all.pop_front();
        }
        name
    }

    /// The account's list of that name.
    pub fn of(&self, owner: i64, name: &str) -> Option<List> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .find(|kept| kept.owner == owner && kept.name == name)
            .map(|kept| kept.list.clone())
    }
}
