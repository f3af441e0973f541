//! What a paper says is kept when it first leaves; every later print says the same and says so.
use super::number_paper::blank;
use crate::{
    app::App,
    domain::paper::PaperKind,
    error::{Error, Result},
    store::{
        dossiers::Dossier,
        papers::{self, Paper},
    },
};

/// What a paper says now.
#[derive(Clone, Debug)]
pub struct Live {
    /// The event that made it.
    pub event_seq: i32,
    /// The number that stands on it.
    pub number: Option<i32>,
    pub text: String,
}

/// What is printed.
#[derive(Clone, Debug)]
pub struct Printed {
    pub body: String,
    /// Printed before: the paper is marked so.
    pub again: bool,
}

/// Keeps `live` if nothing is kept yet; `None` where its number was cancelled meanwhile, so that
/// it says a wrong one. By `None` it leaves by mail, which is no print.
pub async fn run(
    app: &App,
    dossier: &Dossier,
    kind: PaperKind,
    live: &Live,
    by: Option<&str>,
) -> Result<Option<Printed>> {
    let now = app.clock.now();
    // In its turn: who is alone may have changed the dossier, and is not waited for on a line.
    let write = app.store.write().await?;
    // What `live` was made from.
    if write.hold_papers(dossier.id).await?.as_ref() != Some(&dossier.applicant_name) {
        let detail = format!(
            "Thông tin người nộp của hồ sơ {} vừa đổi. Mở lại hồ sơ rồi in lại.",
            dossier.code
        );
        return Err(Error::conflict("stale_version", detail));
    }
    let known = find(
        &papers::of_dossier(write.reader(), dossier.id).await?,
        kind,
        live.event_seq,
    )
    .cloned();
    let drawn = known.as_ref().and_then(|row| row.number);
    if drawn.is_some() && drawn != live.number {
        return Ok(None);
    }
    let is_new = known.is_none();
    let mut row = known.unwrap_or_else(|| {
        let by = by.unwrap_or_default();
        blank(dossier.agency_id, dossier.id, kind, live.event_seq, now, by)
    });
    let again = row.printed_at.is_some();
    let was_kept = row.body.is_some();
    let body = row.body.get_or_insert_with(|| live.text.clone()).clone();
    if !was_kept {
        row.release = Some(env!("CARGO_PKG_VERSION").into());
    }
    let printed = by.filter(|_| !again);
    if let Some(by) = printed {
        row.printed_at = Some(now);
        row.printed_by = Some(by.into());
    }
    if is_new {
        write.insert_paper(row).await?;
    } else if !was_kept || printed.is_some() {
        // Nobody else changes it meanwhile: whoever would waits for the dossier.
        write.keep_paper(row).await?;
    }
    write.commit().await?;
    Ok(Some(Printed { body, again }))
}

/// The paper of a kind that an event made.
pub fn find(papers: &[Paper], kind: PaperKind, event_seq: i32) -> Option<&Paper> {
    papers
        .iter()
        .find(|paper| paper.kind == kind.code() && paper.event_seq == event_seq)
}
