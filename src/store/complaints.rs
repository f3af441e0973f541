//! Which dossiers does feedback complain of? What was refused as no feedback is not counted.
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement,
};

use super::{Reader, tables::feedback::feedback, whom::Viewer};
use crate::error::Result;

/// One complaint of a dossier.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Complaint {
    pub id: i64,
    /// Whose dossier it is now.
    pub owner: i64,
    pub code: String,
    pub kind: String,
    pub received_at: DateTime<Utc>,
}

/// Those received before a moment: by the agency, or wherever its dossiers were when somebody
/// complained.
pub async fn before(db: &impl Reader, agency: i64, until: DateTime<Utc>) -> Result<Vec<Complaint>> {
    Ok(Complaint::find_by_statement(Statement::from_sql_and_values(
        DbBackend::Postgres,
        // Above zero are all: said so, they are found by the index of those that name a dossier.
        "SELECT f.id, d.agency_id AS owner, d.code, f.kind, f.received_at FROM feedback f JOIN dossier d ON d.id = f.dossier_id \
         WHERE f.dossier_id > 0 AND (f.agency_id = $1 OR d.agency_id = $1) AND f.received_at < $2 AND f.state <> 'rejected' AND f.kind <> 'opinion' ORDER BY +f.id",
        [agency.into(), until.into()],
    ))
    .all(db)
    .await?)
}

/// So many are asked about by one statement.
const AT_ONCE: usize = 1000;

/// Those of them that a reader of rows may see, where there is one: a figure counts all,
/// a row would tell whom it is about.
pub async fn seen(
    db: &impl Reader,
    agency: i64,
    viewer: Option<&Viewer>,
    until: DateTime<Utc>,
) -> Result<Vec<Complaint>> {
    let mut all = before(db, agency, until).await?;
    let Some(viewer) = viewer else {
        return Ok(all);
    };
    let mut heard = BTreeSet::new();
    for some in all.chunks(AT_ONCE) {
        let found: Vec<i64> = feedback::Entity::find()
            .select_only()
            .column(feedback::Column::Id)
            .filter(feedback::Column::Id.is_in(some.iter().map(|one| one.id)))
            .filter(viewer.hears_of())
            .into_tuple()
            .all(db)
            .await?;
        heard.extend(found);
    }
    all.retain(|one| heard.contains(&one.id));
    Ok(all)
}
