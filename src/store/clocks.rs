//! Which moments the database knows: the last one recorded, its engine's own.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, QuerySelect, Statement};

use super::{Reader, Store, tables::dossier::event};
use crate::error::Result;

/// When something was recorded last, as the clock stood then.
pub async fn last_recorded(db: &impl Reader) -> Result<Option<DateTime<Utc>>> {
    // By number, not by moment: this needs no index of its own, and the last few
    // hundred hold whatever a clock that ran ahead has left.
    let last: Vec<DateTime<Utc>> = event::Entity::find()
        .select_only()
        .column(event::Column::RecordedAt)
        .order_by_desc(event::Column::Id)
        .limit(500)
        .into_tuple()
        .all(db)
        .await?;
    Ok(last.into_iter().max())
}

/// When the first thing was recorded.
pub async fn first_recorded(db: &impl Reader) -> Result<Option<DateTime<Utc>>> {
    let first = event::Entity::find()
        .select_only()
        .column(event::Column::RecordedAt)
        .order_by_asc(event::Column::Id);
    Ok(first.into_tuple().one(db).await?)
}

/// How far this machine's clock is ahead of PostgreSQL's; `SQLite` has none of its own.
pub async fn apart_from_engine(store: &Store, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    if !store.is_postgres() {
        return Ok(None);
    }
    let ask = Statement::from_string(DbBackend::Postgres, "SELECT now() AS now");
    let row = store.db.query_one_raw(ask).await?;
    let engine: Option<DateTime<Utc>> = row.map(|row| row.try_get("", "now")).transpose()?;
    Ok(engine.map(|engine| now - engine))
}
