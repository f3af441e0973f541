//! Form 04 of a dossier, drafted or signed, with the names of the day it is signed.
use super::{local, not_yet, render, watermark};
use crate::{
    app::App,
    documents::apology::{self, Apology},
    domain::{
        dossier::{Act, ApplicantKind},
        time::local_day,
        viet,
    },
    error::Result,
    store::{
        agencies,
        apologies::{self, Apology as Letter},
        dossiers::Dossier,
        procedures,
    },
};

pub async fn pdf(app: &App, dossier: &Dossier) -> Result<Vec<u8>> {
    let letter = latest(app, dossier).await?;
    let data = data(app, dossier, &letter).await?;
    render(move || apology::pdf(&data)).await
}

/// The dossier's letter.
pub async fn latest(app: &App, dossier: &Dossier) -> Result<Letter> {
    let letters = apologies::of_dossier(app.store.read(), dossier.id).await?;
    letters
        .into_iter()
        .next_back()
        .ok_or_else(|| not_yet(Act::DraftApology))
}

/// The words of the letter; a draft has neither number nor day.
pub async fn data(app: &App, dossier: &Dossier, letter: &Letter) -> Result<Apology> {
    let db = app.store.read();
    let made = letter.signed_at.unwrap_or(letter.drafted_at);
    let agency = agencies::name_on(db, dossier.agency_id, local_day(made)).await?;
    let signatory = agencies::signatory_on(db, dossier.agency_id, local_day(made)).await?;
    let procedure = procedures::get(db, dossier.procedure_version_id).await?;
    let received = dossier.received_at.unwrap_or(dossier.registered_at);
    let citizen = matches!(
        ApplicantKind::from_code(&dossier.applicant_kind),
        None | Some(ApplicantKind::Citizen)
    );
    let (capacity, named) = signatory.map_or_else(
        || ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH".to_owned(), String::new()),
        |signatory| (signatory.capacity, signatory.name),
    );
    let symbol = &app.settings.forms.apology_symbol;
    Ok(Apology {
        paper: app.settings.apology.paper.typst().into(),
        agency_in_full: agency.name.replace("UBND", "Ủy ban nhân dân"),
        parent_name: agency.parent,
        number: letter.number.map_or_else(
            || format!("        /{symbol}"),
            |number| format!("{number:02}/{symbol}"),
        ),
        place_and_date: match letter.signed_at {
            Some(at) => format!("{}, {}", agency.place, viet::date_in_words(local_day(at))),
            None => format!("{}, ngày      tháng      năm 20     ", agency.place),
        },
        addressee: if citizen { "Ông (bà) " } else { "" }.into(),
        applicant_name: dossier.applicant_name.clone(),
        received_on: viet::date_in_words(local_day(received)).replacen('n', "N", 1),
        procedure_name: procedure.name,
        field: procedure.field,
        code: dossier.code.clone(),
        due_at: viet::hour_and_day_in_words(local(letter.due_at)),
        reason: letter.reason.trim_end_matches(['.', ';']).to_owned(),
        new_due_at: viet::hour_and_day_in_words(local(letter.new_due_at)),
        capacity: capacity.lines().map(str::to_owned).collect(),
        signer: if named.is_empty() {
            letter.signed_by.clone().unwrap_or_default()
        } else {
            named
        },
        draft: letter.signed_at.is_none(),
        watermark: watermark(app),
        made: local(made),
    })
}
