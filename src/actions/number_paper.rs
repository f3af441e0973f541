//! A paper leaves under the next number of its yearly book, drawn in the transaction of the act.
use chrono::Datelike;

use super::perform::Performing;
use crate::{
    domain::{paper::PaperKind, time::local_day},
    error::{Error, Result},
    store::papers::Paper,
};

/// Enters the paper of the act under way; returns its number and year.
pub async fn draw(doing: &mut Performing<'_>, kind: PaperKind) -> Result<(i32, i32)> {
    let year = local_day(doing.at).year();
    let agency = doing.dossier.agency_id;
    let number = doing.write.next_paper_number(agency, kind, year).await?;
    let event_seq = i32::try_from(doing.dossier.version + 1).map_err(Error::internal)?;
    let row = Paper {
        number: Some(number),
        year: Some(year),
        ..blank(
            agency,
            doing.dossier.id,
            kind,
            event_seq,
            doing.at,
            &doing.actor.name,
        )
    };
    doing.write.insert_paper(row).await?;
    doing.data.insert("number".into(), number.into());
    Ok((number, year))
}

/// A paper without number, not printed yet.
pub fn blank(
    agency_id: i64,
    dossier_id: i64,
    kind: PaperKind,
    event_seq: i32,
    made_at: chrono::DateTime<chrono::Utc>,
    made_by: &str,
) -> Paper {
    Paper {
        id: 0,
        agency_id,
        dossier_id,
        kind: kind.code().into(),
        event_seq,
        number: None,
        year: None,
        made_at,
        made_by: made_by.into(),
        body: None,
        release: None,
        printed_at: None,
        printed_by: None,
        cancelled_at: None,
        cancelled_by: None,
        cancel_reason: None,
    }
}
