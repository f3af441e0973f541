//! Who looked at whose data outside one's own work.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, Statement,
};

use super::{
    Reader, Write,
    tables::{dossier::event, staff::read_log},
};
use crate::error::Result;

pub use super::tables::staff::read_log::Model as Read;

/// Whether someone of that name had a hand in a dossier.
pub async fn had_a_hand(db: &impl Reader, dossier: i64, actor: &str) -> Result<bool> {
    let own = event::Entity::find()
        .filter(event::Column::DossierId.eq(dossier))
        .filter(event::Column::Actor.eq(actor));
    Ok(own.count(db).await? > 0)
}

/// Whether the same look was noted within the last hour.
pub async fn noted(db: &impl Reader, read: &Read) -> Result<bool> {
    let mut same = read_log::Entity::find()
        .filter(read_log::Column::AgencyId.eq(read.agency_id))
        .filter(read_log::Column::At.gt(read.at - TimeDelta::hours(1)))
        .filter(read_log::Column::Actor.eq(&read.actor))
        .filter(read_log::Column::Face.eq(&read.face))
        .filter(read_log::Column::About.eq(&read.about));
    same = match read.dossier_id {
        Some(dossier) => same.filter(read_log::Column::DossierId.eq(dossier)),
        None => same.filter(read_log::Column::DossierId.is_null()),
    };
    Ok(same.count(db).await? > 0)
}

/// One look, with the dossier's code.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub role: String,
    pub face: String,
    pub code: Option<String>,
    pub about: String,
}

/// The looks noted last, before an id where one is given.
pub async fn recent(
    db: &impl Reader,
    agency: i64,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<Line>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT r.id, r.at, r.actor, r.role, r.face, r.about, d.code \
             FROM read_log r LEFT JOIN dossier d ON d.id = r.dossier_id \
             WHERE r.agency_id = $1 AND r.id < $2 ORDER BY r.id DESC LIMIT {most}"
        ),
        [agency.into(), before.unwrap_or(i64::MAX).into()],
    );
    Ok(Line::find_by_statement(ask).all(db).await?)
}

impl Write {
    /// Notes a look.
    pub async fn note_read(&self, row: Read) -> Result<()> {
        let mut row = read_log::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        read_log::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }
}
