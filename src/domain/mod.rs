//! The rules, pure: no database, no clock, no I/O.
pub mod apology;
pub mod calendar;
pub mod code;
pub mod deadline;
pub mod dossier;
pub mod on_the_spot;
pub mod period;
pub mod procedure;
pub mod role;
pub mod row;
pub mod scoring;
pub mod share;
pub mod standing;
pub mod survey;
pub mod target;
pub mod time;
pub mod viet;
