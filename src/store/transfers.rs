//! What is asked of other agencies: steps of a way that crosses agencies, and opinions.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, Statement,
};

use super::{
    Reader, Write,
    first_page::{self, Rows},
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
        Side::Sent => "t.agency_id = $1 AND t.answered_at IS NULL",
        Side::Answered => "t.agency_id = $1 AND t.answered_at IS NOT NULL",
        Side::Incoming => "t.to_agency_id = $1 AND t.answered_at IS NULL",
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

/// A transfer sent to an agency of this installation, with the agency that sent it.
pub async fn incoming(db: &impl Reader, agency: i64, id: i64) -> Result<Option<Transfer>> {
    Ok(transfer::Entity::find_by_id(id)
        .filter(transfer::Column::ToAgencyId.eq(agency))
        .one(db)
        .await?)
}

/// Another agency of this installation that the name of an addressee ends with
/// ("Phòng Tư pháp – UBND huyện Quảng Điền"), if there is one.
pub async fn agency_named(db: &impl Reader, own: i64, name: &str) -> Result<Option<i64>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT v.agency_id FROM agency_version v JOIN agency a ON a.id = v.agency_id \
         WHERE v.agency_id <> $1 AND a.merged_into IS NULL AND $2 LIKE '%' || v.name ORDER BY v.id LIMIT 1",
        [own.into(), name.into()],
    );
    match db.query_one_raw(ask).await? {
        Some(row) => Ok(Some(row.try_get("", "agency_id")?)),
        None => Ok(None),
    }
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
