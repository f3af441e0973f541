//! What hangs on the notice board, put together from the catalogue in force.
use chrono::NaiveDate;

use super::{address, render, watermark};
use crate::{
    app::App,
    documents::notice_board::{self, Code, Entry, Group, Poster, Sheet},
    domain::{
        procedure::{FourFlag, Procedure},
        time::{local_day, to_local},
        viet,
    },
    error::Result,
    store::{forms, procedures},
    web::paths,
};

/// `5 ngày làm việc`
pub fn limit_words(procedure: &Procedure) -> String {
    procedure.limit.map_or_else(
        || "không có thời hạn chung".to_owned(),
        |limit| limit.to_string(),
    )
}

/// `8.000 đ`
fn fee_amount(procedure: &Procedure) -> String {
    match procedure.fee_vnd {
        Some(0) => "Không thu".to_owned(),
        Some(fee) => format!("{}\u{a0}đ", viet::number(fee)),
        None => "Chưa có mức thu trong danh mục".to_owned(),
    }
}

/// `8.000 đ (một bản)`
pub fn fee_words(procedure: &Procedure) -> String {
    let note = &procedure.fee_note;
    match procedure.fee_vnd {
        _ if note.is_empty() => fee_amount(procedure),
        // Set by others from time to time: the note is all there is to say.
        None => viet::sentence(note),
        Some(_) => format!("{} ({note})", fee_amount(procedure)),
    }
}

/// Which decision published it, and when.
pub fn decision_words(procedure: &Procedure) -> String {
    match (&procedure.decision, procedure.decided_on) {
        (Some(number), Some(day)) => format!("{number}, ngày {}", viet::date(day)),
        (Some(number), None) => number.clone(),
        _ => "Chưa có số quyết định công bố".to_owned(),
    }
}

/// What the desk does at once, and how sure that is; empty where it does not.
pub fn four_words(procedure: &Procedure, day: NaiveDate) -> String {
    if !procedure.declared(day) {
        return String::new();
    }
    let acts = "Tiếp nhận, thẩm định, phê duyệt và trả kết quả ngay tại quầy";
    match &procedure.four_decision {
        Some(number) => format!("{acts} ({number})."),
        None => format!("{acts} (chưa có số quyết định)."),
    }
}

/// The poster with the list of a day.
pub async fn poster(app: &App, hours: &str) -> Result<Vec<u8>> {
    let now = to_local(app.clock.now());
    let home = app.home_agency().await?;
    let agency = app.agency_name(home).await?;
    let all = procedures::search(app.store.read(), "", None, now.date()).await?;
    let all = app.office(home).await?.offered(all, now.date());
    let mut groups: Vec<Group> = Vec::new();
    let mut decisions: Vec<String> = Vec::new();
    for procedure in &all {
        if procedure.decision.is_some() {
            let words = decision_words(procedure);
            if !decisions.contains(&words) {
                decisions.push(words);
            }
        }
        let entry = Entry {
            name: procedure.name.clone(),
            limit: limit_words(procedure),
            fee: fee_amount(procedure),
            four: procedure.four == FourFlag::Yes && procedure.declared(now.date()),
        };
        match groups
            .iter_mut()
            .find(|group| group.name == procedure.field)
        {
            Some(group) => group.entries.push(entry),
            None => groups.push(Group {
                name: procedure.field.clone(),
                entries: vec![entry],
            }),
        }
    }
    let chosen = chosen(app, home).await?;
    let code = |path: &str, words: &str| {
        let to = chosen.as_ref().map(|key| paths::visit(key, path));
        Code::new(address(app, to.as_deref().unwrap_or(path)), words)
    };
    let poster = Poster {
        agency_name: agency.name.clone(),
        as_of: viet::date(now.date()),
        decisions,
        groups,
        codes: vec![
            code(paths::PROCEDURES, "Quét để xem thủ tục"),
            code(paths::LOOKUP, "Tra cứu hồ sơ"),
            code(paths::FEEDBACK, "Phản ánh, góp ý"),
            code(paths::SCOREBOARD, "Kết quả phục vụ"),
        ],
        hours: hours.to_owned(),
        phone: agency.phone.clone().unwrap_or_default(),
        watermark: watermark(app),
        made: now,
    };
    render(move || notice_board::poster(&poster)).await
}

/// The short name of an agency, where its pages are not the only ones: whoever scans its
/// poster is to see its own.
async fn chosen(app: &App, agency: i64) -> Result<Option<String>> {
    let directory = app.directory().await?;
    let one = directory.open.iter().find(|one| one.id == agency);
    Ok(one
        .filter(|_| directory.open.len() > 1)
        .map(|one| one.key.clone()))
}

/// The sheet of one procedure.
pub async fn sheet(app: &App, procedure: &Procedure, hours: &str) -> Result<Vec<u8>> {
    let now = to_local(app.clock.now());
    let home = app.home_agency().await?;
    let agency = app.agency_name(home).await?;
    let forms = forms::of_procedure(app.store.read(), home, &procedure.code).await?;
    let page = paths::procedure(&procedure.code);
    let page = match chosen(app, home).await? {
        Some(key) => address(app, &paths::visit(&key, &page)),
        None => address(app, &page),
    };
    let sheet = Sheet {
        agency_name: agency.name.clone(),
        name: procedure.name.clone(),
        code: procedure.code.clone(),
        field: procedure.field.clone(),
        documents: procedure.documents.clone(),
        limit: limit_words(procedure),
        fee: fee_amount(procedure),
        fee_note: procedure.fee_note.clone(),
        authority: procedure.authority.clone(),
        legal_basis: procedure.legal_basis.clone(),
        decision: format!("Công bố: {}", decision_words(procedure)),
        four: four_words(procedure, local_day(app.clock.now())),
        forms: forms.into_iter().map(|(_, name, _)| name).collect(),
        as_of: viet::date(now.date()),
        hours: hours.to_owned(),
        phone: agency.phone.clone().unwrap_or_default(),
        qr: Code::new(page, "Quét để xem bản hiện hành"),
        watermark: watermark(app),
        made: now,
    };
    render(move || notice_board::sheet(&sheet)).await
}
