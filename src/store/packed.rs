//! Many rows as one value: the engine writes them as a JSON array, we read that.
//!
//! A row that comes by itself costs a message between two threads (or a packet's head) and
//! an allocation for each of its columns; thousands of them cost more than what is counted
//! with them (`tests/run bench reports`).
use chrono::{DateTime, Utc};
use sea_orm::{DbBackend, Statement, Value};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::Reader;
use crate::error::{Error, Result};

/// The rows of `rest` (`FROM …`), each read from its `columns` in the order of the fields
/// of `T`; `PACK(…)` among them is a part that is read as a struct of its own, and
/// `(SELECT EACH(…) FROM …)` a list of them, by [`list`]. They come in no order.
pub async fn rows<T: DeserializeOwned>(
    db: &impl Reader,
    columns: &str,
    rest: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<T>> {
    let (array, all) = match db.get_database_backend() {
        DbBackend::Postgres => ("json_build_array(", "json_agg"),
        _ => ("json_array(", "json_group_array"),
    };
    let columns = columns.replace("EACH(", &format!("{all}(PACK("));
    let columns = columns.replace("PACK(", array);
    let sql = format!("SELECT CAST({all}({array}{columns})) AS TEXT) AS packed {rest}");
    // Both engines take values by number.
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let row = db.query_one_raw(ask).await?;
    let row = row.ok_or_else(|| Error::internal("an aggregate returned nothing"))?;
    // Of no rows PostgreSQL makes nothing, SQLite an empty array.
    let packed: Option<String> = row.try_get("", "packed")?;
    Ok(match packed {
        Some(packed) => serde_json::from_str(&packed)?,
        None => Vec::new(),
    })
}

/// A list, of which PostgreSQL makes nothing where it is empty.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> std::result::Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Yes or no, which `SQLite` writes as a number.
pub fn yes<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Yes(bool),
        Number(i64),
    }
    Ok(match Either::deserialize(from)? {
        Either::Yes(yes) => yes,
        Either::Number(number) => number != 0,
    })
}

/// A moment as both engines write it (RFC 3339). chrono's own reading of JSON allows for every
/// spelling there is; in a quarter's table it is asked twenty thousand times.
pub fn moment<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<DateTime<Utc>, D::Error> {
    parse(<&str>::deserialize(from)?)
}

/// The same, where there may be none.
pub fn moment_if_any<'de, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<DateTime<Utc>>, D::Error> {
    <Option<&str>>::deserialize(from)?.map(parse).transpose()
}

fn parse<E: serde::de::Error>(text: &str) -> std::result::Result<DateTime<Utc>, E> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => Ok(moment.to_utc()),
        Err(error) => Err(E::custom(error)),
    }
}
