//! Loads a catalogue file: new procedures, new versions, corrected versions; what changed
//! is written down, for everyone to read.
use chrono::{DateTime, Utc};

use crate::{
    domain::{
        procedure::{self, Procedure},
        viet,
    },
    error::{Error, Result},
    store::{Store, Write, procedures},
};

/// Reads the file whole, then writes it; returns how many versions it names.
pub async fn run(store: &Store, now: DateTime<Utc>, file: &str, text: &str) -> Result<usize> {
    // A version ends the day before the next begins: of two loads at once neither sees the other's.
    let write = store.write_alone().await?;
    let count = load_in(&write, now, file, text).await?;
    write.commit().await?;
    Ok(count)
}

/// The same within a change that goes on.
pub(super) async fn load_in(
    write: &Write,
    now: DateTime<Utc>,
    file: &str,
    text: &str,
) -> Result<usize> {
    let procedures = procedure::read(text).map_err(|row| Error::bad_row(file, &row))?;
    let before = procedures::all(write.reader()).await?;
    write.put_procedures(&procedures).await?;
    // The first catalogue is no change of anything.
    for new in procedures.iter().filter(|_| !before.is_empty()) {
        if let Some(what) = change(&before, new) {
            write.note_change(&new.code, &new.name, what, now).await?;
        }
    }
    Ok(procedures.len())
}

/// What a row of the file changes, in words; nothing where it says what was known.
fn change(before: &[Procedure], new: &Procedure) -> Option<String> {
    let mut known = before.iter().filter(|old| old.code == new.code);
    if let Some(old) = known.clone().find(|old| old.valid_from == new.valid_from) {
        let words = procedure::changes(old, new);
        return (!words.is_empty()).then(|| format!("Sửa: {}.", words.join("; ")));
    }
    let from = viet::date(new.valid_from);
    let Some(old) = known.next_back() else {
        return Some(format!("Thủ tục mới, có hiệu lực từ {from}."));
    };
    let words = procedure::changes(old, new);
    Some(if words.is_empty() {
        format!("Bản mới từ {from}.")
    } else {
        format!("Bản mới từ {from}: {}.", words.join("; "))
    })
}
