//! The rows as the databases hold them; nobody outside `store` names their columns.
#![allow(
    unnameable_types,
    clippy::module_inception,
    reason = "the rows that a noun hands out are re-exported there; their machinery stays here"
)]
pub mod dossier;
pub mod feedback;
pub mod imports;
pub mod letters;
pub mod lists;
pub mod office;
pub mod papers;
pub mod periods;
pub mod plan;
pub mod public;
pub mod radar;
pub mod seal;
pub mod servers;
pub mod staff;
pub mod survey;
pub mod workflow;
