//! Form 01 of a dossier, with the names of the day of receipt.
use super::{Source, address, local, watermark};
use crate::{
    actions::applicant::Document,
    documents::receipt::Receipt,
    domain::{dossier::Channel, time::local_day, viet},
    error::Result,
    secret,
    web::paths,
};

pub(super) async fn data(source: &Source<'_>) -> Result<Receipt> {
    let (app, dossier) = (source.app, source.dossier);
    let at = dossier.came_at();
    let agency = source.agency_on(source.issuer, local_day(at)).await?;
    let procedure = &source.procedure;
    let papers: Vec<Document> = serde_json::from_str(&dossier.documents)?;
    let own = app.secret_of(dossier)?;
    let lookup = paths::with_query(paths::LOOKUP, &[("code", &dossier.code), ("s", &own)]);
    let survey = paths::survey(&secret::survey_token(&own));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Ok(Receipt {
        agency_name: agency.name,
        place_and_date: format!("{}, {}", agency.place, viet::date_in_words(local_day(at))),
        code: dossier.code.clone(),
        external_code: text(&dossier.external_code),
        applicant_name: dossier.applicant_name.clone(),
        address: text(&dossier.address),
        phone: text(&dossier.phone),
        email: text(&dossier.email),
        procedure_name: procedure.name.clone(),
        procedure_code: procedure.code.clone(),
        documents: papers
            .iter()
            .map(|paper| {
                let form = paper.form.label().to_lowercase();
                if paper.copies > 0 {
                    format!("{} ({form}, {} bản)", paper.name, paper.copies)
                } else {
                    format!("{} ({form})", paper.name)
                }
            })
            .collect(),
        sets: dossier.sets,
        time_limit: procedure.limit.map_or_else(
            || "không có thời hạn chung".into(),
            |limit| limit.to_string(),
        ),
        received_at: viet::moment_in_words(local(at)),
        // The date first promised: a later one is printed on the apology.
        due_at: dossier
            .original_due_at
            .map_or_else(|| "–".into(), |due| viet::moment_in_words(local(due))),
        result_channel: Channel::from_code(&dossier.result_channel)
            .map_or("–", Channel::result_label)
            .into(),
        receiver_name: dossier.received_by.clone(),
        lookup_url: address(app, &lookup),
        survey_url: address(app, &survey),
        watermark: watermark(app),
        remark: String::new(),
        made: local(at),
    })
}
