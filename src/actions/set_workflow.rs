//! Sets the way of a procedure, or loads a file of them; each change is a new revision.
use chrono::{DateTime, Utc};

use super::actor::Actor;
use crate::{
    app::App,
    domain::{
        procedure::Procedure,
        role::Role,
        time::local_day,
        workflow::{Step, check},
        workflow_file::{WorkflowFile, read},
    },
    error::{Error, FieldErrors, Result},
    store::{
        Write, procedures,
        workflows::{self, Revision},
    },
};

/// Who may.
pub const ROLES: [Role; 2] = [Role::Office, Role::Admin];

/// The steps of one procedure's version; `seen` is the revision that was looked at.
///
/// # Errors
/// A wrong step by its place (`share.2`), and a revision that is not the last any more.
pub async fn run(
    app: &App,
    actor: &Actor,
    procedure: &Procedure,
    seen: i32,
    steps: &[Step],
    note: &str,
) -> Result<()> {
    if !ROLES.contains(&actor.role) {
        return Err(actor.refused("Sửa quy trình", &ROLES));
    }
    let mut errors = FieldErrors::default();
    for wrong in check(steps, procedure.limit).err().unwrap_or_default() {
        errors.add(&format!("{}.{}", wrong.field, wrong.place), wrong.message);
    }
    let note = super::applicant::text(&mut errors, "note", "Căn cứ", Some(note), 500);
    errors.finish()?;
    let now = app.clock.now();
    let write = app.store.write_alone().await?;
    let known = workflows::revisions(write.reader(), actor.agency, procedure.id).await?;
    let last = known.first().map_or(0, |row| row.revision);
    if last != seen {
        let who = known.first().map_or("người khác", |row| &row.set_by);
        return Err(Error::conflict(
            "stale_version",
            format!(
                "Quy trình này vừa được {who} sửa. Xem bản mới rồi làm lại; chưa có gì được lưu."
            ),
        ));
    }
    save(
        &write,
        actor.agency,
        &actor.name,
        procedure,
        (steps, note.as_deref().unwrap_or_default()),
        now,
    )
    .await?;
    write.commit().await
}

async fn save(
    write: &Write,
    agency: i64,
    by: &str,
    procedure: &Procedure,
    (steps, note): (&[Step], &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let known = workflows::revisions(write.reader(), agency, procedure.id).await?;
    let row = Revision {
        id: 0,
        agency_id: agency,
        procedure_version_id: procedure.id,
        revision: known.first().map_or(1, |row| row.revision + 1),
        steps: serde_json::to_string(steps)?,
        note: note.into(),
        set_at: now,
        set_by: by.into(),
    };
    write.insert_workflow(row).await
}

/// Loads a file: every way in it, and the titles; all or nothing. A way that is
/// there already makes no new revision. Says how many it set.
///
/// # Errors
/// A sentence that names the procedure and the step.
pub async fn load(app: &App, agency: i64, by: &str, text: &str) -> Result<usize> {
    let wrong = |why: String| Error::invalid("file", why);
    let file = read(text).map_err(wrong)?;
    let now = app.clock.now();
    let write = app.store.write_alone().await?;
    let count = load_in(&write, agency, by, &file, now).await?;
    write.commit().await?;
    Ok(count)
}

/// The same within a transaction: the first start uses it.
pub async fn load_in(
    write: &Write,
    agency: i64,
    by: &str,
    file: &WorkflowFile,
    now: DateTime<Utc>,
) -> Result<usize> {
    let wrong = |why: String| Error::invalid("file", why);
    let mut titles = workflows::titles(write.reader(), agency).await?;
    titles.extend(file.titles.clone());
    write.replace_titles(agency, &titles).await?;
    let newest = workflows::newest(write.reader(), agency).await?;
    let mut count = 0;
    for given in &file.workflows {
        let found = procedures::on(write.reader(), &given.procedure, local_day(now)).await?;
        let Some((procedure, _)) = found else {
            return Err(wrong(format!(
                "Thủ tục {} không có trong danh mục. Xin xem lại mã.",
                given.procedure
            )));
        };
        if let Err(all) = check(&given.steps, procedure.limit) {
            let first = &all[0];
            return Err(wrong(format!(
                "Thủ tục {}, bước {}: {}",
                given.procedure,
                first.place + 1,
                first.message
            )));
        }
        let same = match newest.get(&procedure.id) {
            Some(row) => row.steps()? == given.steps && row.note == given.note,
            None => false,
        };
        if !same {
            save(
                write,
                agency,
                by,
                &procedure,
                (&given.steps, &given.note),
                now,
            )
            .await?;
            count += 1;
        }
    }
    Ok(count)
}
