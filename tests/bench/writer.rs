//! The rows of one intake by plain sqlx on one open connection.
//!
//! The rows are those of an intake that the program made, copied out of the
//! file column by column, so that a changed table needs no change here. What
//! must differ (ids, code, secrets, key) is new each time.
use std::{collections::BTreeMap, path::Path, sync::Arc};

use motcua::secret;
use sqlx::{
    AssertSqlSafe, Connection, Row, Sqlite, SqliteConnection, TypeInfo, ValueRef,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{Outcome, bare};

/// Every table in which one intake writes.
pub const TABLES: [&str; 6] = [
    "dossier",
    "dossier_counter",
    "due_change",
    "event",
    "idempotency",
    "survey_token",
];

#[derive(Clone, Debug)]
enum Value {
    Null,
    Integer(i64),
    Text(String),
}

/// A row to be written again and again.
struct Template {
    insert: Arc<str>,
    names: Vec<String>,
    values: Vec<Value>,
}

type Prepared = Query<'static, Sqlite, SqliteArguments>;

impl Template {
    /// Of a row as it stands in a table; an `id` is left to the database.
    fn of(table: &str, row: &SqliteRow) -> Outcome<Self> {
        use sqlx::Column;
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for column in row.columns().iter().filter(|column| column.name() != "id") {
            let raw = row.try_get_raw(column.ordinal())?;
            let value = match raw.type_info().name() {
                _ if raw.is_null() => Value::Null,
                "TEXT" => Value::Text(row.try_get_unchecked(column.ordinal())?),
                "INTEGER" => Value::Integer(row.try_get_unchecked(column.ordinal())?),
                other => return Err(format!("{table}.{}: {other}", column.name()).into()),
            };
            names.push(column.name().to_owned());
            values.push(value);
        }
        let marks: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
        let insert = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            marks.join(", ")
        );
        Ok(Self {
            insert: insert.into(),
            names,
            values,
        })
    }

    fn text(&self, name: &str) -> Outcome<&str> {
        match self.names.iter().zip(&self.values).find(|it| it.0 == name) {
            Some((_, Value::Text(text))) => Ok(text),
            _ => Err(format!("no text in {name}").into()),
        }
    }

    /// The row with some columns replaced.
    fn with(&self, new: &[(&str, Value)]) -> Prepared {
        let mut query = sqlx::query(AssertSqlSafe(self.insert.clone()));
        for (name, value) in self.names.iter().zip(&self.values) {
            let value = new.iter().find(|it| it.0 == name).map_or(value, |it| &it.1);
            query = match value {
                Value::Null => query.bind(None::<i64>),
                Value::Integer(number) => query.bind(*number),
                Value::Text(text) => query.bind(text.clone()),
            };
        }
        query
    }
}

pub struct Writer {
    connection: SqliteConnection,
    agency: i64,
    day: String,
    template_code: String,
    dossier: Template,
    event: Template,
    due_change: Template,
    survey_token: Template,
    idempotency: Template,
}

impl Writer {
    /// Takes the rows of the dossier of that code as its model.
    pub async fn open(file: &Path, code: &str) -> Outcome<Self> {
        let mut connection = bare::connect(file).await?;
        let dossier = sqlx::query("SELECT * FROM dossier WHERE code = $1")
            .bind(code.to_owned())
            .fetch_one(&mut connection)
            .await?;
        let (id, agency): (i64, i64) = (dossier.try_get("id")?, dossier.try_get("agency_id")?);
        let mut of_dossier = BTreeMap::new();
        for table in ["event", "due_change", "survey_token"] {
            let rows = sqlx::query(AssertSqlSafe(format!(
                "SELECT * FROM {table} WHERE dossier_id = $1"
            )))
            .bind(id)
            .fetch_all(&mut connection)
            .await?;
            let [row] = rows.as_slice() else {
                return Err(format!("{} rows in {table} for one intake", rows.len()).into());
            };
            of_dossier.insert(table, Template::of(table, row)?);
        }
        let mut take = |table| of_dossier.remove(table).ok_or("taken twice");
        let (event, due_change, survey_token) =
            (take("event")?, take("due_change")?, take("survey_token")?);
        let idempotency = sqlx::query("SELECT * FROM idempotency WHERE code = $1")
            .bind(code.to_owned())
            .fetch_one(&mut connection)
            .await?;
        let day = sqlx::query_scalar("SELECT max(day) FROM dossier_counter WHERE agency_id = $1")
            .bind(agency)
            .fetch_one(&mut connection)
            .await?;
        Ok(Self {
            agency,
            day,
            template_code: code.to_owned(),
            dossier: Template::of("dossier", &dossier)?,
            event,
            due_change,
            survey_token,
            idempotency: Template::of("idempotency", &idempotency)?,
            connection,
        })
    }

    /// One intake in one durable transaction.
    pub async fn intake(&mut self) -> Outcome<()> {
        let mut tx = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        let sequence: i64 = sqlx::query_scalar(
            "INSERT INTO dossier_counter (agency_id, day, last) VALUES ($1, $2, 1) \
             ON CONFLICT (agency_id, day) DO UPDATE SET last = last + 1 RETURNING last",
        )
        .bind(self.agency)
        .bind(self.day.clone())
        .fetch_one(&mut *tx)
        .await?;
        let prefix = self.template_code.rsplit_once('-').ok_or("a code")?.0;
        let code = format!("{prefix}-{sequence:04}");
        let search = self
            .dossier
            .text("search")?
            .replace(&self.template_code.to_lowercase(), &code.to_lowercase());
        let receipt = secret::new();
        let token = secret::hash(&secret::survey_token(&receipt));
        let dossier = self.dossier.with(&[
            ("code", Value::Text(code.clone())),
            ("search", Value::Text(search)),
            ("receipt_hash", Value::Text(secret::hash(&receipt))),
        ]);
        let id = dossier.execute(&mut *tx).await?.last_insert_rowid();
        let of_dossier = ("dossier_id", Value::Integer(id));
        for rest in [
            self.event.with(std::slice::from_ref(&of_dossier)),
            self.due_change.with(std::slice::from_ref(&of_dossier)),
            self.survey_token
                .with(&[of_dossier, ("token_hash", Value::Text(token))]),
            self.idempotency.with(&[
                ("key", Value::Text(secret::new())),
                ("code", Value::Text(code)),
            ]),
        ] {
            rest.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Rows of every table, and a hash of all of them, to see what changed.
pub async fn contents(file: &Path) -> Outcome<BTreeMap<String, (i64, String)>> {
    let mut connection = bare::connect(file).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .fetch_all(&mut connection)
    .await?;
    let mut all = BTreeMap::new();
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar(r#"SELECT 'quote("' || name || '")' FROM pragma_table_info($1)"#)
                .bind(table.clone())
                .fetch_all(&mut connection)
                .await?;
        let ask = format!(
            "SELECT count(*), coalesce(group_concat(line), '') FROM (SELECT {} AS line FROM {table} ORDER BY rowid)",
            columns.join(" || ',' || ")
        );
        let (count, text): (i64, String) = sqlx::query_as(AssertSqlSafe(ask))
            .fetch_one(&mut connection)
            .await?;
        all.insert(table, (count, secret::hash(&text)));
    }
    Ok(all)
}

/// Brings the log of writes into the file, so that no side pays for the other's.
pub async fn checkpoint(file: &Path) -> Outcome<()> {
    let mut connection = bare::connect(file).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}
