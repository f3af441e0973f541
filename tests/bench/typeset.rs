//! The bare side of papers: typst alone, with the program's templates and fonts, over words
//! that are JSON already and a template that was parsed before the clock.
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDateTime, Timelike};
use fast_qr::{
    convert::{Builder, svg::SvgBuilder},
    qr::QRBuilder,
};
use motcua::documents::{letter::Letter, receipt::Receipt};
use serde_json::{Value, json};
use typst::{
    Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::Outcome;

/// The program's own.
static FACES: &[&[u8]] = &include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let faces = FACES.iter();
    faces
        .flat_map(|face| Font::iter(Bytes::new(*face)))
        .collect()
});
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

const LETTER: &str = concat!(
    include_str!("../../src/documents/head.typ"),
    include_str!("../../src/documents/letter.typ")
);
const RECEIPT: &str = concat!(
    include_str!("../../src/documents/head.typ"),
    include_str!("../../src/documents/receipt.typ")
);

/// A paper that stands ready to be set.
pub struct Page {
    main: FileId,
    source: Source,
    data_id: FileId,
    data: Bytes,
    made: Option<Timestamp>,
}

impl Page {
    pub fn of_letter(letter: &Letter) -> Outcome<Self> {
        let data = json!({
            "title": format!("{} {}", letter.title, letter.code),
            "author": letter.agency,
            "watermark": letter.watermark,
            "letters": [letter],
        });
        Self::of(LETTER, &data, letter.made)
    }

    pub fn of_receipt(receipt: &Receipt) -> Outcome<Self> {
        let mut words = serde_json::to_value(receipt)?;
        words["qr"] = qr(&receipt.lookup_url)?.into();
        words["survey_qr"] = qr(&receipt.survey_url)?.into();
        let data = json!({
            "title": format!("Giấy tiếp nhận hồ sơ và hẹn trả kết quả {}", receipt.code),
            "author": receipt.agency_name,
            "watermark": receipt.watermark,
            "copies": ["Liên: Lưu / giao khách hàng"],
            "receipts": [words],
        });
        Self::of(RECEIPT, &data, receipt.made)
    }

    fn of(template: &str, data: &Value, made: NaiveDateTime) -> Outcome<Self> {
        let main = file("/main.typ")?;
        let made = Datetime::from_ymd_hms(
            made.year(),
            u8::try_from(made.month())?,
            u8::try_from(made.day())?,
            u8::try_from(made.hour())?,
            u8::try_from(made.minute())?,
            u8::try_from(made.second())?,
        );
        Ok(Self {
            main,
            source: Source::new(main, template.to_owned()),
            data_id: file("/data.json")?,
            data: Bytes::new(serde_json::to_vec(data)?),
            made: made.map(Timestamp::new_utc),
        })
    }

    /// The same bytes that the program prints.
    pub fn pdf(&self) -> Outcome<Vec<u8>> {
        let document = typst::compile::<PagedDocument>(self)
            .output
            .map_err(|errors| format!("{errors:?}"))?;
        let standards =
            PdfStandards::new(&[PdfStandard::A_2a]).map_err(|error| format!("{error:?}"))?;
        let options = PdfOptions {
            ident: Smart::Auto,
            timestamp: self.made,
            standards,
            tagged: true,
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| format!("{errors:?}"))?;
        // As the program forgets: a page that typst remembers is not compiled again.
        comemo::evict(10);
        Ok(bytes)
    }
}

impl World for Page {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main {
            Ok(self.source.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file(path: &str) -> Outcome<FileId> {
    let path = VirtualPath::new(path).map_err(|error| format!("{error:?}"))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// As `documents::receipt` draws it.
fn qr(address: &str) -> Outcome<String> {
    let code = QRBuilder::new(address)
        .build()
        .map_err(|error| error.to_string())?;
    Ok(SvgBuilder::default().margin(2).to_str(&code))
}
