//! The figures, each assembled once for page, API, file and command line.
pub mod apologies;
pub mod carried_over;
pub mod closed;
pub mod cut;
pub mod feedback;
pub mod file;
pub mod four_on_the_spot;
pub mod import_rejects;
pub mod months;
pub mod processing;
pub mod reconciliation;
pub mod register;
pub mod register_file;
pub mod satisfaction;
pub mod scoreboard;
pub mod targets;
pub mod timeliness;
