//! Every row of every table, out of one engine and into another.
//!
//! A row travels as a JSON object of its columns, because both engines make one and read
//! one: what a column means (a moment, yes or no, bytes) is then the business of the
//! engine that keeps it. Whether all arrived is asked of both sides again, by a sum over
//! the rows that has nothing to do with their order.
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Reader, Store, transactions::Transaction};
use crate::error::{Error, Result};

/// Rows that travel together.
const AT_ONCE: usize = 500;
/// Nor do they go on together once their texts have so many bytes: files travel as hex.
const BYTES_AT_ONCE: usize = 8 << 20;
/// `SQLite` takes no more than 100 arguments in a call: names and values of 40 columns.
const COLUMNS_AT_ONCE: usize = 40;
/// What the engine and the migrations keep for themselves.
/// What says of a register that it was copied is not said of its copy.
const THEIRS: [&str; 3] = ["seaql_migrations", "crossed", "lease"];

/// A table and its columns, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    bytes: bool,
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
    bytes: bool,
}

#[derive(FromQueryResult)]
struct Reference {
    from_table: String,
    to_table: String,
}

/// How many rows, and the sum of their digests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    pub rows: u64,
    sum: [u64; 4],
}

impl Contents {
    fn add(&mut self, row: &Map<String, Value>) -> Result<()> {
        // The keys of a map are in order: one row has one text.
        let digest = Sha256::digest(serde_json::to_vec(row).map_err(Error::internal)?);
        self.rows += 1;
        for (sum, part) in self.sum.iter_mut().zip(digest.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_le_bytes(*part));
        }
        Ok(())
    }
}

/// One side: a moment of a database to read, or a place being filled.
#[derive(Debug)]
pub struct Side {
    tx: Transaction,
}

impl Store {
    /// A moment of this database, to be read whole.
    pub async fn whole(&self) -> Result<Side> {
        Ok(Side {
            tx: self.begin_snapshot().await?,
        })
    }

    /// Whether nothing of anybody's lies here: no table, or only our own schema without a row,
    /// as a start or a copy leaves it that was cut off.
    pub async fn is_bare(&self) -> Result<bool> {
        let is_ours = self.is_ours().await;
        let side = self.whole().await?;
        let tables = side.tables().await?;
        let no_row = side.has_no_row(&tables).await?;
        Ok(tables.is_empty() || is_ours && no_row)
    }

    /// This database, to be filled; nothing is kept without [`Side::commit`].
    pub async fn filling(&self) -> Result<Side> {
        Ok(Side {
            tx: self.write().await?.tx,
        })
    }
}

impl Side {
    fn engine(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.tx)
    }

    fn ask(&self, sql: impl Into<String>) -> Statement {
        Statement::from_string(self.engine(), sql)
    }

    /// The look ends with it: an index that is built next would wait for it.
    async fn has_no_row(self, tables: &[Table]) -> Result<bool> {
        let mut none = true;
        for table in tables {
            let any = self.ask(format!("SELECT 1 AS one FROM \"{}\" LIMIT 1", table.name));
            if self.tx.query_one_raw(any).await?.is_some() {
                none = false;
                break;
            }
        }
        self.tx.rollback().await?;
        Ok(none)
    }

    /// Every table with its columns, each after those that its rows point at.
    ///
    /// # Errors
    /// When tables point at each other in a ring: no order would do.
    pub async fn tables(&self) -> Result<Vec<Table>> {
        let (columns, references) = match self.engine() {
            DbBackend::Postgres => (
                "SELECT c.table_name::text, c.column_name::text, c.data_type = 'bytea' AS bytes \
                 FROM information_schema.columns c JOIN information_schema.tables t \
                 ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
                 WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' \
                 ORDER BY c.table_name, c.column_name",
                "SELECT c.conrelid::regclass::text AS from_table, c.confrelid::regclass::text AS to_table \
                 FROM pg_constraint c \
                 WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace",
            ),
            _ => (
                "SELECT m.name AS table_name, c.name AS column_name, lower(c.type) = 'blob' AS bytes \
                 FROM pragma_table_list m, pragma_table_info(m.name) c \
                 WHERE m.schema = 'main' AND m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                 ORDER BY m.name, c.name",
                "SELECT m.name AS from_table, f.\"table\" AS to_table \
                 FROM pragma_table_list m, pragma_foreign_key_list(m.name) f \
                 WHERE m.schema = 'main' AND m.type = 'table'",
            ),
        };
        let rows = ColumnRow::find_by_statement(self.ask(columns))
            .all(&self.tx)
            .await?;
        let mut tables = Vec::<Table>::new();
        for row in rows {
            if THEIRS.contains(&row.table_name.as_str()) {
                continue;
            }
            if tables.last().is_none_or(|last| last.name != row.table_name) {
                tables.push(Table {
                    name: row.table_name,
                    columns: Vec::new(),
                });
            }
            if let Some(table) = tables.last_mut() {
                table.columns.push(Column {
                    name: row.column_name,
                    bytes: row.bytes,
                });
            }
        }
        // The engines do not agree on where `_` stands among letters.
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        for table in &mut tables {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let references = Reference::find_by_statement(self.ask(references))
            .all(&self.tx)
            .await?;
        in_order(tables, &references)
    }

    /// Reads a table from its first row to its last, some rows at a time.
    async fn each(
        &self,
        table: &Table,
        mut take: impl AsyncFnMut(Vec<Map<String, Value>>) -> Result<()>,
    ) -> Result<()> {
        let parts = table.columns.len().div_ceil(COLUMNS_AT_ONCE);
        let (mut together, mut bytes) = (Vec::with_capacity(AT_ONCE), 0);
        let reading = self.ask(self.reading(table));
        self.tx
            .each_row(reading, async |row| {
                let (row, length) = whole(&row, parts)?;
                together.push(row);
                bytes += length;
                if together.len() == AT_ONCE || bytes >= BYTES_AT_ONCE {
                    bytes = 0;
                    take(std::mem::take(&mut together)).await?;
                }
                Ok(())
            })
            .await?;
        if together.is_empty() {
            return Ok(());
        }
        take(together).await
    }

    /// The query by which a table is read: objects of at most so many columns each.
    fn reading(&self, table: &Table) -> String {
        let sqlite = self.engine() != DbBackend::Postgres;
        let parts: Vec<String> = table
            .columns
            .chunks(COLUMNS_AT_ONCE)
            .map(|columns| {
                let fields: Vec<String> = columns
                    .iter()
                    .map(|Column { name, bytes }| match (bytes, sqlite) {
                        (true, true) => {
                            format!("'{name}', CASE WHEN \"{name}\" IS NULL THEN NULL ELSE '\\x' || lower(hex(\"{name}\")) END")
                        }
                        _ => format!("'{name}', \"{name}\""),
                    })
                    .collect();
                let make = if sqlite {
                    "json_object"
                } else {
                    "json_build_object"
                };
                let text = if sqlite { "" } else { "::text" };
                format!("{make}({}){text}", fields.join(", "))
            })
            .collect();
        let order = if sqlite {
            " ORDER BY rowid"
        } else if table.columns.iter().any(|column| column.name == "id") {
            " ORDER BY id"
        } else {
            ""
        };
        format!("SELECT {} FROM \"{}\"{order}", parts.join(", "), table.name)
    }

    /// Puts every row of a table of the other side here.
    pub async fn fill(&self, from: &Self, table: &Table) -> Result<u64> {
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("\"{}\"", column.name))
            .collect();
        let name = &table.name;
        let columns = names.join(", ");
        let insert = if self.engine() == DbBackend::Postgres {
            format!(
                "INSERT INTO \"{name}\" ({columns}) \
                 SELECT {columns} FROM json_populate_recordset(NULL::\"{name}\", $1::json)"
            )
        } else {
            let values: Vec<String> = table
                .columns
                .iter()
                .map(|Column { name, bytes }| {
                    let value = format!("json_extract(value, '$.\"{name}\"')");
                    if *bytes {
                        format!("unhex(substr({value}, 3))")
                    } else {
                        value
                    }
                })
                .collect();
            let values = values.join(", ");
            format!("INSERT INTO \"{name}\" ({columns}) SELECT {values} FROM json_each($1)")
        };
        let mut count = 0;
        from.each(table, async |rows| {
            count += rows.len() as u64;
            let rows = serde_json::to_string(&rows).map_err(Error::internal)?;
            let insert = Statement::from_sql_and_values(self.engine(), &insert, [rows.into()]);
            self.tx.execute_raw(insert).await?;
            Ok(())
        })
        .await?;
        Ok(count)
    }

    /// The last number that each table has given out, also to rows that are gone.
    async fn last_numbers(&self, tables: &[Table]) -> Result<Vec<(String, i64)>> {
        let mut numbers = Vec::new();
        for Table { name, columns } in tables {
            if !columns.iter().any(|column| column.name == "id") {
                continue;
            }
            let sql = if self.engine() == DbBackend::Postgres {
                format!(
                    "SELECT pg_sequence_last_value(s.name::regclass) AS last \
                     FROM (SELECT pg_get_serial_sequence('\"{name}\"', 'id') AS name) s \
                     WHERE s.name IS NOT NULL"
                )
            } else {
                format!("SELECT seq AS last FROM sqlite_sequence WHERE name = '{name}'")
            };
            let row = self.tx.query_one_raw(self.ask(sql)).await?;
            let last: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "last"))?;
            let given = last.filter(|last| *last > 0);
            numbers.extend(given.map(|last| (name.clone(), last)));
        }
        Ok(numbers)
    }

    /// New rows are numbered after the last of the other side, as they would be there.
    pub async fn go_on_numbering(&self, from: &Self, tables: &[Table]) -> Result<()> {
        for (name, last) in from.last_numbers(tables).await? {
            let steps = if self.engine() == DbBackend::Postgres {
                vec![format!(
                    "SELECT setval(s.name::regclass, {last}) \
                     FROM (SELECT pg_get_serial_sequence('\"{name}\"', 'id') AS name) s \
                     WHERE s.name IS NOT NULL"
                )]
            } else {
                vec![
                    format!("DELETE FROM sqlite_sequence WHERE name = '{name}'"),
                    format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', {last})"),
                ]
            };
            for sql in steps {
                self.tx.execute_raw(self.ask(sql)).await?;
            }
        }
        Ok(())
    }

    /// What a table holds.
    pub async fn contents(&self, table: &Table) -> Result<Contents> {
        let mut contents = Contents::default();
        self.each(table, async |rows| {
            rows.iter().try_for_each(|row| contents.add(row))
        })
        .await?;
        Ok(contents)
    }

    /// To ask of that very moment.
    pub fn reader(&self) -> &impl Reader {
        &self.tx
    }

    /// Keeps what was filled in.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

/// A row out of the objects of its columns, and how many bytes these had.
fn whole(row: &QueryResult, parts: usize) -> Result<(Map<String, Value>, usize)> {
    let (mut whole, mut length) = (Map::new(), 0);
    for part in 0..parts {
        let text: String = row.try_get_by_index(part)?;
        length += text.len();
        let part: Map<String, Value> = serde_json::from_str(&text).map_err(Error::internal)?;
        whole.extend(part);
    }
    for value in whole.values_mut() {
        // One engine has yes and no, the other 1 and 0.
        if let Value::Bool(yes) = value {
            *value = Value::from(i64::from(*yes));
        }
    }
    Ok((whole, length))
}

/// Each table after those it points at; a row may point at another of its own table.
fn in_order(mut waiting: Vec<Table>, references: &[Reference]) -> Result<Vec<Table>> {
    let mut ordered = Vec::<Table>::new();
    while !waiting.is_empty() {
        let there: Vec<String> = ordered.iter().map(|table| table.name.clone()).collect();
        let (ready, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|table| {
            references
                .iter()
                .filter(|one| one.from_table == table.name && one.to_table != table.name)
                .all(|one| there.contains(&one.to_table))
        });
        if ready.is_empty() {
            let ring: Vec<_> = others.iter().map(|table| table.name.as_str()).collect();
            return Err(Error::internal(format!(
                "tables in a ring: {}",
                ring.join(", ")
            )));
        }
        ordered.extend(ready);
        waiting = others;
    }
    Ok(ordered)
}
