//! Reads a calendar file; loads the first one. What a later one does to promises is
//! worked out in `change_calendar`.
use chrono::{DateTime, Utc};

use crate::{
    domain::calendar::{self, CalendarException},
    error::{Error, Result},
    store::Store,
};

/// The days of a file, read whole.
pub fn read(file: &str, text: &str) -> Result<Vec<CalendarException>> {
    calendar::read(text).map_err(|row| Error::bad_row(file, &row))
}

/// Writes the first calendar, when there is no promise yet; returns how many days it names.
pub async fn first(store: &Store, now: DateTime<Utc>, file: &str, text: &str) -> Result<usize> {
    let days = read(file, text)?;
    let write = store.write().await?;
    write.insert_calendar(now, file, &days, None).await?;
    write.commit().await?;
    Ok(days.len())
}
