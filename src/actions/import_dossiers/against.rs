//! What is a row of an old register held against: catalogue, people, codes we have.
use std::collections::{BTreeSet, HashMap, HashSet};

use super::row::{Read, Wrong};
use crate::{
    domain::{code, procedure::Procedure, time::local_day, viet::fold},
    error::Result,
    store::{Reader, accounts, agencies::AgencyName, imports, mergers, procedures},
};

/// Everything a row is held against.
pub(super) struct Against {
    procedures: Vec<Procedure>,
    by_name: HashMap<String, Vec<usize>>,
    by_code: HashMap<String, Vec<usize>>,
    officers: HashMap<String, i64>,
    pub known: HashSet<String>,
    /// Whose codes these are, and whether they are ours.
    bearers: Vec<(AgencyName, bool)>,
}

impl Against {
    pub async fn load(db: &impl Reader, agency: i64, codes: &[String]) -> Result<Self> {
        let procedures = procedures::all(db).await?;
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_code: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, procedure) in procedures.iter().enumerate() {
            by_name
                .entry(fold(&procedure.name))
                .or_default()
                .push(place);
            by_code
                .entry(procedure.code.clone())
                .or_default()
                .push(place);
        }
        let people = accounts::of(db, agency).await?;
        let begun = codes.iter().filter_map(|code| code::begun(code));
        let identifiers: BTreeSet<&str> = begun.map(|(identifier, _)| identifier).collect();
        Ok(Self {
            procedures,
            by_name,
            by_code,
            officers: people
                .into_iter()
                .flat_map(|person| {
                    [
                        (fold(&person.name), person.id),
                        (person.username, person.id),
                    ]
                })
                .collect(),
            known: imports::known_codes(db, codes).await?,
            bearers: mergers::bearers(db, agency, &identifiers).await?,
        })
    }

    /// Refuses the numbers that another agency gives, or gave: a code is one in the whole
    /// house, and brought in here it could not be given there any more. What became part of
    /// this one has its register here.
    pub fn ours(&self, read: &Read) -> Result<(), Wrong> {
        let Some((identifier, day)) = code::begun(&read.code) else {
            return Ok(());
        };
        let on_day = self.bearers.iter().filter(|(name, _)| {
            name.identifier == identifier
                && name.valid_from <= day
                && name.valid_to.is_none_or(|to| to >= day)
        });
        let on_day: Vec<&(AgencyName, bool)> = on_day.collect();
        match on_day.first() {
            Some((name, _)) if on_day.iter().all(|(_, own)| !own) => Err((
                "code",
                format!(
                    "Mã định danh {identifier} là của {}: mã này chỉ nhập ở cơ quan ấy.",
                    name.name
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The version in force on a day; before the first one, the first.
    pub fn procedure(&self, read: &Read) -> Result<&Procedure, Wrong> {
        let day = local_day(read.received_at);
        let found = if read.procedure_code.is_empty() {
            self.by_name.get(&fold(&read.procedure_name))
        } else {
            self.by_code.get(&read.procedure_code)
        };
        let versions = found.map(|places| places.iter().map(|place| &self.procedures[*place]));
        let name = if read.procedure_code.is_empty() {
            "procedure_name"
        } else {
            "procedure_code"
        };
        let Some(versions) = versions else {
            return Err((
                name,
                "Danh mục không có thủ tục này. Xem lại mã, hoặc nạp thủ tục vào danh mục trước."
                    .into(),
            ));
        };
        let versions: Vec<&Procedure> = versions.collect();
        versions
            .iter()
            .find(|procedure| procedure.in_force(day))
            .or_else(|| {
                versions
                    .iter()
                    .filter(|p| p.valid_from > day)
                    .min_by_key(|p| p.valid_from)
            })
            .copied()
            .ok_or_else(|| (name, "Thủ tục không còn hiệu lực ngày nhận.".into()))
    }

    /// The account of an officer, by name or user name.
    pub fn officer(&self, name: &str) -> Option<i64> {
        let found = self.officers.get(&fold(name));
        found.or_else(|| self.officers.get(name)).copied()
    }
}
