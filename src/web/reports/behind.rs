//! Where are the rows behind a number? One address for every page: period, cut, column,
//! and what the dossiers have in common.
use super::{Asked, Chosen};
use crate::{domain::scoring::Column, reports::behind::Trait, web::paths};

/// What was asked for, from which every address is made.
#[derive(Clone, Copy)]
pub struct Behind<'a> {
    pub asked: &'a Asked,
    pub chosen: &'a Chosen,
}

impl Behind<'_> {
    /// The dossiers that a column counts.
    pub fn column(&self, column: Column) -> String {
        self.rows(column, &[])
    }

    /// Those of them that also have something in common.
    pub fn with(&self, column: Column, which: Trait) -> String {
        self.rows(column, &[("voi", which.code())])
    }

    /// The same with more in the address; what is named again replaces what was asked.
    pub fn rows(&self, column: Column, more: &[(&str, &str)]) -> String {
        let mut pairs = self.asked.pairs(&self.chosen.name);
        pairs.retain(|(name, _)| !more.iter().any(|(again, _)| again == name));
        pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        pairs.push(("o", column.code()));
        paths::with_query(paths::REPORT_PROCESSING_ROWS, &pairs)
    }

    /// Both numbers of a rate.
    pub fn share(&self, numerator: Column, denominator: Column) -> [String; 2] {
        [self.column(numerator), self.column(denominator)]
    }
}
