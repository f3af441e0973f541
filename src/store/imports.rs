//! What an old register brings in: rows by the hundred, uploads kept until they are decided on.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement,
};

use super::{
    Reader, Write,
    dossiers::{Dossier, DueChange, Event, Wait},
    tables::{
        dossier::{dossier, due_change, event, wait},
        imports::{mapping, upload},
    },
};
use crate::error::{Error, Result};

pub use super::tables::imports::upload::Model as Upload;

/// A dossier to be written, and what its event keeps.
#[derive(Clone, Debug)]
pub struct Entry {
    pub dossier: Dossier,
    pub data: String,
}

/// Rows written by one statement: below what either database takes in parameters.
const AT_ONCE: usize = 200;

/// Which of these codes the register has, whichever agency holds them.
pub async fn known_codes(db: &impl Reader, codes: &[String]) -> Result<HashSet<String>> {
    let mut known = HashSet::new();
    for some in codes.chunks(1000) {
        let found: Vec<String> = dossier::Entity::find()
            .select_only()
            .column(dossier::Column::Code)
            .filter(
                dossier::Column::Code
                    .is_in(some.iter().filter(|code| !code.contains('\0')).cloned()),
            )
            .into_tuple()
            .all(db)
            .await?;
        known.extend(found);
    }
    Ok(known)
}

/// An upload of an account.
pub async fn upload_of(db: &impl Reader, account: i64, id: i64) -> Result<Upload> {
    let row = upload::Entity::find_by_id(id)
        .filter(upload::Column::AccountId.eq(account))
        .one(db)
        .await?;
    row.ok_or_else(|| Error::not_found("Tệp này không còn. Xin tải lên lại."))
}

/// What headings of an agency's files mean, by folded heading.
pub async fn remembered(db: &impl Reader, agency: i64) -> Result<BTreeMap<String, String>> {
    let rows = mapping::Entity::find()
        .filter(mapping::Column::AgencyId.eq(agency))
        .order_by_asc(mapping::Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.heading, row.meaning))
        .collect())
}

impl Write {
    /// Keeps an upload; the account's earlier ones go.
    pub async fn insert_upload(&self, row: Upload) -> Result<i64> {
        upload::Entity::delete_many()
            .filter(upload::Column::AccountId.eq(row.account_id))
            .exec(&self.tx)
            .await?;
        let mut row = upload::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        Ok(upload::Entity::insert(row)
            .exec(&self.tx)
            .await?
            .last_insert_id)
    }

    /// An upload is decided on.
    pub async fn drop_upload(&self, id: i64) -> Result<()> {
        upload::Entity::delete_by_id(id).exec(&self.tx).await?;
        Ok(())
    }

    /// Uploads that nobody decided on go; answers how many.
    pub async fn drop_uploads_before(&self, moment: DateTime<Utc>) -> Result<u64> {
        let old = upload::Entity::delete_many().filter(upload::Column::UploadedAt.lt(moment));
        Ok(old.exec(&self.tx).await?.rows_affected)
    }

    /// What a heading means from now on; nothing where it means nothing.
    pub async fn remember(&self, agency: i64, heading: &str, meaning: &str) -> Result<()> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO mapping (agency_id, heading, meaning) VALUES ($1, $2, $3) \
             ON CONFLICT (agency_id, heading) DO UPDATE SET meaning = excluded.meaning",
            [agency.into(), heading.into(), meaning.into()],
        );
        self.tx.execute_raw(statement).await?;
        Ok(())
    }

    /// The counter of a day goes on after a number given elsewhere.
    pub async fn raise_sequence(&self, agency: i64, day: NaiveDate, last: i64) -> Result<()> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO dossier_counter (agency_id, day, last) VALUES ($1, $2, $3) \
             ON CONFLICT (agency_id, day) DO UPDATE SET last = \
             CASE WHEN dossier_counter.last < excluded.last THEN excluded.last ELSE dossier_counter.last END",
            [agency.into(), day.into(), last.into()],
        );
        self.tx.execute_raw(statement).await?;
        Ok(())
    }

    /// Dossiers with one event each, their promise, and their wait if they wait; `said` is
    /// told how many there are so far.
    pub async fn insert_imported(
        &self,
        entries: Vec<Entry>,
        (actor, role): (&str, &str),
        now: DateTime<Utc>,
        said: impl Fn(usize),
    ) -> Result<()> {
        let mut written = 0;
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let some: Vec<Entry> = entries.by_ref().take(AT_ONCE).collect();
            let rows = some.iter().map(|entry| {
                let mut row = dossier::ActiveModel::from(entry.dossier.clone()).reset_all();
                row.id = NotSet;
                row
            });
            dossier::Entity::insert_many(rows).exec(&self.tx).await?;
            let codes = some.iter().map(|entry| entry.dossier.code.clone());
            let ids: HashMap<String, i64> = dossier::Entity::find()
                .select_only()
                .columns([dossier::Column::Code, dossier::Column::Id])
                .filter(dossier::Column::Code.is_in(codes))
                .into_tuple::<(String, i64)>()
                .all(&self.tx)
                .await?
                .into_iter()
                .collect();
            self.insert_history(&some, &ids, actor, role, now).await?;
            written += some.len();
            said(written);
        }
        Ok(())
    }

    async fn insert_history(
        &self,
        entries: &[Entry],
        ids: &HashMap<String, i64>,
        actor: &str,
        role: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let id = |entry: &Entry| ids.get(&entry.dossier.code).copied().unwrap_or_default();
        let events = entries.iter().map(|entry| {
            let event = Event {
                id: 0,
                dossier_id: id(entry),
                seq: 1,
                at: now,
                recorded_at: now,
                act: "import".into(),
                actor: actor.into(),
                role: role.into(),
                at_desk: false,
                from_status: None,
                to_status: entry.dossier.status.clone(),
                note: String::new(),
                data: entry.data.clone(),
            };
            let mut row = event::ActiveModel::from(event).reset_all();
            row.id = NotSet;
            row
        });
        event::Entity::insert_many(events).exec(&self.tx).await?;
        let dues = entries.iter().filter_map(|entry| {
            let change = DueChange {
                id: 0,
                dossier_id: id(entry),
                set_at: entry.dossier.received_at?,
                original_due_at: entry.dossier.original_due_at,
                due_at: entry.dossier.due_at,
            };
            let mut row = due_change::ActiveModel::from(change).reset_all();
            row.id = NotSet;
            Some(row)
        });
        let dues: Vec<_> = dues.collect();
        if !dues.is_empty() {
            due_change::Entity::insert_many(dues).exec(&self.tx).await?;
        }
        let waits = entries.iter().filter_map(|entry| {
            let row = Wait {
                id: 0,
                dossier_id: id(entry),
                kind: if entry.dossier.status == "awaiting_payment" {
                    "payment"
                } else {
                    "supplement"
                }
                .into(),
                from_at: entry.dossier.wait_from?,
                ..Wait::default()
            };
            let mut row = wait::ActiveModel::from(row).reset_all();
            row.id = NotSet;
            Some(row)
        });
        let waits: Vec<_> = waits.collect();
        if !waits.is_empty() {
            wait::Entity::insert_many(waits).exec(&self.tx).await?;
        }
        Ok(())
    }
}
