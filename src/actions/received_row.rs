//! How does a dossier stand in the register the moment it is received?
use super::{actor::Actor, receive::Checked};
use crate::{
    app::App,
    domain::{
        code,
        dossier::{Channel, Status},
        procedure::Procedure,
        time::local_day,
    },
    error::Result,
    store::{Write, dossiers::Dossier},
};

/// Without a number yet.
pub(super) fn new(
    actor: &Actor,
    checked: &Checked,
    procedure: &Procedure,
    status: Status,
) -> Dossier {
    let applicant = checked.applicant.clone();
    let received = status == Status::Received;
    Dossier {
        id: 0,
        agency_id: actor.agency,
        procedure_version_id: procedure.id,
        assigned_to: None,
        code: String::new(),
        applicant_name: applicant.name,
        applicant_kind: applicant.kind.code().into(),
        channel: checked.channel.code().into(),
        result_channel: checked.result_channel.code().into(),
        status: status.code().into(),
        documents: serde_json::to_string(&checked.documents).unwrap_or_else(|_| "[]".into()),
        note: checked.note.clone(),
        search: String::new(),
        name_key: String::new(),
        received_by: actor.name.clone(),
        received_by_id: actor.account,
        receipt_sealed: String::new(),
        receipt_hash: String::new(),
        external_code: checked.external_code.clone(),
        id_number: applicant.id_number,
        phone: applicant.phone,
        email: applicant.email,
        address: applicant.address,
        resume_status: None,
        outcome: None,
        due_reason: checked.due.as_ref().map(|due| due.1.clone()),
        received_at: received.then_some(checked.at),
        due_at: None,
        original_due_at: None,
        due_day: None,
        lapse_at: None,
        appointed_day: None,
        appointed_lapse_at: None,
        wait_from: None,
        judged_at: None,
        ended_at: None,
        withdrawn_at: None,
        stopped_at: None,
        rejected_at: None,
        appraised_at: None,
        approved_at: None,
        returned_at: None,
        by_moment: false,
        provisional: false,
        officer: None,
        imported: false,
        notify: applicant.notify,
        received_desk: received && checked.channel == Channel::Desk,
        appraised_desk: false,
        approved_desk: false,
        returned_desk: false,
        sets: checked.sets,
        version: 1,
        registered_at: checked.at,
        last_event_at: checked.at,
    }
}

/// Puts it in the register under the next number of its day, and answers the secret of its
/// receipt. What an old register brought in may bear that number already: nobody is turned
/// away for it.
pub(super) async fn insert(
    app: &App,
    write: &Write,
    row: &mut Dossier,
    procedure: &Procedure,
    identifier: &str,
) -> Result<String> {
    let (agency, day) = (row.agency_id, local_day(row.registered_at));
    let mut number = write.next_sequence(agency, day).await?;
    loop {
        row.code = code::format(identifier, day, number);
        row.index(&procedure.name);
        let secret = app.give_secret(row)?;
        if let Some(id) = write.insert_dossier(row.clone()).await? {
            row.id = id;
            return Ok(secret);
        }
        number = write.pass_over(agency, (identifier, day), number).await?;
    }
}
