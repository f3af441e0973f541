//! A typst template and its data become a PDF/A-2a: no file, clock or network is
//! within the template's reach, and data is never spliced into its source.
use std::{collections::HashSet, sync::LazyLock};

use serde::Serialize;
use typst::{
    Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Coverage, Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::DocumentError;

/// The four embedded faces of Liberation Serif (metrics of Times New Roman, NĐ 30/2020/NĐ-CP).
static FACES: &[&[u8]] = &include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    FACES
        .iter()
        .flat_map(|face| Font::iter(Bytes::new(*face)))
        .collect()
});

/// What every paper is set with.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// A template with its head, parsed when it is first wanted.
pub type Template = LazyLock<Source>;

/// The letters that each face has.
static GLYPHS: LazyLock<HashSet<u32>> = LazyLock::new(|| {
    let mut faces = FONTS.iter().map(|font| &font.info().coverage);
    let of_first = faces.next().into_iter().flat_map(Coverage::iter);
    let others: Vec<_> = faces.collect();
    of_first
        .filter(|letter| others.iter().all(|face| face.contains(*letter)))
        .collect()
});

struct Paper<'a> {
    template: &'a Source,
    data_id: FileId,
    data: Bytes,
}

impl World for Paper<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
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

/// What stands for a letter that the font lacks.
const BOX: char = '□';

/// PDF/A shows every letter or none of the file: one name in another script must not
/// stop a whole book, so its letters are printed as boxes, to be written in by pen.
fn printable(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) if !text.chars().all(has_glyph) => {
            *text = text
                .chars()
                .map(|c| if has_glyph(c) { c } else { BOX })
                .collect();
        }
        Value::Array(values) => values.iter_mut().for_each(printable),
        Value::Object(fields) => fields.values_mut().for_each(printable),
        _ => {}
    }
}

fn has_glyph(letter: char) -> bool {
    letter.is_ascii() || letter.is_whitespace() || GLYPHS.contains(&u32::from(letter))
}

fn file(path: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(path).map_err(|error| DocumentError(format!("{error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// Renders a template that reads `json("/data.json")`. `made` is the moment
/// written into the file: the same data and moment give the same bytes. Slow
/// enough to be kept off the async threads.
///
/// # Errors
/// When the template does not compile with that data.
pub fn render(
    template: &Source,
    data: &impl Serialize,
    made: chrono::NaiveDateTime,
) -> Result<Vec<u8>, DocumentError> {
    use chrono::{Datelike, Timelike};
    let mut data = serde_json::to_value(data).map_err(|error| DocumentError(error.to_string()))?;
    printable(&mut data);
    let data = serde_json::to_vec(&data).map_err(|error| DocumentError(error.to_string()))?;
    let paper = Paper {
        template,
        data_id: file("/data.json")?,
        data: Bytes::new(data),
    };
    let part = |value: u32| u8::try_from(value).unwrap_or(1);
    let stamp = Datetime::from_ymd_hms(
        made.year(),
        part(made.month()),
        part(made.day()),
        part(made.hour()),
        part(made.minute()),
        part(made.second()),
    );
    let said = |errors: &dyn std::fmt::Debug| {
        DocumentError(format!("{errors:?}").chars().take(2000).collect())
    };
    let standards = PdfStandards::new(&[PdfStandard::A_2a]).map_err(|error| said(&error))?;
    let options = PdfOptions {
        // The identifier comes from the content, so that a reprint equals the print.
        ident: Smart::Auto,
        timestamp: stamp.map(Timestamp::new_utc),
        standards,
        tagged: true,
        ..PdfOptions::default()
    };
    LazyLock::force(&SHARED_OUT);
    let document = typst::compile::<PagedDocument>(&paper)
        .output
        .map_err(|errors| said(&errors))?;
    let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| said(&errors))?;
    comemo::evict(10);
    Ok(bytes)
}

/// Typst shares a page out among threads, as many as there are cores unless it is told
/// otherwise. Then whoever writes down the words meanwhile, and whoever set the page off, wait
/// for a core: one is left to them.
static SHARED_OUT: LazyLock<()> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = cores.saturating_sub(1).max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    if let Err(error) = pool.build_global() {
        tracing::debug!(%error, "pages are set by the threads that are there");
    }
});
