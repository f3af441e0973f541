//! The slip that goes out with a result, and the survey's address for a mail.
use super::{address, local, render, watermark};
use crate::{
    app::App,
    documents::result_slip::{self, ResultSlip},
    domain::{survey::Source, time::local_day, viet},
    error::{Error, Result},
    secret,
    store::{agencies, dossiers::Dossier, procedures},
    web::paths,
};

/// Where the applicant of a dossier rates the service: the receipt's token, which works
/// once, and by which channel it came. For a mail: `survey_address(app, dossier, Source::Mail)`.
pub fn survey_address(app: &App, dossier: &Dossier, source: Source) -> Result<String> {
    let token = secret::survey_token(&app.secret_of(dossier)?);
    Ok(address(app, &paths::survey_by(&token, source.code())))
}

/// The slip as PDF, once there is a result.
pub async fn result_slip(app: &App, dossier: &Dossier) -> Result<Vec<u8>> {
    let Some(ended) = dossier.ended_at.filter(|_| !dossier.status().is_open()) else {
        return Err(Error::not_found("Hồ sơ chưa có kết quả."));
    };
    let db = app.store.read();
    let at = dossier
        .returned_at
        .unwrap_or_else(|| app.clock.now().max(ended));
    let agency = agencies::name_by(db, dossier.agency_id, local_day(at)).await?;
    let procedure = procedures::get(db, dossier.procedure_version_id).await?;
    let received = dossier.came_at();
    let slip = ResultSlip {
        agency_name: agency.name,
        code: dossier.code.clone(),
        procedure_name: procedure.name,
        received: viet::moment_in_words(local(received)),
        returned: viet::moment_in_words(local(at)),
        survey_url: survey_address(app, dossier, Source::Slip)?,
        phone: agency.phone.unwrap_or_default(),
        watermark: watermark(app),
        made: local(at),
    };
    render(move || result_slip::pdf(&slip)).await
}
