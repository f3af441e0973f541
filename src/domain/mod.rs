//! The rules, pure: no database, no clock, no I/O.
pub mod calendar;
pub mod deadline;
pub mod viet;
