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

/// What is printed.
#[derive(Clone, Debug)]
pub struct Printed {
    pub body: String,
    /// Printed before: the paper is marked so.
    pub again: bool,
}

/// Keeps `live` if nothing is kept yet. By `None` it leaves by mail, which is no print.
pub async fn run(
    app: &App,
    dossier: &Dossier,
    kind: PaperKind,
    event_seq: i32,
    live: String,
    by: Option<&str>,
) -> Result<Printed> {
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
        event_seq,
    )
    .cloned();
    let row = if let Some(row) = known {
        row
    } else {
        let by = by.unwrap_or_default();
        let mut row = blank(dossier.agency_id, dossier.id, kind, event_seq, now, by);
        row.id = write.insert_paper(row.clone()).await?;
        row
    };
    if row.body.is_none() {
        write
            .freeze_paper(row.id, &live, env!("CARGO_PKG_VERSION"))
            .await?;
    }
    if let Some(by) = by {
        write.paper_printed(row.id, by, now).await?;
    }
    write.commit().await?;
    Ok(Printed {
        body: row.body.unwrap_or(live),
        again: row.printed_at.is_some(),
    })
}

/// The paper of a kind that an event made.
pub fn find(papers: &[Paper], kind: PaperKind, event_seq: i32) -> Option<&Paper> {
    papers
        .iter()
        .find(|paper| paper.kind == kind.code() && paper.event_seq == event_seq)
}
