//! What hangs on the notice board (niêm yết): a poster with the list of
//! procedures, and a sheet for each of them; the codes lead to the page of today.
use serde::Serialize;
use typst::syntax::Source;

use super::{
    DocumentError,
    pdf::{Template, render},
    receipt::qr,
};

static POSTER: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("poster.typ")
    ))
});
static PROCEDURE: Template = Template::new(|| {
    Source::detached(concat!(
        include_str!("head.typ"),
        include_str!("procedure.typ")
    ))
});

/// A procedure in a line of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub name: String,
    pub limit: String,
    pub fee: String,
    pub four: bool,
}

/// A field and its procedures.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    pub name: String,
    pub entries: Vec<Entry>,
}

/// A code to scan, and what one finds there.
#[derive(Clone, Debug, Serialize)]
pub struct Code {
    #[serde(skip)]
    pub address: String,
    pub words: String,
    /// The picture; made when the paper is.
    pub svg: String,
}

impl Code {
    pub fn new(address: String, words: &str) -> Self {
        Self {
            address,
            words: words.to_owned(),
            svg: String::new(),
        }
    }

    fn drawn(mut self) -> Result<Self, DocumentError> {
        self.svg = qr(&self.address)?;
        Ok(self)
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Poster {
    pub agency_name: String,
    pub as_of: String,
    /// "Quyết định …" where the catalogue names them.
    pub decisions: Vec<String>,
    pub groups: Vec<Group>,
    /// The first is the large one.
    pub codes: Vec<Code>,
    pub hours: String,
    pub phone: String,
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    pub agency_name: String,
    pub name: String,
    pub code: String,
    pub field: String,
    pub documents: Vec<String>,
    pub limit: String,
    pub fee: String,
    pub fee_note: String,
    pub authority: String,
    pub legal_basis: String,
    pub decision: String,
    /// Empty where the four acts are not done at the desk.
    pub four: String,
    pub forms: Vec<String>,
    pub as_of: String,
    pub hours: String,
    pub phone: String,
    pub qr: Code,
    pub watermark: Option<String>,
    #[serde(skip)]
    pub made: chrono::NaiveDateTime,
}

/// A3: the codes on the first page, the list on those that follow.
///
/// # Errors
/// When the template does not compile, or an address is too long for a QR code.
pub fn poster(poster: &Poster) -> Result<Vec<u8>, DocumentError> {
    let codes: Result<Vec<Code>, DocumentError> =
        poster.codes.iter().cloned().map(Code::drawn).collect();
    let poster = Poster {
        codes: codes?,
        ..poster.clone()
    };
    render(&POSTER, &poster, poster.made)
}

/// A4, one procedure.
///
/// # Errors
/// When the template does not compile, or the address is too long for a QR code.
pub fn sheet(sheet: &Sheet) -> Result<Vec<u8>, DocumentError> {
    let sheet = Sheet {
        qr: sheet.qr.clone().drawn()?,
        ..sheet.clone()
    };
    render(&PROCEDURE, &sheet, sheet.made)
}
