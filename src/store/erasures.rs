//! Lists of what is to be erased, their lines, and the erasure itself, row by row.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, Statement, sea_query::ExprTrait,
};
use serde_json::{Value, json};

use super::{
    Reader, Write,
    tables::{
        dossier::event,
        feedback::feedback,
        seal::{erasure_line, erasure_list, tombstone},
    },
};
use crate::{
    domain::{chain, tombstone as rule},
    error::{Error, Result},
};

pub use super::tables::seal::{erasure_line::Model as Line, erasure_list::Model as List};

/// A dossier whose time is over.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Over {
    pub id: i64,
    pub code: String,
    pub ended_at: DateTime<Utc>,
}

/// The dossiers of a procedure that ended for good before a moment: none whose feedback is
/// still open, none already erased or on a list that still stands.
pub async fn over(
    db: &impl Reader,
    agency: i64,
    procedure: &str,
    before: DateTime<Utc>,
) -> Result<Vec<Over>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT d.id, d.code, COALESCE(d.returned_at, d.ended_at, d.rejected_at) AS ended_at \
         FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id \
         WHERE d.agency_id = $1 AND p.code = $2 \
         AND d.status IN ('returned', 'withdrawn', 'stopped', 'rejected') \
         AND COALESCE(d.returned_at, d.ended_at, d.rejected_at) < $3 \
         AND NOT EXISTS (SELECT 1 FROM tombstone t WHERE t.dossier_id = d.id) \
         AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.dossier_id = d.id AND f.handled_at IS NULL) \
         AND NOT EXISTS (SELECT 1 FROM erasure_line l JOIN erasure_list s ON s.id = l.list_id \
          WHERE l.dossier_id = d.id AND s.dropped_at IS NULL AND s.erased_at IS NULL) \
         ORDER BY d.id",
        [agency.into(), procedure.into(), before.into()],
    );
    Ok(Over::find_by_statement(ask).all(db).await?)
}

/// Whether feedback about a dossier is still open: whoever gave it is to be answered first.
pub async fn is_asked_about(db: &impl Reader, dossier: i64) -> Result<bool> {
    let open = feedback::Entity::find()
        .filter(feedback::Column::DossierId.eq(dossier))
        .filter(feedback::Column::HandledAt.is_null())
        .one(db)
        .await?;
    Ok(open.is_some())
}

/// What is signed: every line, in order.
pub fn digest(lines: &[Line]) -> String {
    let lines: Vec<Value> = lines
        .iter()
        .map(|l| {
            json!([
                l.dossier_id,
                l.code,
                l.procedure_code,
                l.years,
                l.ended_at.timestamp()
            ])
        })
        .collect();
    chain::digest(&Value::Array(lines))
}

/// An agency's lists, the newest first.
pub async fn lists(db: &impl Reader, agency: i64) -> Result<Vec<List>> {
    Ok(erasure_list::Entity::find()
        .filter(erasure_list::Column::AgencyId.eq(agency))
        .order_by_desc(erasure_list::Column::Id)
        .all(db)
        .await?)
}

/// One list of an agency.
pub async fn list(db: &impl Reader, agency: i64, id: i64) -> Result<List> {
    erasure_list::Entity::find_by_id(id)
        .filter(erasure_list::Column::AgencyId.eq(agency))
        .one(db)
        .await?
        .ok_or_else(|| Error::not_found("Không có danh sách xóa này."))
}

/// Its lines, in the order in which they were signed.
pub async fn lines(db: &impl Reader, list: i64) -> Result<Vec<Line>> {
    Ok(erasure_line::Entity::find()
        .filter(erasure_line::Column::ListId.eq(list))
        .order_by_asc(erasure_line::Column::Id)
        .all(db)
        .await?)
}

/// When the person of a dossier was erased.
pub async fn erased_at(db: &impl Reader, dossier: i64) -> Result<Option<DateTime<Utc>>> {
    let row = tombstone::Entity::find()
        .filter(tombstone::Column::DossierId.eq(dossier))
        .one(db)
        .await?;
    Ok(row.map(|row| row.erased_at))
}

/// Whether anything was erased by a list.
pub async fn begun(db: &impl Reader, list: i64) -> Result<bool> {
    let row = tombstone::Entity::find()
        .filter(tombstone::Column::ListId.eq(list))
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Every tombstone: the dossier, and the list that holds it; 0 where none does that was
/// signed and says the same as when it was drawn up.
pub async fn tombstones(db: &impl Reader) -> Result<HashMap<i64, i64>> {
    let mut signed: HashMap<i64, Vec<i64>> = HashMap::new();
    for list in erasure_list::Entity::find().all(db).await? {
        let lines = lines(db, list.id).await?;
        if list.signed_at.is_some() && list.number.is_some() && digest(&lines) == list.digest {
            signed.insert(list.id, lines.into_iter().map(|l| l.dossier_id).collect());
        }
    }
    let all = tombstone::Entity::find().all(db).await?;
    Ok(all
        .into_iter()
        .map(|stone| {
            let held = signed.get(&stone.list_id);
            let held = held.is_some_and(|ids| ids.contains(&stone.dossier_id));
            (stone.dossier_id, if held { stone.list_id } else { 0 })
        })
        .collect())
}

/// Digests of events before and after an erasure, by row number.
pub type Blotted = BTreeMap<String, (String, String)>;

/// What the event of an erasure keeps, so that the seal can be followed through it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Proof {
    pub list: i64,
    pub number: i32,
    pub year: i32,
    pub digest: String,
    pub signed_by: String,
    pub events: Blotted,
    pub feedback_events: Blotted,
    /// What went, as digests: with them and with what is kept the seals from before can be
    /// made again, and with nothing else.
    #[serde(default)]
    pub rests: Rests,
}

/// The part of each seal that an erasure blots out, by row number.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Rests {
    pub events: BTreeMap<String, String>,
    pub feedback_events: BTreeMap<String, String>,
    pub dossier: String,
    pub feedback: BTreeMap<String, String>,
}

/// What an erasure leaves of the words that were.
#[derive(Clone, Debug, Default)]
pub struct BlottedOut {
    pub events: Blotted,
    pub feedback_events: Blotted,
    pub rests: Rests,
}

/// The proofs of these dossiers.
pub async fn proofs(db: &impl Reader, dossiers: Vec<i64>) -> Result<HashMap<i64, Proof>> {
    let rows = event::Entity::find()
        .filter(event::Column::DossierId.is_in(dossiers))
        .filter(event::Column::Act.eq(rule::ACT))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.dossier_id, serde_json::from_str(&row.data).ok()?)))
        .collect())
}

/// The dossier that feedback is about.
pub async fn about(db: &impl Reader, feedback: Vec<i64>) -> Result<HashMap<i64, i64>> {
    let rows = feedback::Entity::find()
        .filter(feedback::Column::Id.is_in(feedback))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.id, row.dossier_id?)))
        .collect())
}

impl Write {
    /// A new list with its lines; answers its row.
    pub async fn insert_erasure_list(&self, list: List, lines: Vec<Line>) -> Result<i64> {
        let mut list = erasure_list::ActiveModel::from(list).reset_all();
        list.id = NotSet;
        let id = list.insert(&self.tx).await?.id;
        for line in lines {
            let line = Line {
                list_id: id,
                ..line
            };
            let mut line = erasure_line::ActiveModel::from(line).reset_all();
            line.id = NotSet;
            line.insert(&self.tx).await?;
        }
        Ok(id)
    }

    /// A list as it stands now: signed, dropped, done. `false` where another was faster.
    pub async fn update_erasure_list(&self, list: List) -> Result<bool> {
        let (id, before) = (list.id, list.signed_at);
        let mut row = erasure_list::ActiveModel::from(list).reset_all();
        row.id = NotSet;
        let mut update = erasure_list::Entity::update_many()
            .set(row)
            .filter(erasure_list::Column::Id.eq(id))
            .filter(erasure_list::Column::DroppedAt.is_null())
            .filter(erasure_list::Column::ErasedAt.is_null());
        // A signature is given once and never changed.
        update = update.filter(
            erasure_list::Column::SignedAt
                .is_null()
                .or(erasure_list::Column::SignedAt.eq(before)),
        );
        Ok(update.exec(&self.tx).await?.rows_affected == 1)
    }
}
