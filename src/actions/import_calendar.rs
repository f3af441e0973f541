//! Loads a calendar file as a new version. Old deadlines keep the date they were given.
use chrono::{DateTime, Utc};

use crate::{
    domain::calendar,
    error::{Error, Kind, Result},
    store::Store,
};

/// Reads the file whole, then writes it; returns how many days it names.
pub async fn run(store: &Store, now: DateTime<Utc>, file: &str, text: &str) -> Result<usize> {
    let days = calendar::read(text).map_err(|row| {
        Error::new(
            Kind::Invalid,
            "bad_row",
            format!("{file}: {row} Chưa nạp gì từ tệp này."),
        )
    })?;
    let write = store.write().await?;
    write.insert_calendar(now, file, &days).await?;
    write.commit().await?;
    Ok(days.len())
}
