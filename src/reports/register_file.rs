//! The register on its way into CSV, JSON or Excel, a batch at a time.
use std::path::Path;

use super::register::{Chosen, For, Reading, definitions, heads};
use crate::{
    app::App,
    documents::{
        sheet::{BOM, Cell, cells, lines},
        xlsx::Book,
    },
    domain::time::format_local,
    error::{Error, Result},
    store::register::Filter,
};

/// A file that is read by pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    Csv,
    Json,
}

/// Hands over the pieces of a text file as they are read, each with how many rows there are
/// so far; stops when `take` says so.
pub async fn text<F>(
    app: &App,
    filter: Filter,
    chosen: &Chosen,
    kind: Text,
    reader: For,
    mut take: impl FnMut(String, usize) -> F,
) -> Result<()>
where
    F: Future<Output = bool>,
{
    let separator = app.settings.files.separator();
    let mut reading = Reading::open(app, filter, reader, chosen.clone()).await?;
    let begin = match kind {
        Text::Csv => {
            let head: Vec<String> = heads(reader, chosen)
                .into_iter()
                .map(|head| head.label)
                .collect();
            format!("{BOM}{}", lines(separator, std::iter::once(head)))
        }
        Text::Json => "[".to_owned(),
    };
    if !take(begin, 0).await {
        return Ok(());
    }
    let mut first = true;
    let mut written = 0;
    while let Some(rows) = reading.next().await? {
        written += rows.len();
        let piece = match kind {
            Text::Csv => cells(separator, &rows),
            Text::Json => rows.iter().fold(String::new(), |mut piece, row| {
                piece.push_str(if first { "\n" } else { ",\n" });
                first = false;
                piece.push_str(&object(row, chosen));
                piece
            }),
        };
        if !take(piece, written).await {
            return Ok(());
        }
    }
    if kind == Text::Json {
        take("\n]\n".to_owned(), written).await;
    }
    Ok(())
}

/// A row as a JSON object under the machine's names; an empty cell is `null`.
fn object(row: &[Cell], chosen: &Chosen) -> String {
    let fields: serde_json::Map<String, serde_json::Value> = chosen
        .columns()
        .zip(row)
        .map(|(column, cell)| {
            let value = match cell {
                Cell::Moment(at) => at.map(format_local).into(),
                Cell::Text(text) | Cell::Phone(text) if text.is_empty() => serde_json::Value::Null,
                Cell::Text(text) | Cell::Phone(text) => text.clone().into(),
                other => other.text().into(),
            };
            (column.name.to_owned(), value)
        })
        .collect();
    serde_json::Value::Object(fields).to_string()
}

/// The whole register of a filter as an Excel file at a place; `said` is told how many
/// rows are written.
pub async fn xlsx(
    app: &App,
    filter: Filter,
    chosen: &Chosen,
    reader: For,
    to: &Path,
    said: impl Fn(usize),
) -> Result<()> {
    let mut reading = Reading::open(app, filter, reader, chosen.clone()).await?;
    let mut book = Book::new("Hồ sơ", &heads(reader, chosen)).map_err(Error::internal)?;
    let mut written = 0;
    while let Some(rows) = reading.next().await? {
        written += rows.len();
        book = tokio::task::spawn_blocking(move || {
            rows.iter().try_for_each(|row| book.row(row)).map(|()| book)
        })
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
        said(written);
    }
    let (definitions, to) = (definitions(app, chosen), to.to_owned());
    tokio::task::spawn_blocking(move || book.save(&definitions, &to))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)
}
