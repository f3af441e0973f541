//! Rows as an Excel file: typed dates and numbers, a head that stays, filters, what
//! the columns mean on a sheet of its own. Rows are written as they come, so that
//! memory does not grow with their number.
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::{
    DocumentError,
    sheet::{Cell, Definition, Head},
};

/// Excel's number for A4.
const A4: u8 = 9;

/// What a sheet holds besides its head.
const MOST_ROWS: u32 = 1_048_575;

impl From<XlsxError> for DocumentError {
    fn from(error: XlsxError) -> Self {
        Self(error.to_string())
    }
}

/// A file under way.
pub struct Book {
    file: Workbook,
    name: String,
    head: Vec<Head>,
    /// Sheets of rows so far, and the next row of the last one.
    sheets: usize,
    row: u32,
    day: Format,
    moment: Format,
    percent: Format,
    wrapped: Format,
}

impl Book {
    /// # Errors
    /// When no scratch file can be made.
    pub fn new(name: &str, head: &[Head]) -> Result<Self, DocumentError> {
        let mut book = Self {
            file: Workbook::new(),
            // Excel's own limit.
            name: name.chars().take(25).collect(),
            head: head.to_vec(),
            sheets: 0,
            row: 0,
            day: Format::new().set_num_format("dd/mm/yyyy"),
            moment: Format::new().set_num_format("dd/mm/yyyy hh:mm"),
            percent: Format::new().set_num_format("0.00"),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        };
        book.open_sheet()?;
        Ok(book)
    }

    fn open_sheet(&mut self) -> Result<(), DocumentError> {
        self.sheets += 1;
        self.row = 1;
        let name = match self.sheets {
            1 => self.name.clone(),
            number => format!("{} ({number})", self.name),
        };
        let bold = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color(Color::RGB(0x00EE_F1F5));
        let sheet = self.file.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        // On paper: lying, as wide as the page, the head on each, numbered.
        sheet
            .set_landscape()
            .set_paper_size(A4)
            .set_print_fit_to_pages(1, 0)
            .set_repeat_rows(0, 0)?
            .set_footer("&L&A&R&P/&N");
        for (column, head) in (0_u16..).zip(&self.head) {
            sheet.set_column_width(column, head.width)?;
        }
        // Written row by row, the head is not measured again: as many lines as it takes.
        let lines = self.head.iter().map(Head::lines).max().unwrap_or(1);
        sheet.set_row_height(0, 15.0 * f64::from(lines) + 3.0)?;
        for (column, head) in (0_u16..).zip(&self.head) {
            sheet.write_string_with_format(0, column, &head.label, &bold)?;
        }
        Ok(())
    }

    /// The next row; rows beyond what a sheet holds go on in another.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), DocumentError> {
        if self.row > MOST_ROWS {
            self.close_sheet()?;
            self.open_sheet()?;
        }
        let sheet = self.file.worksheet_from_index(self.sheets - 1)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) | Cell::Phone(text) if text.is_empty() => {}
                // A cell of Excel holds 32 767 characters.
                Cell::Text(text) | Cell::Phone(text) => {
                    let text: String = text.chars().take(32_767).collect();
                    sheet.write_string(self.row, column, text)?;
                }
                Cell::Count(count) => {
                    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
                    sheet.write_number(self.row, column, *count as f64)?;
                }
                Cell::Percent(share) => {
                    if let Some(percent) = share.percent() {
                        sheet.write_number_with_format(self.row, column, percent, &self.percent)?;
                    }
                }
                Cell::Day(Some(day)) => {
                    sheet.write_datetime_with_format(self.row, column, day, &self.day)?;
                }
                Cell::Moment(Some(at)) => {
                    sheet.write_datetime_with_format(self.row, column, at, &self.moment)?;
                }
                Cell::Day(None) | Cell::Moment(None) => {}
            }
        }
        self.row += 1;
        Ok(())
    }

    fn close_sheet(&mut self) -> Result<(), DocumentError> {
        let last = u16::try_from(self.head.len().saturating_sub(1)).unwrap_or_default();
        let rows = self.row - 1;
        let sheet = self.file.worksheet_from_index(self.sheets - 1)?;
        sheet.autofilter(0, 0, rows.max(1), last)?;
        Ok(())
    }

    /// What the columns mean, and the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(
        mut self,
        definitions: &[Definition],
        to: &std::path::Path,
    ) -> Result<(), DocumentError> {
        self.close_sheet()?;
        let bold = Format::new().set_bold();
        let sheet = self.file.add_worksheet();
        sheet.set_name("Định nghĩa")?.set_column_width(0, 34)?;
        sheet.set_column_width(1, 110)?;
        sheet.write_string_with_format(0, 0, "Cột, số liệu", &bold)?;
        sheet.write_string_with_format(0, 1, "Định nghĩa", &bold)?;
        for (row, definition) in (1_u32..).zip(definitions) {
            sheet.write_string_with_format(row, 0, &definition.of, &self.wrapped)?;
            sheet.write_string_with_format(row, 1, &definition.says, &self.wrapped)?;
        }
        self.file.save(to)?;
        Ok(())
    }
}
