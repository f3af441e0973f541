//! A report of the office as a Word file: paragraphs and tables that can be edited, bars
//! as shaded cells.
use docx_rs::{
    AlignmentType, Docx, Header, LineSpacing, PageMargin, PageNum, PageOrientationType, Paragraph,
    Run, RunFonts, Shading, SpecialIndentType, Table, TableAlignmentType, TableCell,
    TableCellBorder, TableCellBorderPosition, TableLayoutType, TableRow, WidthType,
};

use super::{
    DocumentError,
    statement::{Bar, Block, Statement},
    told::Told,
};

/// Twentieths of a point: A4, margins of NĐ 30/2020/NĐ-CP.
const LONG: u32 = 16838;
const SHORT: u32 = 11906;
const LEFT: i32 = 1701;
const RIGHT: i32 = 1021;
const EDGE: i32 = 1134;
/// How many steps a bar is drawn in.
const STEPS: usize = 24;
/// Half points.
const SIZE: usize = 26;
const SMALL: usize = 21;

/// # Errors
/// When the file cannot be packed.
pub fn file(statement: &Statement) -> Result<Vec<u8>, DocumentError> {
    let face = "Times New Roman";
    let font = RunFonts::new()
        .ascii(face)
        .hi_ansi(face)
        .cs(face)
        .east_asia(face);
    let made = statement.made.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (width, height) = if statement.wide {
        (LONG, SHORT)
    } else {
        (SHORT, LONG)
    };
    let line = usize::try_from(i64::from(width) - i64::from(LEFT + RIGHT)).unwrap_or_default();
    let mut file = Docx::new()
        .created_at(&made)
        .updated_at(&made)
        .page_size(width, height)
        .page_margin(
            PageMargin::new()
                .left(LEFT)
                .right(RIGHT)
                .top(EDGE)
                .bottom(EDGE),
        )
        .default_fonts(font)
        .default_size(SIZE);
    if statement.wide {
        file = file.page_orient(PageOrientationType::Landscape);
    }
    let watermark = statement.watermark.as_deref();
    file = file
        .first_header(top(watermark, false))
        .header(top(watermark, true))
        .title_pg()
        .add_table(head(statement, line))
        .add_paragraph(centred())
        .add_paragraph(centred().add_run(strong(&statement.title, SIZE + 2)))
        .add_paragraph(centred().add_run(strong(&statement.about, SIZE)));
    for (place, to) in statement.to.iter().enumerate() {
        let lead = if place == 0 { "Kính gửi: " } else { "" };
        file = file.add_paragraph(centred().add_run(Run::new().add_text(format!("{lead}{to}"))));
    }
    for block in &statement.blocks {
        file = add(file, block, line);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut parts = file
        .add_paragraph(Paragraph::new())
        .add_table(foot(statement, line))
        .build();
    parts.document = with_heads(&parts.document);
    parts
        .pack(&mut bytes)
        .map_err(|error| DocumentError(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// The head of a table stands on each of its pages. The library has no word for it, so
/// head rows are the only ones that are given no property, and get it here.
fn with_heads(document: &[u8]) -> Vec<u8> {
    const HEAD: &str = "<w:trPr><w:cantSplit /><w:tblHeader /></w:trPr>";
    String::from_utf8_lossy(document)
        .replace("<w:trPr />", HEAD)
        .into_bytes()
}

/// The page's number in the middle of the top margin, from the second page on
/// (NĐ 30/2020/NĐ-CP, Phụ lục I); a demo says so on each.
fn top(watermark: Option<&str>, numbered: bool) -> Header {
    let mut header = Header::new();
    if numbered {
        header = header.add_paragraph(centred().add_page_num(PageNum::new()));
    }
    if let Some(words) = watermark {
        header = header.add_paragraph(centred().add_run(strong(words, SMALL).color("A0A0A0")));
    }
    header
}

fn centred() -> Paragraph {
    Paragraph::new().align(AlignmentType::Center)
}

fn strong(text: &str, size: usize) -> Run {
    Run::new().add_text(text).bold().size(size)
}

fn add(file: Docx, block: &Block, line: usize) -> Docx {
    let spacing = || LineSpacing::new().before(60).after(60);
    match block {
        Block::Heading { text } => file.add_paragraph(
            Paragraph::new()
                .keep_next(true)
                .line_spacing(LineSpacing::new().before(160).after(60))
                .add_run(strong(text, SIZE)),
        ),
        Block::Text { text } => file.add_paragraph(
            Paragraph::new()
                .align(AlignmentType::Both)
                .indent(None, Some(SpecialIndentType::FirstLine(567)), None, None)
                .line_spacing(spacing())
                .add_run(Run::new().add_text(&text.text)),
        ),
        Block::Table {
            head,
            widths,
            numeric,
            rows,
        } => file
            .add_table(table(head, widths, numeric, rows, line))
            .add_paragraph(Paragraph::new()),
        Block::Bars {
            caption,
            most,
            bars,
        } => file
            .add_paragraph(
                Paragraph::new()
                    .keep_next(true)
                    .add_run(strong(caption, SMALL)),
            )
            .add_table(chart(*most, bars, line))
            .add_paragraph(Paragraph::new()),
    }
}

/// A cell's words, small.
fn words(text: &str, align: AlignmentType, bold: bool) -> Paragraph {
    let run = Run::new().add_text(text).size(SMALL);
    Paragraph::new()
        .align(align)
        .add_run(if bold { run.bold() } else { run })
}

fn table(
    head: &[String],
    widths: &[u32],
    numeric: &[bool],
    rows: &[Vec<Told>],
    line: usize,
) -> Table {
    let whole: u32 = widths.iter().sum::<u32>().max(1);
    let grid: Vec<usize> = widths
        .iter()
        .map(|width| line * *width as usize / whole as usize)
        .collect();
    let cell = |place: usize, paragraph: Paragraph| {
        TableCell::new()
            .width(grid.get(place).copied().unwrap_or_default(), WidthType::Dxa)
            .add_paragraph(paragraph)
    };
    let first = head.iter().enumerate();
    let first = first.map(|(place, text)| cell(place, words(text, AlignmentType::Center, true)));
    let mut lines = vec![TableRow::new(first.collect())];
    for row in rows {
        let cells = row.iter().enumerate().map(|(place, text)| {
            let right = numeric.get(place).copied().unwrap_or_default();
            let align = if right {
                AlignmentType::Right
            } else {
                AlignmentType::Left
            };
            cell(place, words(&text.text, align, false))
        });
        lines.push(TableRow::new(cells.collect()).cant_split());
    }
    Table::new(lines)
        .set_grid(grid)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
        .width(line, WidthType::Dxa)
}

/// Label, bar, number: the bar is a shaded cell as long as its value.
fn chart(most: u64, bars: &[Bar], line: usize) -> Table {
    let (label, number) = (line * 2 / 5, line / 5);
    let step = (line - label - number) / STEPS;
    let mut grid = vec![label];
    grid.extend(std::iter::repeat_n(step, STEPS));
    grid.push(number);
    let rows = bars.iter().map(|bar| {
        let long = (bar.value.saturating_mul(STEPS as u64)).div_ceil(most.max(1));
        let long = usize::try_from(long).unwrap_or(STEPS).min(STEPS);
        let mut cells = vec![
            TableCell::new()
                .width(label, WidthType::Dxa)
                .add_paragraph(words(&bar.label, AlignmentType::Left, false)),
        ];
        let span = |many: usize, filled: bool| {
            let cell = TableCell::new()
                .width(step * many, WidthType::Dxa)
                .grid_span(many)
                .add_paragraph(words("", AlignmentType::Left, false));
            if filled {
                let gap = |side| TableCellBorder::new(side).size(24).color("FFFFFF");
                cell.shading(Shading::new().fill("12436D"))
                    .set_border(gap(TableCellBorderPosition::Top))
                    .set_border(gap(TableCellBorderPosition::Bottom))
                    .clear_border(TableCellBorderPosition::Left)
                    .clear_border(TableCellBorderPosition::Right)
            } else {
                cell
            }
        };
        if long > 0 {
            cells.push(span(long, true));
        }
        if long < STEPS {
            cells.push(span(STEPS - long, false));
        }
        cells.push(
            TableCell::new()
                .width(number, WidthType::Dxa)
                .add_paragraph(words(&bar.words.text, AlignmentType::Right, false)),
        );
        TableRow::new(cells).cant_split()
    });
    Table::without_borders(rows.collect())
        .set_grid(grid)
        .layout(TableLayoutType::Fixed)
        .width(line, WidthType::Dxa)
}

/// Two cells without lines around them.
fn pair(line: usize, left: TableCell, right: TableCell, share: usize) -> Table {
    let (first, second) = (line * share / 100, line - line * share / 100);
    let row = TableRow::new(vec![
        left.width(first, WidthType::Dxa),
        right.width(second, WidthType::Dxa),
    ])
    .cant_split();
    Table::without_borders(vec![row])
        .set_grid(vec![first, second])
        .layout(TableLayoutType::Fixed)
        .width(line, WidthType::Dxa)
}

fn head(statement: &Statement, line: usize) -> Table {
    let size = SIZE - 2;
    let plain = |text: &str| centred().add_run(Run::new().add_text(text).size(size));
    let mut left = TableCell::new()
        .add_paragraph(plain(&statement.above.to_uppercase()))
        .add_paragraph(centred().add_run(strong(&statement.agency.to_uppercase(), size)));
    if !statement.number.is_empty() {
        left = left.add_paragraph(plain(&format!("Số: {}", statement.number)));
    }
    let date = Run::new()
        .add_text(&statement.place_and_date)
        .italic()
        .size(size);
    let right = TableCell::new()
        .add_paragraph(centred().add_run(strong("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size)))
        .add_paragraph(
            centred().add_run(strong("Độc lập - Tự do - Hạnh phúc", size).underline("single")),
        )
        .add_paragraph(centred().add_run(date));
    pair(line, left, right, 40)
}

fn foot(statement: &Statement, line: usize) -> Table {
    let size = SIZE - 4;
    let mut left = TableCell::new();
    if statement.copies_to.is_empty() {
        left = left.add_paragraph(Paragraph::new());
    } else {
        let lead = strong("Nơi nhận:", size).italic();
        left = left.add_paragraph(Paragraph::new().add_run(lead));
    }
    for copy in &statement.copies_to {
        let run = Run::new().add_text(format!("- {copy}")).size(size);
        left = left.add_paragraph(Paragraph::new().add_run(run));
    }
    let mut right = TableCell::new();
    for capacity in &statement.capacity {
        right = right.add_paragraph(centred().add_run(strong(capacity, SIZE)));
    }
    for _ in 0..4 {
        right = right.add_paragraph(centred());
    }
    right = right.add_paragraph(centred().add_run(strong(&statement.name, SIZE)));
    pair(line, left, right, 50)
}
