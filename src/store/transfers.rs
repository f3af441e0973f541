//! What is asked of other agencies: steps of a way that crosses agencies, and opinions.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder,
};

use super::{
    Reader, Write, agencies,
    first_page::{self, Rows},
    mergers,
    tables::workflow::transfer,
};
use crate::{domain::dossier::codes, error::Result};

pub use super::tables::workflow::transfer::Model as Transfer;

codes! {
    /// What another agency is asked for.
    TransferKind {
        Step = "step", "Chuyển giải quyết";
        Opinion = "opinion", "Lấy ý kiến";
    }
}

impl Transfer {
    pub fn kind(&self) -> TransferKind {
        TransferKind::from_code(&self.kind).unwrap_or(TransferKind::Opinion)
    }
}

/// What was asked about a dossier, oldest first.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Transfer>> {
    Ok(transfer::Entity::find()
        .filter(transfer::Column::DossierId.eq(dossier))
        .order_by_asc(transfer::Column::Id)
        .all(db)
        .await?)
}

/// One line of a list of transfers.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Asked {
    pub id: i64,
    pub code: String,
    pub version: i64,
    pub applicant_name: String,
    pub procedure_name: String,
    pub kind: String,
    pub from_agency: i64,
    pub to_name: String,
    pub number: Option<i32>,
    pub year: Option<i32>,
    pub content: String,
    pub sent_by: String,
    pub sent_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
}

/// An agency and all that became part of it: a slip stays with whom it was sent to, as it is
/// sealed, and is for whoever they are part of now.
const OURS: &str = "WITH RECURSIVE ours (id) AS (SELECT CAST($1 AS BIGINT) \
     UNION SELECT a.id FROM agency a JOIN ours ON a.merged_into = ours.id) SELECT id FROM ours";

/// Which transfers an agency asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Sent by us, no answer yet.
    Sent,
    /// Sent by us and answered.
    Answered,
    /// Sent to us by another agency of this installation, no answer yet.
    Incoming,
}

/// The transfers of a side, the soonest due first, and how many there are.
pub async fn list(
    db: &impl Reader,
    agency: i64,
    side: Side,
    most: u64,
) -> Result<(Vec<Asked>, u64)> {
    let condition = match side {
        Side::Sent => "t.agency_id = $1 AND t.answered_at IS NULL".to_owned(),
        Side::Answered => "t.agency_id = $1 AND t.answered_at IS NOT NULL".to_owned(),
        Side::Incoming => format!("t.to_agency_id IN ({OURS}) AND t.answered_at IS NULL"),
    };
    let order = match side {
        Side::Answered => "t.answered_at DESC, t.id DESC",
        _ => "t.due_at, t.id",
    };
    let from = format!(
        "FROM transfer t JOIN dossier d ON d.id = t.dossier_id \
         JOIN procedure_version p ON p.id = d.procedure_version_id WHERE {condition}"
    );
    let rows = Rows {
        columns: "t.id, d.code, d.version, d.applicant_name, p.name AS procedure_name, t.kind, \
             t.agency_id AS from_agency, t.to_name, t.number, t.year, t.content, t.sent_by, \
             t.sent_at, t.due_at, t.answered_at, t.answer",
        from: &from,
        order,
        values: vec![agency.into()],
    };
    first_page::of(db, rows, most).await
}

/// A transfer sent to an agency of this installation, or to one that is part of it now, with
/// the agency that sent it.
pub async fn incoming(db: &impl Reader, agency: i64, id: i64) -> Result<Option<Transfer>> {
    let row = transfer::Entity::find_by_id(id).one(db).await?;
    let Some((row, to)) = row.and_then(|row| row.to_agency_id.map(|to| (row, to))) else {
        return Ok(None);
    };
    let ours = mergers::became(db, to).await?.last() == Some(&agency);
    Ok(Some(row).filter(|_| ours))
}

/// The agencies of this installation that an addressee can be: those whose name on that day it
/// ends with ("Phòng Tư pháp – UBND huyện Quảng Điền"), of several the longest such name; each
/// with that name, by which key it is told from another of the same.
pub async fn agencies_named(
    db: &impl Reader,
    own: i64,
    addressee: &str,
    day: NaiveDate,
) -> Result<Vec<(i64, String)>> {
    let addressee = addressee.trim().to_lowercase();
    let ends = |name: &str| {
        let before = addressee.strip_suffix(&name.to_lowercase())?;
        // Within a word it is another name.
        let fits = !name.is_empty() && !before.ends_with(char::is_alphanumeric);
        fits.then_some(name.len())
    };
    let (mut longest, mut found) = (0, Vec::<(i64, String)>::new());
    for (agency, key, name) in agencies::names_on(db, day).await? {
        let told_apart = format!("{name} ({key})");
        let Some(length) = ends(&told_apart).or_else(|| ends(&name)) else {
            continue;
        };
        // Whoever it is part of now is asked.
        let now = mergers::became(db, agency).await?;
        let now = now.last().copied().unwrap_or(agency);
        if length > longest {
            (longest, found) = (length, Vec::new());
        }
        if length == longest && now != own && found.iter().all(|(known, _)| *known != now) {
            found.push((now, told_apart));
        }
    }
    Ok(found)
}

impl Write {
    /// A new one, or the answer to one (`id` above 0).
    pub async fn put_transfer(&self, row: Transfer) -> Result<()> {
        let id = row.id;
        let mut row = transfer::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        if id == 0 {
            transfer::Entity::insert(row).exec(&self.tx).await?;
        } else {
            transfer::Entity::update_many()
                .set(row)
                .filter(transfer::Column::Id.eq(id))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }
}
