//! The first rows of a list in SQL of our own, and how many there are in all.
use sea_orm::{DbBackend, FromQueryResult, Statement, Value};

use super::Reader;
use crate::error::Result;

/// Which rows: `from` has the conditions, `$1` and so on stand for `values`.
pub(super) struct Rows<'a> {
    pub columns: &'a str,
    pub from: &'a str,
    pub order: &'a str,
    pub values: Vec<Value>,
}

#[derive(FromQueryResult)]
struct Total {
    total: i64,
}

/// The first `most` of them, and their number. Whoever asks for none wants the number alone;
/// a page that is not full holds them all, and to count them is to look for them once more.
pub(super) async fn of<T: FromQueryResult>(
    db: &impl Reader,
    rows: Rows<'_>,
    most: u64,
) -> Result<(Vec<T>, u64)> {
    let Rows {
        columns,
        from,
        order,
        values,
    } = rows;
    let ask =
        |sql: String| Statement::from_sql_and_values(DbBackend::Postgres, sql, values.clone());
    let mut found = Vec::new();
    if most > 0 {
        let sql = format!("SELECT {columns} {from} ORDER BY {order} LIMIT {most}");
        found = T::find_by_statement(ask(sql)).all(db).await?;
        let shown = found.len() as u64;
        if shown < most {
            return Ok((found, shown));
        }
    }
    let sql = format!("SELECT COUNT(*) AS total {from}");
    let counted = Total::find_by_statement(ask(sql)).one(db).await?;
    let total = counted.map_or(0, |row| row.total);
    Ok((found, u64::try_from(total).unwrap_or_default()))
}
