//! What do people come for? Mostly for a dozen procedures, now and then for any other.
use chrono::NaiveDate;
use rand::{RngExt, rngs::StdRng};

use crate::{
    app::App,
    domain::procedure::Procedure,
    error::{Error, Result},
    store::procedures,
};

/// Procedures that many people come for, out of a thousand; the rest of the
/// catalogue shares what is left.
const OFTEN: [(&str, u32); 12] = [
    ("2.000815", 330),
    ("2.000884", 90),
    ("1.001193", 70),
    ("1.004873", 75),
    ("2.000635", 60),
    ("1.000656", 40),
    ("1.000894", 30),
    ("2.001035", 50),
    ("1.004859", 30),
    ("1.001022", 15),
    ("2.000908", 25),
    ("1.004837", 10),
];

/// What people come for.
pub struct Choice {
    often: Vec<(Procedure, u32)>,
    rest: Vec<Procedure>,
}

impl Choice {
    /// As of a day.
    pub async fn load(app: &App, day: NaiveDate) -> Result<Self> {
        let all = procedures::search(app.store.read(), "", None, day).await?;
        let often: Vec<(Procedure, u32)> = OFTEN
            .iter()
            .filter_map(|(code, weight)| {
                let found = all.iter().find(|procedure| procedure.code == *code)?;
                Some((found.clone(), *weight))
            })
            .collect();
        let rest: Vec<Procedure> = all
            .into_iter()
            .filter(Procedure::own_authority)
            .filter(|procedure| !often.iter().any(|(known, _)| known.code == procedure.code))
            .collect();
        if rest.is_empty() {
            return Err(Error::not_found(
                "Danh mục không có thủ tục nào của năm này.",
            ));
        }
        Ok(Self { often, rest })
    }

    /// What the next person comes for.
    pub fn draw(&self, rng: &mut StdRng) -> &Procedure {
        let mut mark = rng.random_range(0..1000);
        for (procedure, weight) in &self.often {
            if mark < *weight {
                return procedure;
            }
            mark -= weight;
        }
        &self.rest[rng.random_range(0..self.rest.len())]
    }
}
