//! A merger where the two agencies do a procedure by other steps: where does each dossier
//! stand in the heir's way of work?
use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::{procedure::Procedure, workflow::Step, workflow_map::map},
    error::{Error, Result},
    store::{Reader, dossiers::Dossier, procedures, workflows},
};

/// Old and new name of each step, where each has a place.
pub type Steps = Option<Vec<(String, String)>>;

/// One procedure's steps, before and after, and how many dossiers are under way by them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub code: String,
    pub dossiers: usize,
    /// `None`: nobody has that duty at the heir.
    pub steps: Steps,
}

/// What moves: by dossier the new place of each old step.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    pub all: Vec<Way>,
    places: HashMap<i64, Vec<usize>>,
}

impl Ways {
    pub fn of(&self, dossier: i64) -> Option<&[usize]> {
        self.places.get(&dossier).map(Vec::as_slice)
    }

    /// Refuses what was not agreed to, and what has no place.
    ///
    /// # Errors
    /// A sentence that names the procedures and the way on.
    pub fn agreed(&self, map: bool) -> Result<()> {
        let codes = |ways: Vec<&Way>| {
            let mut codes: Vec<&str> = ways.iter().map(|way| way.code.as_str()).collect();
            codes.sort_unstable();
            codes.dedup();
            codes.join(", ")
        };
        let lost: Vec<&Way> = self.all.iter().filter(|way| way.steps.is_none()).collect();
        if !lost.is_empty() {
            let detail = format!(
                "Quy trình của cơ quan nhận thiếu bước tương ứng, hồ sơ đang giải quyết sẽ lạc bước: {}. Thêm bước trước (motcua workflow import --agency).",
                codes(lost)
            );
            return Err(Error::conflict("other_workflow", detail));
        }
        if self.all.is_empty() || map {
            return Ok(());
        }
        let detail = format!(
            "Hai nơi làm các thủ tục này theo quy trình khác nhau: {}. Xem từng bước sẽ chuyển thế nào bằng --preview, rồi chạy lại với --map-steps; hoặc đặt quy trình giống nhau trước (motcua workflow export/import --agency).",
            codes(self.all.iter().collect())
        );
        Err(Error::conflict("other_workflow", detail))
    }
}

/// Compares the ways of what is owed, dossier by dossier.
pub async fn compare(db: &impl Reader, from: i64, to: i64, owed: &[Dossier]) -> Result<Ways> {
    let versions = owed.iter().map(|one| one.procedure_version_id);
    let known = procedures::by_ids(db, versions).await?;
    let mut ways = Ways::default();
    let mut found: BTreeMap<(String, Steps), usize> = BTreeMap::new();
    for dossier in owed {
        let Some(procedure) = known.get(&dossier.procedure_version_id) else {
            continue;
        };
        let (old, new) = both(db, (from, to), procedure, dossier).await?;
        if old == new {
            continue;
        }
        let places = map(&old, &new);
        let named = places.as_ref().map(|places| {
            let pairs = old.iter().zip(places);
            let pairs = pairs.map(|(step, place)| (step.name.clone(), new[*place].name.clone()));
            pairs.collect()
        });
        *found.entry((procedure.code.clone(), named)).or_default() += 1;
        if let Some(places) = places {
            ways.places.insert(dossier.id, places);
        }
    }
    let all = found.into_iter().map(|((code, steps), dossiers)| Way {
        code,
        dossiers,
        steps,
    });
    ways.all = all.collect();
    Ok(ways)
}

async fn both(
    db: &impl Reader,
    (from, to): (i64, i64),
    procedure: &Procedure,
    dossier: &Dossier,
) -> Result<(Vec<Step>, Vec<Step>)> {
    let at = dossier.came_at();
    let (old, _) = workflows::of(db, from, procedure, at).await?;
    let (new, _) = workflows::of(db, to, procedure, at).await?;
    Ok((old, new))
}
