//! The clock stands while the office waits for the citizen, and runs again
//! (NĐ 61/2018/NĐ-CP Điều 19.4).
use super::{perform::Performing, promise};
use crate::{
    domain::time::{format_moment, to_utc},
    error::Result,
    store::dossiers::{self, Wait},
};

pub async fn open(doing: &mut Performing<'_>, kind: &str) -> Result<()> {
    let dossier = &mut doing.dossier;
    dossier.resume_status = Some(dossier.status.clone());
    dossier.wait_from = Some(doing.at);
    if kind == "supplement" {
        // What was approved without these papers is approved anew.
        dossier.approved_at = None;
        dossier.approved_desk = false;
    }
    let row = Wait {
        id: 0,
        dossier_id: dossier.id,
        kind: kind.into(),
        from_at: doing.at,
        to_at: None,
    };
    doing.write.open_wait(row).await
}

pub async fn close(doing: &mut Performing<'_>) -> Result<()> {
    doing.write.close_wait(doing.dossier.id, doing.at).await?;
    doing.dossier.wait_from = None;
    doing.dossier.resume_status = None;
    let calendar = doing.calendar.clone();
    let waits = dossiers::waits(doing.write.reader(), doing.dossier.id).await?;
    let counted = promise::of_dossier(
        doing.app,
        &calendar,
        &doing.procedure,
        &doing.dossier,
        &waits,
    )?;
    // A date set by hand stays as it was set.
    if let Some(counted) = counted {
        let due = to_utc(counted.due_at);
        let appointed = doing
            .dossier
            .due_at
            .zip(doing.dossier.appointed_day)
            .zip(doing.dossier.appointed_lapse_at);
        let by_moment = doing.dossier.by_moment;
        doing.dossier.set_original_due(Some(due), by_moment);
        doing.dossier.provisional = counted.provisional;
        if let Some(((due_at, day), lapse)) = appointed.filter(|((due_at, _), _)| *due_at > due) {
            doing.dossier.due_at = Some(due_at);
            doing.dossier.appointed_day = Some(day);
            doing.dossier.appointed_lapse_at = Some(lapse);
        }
        doing.data.insert(
            "due_at".into(),
            doing.dossier.due_at.map(format_moment).into(),
        );
    }
    Ok(())
}
