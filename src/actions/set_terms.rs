//! An agency decides for itself about a procedure of the shared catalogue, from a day to
//! come: dossiers received before keep what they were promised.
use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    actor::Actor,
    applicant::{required, text},
    import_dossiers,
};
use crate::{
    app::App,
    domain::{procedure::Procedure, terms::Terms, time::local_day, viet},
    error::{Error, FieldErrors, Result},
    store::{agencies, own_days::Decision, own_terms, procedures},
};

/// A decision as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Input {
    pub tu_ngay: String,
    /// `khong`: not offered here.
    pub tiep_nhan: String,
    pub thoi_han: String,
    pub phi: String,
    pub ghi_chu_phi: String,
    /// `co`, `khong`, or empty: as the catalogue says.
    pub tai_cho: String,
    pub noi_nop: String,
    pub can_cu: String,
    /// The newest decision that was looked at.
    pub ban: String,
}

/// Who stands at the top changes the catalogue itself.
///
/// # Errors
/// Where the catalogue is one's own, or the role does not decide.
pub async fn may(app: &App, actor: &Actor) -> Result<()> {
    import_dossiers::may(actor)?;
    if agencies::above(app.store.read(), actor.agency)
        .await?
        .is_none()
    {
        let detail = "Danh mục chung là của cơ quan này: nạp lại bằng tệp ở trang Nhập từ tệp.";
        return Err(Error::forbidden(detail));
    }
    Ok(())
}

/// Writes it; pressed twice it is written once.
///
/// # Errors
/// By field; a conflict when another decision came first.
pub async fn run(app: &App, actor: &Actor, code: &str, input: &Input) -> Result<NaiveDate> {
    may(app, actor).await?;
    let today = local_day(app.clock.now());
    let write = app.store.write_alone().await?;
    let mut errors = FieldErrors::default();
    let from = errors.keep("tu-ngay", viet::read_date(&input.tu_ngay, today));
    if from.is_some_and(|from| from <= today) {
        let said = "Có hiệu lực sớm nhất từ ngày mai: hồ sơ đã nhận giữ nguyên lời hẹn.";
        errors.add("tu-ngay", said);
    }
    let found = procedures::on(write.reader(), code, from.unwrap_or(today)).await?;
    let (procedure, _) = found.ok_or_else(procedures::unknown_code)?;
    let terms = read(input, &procedure, from.unwrap_or(today), &mut errors);
    errors.finish()?;
    let known = own_terms::of(write.reader(), actor.agency, code).await?;
    let newest = known.first();
    let replaces = newest.map_or(0, |row| row.id);
    if newest.is_some_and(|row| same(row, &terms)) {
        return Ok(terms.from);
    }
    let overtaken = || {
        let detail = "Mức riêng của thủ tục này vừa được người khác sửa. Xem lại bảng dưới rồi lưu lại; chưa có gì được lưu.";
        Error::conflict("terms_changed", detail)
    };
    if input.ban.parse() != Ok(replaces) {
        return Err(overtaken());
    }
    let decision = Decision {
        agency: actor.agency,
        by: &actor.name,
        at: app.clock.now(),
    };
    let written = write.decide_terms(decision, code, &terms, replaces).await?;
    written.ok_or_else(overtaken)?;
    write.commit().await?;
    Ok(terms.from)
}

fn same(row: &own_terms::Decided, terms: &Terms) -> bool {
    own_terms::terms(row.clone())
        == Terms {
            id: row.id,
            ..terms.clone()
        }
}

fn read(input: &Input, procedure: &Procedure, from: NaiveDate, errors: &mut FieldErrors) -> Terms {
    let basis = required(errors, "can-cu", "Căn cứ", &input.can_cu, 200);
    let mut terms = Terms::shared(from, basis);
    terms.offered = input.tiep_nhan != "khong";
    terms.place = text(errors, "noi-nop", "Nơi nộp", Some(&input.noi_nop), 300).unwrap_or_default();
    terms.limit = limit(&input.thoi_han, procedure, errors);
    match input.phi.trim().replace(['.', ' '], "").as_str() {
        "" => {}
        typed => match typed
            .parse::<i64>()
            .ok()
            .filter(|fee| (0..=10_000_000_000).contains(fee))
        {
            Some(fee) => {
                terms.fee_vnd = Some(fee);
                let note = Some(input.ghi_chu_phi.as_str());
                terms.fee_note =
                    text(errors, "ghi-chu-phi", "Ghi chú phí", note, 500).unwrap_or_default();
            }
            None => errors.add(
                "phi",
                "Mức thu là số đồng, ví dụ: 8.000; không thu thì ghi 0.",
            ),
        },
    }
    terms.four = match input.tai_cho.as_str() {
        "co" => Some(true),
        "khong" => Some(false),
        _ => None,
    };
    terms
}

/// A promise that is shorter than what the catalogue lets: nobody may promise more.
fn limit(typed: &str, procedure: &Procedure, errors: &mut FieldErrors) -> Option<u32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let Some(shared) = procedure.limit else {
        errors.add(
            "thoi-han",
            "Thủ tục này không có thời hạn chung nên không rút ngắn được.",
        );
        return None;
    };
    let amount = typed.parse::<u32>().ok();
    let shorter = amount.filter(|amount| (1..shared.amount).contains(amount));
    if shorter.is_none() {
        let most = shared.amount.saturating_sub(1);
        let said = if most == 0 {
            format!("Thời hạn chung là {shared}: không rút ngắn hơn được.")
        } else {
            format!("Thời hạn riêng phải ngắn hơn thời hạn chung ({shared}): số từ 1 đến {most}.")
        };
        errors.add("thoi-han", said);
    }
    shorter
}
