//! Answers of other agencies: by their own account of this installation, or many from a file.
use super::{actor::Actor, perform};
use crate::{
    app::App,
    domain::{
        dossier::Act,
        role::Role,
        row::{RowError, Table},
        time::{local_day, parse_moment},
    },
    error::{Error, Result},
    store::{
        agencies,
        dossiers::{self, Dossier},
        transfers::{self, Transfer},
    },
};

/// The columns of a file of answers.
const COLUMNS: [&str; 4] = ["code", "number", "answered_at", "answer"];

fn input(dossier: &Dossier, transfer: i64, at: Option<String>, answer: &str) -> perform::Input {
    perform::Input {
        action: Act::AgencyAnswered.code().into(),
        expected_version: Some(dossier.version),
        transfer: Some(transfer),
        at,
        note: Some(answer.to_owned()).filter(|text| !text.trim().is_empty()),
        ..perform::Input::default()
    }
}

/// The agency that was asked answers itself; it changes nothing else of the dossier.
pub async fn one(app: &App, actor: &Actor, id: i64, answer: &str) -> Result<()> {
    let db = app.store.read();
    let row = transfers::incoming(db, actor.agency, id)
        .await?
        .ok_or_else(|| Error::not_found("Không có phiếu này gửi đến cơ quan."))?;
    let today = local_day(app.clock.now());
    let own = agencies::name_by(db, actor.agency, today).await?.name;
    let there = Actor {
        agency: row.agency_id,
        role: Role::Specialist,
        name: format!("{} ({own})", actor.name),
        account: None,
        key_owner: actor.key_owner.clone(),
    };
    let dossier = dossiers::by_id(db, row.dossier_id).await?;
    perform::run(
        app,
        &there,
        &dossier.code,
        &input(&dossier, id, None, answer),
    )
    .await
}

/// Every answer of a file; every line is looked at before any is written.
///
/// # Errors
/// The first wrong line, by line and column; or the line that something changed
/// under while the file was written, with what was written before it.
pub async fn file(app: &App, actor: &Actor, text: &str) -> Result<usize> {
    actor.may(Act::AgencyAnswered, actor.role.at_desk())?;
    let wrong = |error: RowError| Error::invalid("file", error.to_string());
    let mut table = Table::open(text, &COLUMNS).map_err(wrong)?;
    let mut lines: Vec<(Dossier, Transfer, String, String)> = Vec::new();
    let db = app.store.read();
    while let Some(row) = table.next_row().map_err(wrong)? {
        let at = parse_moment(row.get("answered_at"))
            .map_err(|why| wrong(row.wrong("answered_at", why.clone())))?;
        if at > app.clock.now() {
            return Err(wrong(
                row.wrong("answered_at", "Lúc trả lời không được ở tương lai."),
            ));
        }
        let dossier = dossiers::by_code(db, actor.agency, row.get("code").trim())
            .await
            .map_err(|why| wrong(row.wrong("code", why.detail)))?;
        let number: Option<i32> = row.get("number").trim().parse().ok();
        let open = transfers::of_dossier(db, dossier.id).await?;
        let found = open.into_iter().find(|open| {
            open.answered_at.is_none() && open.number.is_some() && open.number == number
        });
        let Some(found) = found else {
            return Err(wrong(
                row.wrong("number", "Hồ sơ không có phiếu số này đang chờ trả lời."),
            ));
        };
        if at < dossier.last_event_at {
            return Err(wrong(row.wrong(
                "answered_at",
                "Lúc trả lời trước việc gần nhất của hồ sơ. Xin xem lại giờ.",
            )));
        }
        if lines.iter().any(|(_, known, ..)| known.id == found.id) {
            return Err(wrong(
                row.wrong("number", "Phiếu này có hai dòng trong tệp."),
            ));
        }
        lines.push((
            dossier,
            found,
            row.get("answered_at").to_owned(),
            row.get("answer").to_owned(),
        ));
    }
    let count = lines.len();
    for (done, (dossier, transfer, at, answer)) in lines.into_iter().enumerate() {
        // Two slips of one dossier: the second sees the version the first made.
        let dossier = dossiers::by_code(db, actor.agency, &dossier.code).await?;
        let wanted = input(&dossier, transfer.id, Some(at), &answer);
        perform::run(app, actor, &dossier.code, &wanted)
            .await
            .map_err(|error| Error {
                detail: format!(
                    "Đã ghi {done} dòng đầu; dòng của hồ sơ {} chưa ghi được: {}",
                    dossier.code, error.detail
                ),
                ..error
            })?;
    }
    Ok(count)
}
