//! What does a citizen's look-up read of a dossier? What is not read cannot be shown.
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::{
    Reader,
    dossiers::status_of,
    tables::dossier::dossier::{Column, Entity},
};
use crate::{domain::dossier::Status, error::Result};

#[derive(Clone, Debug, FromQueryResult)]
pub struct Seen {
    pub id: i64,
    pub agency_id: i64,
    pub code: String,
    status: String,
    pub due_at: Option<DateTime<Utc>>,
    /// By what its bearer shows that it is theirs.
    pub receipt_hash: String,
    pub id_number: Option<String>,
}

impl Seen {
    pub fn status(&self) -> Status {
        status_of(&self.status)
    }
}

/// That of a code, whichever agency has it: for a citizen who knows the whole code.
pub async fn by_code(db: &impl Reader, code: &str) -> Result<Option<Seen>> {
    Ok(Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::AgencyId,
            Column::Code,
            Column::Status,
            Column::DueAt,
            Column::ReceiptHash,
            Column::IdNumber,
        ])
        .filter(Column::Code.eq(code))
        .into_model::<Seen>()
        .one(db)
        .await?)
}
