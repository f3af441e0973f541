//! Which agencies are there on a day, and whose heirs are they?
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    Reader,
    agencies::Agency,
    tables::office::{agency, agency_version},
};
use crate::{
    domain::viet,
    error::{Error, Result},
};

/// An agency that receives people, as citizens choose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub id: i64,
    /// Its short name in addresses.
    pub key: String,
    pub name: String,
}

/// The agencies that are there, by name, and whose heirs those are that became part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    pub open: Vec<Open>,
    /// How many there are with those that are gone, and those without a name yet.
    pub all: usize,
    /// The first that was founded and has a name, or whoever it is part of now.
    pub home: Option<i64>,
    gone: Vec<(String, i64)>,
}

impl Directory {
    /// The agency of a key, or its heir.
    pub fn of_key(&self, key: &str) -> Option<i64> {
        if let Some(open) = self.open.iter().find(|one| one.key == key) {
            return Some(open.id);
        }
        let (_, heir) = self.gone.iter().find(|(gone, _)| gone == key)?;
        Some(*heir)
    }

    /// The same for whoever must name one that is there.
    pub fn named(&self, key: &str) -> Result<i64> {
        self.of_key(key).ok_or_else(|| {
            let keys: Vec<&str> = self.open.iter().map(|one| one.key.as_str()).collect();
            let words = format!("Không có đơn vị này. Có: {}.", keys.join(", "));
            Error::invalid("agency", words)
        })
    }
}

/// Who is there on a day.
pub async fn of_day(db: &impl Reader, day: NaiveDate) -> Result<Directory> {
    let all = agency::Entity::find().order_by_asc(agency::Column::Id);
    let all = all.all(db).await?;
    let names = agency_version::Entity::find()
        .filter(agency_version::Column::ValidFrom.lte(day))
        .order_by_asc(agency_version::Column::ValidFrom)
        .all(db)
        .await?;
    let name = |id: i64| names.iter().rev().find(|name| name.agency_id == id);
    let mut directory = Directory::default();
    for one in &all {
        if one.merged_into.is_some() {
            directory.gone.push((one.key.clone(), heir(&all, one)));
        } else if let Some(name) = name(one.id) {
            directory.open.push(Open {
                id: one.id,
                key: one.key.clone(),
                name: name.name.clone(),
            });
        }
    }
    directory.all = all.len();
    directory.home = all
        .iter()
        .map(|one| heir(&all, one))
        .find(|heir| directory.open.iter().any(|open| open.id == *heir));
    directory
        .open
        .sort_by_cached_key(|one| viet::order(&one.name));
    Ok(directory)
}

/// Itself, or whoever an agency is part of now.
pub(super) fn heir(all: &[Agency], first: &Agency) -> i64 {
    let mut at = first;
    // No longer than there are agencies, whatever a damaged row says.
    for _ in 0..all.len() {
        let next = at.merged_into;
        match all.iter().find(|one| Some(one.id) == next) {
            Some(next) => at = next,
            None => break,
        }
    }
    at.id
}
