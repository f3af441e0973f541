//! A report of the office as words, tables and bars: one description for PDF and DOCX,
//! laid out by NĐ 30/2020/NĐ-CP.
use serde::Serialize;
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
    statement_docx,
    told::Told,
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("statement.typ")
    ))
});

/// A bar of a chart, with what is written beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    pub label: String,
    pub value: u64,
    pub words: Told,
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    Heading {
        text: String,
    },
    Text {
        text: Told,
    },
    /// `widths` are parts of the line; a column of numbers stands on the right.
    Table {
        head: Vec<String>,
        widths: Vec<u32>,
        numeric: Vec<bool>,
        rows: Vec<Vec<Told>>,
    },
    /// Bars from zero to `most`.
    Bars {
        caption: String,
        most: u64,
        bars: Vec<Bar>,
    },
}

pub fn heading(text: impl Into<String>) -> Block {
    Block::Heading { text: text.into() }
}

pub fn text(text: impl Into<Told>) -> Block {
    Block::Text { text: text.into() }
}

/// A table; a head that begins with `#` is over numbers.
pub fn table<Words: Into<Told>>(head: &[(&str, u32)], rows: Vec<Vec<Words>>) -> Block {
    Block::Table {
        head: head
            .iter()
            .map(|(words, _)| words.trim_start_matches('#').to_owned())
            .collect(),
        widths: head.iter().map(|(_, width)| *width).collect(),
        numeric: head
            .iter()
            .map(|(words, _)| words.starts_with('#'))
            .collect(),
        rows: rows
            .into_iter()
            .map(|row| row.into_iter().map(Into::into).collect())
            .collect(),
    }
}

pub fn bars(caption: impl Into<String>, bars: Vec<Bar>) -> Block {
    Block::Bars {
        caption: caption.into(),
        most: bars.iter().map(|bar| bar.value).max().unwrap_or_default(),
        bars,
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    /// The agency above, and the one that reports.
    pub above: String,
    pub agency: String,
    /// `…/BC-UBND`; empty where it has no number.
    pub number: String,
    pub place_and_date: String,
    /// "BÁO CÁO", "DANH MỤC"
    pub title: String,
    /// What it is of, under the title.
    pub about: String,
    /// To whom; empty where it is sent to nobody.
    pub to: Vec<String>,
    pub blocks: Vec<Block>,
    pub copies_to: Vec<String>,
    pub capacity: Vec<String>,
    pub name: String,
    /// A4 on its side.
    pub wide: bool,
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

/// The report as PDF.
///
/// # Errors
/// When the template does not compile with these words.
pub fn pdf(statement: &Statement) -> Result<Vec<u8>, DocumentError> {
    render(&TEMPLATE, statement, statement.made)
}

/// The same as a Word file, for a secretary to edit.
///
/// # Errors
/// When the file cannot be packed.
pub fn docx(statement: &Statement) -> Result<Vec<u8>, DocumentError> {
    statement_docx::file(statement)
}
