//! Loads a catalogue file: new procedures, new versions, corrected versions.
use crate::{
    domain::procedure,
    error::{Error, Kind, Result},
    store::Store,
};

/// Reads the file whole, then writes it; returns how many versions it names.
pub async fn run(store: &Store, file: &str, text: &str) -> Result<usize> {
    let procedures = procedure::read(text).map_err(|row| {
        Error::new(
            Kind::Invalid,
            "bad_row",
            format!("{file}: {row} Chưa nạp gì từ tệp này."),
        )
    })?;
    let write = store.write().await?;
    write.put_procedures(&procedures).await?;
    write.commit().await?;
    Ok(procedures.len())
}
