//! Reads a calendar file. What it does to promises is worked out in `change_calendar`.
use crate::{
    domain::calendar::{self, CalendarException},
    error::{Error, Result},
};

/// The days of a file, read whole.
pub fn read(file: &str, text: &str) -> Result<Vec<CalendarException>> {
    calendar::read(text).map_err(|row| Error::bad_row(file, &row))
}
