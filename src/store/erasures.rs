//! Lists of what is to be erased, their lines, and the erasure itself, row by row.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value, json};

use super::{
    Reader, Write, dossiers, states,
    tables::{
        dossier::{event, wait},
        feedback::{feedback, feedback_event},
        letters::{apology, outbox},
        papers::paper,
        seal::{erasure_line, erasure_list, tombstone},
        workflow::transfer,
    },
};
use crate::{
    domain::{chain, mask::mask, tombstone as rule},
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

    /// Blots the person out of everything that hangs on a dossier but its own row and
    /// answers what its events said before and after, by their digests.
    pub async fn blot_out(
        &self,
        dossier: &dossiers::Dossier,
        list: &List,
        now: DateTime<Utc>,
    ) -> Result<(Blotted, Blotted)> {
        let stone = tombstone::ActiveModel {
            id: NotSet,
            dossier_id: sea_orm::ActiveValue::Set(dossier.id),
            list_id: sea_orm::ActiveValue::Set(list.id),
            erased_at: sea_orm::ActiveValue::Set(now),
            signed_by: sea_orm::ActiveValue::Set(list.signed_by.clone().unwrap_or_default()),
        };
        stone.insert(&self.tx).await?;
        let name = dossier.applicant_name.as_str();
        let mut events = Blotted::new();
        for before in dossiers::events(&self.tx, dossier.id).await? {
            let mut after = before.clone();
            after.note = String::new();
            after.data = rule::kept(&before.data, name);
            event::Entity::update_many()
                .col_expr(event::Column::Note, Expr::value(after.note.as_str()))
                .col_expr(event::Column::Data, Expr::value(after.data.as_str()))
                .filter(event::Column::Id.eq(before.id))
                .exec(&self.tx)
                .await?;
            let digests = (states::of_event(&before), states::of_event(&after));
            events.insert(before.id.to_string(), digests);
        }
        self.blot_papers(dossier.id).await?;
        let feedback = self.blot_feedback(dossier.id, list, now).await?;
        Ok((events, feedback))
    }

    /// Letters, slips, notices, questions to other agencies.
    async fn blot_papers(&self, dossier: i64) -> Result<()> {
        let none = || Expr::value(Option::<String>::None);
        apology::Entity::update_many()
            .col_expr(apology::Column::Reason, Expr::value(rule::ERASED))
            .filter(apology::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        wait::Entity::update_many()
            .col_expr(wait::Column::Reason, none())
            .filter(wait::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        paper::Entity::update_many()
            .col_expr(paper::Column::Body, none())
            .filter(paper::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        transfer::Entity::update_many()
            .col_expr(transfer::Column::Content, Expr::value(rule::ERASED))
            .col_expr(transfer::Column::Answer, none())
            .filter(transfer::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        outbox::Entity::update_many()
            .col_expr(outbox::Column::Recipient, Expr::value(rule::ERASED))
            .col_expr(outbox::Column::Payload, Expr::value("{}"))
            .col_expr(outbox::Column::LastError, none())
            .filter(outbox::Column::DossierId.eq(dossier))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Feedback about the dossier: who sent it and what was written; what was published
    /// had no name in it and stays.
    async fn blot_feedback(
        &self,
        dossier: i64,
        list: &List,
        now: DateTime<Utc>,
    ) -> Result<Blotted> {
        let rows = feedback::Entity::find()
            .filter(feedback::Column::DossierId.eq(dossier))
            .all(&self.tx)
            .await?;
        let mut blotted = Blotted::new();
        for mut row in rows {
            let events = feedback_event::Entity::find()
                .filter(feedback_event::Column::FeedbackId.eq(row.id))
                .order_by_asc(feedback_event::Column::Seq)
                .all(&self.tx)
                .await?;
            let seq = events.last().map_or(1, |last| last.seq + 1);
            for before in events {
                let mut after = before.clone();
                after.note = String::new();
                feedback_event::Entity::update_many()
                    .col_expr(feedback_event::Column::Note, Expr::value(""))
                    .filter(feedback_event::Column::Id.eq(before.id))
                    .exec(&self.tx)
                    .await?;
                let digests = (
                    states::of_feedback_event(&before),
                    states::of_feedback_event(&after),
                );
                blotted.insert(before.id.to_string(), digests);
            }
            outbox::Entity::update_many()
                .col_expr(outbox::Column::Recipient, Expr::value(rule::ERASED))
                .col_expr(outbox::Column::Payload, Expr::value("{}"))
                .filter(outbox::Column::FeedbackId.eq(row.id))
                .exec(&self.tx)
                .await?;
            let name = row.name.take().unwrap_or_default();
            row.contact = None;
            row.notify = false;
            row.content = rule::ERASED.into();
            row.answer = row.answer.as_deref().map(|answer| mask(answer, &[&name]));
            row.reason = row.reason.as_deref().map(|reason| mask(reason, &[&name]));
            let (id, agency_id, state) = (row.id, row.agency_id, row.state.clone());
            if !self.update_feedback(row).await? {
                return Err(Error::conflict(
                    "stale_version",
                    "Phản ánh của hồ sơ vừa đổi. Làm lại.",
                ));
            }
            self.append_feedback_event(super::feedback::Event {
                id: 0,
                agency_id,
                feedback_id: id,
                seq,
                at: now,
                act: rule::ACT.into(),
                actor: list.signed_by.clone().unwrap_or_default(),
                role: "leader".into(),
                from_state: Some(state.clone()),
                to_state: state,
                note: String::new(),
            })
            .await?;
        }
        Ok(blotted)
    }
}
