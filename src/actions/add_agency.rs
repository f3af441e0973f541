//! One more agency under this roof: its names by date, who signs, what it stands under, and
//! the ways of work of the one above it to begin with.
use super::{merge_agencies, set_workflow, settle_agency::IDENTIFIER};
use crate::{
    app::App,
    config::{FirstAgency, FirstName},
    domain::{code::is_identifier, time::local_day, viet},
    error::{Error, Result},
    store::{
        Write,
        agencies::{self, AgencyName, Signatory},
        workflows,
    },
};

/// Adds it; `parent` by its key, none at the top.
///
/// # Errors
/// When the key is taken, a name or its days cannot be, codes of dossiers would look like
/// those of another, or what is above has become part of another.
pub async fn run(app: &App, given: &FirstAgency, parent: Option<&str>) -> Result<i64> {
    let write = app.store.write_alone().await?;
    let db = write.reader();
    let wrong = |field: &str, words: String| Err(Error::invalid(field, words));
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ends = |c: char| c == '-';
    if given.key.is_empty()
        || !given.key.chars().all(known)
        || given.key.trim_matches(ends) != given.key
    {
        return wrong(
            "key",
            format!(
                "Khóa “{}” chỉ gồm chữ thường không dấu, số, và gạch nối ở giữa.",
                given.key
            ),
        );
    }
    if agencies::by_key(db, &given.key).await.is_ok() {
        return wrong("key", format!("Đã có cơ quan “{}”.", given.key));
    }
    for name in &given.version {
        let same = agencies::bears(db, &name.identifier, name.valid_from, name.valid_to).await?;
        if let Some(other) = same {
            return wrong(
                "identifier",
                format!(
                    "Mã định danh {} đã là của {}: mã hồ sơ hai nơi sẽ trùng nhau. Đặt mã khác.",
                    name.identifier, other.name
                ),
            );
        }
    }
    let above = match parent {
        Some(key) => Some(agencies::by_key(db, key).await?),
        None => None,
    };
    if let Some(above) = above {
        merge_agencies::still_there(db, above, local_day(app.clock.now())).await?;
    }
    let id = insert(&write, given, above).await?;
    let like = match above {
        Some(above) => above,
        None => agencies::first(db).await?,
    };
    let ways = workflows::exported(db, like).await?;
    set_workflow::load_in(&write, id, "motcua", &ways, app.clock.now()).await?;
    write.commit().await?;
    Ok(id)
}

/// Each name has words, days and an identifier of its own, and follows the one before.
fn names_follow(names: &[FirstName]) -> Result<()> {
    let wrong = |field: &str, words: String| Err(Error::invalid(field, words));
    if names.is_empty() {
        return wrong(
            "version",
            "Cần ít nhất một tên của cơ quan ([[version]]).".into(),
        );
    }
    for name in names {
        if name.name.trim().is_empty() {
            let words = "Tên cơ quan (name) còn trống. Xin ghi tên như trên giấy tờ.";
            return wrong("name", words.into());
        }
        if !is_identifier(&name.identifier) {
            return wrong("identifier", format!("“{}”: {IDENTIFIER}", name.identifier));
        }
        if let Some(last) = name.valid_to.filter(|last| *last < name.valid_from) {
            let (from, to) = (viet::date(name.valid_from), viet::date(last));
            return wrong(
                "valid_to",
                format!(
                    "Tên “{}” hết hiệu lực ngày {to}, trước khi có, ngày {from}.",
                    name.name
                ),
            );
        }
    }
    for (name, next) in names.iter().zip(names.iter().skip(1)) {
        if name.valid_to.is_none_or(|last| last >= next.valid_from) {
            let from = viet::date(next.valid_from);
            return wrong(
                "valid_from",
                format!(
                    "Tên “{}” phải hết hiệu lực (valid_to) trước ngày {from}, khi có tên “{}”.",
                    name.name, next.name
                ),
            );
        }
    }
    Ok(())
}

/// The rows of a new agency, the first one too.
pub(super) async fn insert(write: &Write, given: &FirstAgency, parent: Option<i64>) -> Result<i64> {
    names_follow(&given.version)?;
    let agency_id = write.insert_agency(&given.key, parent).await?;
    for name in given.version.iter().cloned() {
        write
            .insert_agency_name(AgencyName {
                id: 0,
                agency_id,
                valid_from: name.valid_from,
                valid_to: name.valid_to,
                name: name.name,
                level: name.level,
                parent: name.parent,
                place: name.place,
                identifier: name.identifier,
                identifier_confirmed: name.identifier_confirmed,
                phone: name.phone,
            })
            .await?;
    }
    for signatory in given.signatory.iter().cloned() {
        write
            .insert_signatory(Signatory {
                id: 0,
                agency_id,
                valid_from: signatory.valid_from,
                valid_to: signatory.valid_to,
                capacity: signatory.capacity,
                name: signatory.name,
            })
            .await?;
    }
    Ok(agency_id)
}
