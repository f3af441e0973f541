//! Form 04 of a dossier, drafted or signed, with the names of the day it is signed.
use super::{
    Source, addressee, local, not_yet, numbered, signature, slips::copies_to, spoken_to, watermark,
};
use crate::{
    app::App,
    documents::letter::{Letter, plain, strong, text},
    domain::{paper::PaperKind, time::local_day, viet},
    error::Result,
    store::{
        apologies::{self, Apology},
        dossiers::Dossier,
    },
};

/// The dossier's letter, as it would be signed now: a draft whose dossier has ended
/// has no date left to promise.
pub async fn latest(app: &App, dossier: &Dossier) -> Result<Apology> {
    let letters = apologies::of_dossier(app.store.read(), dossier.id).await?;
    let mut letter = letters
        .into_iter()
        .next_back()
        .ok_or_else(|| not_yet(PaperKind::Apology))?;
    letter.after_end |= letter.signed_at.is_none() && dossier.ended_at.is_some();
    Ok(letter)
}

/// The words of the letter; a draft has neither number nor day.
pub(super) async fn data(source: &Source<'_>, letter: &Apology) -> Result<Letter> {
    let (app, dossier) = (source.app, source.dossier);
    let db = app.store.read();
    let made = letter.signed_at.unwrap_or(letter.drafted_at);
    // A draft would be signed today, by whoever has the dossier now.
    let (issuer, day) = match letter.signed_at {
        Some(at) => (source.issuer, local_day(at)),
        None => (dossier.agency_id, local_day(app.clock.now())),
    };
    let signer = letter.signed_by.as_deref().unwrap_or_default();
    let procedure = &source.procedure;
    let (agency, right) = tokio::try_join!(
        source.agency_on(issuer, day),
        signature::for_agency(db, issuer, day, signer)
    )?;
    let received = local_day(dossier.came_at());
    let began = viet::date_in_words(received).replacen('n', "N", 1);
    let name = agency.name.replace("UBND", "Ủy ban nhân dân");
    let office = source.receiver(issuer, &name).await?;
    let whom = spoken_to(dossier);
    let due = viet::hour_and_day_in_words(local(letter.due_at));
    let new_due = viet::hour_and_day_in_words(local(letter.new_due_at));
    // The law wants the letter before the promise breaks; then nothing is late yet.
    let state = if letter.after_end {
        "Hồ sơ này có kết quả chậm hơn thời gian đã hẹn."
    } else if local_day(made) <= local_day(letter.due_at) {
        "Hồ sơ này chưa thể có kết quả đúng thời gian đã hẹn."
    } else {
        "Đến nay, hồ sơ chưa có kết quả theo đúng thời gian đã hẹn."
    };
    let reason = letter.reason.trim_end_matches(['.', ';']);
    let lines = vec![
        text([
            plain(format!(
                "{began}, {office} tiếp nhận hồ sơ đề nghị giải quyết thủ tục: {} (lĩnh vực {}); mã hồ sơ: ",
                procedure.name, procedure.field
            )),
            strong(dossier.code.clone()),
            plain(format!("; thời gian hẹn trả kết quả: {due}.")),
        ]),
        text([plain(format!("{state} Lý do: {reason}."))]),
        if letter.after_end {
            text([plain(format!("{name} xin lỗi {whom} vì sự chậm trễ này."))])
        } else {
            text([
                plain(format!(
                    "{name} xin lỗi {whom} vì sự chậm trễ này và hẹn lại thời gian trả kết quả: "
                )),
                strong(new_due),
                plain("."),
            ])
        },
        text([plain(format!(
            "Rất mong nhận được sự thông cảm của {whom}./."
        ))]),
    ];
    Ok(Letter {
        paper: app.settings.apology.paper.typst().into(),
        above: agency.parent,
        agency: name,
        number: numbered(app, PaperKind::Apology, letter.number),
        place_and_date: match letter.signed_at {
            Some(at) => format!("{}, {}", agency.place, viet::date_in_words(local_day(at))),
            None => format!("{}, ngày      tháng      năm 20     ", agency.place),
        },
        title: source.set.title(PaperKind::Apology).into(),
        remark: if letter.signed_at.is_none() {
            "(bản thảo, chưa ký)"
        } else {
            ""
        }
        .into(),
        code: dossier.code.clone(),
        to: Some((addressee(dossier).into(), dossier.applicant_name.clone())),
        lines,
        copies_to: copies_to(),
        left: None,
        right,
        watermark: watermark(app),
        made: local(made),
    })
}
