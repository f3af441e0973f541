//! What is a row of an old register held against: catalogue, people, codes we have.
use std::collections::{HashMap, HashSet};

use super::row::{Read, Wrong};
use crate::{
    domain::{procedure::Procedure, time::local_day, viet::fold},
    error::Result,
    store::{Reader, accounts, imports, procedures},
};

/// Everything a row is held against.
pub(super) struct Against {
    procedures: Vec<Procedure>,
    by_name: HashMap<String, Vec<usize>>,
    by_code: HashMap<String, Vec<usize>>,
    officers: HashMap<String, i64>,
    pub known: HashSet<String>,
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
        })
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
