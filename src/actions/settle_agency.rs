//! The administrator says under which identifier the agency stands, at which telephone it
//! is reached, and who signs for it from a day on.
use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    actor::Actor,
    applicant::{required, text},
};
use crate::{
    app::App,
    domain::{code::is_identifier, role::Role, time::local_day, viet},
    error::{Error, FieldErrors, Result},
    papers::signature::{CHAIRMAN, DEPUTY},
    store::agencies::{self, Signatory},
};

/// How an identifier is written.
pub(super) const IDENTIFIER: &str =
    "Mã định danh chỉ gồm chữ in hoa không dấu, chữ số và dấu chấm, ví dụ: 000.00.00.H57.";

/// Who may.
const MAY: [Role; 1] = [Role::Admin];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stands {
    pub identifier: String,
    /// `1`: held against the province's list.
    pub confirmed: String,
    pub phone: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Signs {
    pub from: String,
    pub name: String,
    /// `deputy` signs in the chairman's place (NĐ 30/2020/NĐ-CP, Điều 13).
    pub capacity: String,
}

/// Identifier and telephone of the name that is borne today. Codes that were given stay.
///
/// # Errors
/// A field that cannot be read, or an identifier of another agency.
pub async fn stands(app: &App, actor: &Actor, given: &Stands) -> Result<()> {
    may(actor)?;
    let mut errors = FieldErrors::default();
    let label = "Mã định danh";
    let identifier = required(&mut errors, "identifier", label, &given.identifier, 40);
    if !identifier.is_empty() && !is_identifier(&identifier) {
        errors.add("identifier", IDENTIFIER);
    }
    let phone = text(&mut errors, "phone", "Điện thoại", Some(&given.phone), 40);
    errors.finish()?;
    let write = app.store.write_alone().await?;
    let today = local_day(app.clock.now());
    let mut name = agencies::name_by(write.reader(), actor.agency, today).await?;
    let same = agencies::bears(write.reader(), &identifier, name.valid_from, name.valid_to).await?;
    if let Some(other) = same.filter(|other| other.agency_id != actor.agency) {
        let detail = format!(
            "Mã {identifier} đã là của {}: mã hồ sơ hai nơi sẽ trùng nhau. Xin ghi mã khác.",
            other.name
        );
        return Err(Error::invalid("identifier", detail));
    }
    name.identifier = identifier;
    name.identifier_confirmed = given.confirmed == "1";
    name.phone = phone;
    write.update_agency_name(name).await?;
    write.commit().await?;
    app.forget_names();
    tracing::info!(
        agency = actor.agency,
        account = actor.account,
        "the agency's identifier was set"
    );
    Ok(())
}

/// Who signs from a day on, until the next one does.
///
/// # Errors
/// A field that cannot be read.
pub async fn signs(app: &App, actor: &Actor, given: &Signs) -> Result<()> {
    may(actor)?;
    let mut errors = FieldErrors::default();
    let today = local_day(app.clock.now());
    let from: Option<NaiveDate> = errors.keep("from", viet::read_date(&given.from, today));
    let name = required(&mut errors, "name", "Họ và tên người ký", &given.name, 100);
    let capacity = match given.capacity.as_str() {
        "chairman" => CHAIRMAN,
        "deputy" => DEPUTY,
        _ => {
            errors.add("capacity", "Chưa chọn quyền hạn ký.");
            ""
        }
    };
    errors.finish()?;
    let write = app.store.write_alone().await?;
    write
        .put_signatory(Signatory {
            id: 0,
            agency_id: actor.agency,
            valid_from: from.unwrap_or(today),
            valid_to: None,
            capacity: capacity.to_owned(),
            name,
        })
        .await?;
    write.commit().await?;
    tracing::info!(
        agency = actor.agency,
        account = actor.account,
        "who signs was set"
    );
    Ok(())
}

/// Refuses whoever may not look at it either.
pub fn may(actor: &Actor) -> Result<()> {
    if MAY.contains(&actor.role) {
        return Ok(());
    }
    Err(actor.refused("Tên cơ quan, người ký", &MAY))
}
