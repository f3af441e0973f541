//! At the lead time of the law nobody has to remember: each dossier that will be late
//! and has no letter gets a draft, with the step that holds it (NĐ 61/2018/NĐ-CP Điều 19.9).
use super::{actor::Actor, perform};
use crate::{
    app::App,
    domain::{apology::Reason, dossier::Act, role::Role},
    error::{Kind, Result},
    store::{apologies, dossiers, holdings, transfers},
};

/// As which hand the program itself signs.
pub const SYSTEM: &str = "Hệ thống";

/// Drafts for these dossiers of an agency; returns for how many. A dossier that
/// somebody touched meanwhile, or that has its draft, is left alone: doing it twice
/// does nothing.
pub async fn run(app: &App, agency: i64, codes: &[String]) -> Result<usize> {
    let actor = Actor {
        agency,
        role: Role::Office,
        name: SYSTEM.into(),
        account: None,
        key_owner: "system".into(),
    };
    let mut drafted = 0;
    for code in codes {
        let dossier = dossiers::by_code(app.store.read(), agency, code).await?;
        // Looked at after the version: who drafts from here on changes the version, and
        // a draft that is there already would otherwise be drafted anew in its place.
        let letters = apologies::of_dossier(app.store.read(), dossier.id).await?;
        if !letters.is_empty() {
            continue;
        }
        let (cause, words) = cause(app, dossier.id).await?;
        let input = perform::Input {
            action: Act::DraftApology.code().into(),
            expected_version: Some(dossier.version),
            at_desk: Some(false),
            reason_code: Some(cause.code().into()),
            reason: Some(words),
            ..perform::Input::default()
        };
        match perform::run(app, &actor, code, &input).await {
            Ok(()) => drafted += 1,
            Err(error) if matches!(error.kind, Kind::Conflict | Kind::Invalid) => {
                tracing::info!(why = error.code, "a letter was not drafted");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(drafted)
}

/// What is known of the cause: whose answer is awaited, or the step it lies at. The
/// letter names no officer.
async fn cause(app: &App, dossier: i64) -> Result<(Reason, String)> {
    let db = app.store.read();
    let asked = transfers::of_dossier(db, dossier).await?;
    if let Some(open) = asked.iter().find(|one| one.answered_at.is_none()) {
        let words = format!("đang chờ trả lời của {}", open.to_name);
        return Ok((Reason::OtherAgency, words));
    }
    let holding = holdings::open_of(db, [dossier]).await?;
    let words = match holding.get(&dossier) {
        Some(holding) => format!("hồ sơ đang ở bước “{}”, chưa xử lý xong", holding.step_name),
        None => "hồ sơ chưa xử lý xong".to_owned(),
    };
    Ok((Reason::Other, words))
}
