//! A letter as a Word file, laid out like the printed one.
use docx_rs::{
    AlignmentType, Docx, Header, LineSpacing, PageMargin, Paragraph, Run as Words, RunFonts,
    SpecialIndentType, Table, TableCell, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::{
    DocumentError,
    letter::{Letter, Line, Run, Signature},
};

/// Twentieths of a point in a millimetre.
fn twips(millimetres: f64) -> i32 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a sheet is far smaller than 2^31 twentieths of a point"
    )]
    {
        (millimetres * 1440.0 / 25.4).round() as i32
    }
}

fn unsigned(twips: i32) -> u32 {
    u32::try_from(twips).unwrap_or_default()
}

/// Sizes of a sheet: width, height, margins in millimetres, text in half points.
struct Sheet {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    size: usize,
}

impl Sheet {
    fn of(paper: &str) -> Self {
        if paper == "a5" {
            Self {
                width: 148.0,
                height: 210.0,
                left: 16.0,
                right: 12.0,
                top: 12.0,
                size: 21,
            }
        } else {
            Self {
                width: 210.0,
                height: 297.0,
                left: 30.0,
                right: 18.0,
                top: 20.0,
                size: 27,
            }
        }
    }

    fn text_width(&self) -> i32 {
        twips(self.width - self.left - self.right)
    }
}

/// What stands above each page: in the demo, that it is one.
fn above(letter: &Letter) -> Header {
    match &letter.watermark {
        Some(words) => Header::new()
            .add_paragraph(centred().add_run(Words::new().add_text(words).bold().color("A0A0A0"))),
        None => Header::new(),
    }
}

/// The letter as DOCX.
///
/// # Errors
/// When the file cannot be packed.
pub fn letter(letter: &Letter) -> Result<Vec<u8>, DocumentError> {
    let sheet = Sheet::of(&letter.paper);
    let font = RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .cs("Times New Roman")
        .east_asia("Times New Roman");
    let made = letter.made.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut file = Docx::new()
        .created_at(&made)
        .updated_at(&made)
        .page_size(unsigned(twips(sheet.width)), unsigned(twips(sheet.height)))
        .page_margin(
            PageMargin::new()
                .left(twips(sheet.left))
                .right(twips(sheet.right))
                .top(twips(sheet.top))
                .bottom(twips(sheet.top))
                .header(twips(5.0))
                .footer(twips(5.0)),
        )
        .default_fonts(font)
        .default_size(sheet.size)
        .header(above(letter))
        .add_table(head(letter, &sheet))
        .add_paragraph(centred().add_run(Words::new()))
        .add_paragraph(
            centred().add_run(
                Words::new()
                    .add_text(letter.title.to_uppercase())
                    .bold()
                    .size(sheet.size + 3),
            ),
        );
    if letter.to.is_none() {
        let code = centred()
            .add_run(Words::new().add_text("Mã hồ sơ: "))
            .add_run(Words::new().add_text(&letter.code).bold());
        file = file.add_paragraph(code);
    }
    if !letter.remark.is_empty() {
        file =
            file.add_paragraph(centred().add_run(Words::new().add_text(&letter.remark).italic()));
    }
    if let Some((before, name)) = &letter.to {
        let to = centred()
            .add_run(Words::new().add_text(format!("Kính gửi: {before}")))
            .add_run(Words::new().add_text(name).bold());
        file = file.add_paragraph(to);
    }
    for line in &letter.lines {
        file = body(file, line);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    file.add_paragraph(Paragraph::new())
        .add_table(foot(letter, &sheet))
        .build()
        .pack(&mut bytes)
        .map_err(|error| DocumentError(error.to_string()))?;
    Ok(bytes.into_inner())
}

fn centred() -> Paragraph {
    Paragraph::new().align(AlignmentType::Center)
}

fn words(run: &Run) -> Words {
    let words = Words::new().add_text(&run.text);
    if run.strong { words.bold() } else { words }
}

fn body(file: Docx, line: &Line) -> Docx {
    let spacing = || LineSpacing::new().after(80);
    match line {
        Line::Text { runs } => {
            let indent = Some(SpecialIndentType::FirstLine(twips(8.0)));
            let paragraph = Paragraph::new()
                .align(AlignmentType::Both)
                .indent(None, indent, None, None)
                .line_spacing(spacing());
            file.add_paragraph(runs.iter().fold(paragraph, |p, run| p.add_run(words(run))))
        }
        Line::Field { value, .. } if value.text.is_empty() => file,
        Line::Field { label, value } => file.add_paragraph(
            Paragraph::new()
                .line_spacing(spacing())
                .add_run(Words::new().add_text(format!("{label}: ")))
                .add_run(words(value)),
        ),
        Line::Items { items } => items.iter().enumerate().fold(file, |file, (place, item)| {
            file.add_paragraph(
                Paragraph::new()
                    .indent(Some(twips(6.0)), None, None, None)
                    .line_spacing(spacing())
                    .add_run(Words::new().add_text(format!("{}. {item}", place + 1))),
            )
        }),
    }
}

/// Two cells without lines around them.
fn pair(sheet: &Sheet, left: TableCell, right: TableCell, parts: (i32, i32)) -> Table {
    let width = |part: i32| {
        usize::try_from(sheet.text_width() * part / (parts.0 + parts.1)).unwrap_or_default()
    };
    let (first, second) = (width(parts.0), width(parts.1));
    let row = TableRow::new(vec![
        left.width(first, WidthType::Dxa)
            .vertical_align(VAlignType::Top),
        right
            .width(second, WidthType::Dxa)
            .vertical_align(VAlignType::Top),
    ]);
    Table::without_borders(vec![row])
        .set_grid(vec![first, second])
        .layout(TableLayoutType::Fixed)
        .width(first + second, WidthType::Dxa)
}

fn head(letter: &Letter, sheet: &Sheet) -> Table {
    let size = sheet.size - 3;
    let line = |text: &str, strong: bool| {
        let words = Words::new().add_text(text).size(size);
        centred().add_run(if strong { words.bold() } else { words })
    };
    let mut left = TableCell::new()
        .add_paragraph(line(&letter.above.to_uppercase(), false))
        .add_paragraph(line(&letter.agency.to_uppercase(), true));
    if !letter.number.is_empty() {
        left = left.add_paragraph(line(&format!("Số: {}", letter.number), false));
    }
    let date = centred().add_run(
        Words::new()
            .add_text(&letter.place_and_date)
            .italic()
            .size(size),
    );
    let right = TableCell::new()
        .add_paragraph(line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", true))
        .add_paragraph(
            centred().add_run(
                Words::new()
                    .add_text("Độc lập - Tự do - Hạnh phúc")
                    .bold()
                    .underline("single")
                    .size(size),
            ),
        )
        .add_paragraph(date);
    pair(sheet, left, right, (2, 3))
}

fn foot(letter: &Letter, sheet: &Sheet) -> Table {
    let left = match &letter.left {
        Some(signature) => signed(signature),
        None if letter.copies_to.is_empty() => TableCell::new().add_paragraph(Paragraph::new()),
        None => {
            let size = sheet.size - 5;
            let head = Words::new()
                .add_text("Nơi nhận:")
                .bold()
                .italic()
                .size(size);
            letter.copies_to.iter().fold(
                TableCell::new().add_paragraph(Paragraph::new().add_run(head)),
                |cell, copy| {
                    let words = Words::new().add_text(format!("- {copy}")).size(size);
                    cell.add_paragraph(Paragraph::new().add_run(words))
                },
            )
        }
    };
    pair(sheet, left, signed(&letter.right), (1, 1))
}

fn signed(signature: &Signature) -> TableCell {
    let mut cell = TableCell::new();
    for line in &signature.capacity {
        cell = cell.add_paragraph(centred().add_run(Words::new().add_text(line).bold()));
    }
    cell = cell.add_paragraph(centred().add_run(Words::new().add_text(&signature.note).italic()));
    for _ in 0..4 {
        cell = cell.add_paragraph(centred());
    }
    cell.add_paragraph(centred().add_run(Words::new().add_text(&signature.name).bold()))
}
