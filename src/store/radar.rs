//! What the radar looks at, and what was reviewed.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, Statement,
};

use super::{Reader, Write, tables::radar::radar_review as table};
use crate::{
    domain::{
        period::Period,
        time::{day_end, day_start},
    },
    error::Result,
};

pub use super::tables::radar::radar_review::Model as Review;

/// One act, with what the rules compare.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Act {
    pub code: String,
    pub seq: i32,
    pub act: String,
    pub actor: String,
    pub note: String,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub registered_at: DateTime<Utc>,
    pub applicant_name: String,
    pub id_number: Option<String>,
    pub procedure_code: String,
    pub imported: bool,
    pub by_moment: bool,
    /// The promise known when it was done.
    pub due_at: Option<DateTime<Utc>>,
}

/// The acts done in a period, oldest first, but for imports, which no rule looks at. Every
/// other act is at most as late as the dossier's last event: of what has rested since before
/// the period no event is fetched.
pub async fn acts(db: &impl Reader, agency: i64, period: Period) -> Result<Vec<Act>> {
    Ok(Act::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT d.code, e.seq, e.act, e.actor, e.note, e.at, e.recorded_at, d.registered_at, d.applicant_name, d.id_number, \
         p.code AS procedure_code, d.imported, d.by_moment, \
         (SELECT c.original_due_at FROM due_change c WHERE c.dossier_id = d.id AND c.set_at <= e.at \
          ORDER BY c.id DESC LIMIT 1) AS due_at \
         FROM event e JOIN dossier d ON d.id = e.dossier_id \
         JOIN procedure_version p ON p.id = d.procedure_version_id \
         WHERE d.agency_id = $1 AND d.last_event_at >= $2 AND e.at >= $2 AND e.at < $3 \
         AND e.act <> 'import' ORDER BY e.at, e.id",
        [
            agency.into(),
            day_start(period.from).into(),
            day_end(period.to).into(),
        ],
    ))
    .all(db)
    .await?)
}

#[derive(FromQueryResult)]
struct Cast {
    cast_on: String,
    many: i64,
}

/// How many ballots were cast without paper on each day of a period.
pub async fn ballots(
    db: &impl Reader,
    agency: i64,
    period: Period,
) -> Result<Vec<(chrono::NaiveDate, u64)>> {
    let rows = Cast::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT cast_on, COUNT(*) AS many FROM ballot WHERE agency_id = $1 AND batch IS NULL \
         AND cast_on >= $2 AND cast_on <= $3 GROUP BY cast_on ORDER BY cast_on",
        [
            agency.into(),
            period.from.to_string().into(),
            period.to.to_string().into(),
        ],
    ))
    .all(db)
    .await?;
    let days = rows.into_iter().filter_map(|row| {
        let many = u64::try_from(row.many).unwrap_or_default();
        Some((row.cast_on.get(..10)?.parse().ok()?, many))
    });
    Ok(days.collect())
}

/// What was reviewed already.
pub async fn reviews(db: &impl Reader, agency: i64) -> Result<Vec<Review>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .all(db)
        .await?)
}

impl Write {
    pub async fn insert_review(&self, row: Review) -> Result<()> {
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        row.insert(&self.tx).await?;
        Ok(())
    }
}
