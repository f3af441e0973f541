//! Other agencies answer before the commune goes on; the desk enters what came in.
use super::cast::Cast;
use crate::{
    actions::perform,
    app::App,
    domain::dossier::{Act, Status},
    error::Result,
    store::{dossiers, transfers},
};

/// Enters the answer to everything that was asked about a dossier.
pub async fn answer(app: &App, cast: &Cast, code: &str) -> Result<()> {
    let db = app.store.read();
    let mut dossier = dossiers::by_code(db, 1, code).await?;
    for asked in transfers::of_dossier(db, dossier.id).await? {
        if asked.answered_at.is_some() || dossier.status() != Status::Processing {
            continue;
        }
        let input = perform::Input {
            action: Act::AgencyAnswered.code().into(),
            expected_version: Some(dossier.version),
            transfer: Some(asked.id),
            note: Some("Thống nhất, kèm văn bản trả lời".into()),
            ..perform::Input::default()
        };
        perform::run(app, cast.actor("receptionist")?, code, &input).await?;
        dossier = dossiers::by_code(db, 1, code).await?;
    }
    Ok(())
}
