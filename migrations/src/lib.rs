//! How the database came to be: one file a change, one definition for both
//! databases, forward only.
//!
//! **Expand, then contract.** Servers of the release before go on serving while the first new
//! one brings the schema up. So a change only adds: a table, an index, a column that may be
//! empty or has a default. What an old program reads and writes stays as it is: no column or
//! table is dropped, renamed, retyped or made required in the release that stops using it. It
//! is first no longer used, and taken away in a later release, when no server that knows it
//! can still be running. `tests/it/expand.rs` holds every step to that. A later change does
//! not hold up who writes meanwhile: an index of a table that grows comes by [`growing`].
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod growing;
pub mod guards;
mod m01_office;
mod m02_staff;
mod m03_dossier;
mod m04_letters;
mod m05_survey;
mod m06_papers;
mod m07_imports;
mod m08_feedback;
mod m09_workflow;
mod m10_survey_channels;
mod m11_notices;
mod m12_periods;
mod m13_plan;
mod m13b_radar;
mod m14_seal;
mod m15_access;
mod m16_pause_ledger;
mod m17_foreseen;
mod m18_privacy;
mod m20_whom;
mod m21_password_reset;
mod m22_hands;
mod m23_identity;
mod m24_lists;
mod m24b_tours;
mod m25_trust;
mod m26_returned;
mod m27_receipt;
mod m28_burned;
mod m30_work;
mod m31_names;
mod m31b_orders;
mod m32_agencies;
mod m33_trigrams;
mod m34_moves;
mod m36_entered;
mod m40_own_days;
mod m41_own_terms;
mod m42_crossed;
mod m43_fields;
mod m44_servers;
mod m45_words;
mod m46_untold;
mod m47_arrived;
mod m48_received;
mod m49_indexes;
mod m50_numbers;
mod m51_outbox;
mod m52_numbers;
mod m53_words;
mod table;

/// Every change in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_office::Migration),
            Box::new(m02_staff::Migration),
            Box::new(m03_dossier::Migration),
            Box::new(m04_letters::Migration),
            Box::new(m05_survey::Migration),
            Box::new(m06_papers::Migration),
            Box::new(m07_imports::Migration),
            Box::new(m08_feedback::Migration),
            Box::new(m09_workflow::Migration),
            Box::new(m10_survey_channels::Migration),
            Box::new(m11_notices::Migration),
            Box::new(m12_periods::Migration),
            Box::new(m13_plan::Migration),
            Box::new(m13b_radar::Migration),
            Box::new(m14_seal::Migration),
            Box::new(m15_access::Migration),
            Box::new(m16_pause_ledger::Migration),
            Box::new(m17_foreseen::Migration),
            Box::new(m18_privacy::Migration),
            Box::new(m20_whom::Migration),
            Box::new(m21_password_reset::Migration),
            Box::new(m22_hands::Migration),
            Box::new(m23_identity::Migration),
            Box::new(m24_lists::Migration),
            Box::new(m24b_tours::Migration),
            Box::new(m25_trust::Migration),
            Box::new(m26_returned::Migration),
            Box::new(m27_receipt::Migration),
            Box::new(m28_burned::Migration),
            Box::new(m30_work::Migration),
            Box::new(m31_names::Migration),
            Box::new(m31b_orders::Migration),
            Box::new(m32_agencies::Migration),
            Box::new(m33_trigrams::Migration),
            Box::new(m34_moves::Migration),
            Box::new(m36_entered::Migration),
            Box::new(m40_own_days::Migration),
            Box::new(m41_own_terms::Migration),
            Box::new(m42_crossed::Migration),
            Box::new(m43_fields::Migration),
            Box::new(m44_servers::Migration),
            Box::new(m45_words::Migration),
            Box::new(m46_untold::Migration),
            Box::new(m47_arrived::Migration),
            Box::new(m48_received::Migration),
            Box::new(m49_indexes::Migration),
            Box::new(m50_numbers::Migration),
            Box::new(m51_outbox::Migration),
            Box::new(m52_numbers::Migration),
            Box::new(m53_words::Migration),
        ]
    }
}
