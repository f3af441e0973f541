//! A CSV or Excel file as rows of text, whoever wrote it.
use std::io::Cursor;

use calamine::{Data, Reader, Sheets, open_workbook_auto_from_rs};
use zip::ZipArchive;

use super::{
    DocumentError,
    sheet::{lines, unguarded},
};
use crate::domain::row::Lines;

/// Rows of cells; the first row is row 1 of the file.
pub type Grid = Vec<Vec<String>>;

/// More rows than any register of a commune; a file that says so is broken.
const MOST_ROWS: usize = 1_100_000;

/// What a workbook may unpack to, in megabytes; a full register of ten years has half of it.
const MOST_UNPACKED: u64 = 200;
/// Cells between the first and the last used one of a sheet, empty ones too: all are held.
const MOST_CELLS: u64 = 30_000_000;

/// Reads a file by what is in it, not by its name: Excel begins with "PK".
///
/// # Errors
/// A Vietnamese sentence that says what to do.
///
/// ```
/// use motcua::documents::workbook::read;
/// let grid = read("\u{feff}Mã hồ sơ;Ghi chú\nA-1;'=1\n".as_bytes()).unwrap();
/// assert_eq!(grid, [["Mã hồ sơ", "Ghi chú"], ["A-1", "=1"]]);
/// assert!(read(b"PK\x03\x04 broken").is_err());
/// assert!(read(b"\xff\xfe\x00").is_err(), "not UTF-8");
/// ```
pub fn read(bytes: &[u8]) -> Result<Grid, DocumentError> {
    let grid = if bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        excel(bytes)?
    } else {
        separated(bytes)?
    };
    if grid.len() > MOST_ROWS {
        return Err(DocumentError("tệp có quá nhiều dòng".into()));
    }
    Ok(grid)
}

fn unreadable(error: &dyn std::fmt::Display) -> DocumentError {
    DocumentError(format!(
        "tệp Excel không đọc được ({error}); mở tệp bằng Excel rồi lưu lại dạng .xlsx"
    ))
}

fn excel(bytes: &[u8]) -> Result<Grid, DocumentError> {
    if bytes.starts_with(b"PK") {
        within_size(bytes, MOST_UNPACKED * 1024 * 1024)?;
    }
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    match &mut book {
        Sheets::Xlsx(book) => {
            let name = book.sheet_names().first().cloned().unwrap_or_default();
            let mut cells = book
                .worksheet_cells_reader(&name)
                .map_err(|e| unreadable(&e))?;
            let (mut rows, mut columns) = (0, 0);
            while let Some(cell) = cells.next_cell().map_err(|e| unreadable(&e))? {
                let (row, column) = cell.get_position();
                rows = rows.max(u64::from(row) + 1);
                columns = columns.max(u64::from(column) + 1);
            }
            if rows * columns > MOST_CELLS {
                return Err(DocumentError(
                    "trang tính có ô dùng quá xa; xóa các dòng, cột thừa rồi lưu lại".into(),
                ));
            }
        }
        Sheets::Xls(_) => {}
        // They say "and a million more like this one" in a few bytes.
        Sheets::Xlsb(_) | Sheets::Ods(_) => {
            return Err(DocumentError(
                "chỉ nhận tệp CSV, .xlsx hoặc .xls; mở tệp rồi lưu lại dạng .xlsx".into(),
            ));
        }
    }
    let range = book
        .worksheet_range_at(0)
        .ok_or_else(|| DocumentError("tệp Excel không có trang tính nào".into()))?
        .map_err(|e| unreadable(&e))?;
    // The range begins at the first used cell; rows are counted from the sheet's first.
    let (top, left) = range.start().unwrap_or_default();
    let (top, left) = (top as usize, left as usize);
    let mut grid: Grid = vec![Vec::new(); top];
    for row in range.rows() {
        let cells = row.iter().map(cell);
        grid.push(
            std::iter::repeat_n(String::new(), left)
                .chain(cells)
                .collect(),
        );
    }
    Ok(grid)
}

/// Refuses what says that it unpacks to more than `most` bytes. What says less than is so
/// breaks off while it is read.
fn within_size(bytes: &[u8], most: u64) -> Result<(), DocumentError> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    if archive.decompressed_size().unwrap_or_default() > u128::from(most) {
        return Err(DocumentError(format!(
            "tệp Excel bung ra quá {MOST_UNPACKED} MB; chia nhỏ tệp, hoặc lưu lại dạng CSV"
        )));
    }
    Ok(())
}

/// A cell as it would be typed; dates as ISO, so that no guess is needed.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            unguarded(text).to_owned()
        }
        Data::Int(number) => number.to_string(),
        // A code or a phone number that Excel took for a number has no fraction.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        Data::Float(number) => number.to_string(),
        Data::Bool(is) => is.to_string(),
        Data::DateTime(at) => at
            .as_datetime()
            .map(|at| {
                at.format("%Y-%m-%d %H:%M:%S")
                    .to_string()
                    .replace(" 00:00:00", "")
            })
            .unwrap_or_default(),
    }
}

fn separated(bytes: &[u8]) -> Result<Grid, DocumentError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        DocumentError(format!(
            "tệp không phải UTF-8 (từ byte {}); lưu lại dạng “CSV UTF-8” hoặc .xlsx",
            error.valid_up_to() + 1
        ))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let (mut grid, mut places) = (Grid::new(), Lines::new(text));
    for record in reader.records() {
        let record =
            record.map_err(|error| DocumentError(format!("dòng không đọc được: {error}")))?;
        let line = record.position().map_or(0, |begins| places.of(begins));
        // Blank lines are no records; rows keep the number of their line.
        while (grid.len() as u64) + 1 < line && grid.len() < MOST_ROWS {
            grid.push(Vec::new());
        }
        grid.push(
            record
                .iter()
                .map(|cell| unguarded(cell).to_owned())
                .collect(),
        );
    }
    Ok(grid)
}

/// What stands most often in the first line.
fn separator(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|mark| first.bytes().filter(|byte| byte == mark).count())
        .unwrap_or(b',')
}

/// The rows as comma-separated text of even width, for readers of text.
pub fn text(grid: &Grid) -> String {
    let width = grid.first().map_or(0, Vec::len);
    let rows = grid.iter().map(|row| {
        let mut row = row.clone();
        row.resize(width, String::new());
        row
    });
    lines(b',', rows)
}
