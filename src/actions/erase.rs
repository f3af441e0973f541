//! Erases the persons of a signed list, dossier by dossier; the figures stay. Whoever is
//! interrupted begins again and goes on where it stopped.
use super::{actor::Actor, list_for_erasure};
use crate::{
    app::App,
    domain::{mask::mask, tombstone},
    error::{Error, Result},
    secret,
    store::{
        Write,
        dossiers::{Dossier, Event},
        erasures::{self, List, Proof},
        lists, procedures,
    },
};

/// Answers how many dossiers were erased.
pub async fn run(app: &App, actor: &Actor, id: i64) -> Result<usize> {
    if !list_for_erasure::MAY.contains(&actor.role) {
        return Err(actor.refused("Xóa theo danh sách đã ký", &list_for_erasure::MAY));
    }
    let db = app.store.read();
    let list = erasures::list(db, actor.agency, id).await?;
    let lines = erasures::lines(db, id).await?;
    let open = list.erased_at.is_none() && list.dropped_at.is_none();
    if list.signed_at.is_none() || !open || erasures::digest(&lines) != list.digest {
        let detail = "Chỉ xóa được theo danh sách đã ký, còn nguyên như lúc ký và chưa xóa. Chưa có gì bị xóa.";
        return Err(Error::conflict("not_signed", detail));
    }
    let mut erased = 0;
    for line in &lines {
        erased += usize::from(one(app, actor, &list, &line.code).await?);
    }
    let write = app.store.write().await?;
    let done = List {
        erased_at: Some(app.clock.now()),
        erased_by: Some(actor.name.clone()),
        ..list
    };
    if !write.update_erasure_list(done).await? {
        return Err(over());
    }
    write.commit().await?;
    Ok(erased)
}

/// Somebody dropped it, or was done with it sooner.
fn over() -> Error {
    let detail = "Danh sách này vừa được người khác bỏ hoặc xóa xong. Xem lại danh sách.";
    Error::conflict("stale_version", detail)
}

/// One dossier, whole or not at all; `false` where it was erased before, or where somebody
/// gave feedback about it since the list was drawn up: the next list has it again.
async fn one(app: &App, actor: &Actor, list: &List, code: &str) -> Result<bool> {
    let now = app.clock.now();
    let write = app.store.write().await?;
    // Who drops it is alone: after that nobody is erased by it.
    let standing = erasures::list(write.reader(), actor.agency, list.id).await?;
    if standing.dropped_at.is_some() {
        return Err(over());
    }
    let dossier = write.dossier_to_change(actor.agency, code).await?;
    if erasures::erased_at(write.reader(), dossier.id)
        .await?
        .is_some()
        || erasures::is_asked_about(write.reader(), dossier.id).await?
    {
        return Ok(false);
    }
    forget_searches(&write, &dossier).await?;
    let out = write.blot_out(&dossier, list, now).await?;
    let proof = Proof {
        list: list.id,
        number: list.number.unwrap_or_default(),
        year: list.year.unwrap_or_default(),
        digest: list.digest.clone(),
        signed_by: list.signed_by.clone().unwrap_or_default(),
        events: out.events,
        feedback_events: out.feedback_events,
        rests: out.rests,
    };
    let event = Event {
        id: 0,
        dossier_id: dossier.id,
        seq: i32::try_from(dossier.version + 1).map_err(Error::internal)?,
        at: now.max(dossier.last_event_at),
        recorded_at: now,
        act: tombstone::ACT.into(),
        actor: actor.name.clone(),
        role: actor.role.code().into(),
        at_desk: false,
        from_status: Some(dossier.status.clone()),
        to_status: dossier.status.clone(),
        note: format!("Danh sách số {}/{}", proof.number, proof.year),
        data: serde_json::to_string(&proof)?,
    };
    let procedure = procedures::get(write.reader(), dossier.procedure_version_id).await?;
    let mut bare = without_person(dossier);
    bare.index(&procedure.name);
    bare.last_event_at = event.at;
    if !write.update_dossier(bare).await? {
        return Err(Error::conflict(
            "stale_version",
            format!("Hồ sơ {code} vừa đổi. Bấm xóa lại; phần đã xóa giữ nguyên."),
        ));
    }
    write.append_event(event).await?;
    write.commit().await?;
    Ok(true)
}

/// A filter that somebody saved, with the words it looks for: gone where they are this
/// person's.
async fn forget_searches(write: &Write, dossier: &Dossier) -> Result<()> {
    let person = tombstone::Person {
        name: &dossier.applicant_name,
        numbers: [&dossier.id_number, &dossier.phone, &dossier.email]
            .map(|number| number.as_deref().unwrap_or_default()),
    };
    for filter in lists::all_filters(write.reader(), dossier.agency_id).await? {
        if person.is_sought(&filter.name) || person.is_sought(&tombstone::sought(&filter.query)) {
            write.drop_filter(filter.account_id, filter.id).await?;
            tracing::info!(
                account = filter.account_id,
                "a saved filter went with an erasure"
            );
        }
    }
    Ok(())
}

/// The row with everything that figures need and nothing that names anybody.
fn without_person(dossier: Dossier) -> Dossier {
    let name = dossier.applicant_name.clone();
    let masked = |text: &str| mask(text, &[&name]);
    Dossier {
        documents: papers(&dossier.documents, &name),
        due_reason: dossier.due_reason.as_deref().map(masked),
        applicant_name: tombstone::ERASED.into(),
        note: String::new(),
        // The link of the receipt and of its notices leads nowhere any more.
        receipt_sealed: String::new(),
        receipt_hash: secret::hash(&secret::new()),
        external_code: None,
        id_number: None,
        phone: None,
        email: None,
        address: None,
        notify: false,
        ..dossier
    }
}

/// Which papers there were, without whose.
fn papers(documents: &str, name: &str) -> String {
    let mut all: Vec<super::applicant::Document> =
        serde_json::from_str(documents).unwrap_or_default();
    for paper in &mut all {
        paper.name = mask(&paper.name, &[name]);
    }
    serde_json::to_string(&all).unwrap_or_else(|_| "[]".into())
}
