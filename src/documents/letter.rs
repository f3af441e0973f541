//! A letter or slip as its words: forms 02, 03, 04 and the notice of stopping.
//! One description for PDF and DOCX.
use serde::{Deserialize, Serialize};
use typst::syntax::Source;

use super::{
    DocumentError, docx,
    pdf::{Template, render},
};

static TEMPLATE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("letter.typ")
    ))
});

/// Words, some of them strong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub text: String,
    pub strong: bool,
}

pub fn plain(text: impl Into<String>) -> Run {
    Run {
        text: text.into(),
        strong: false,
    }
}

pub fn strong(text: impl Into<String>) -> Run {
    Run {
        text: text.into(),
        strong: true,
    }
}

/// One line of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// A paragraph.
    Text { runs: Vec<Run> },
    /// "Địa chỉ: …"; left out where the value is empty.
    Field { label: String, value: Run },
    /// Numbered.
    Items { items: Vec<String> },
}

pub fn text(runs: impl Into<Vec<Run>>) -> Line {
    Line::Text { runs: runs.into() }
}

pub fn field(label: &str, value: Run) -> Line {
    Line::Field {
        label: label.into(),
        value,
    }
}

/// Who signs, under which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"
    pub capacity: Vec<String>,
    /// "(Ký tên, đóng dấu)"
    pub note: String,
    pub name: String,
}

/// What it says, already in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// `a5` or `a4`.
    pub paper: String,
    pub above: String,
    pub agency: String,
    /// "05/PXL-UBND", with room for a number while there is none.
    pub number: String,
    pub place_and_date: String,
    pub title: String,
    /// Under the title: "(bản thảo, chưa ký)", "(bản in lại)".
    pub remark: String,
    pub code: String,
    /// "Ông (bà) " and the name after "Kính gửi: "; empty where nobody is addressed.
    pub to: Option<(String, String)>,
    pub lines: Vec<Line>,
    /// "Nơi nhận"; empty where another signature stands on the left.
    pub copies_to: Vec<String>,
    pub left: Option<Signature>,
    pub right: Signature,
    /// "BẢN DÙNG THỬ" in the demo.
    pub watermark: Option<String>,
    pub made: chrono::NaiveDateTime,
}

/// One letter as PDF; room is left for pen and seal.
///
/// # Errors
/// When the template does not compile with these words.
pub fn pdf(letter: &Letter) -> Result<Vec<u8>, DocumentError> {
    batch(std::slice::from_ref(letter))
}

#[derive(Serialize)]
struct Batch<'a> {
    title: &'a str,
    author: &'a str,
    watermark: &'a Option<String>,
    letters: &'a [Letter],
}

/// Many letters in one PDF, each from a page of its own, in the order given.
///
/// # Errors
/// When there is none, or the template does not compile with these words.
pub fn batch(letters: &[Letter]) -> Result<Vec<u8>, DocumentError> {
    let first = letters
        .first()
        .ok_or_else(|| DocumentError("không có phiếu nào".into()))?;
    let title = match letters.len() {
        1 => format!("{} {}", first.title, first.code),
        many => format!("{} ({many} phiếu)", first.title),
    };
    let data = Batch {
        title: &title,
        author: &first.agency,
        watermark: &first.watermark,
        letters,
    };
    render(&TEMPLATE, &data, first.made)
}

/// The letter as DOCX, for a secretary to edit.
///
/// # Errors
/// When the file cannot be packed.
pub fn docx(letter: &Letter) -> Result<Vec<u8>, DocumentError> {
    docx::letter(letter)
}
