//! Letters and receipts against the bare typst compile of the same page; the register's files
//! against the writing library alone on the same cells.
//!
//! Each paper is printed for the first time: the program reads what it is made of, puts its
//! words together, sets the page on a thread for such work, and meanwhile keeps the words in a
//! durable transaction; between passes over the papers, outside the clock, they become papers
//! that nobody has printed. Then it is printed again, by what was kept. The bare side
//! (`typeset.rs`) sets the same page, byte for byte.
use std::{
    fs::File,
    io::BufReader,
    path::Path,
    time::{Duration, Instant},
};

use calamine::{Reader as _, Xlsx, XlsxError, open_workbook};
use futures_util::TryStreamExt as _;
use motcua::{
    app::App,
    documents::{
        letter::{self, Letter},
        receipt::Receipt,
        sheet::Cell,
    },
    domain::paper::PaperKind,
    papers::{self, Wanted, hidden::Hidden},
    reports::{
        register::{Chosen, For, Reading},
        register_file::{self, Text},
    },
    store::{
        self,
        apologies::{self, Which},
        dossiers::{self, Dossier},
        register::Filter,
    },
};
use rust_xlsxwriter::{Format, Workbook};
use sqlx::{Row as _, SqliteConnection};

use crate::{Outcome, ROUNDS, TURN, bare, figures::Figures, growth::Register, typeset::Page};

/// So many papers of a kind, again and again.
const PAPERS: usize = 60;

/// What stands on a paper that was printed before.
const AGAIN: &str = "(bản in lại)";

/// The pages of the bare side: as they are printed first, and as they are after.
#[derive(Default)]
struct Pages {
    first: Vec<Page>,
    again: Vec<Page>,
}

/// Letters and receipts of the same dossiers.
pub async fn printed(app: &App, file: &Path) -> Outcome<()> {
    let mut connection = bare::connect(file).await?;
    let agency = app.home_agency().await?;
    let since = app.clock.now() - chrono::TimeDelta::days(400);
    let (cases, _) =
        apologies::cases(app.store.read(), agency, Which::Signed { since }, 1_000).await?;
    let (mut rows, mut letters) = (Vec::new(), Vec::new());
    let (mut letter_pages, mut receipt_pages) = <(Pages, Pages)>::default();
    for case in cases.iter().take(PAPERS) {
        let dossier = dossiers::by_code(app.store.read(), agency, &case.code).await?;
        let letter = papers::letter(app, &dossier, PaperKind::Apology).await?;
        let again = Letter {
            remark: AGAIN.into(),
            ..letter.clone()
        };
        letter_pages.first.push(Page::of_letter(&letter)?);
        letter_pages.again.push(Page::of_letter(&again)?);
        letters.push(letter);
        let receipt = receipt_of(app, &dossier).await?;
        receipt_pages.first.push(Page::of_receipt(&receipt)?);
        let again = Receipt {
            remark: AGAIN.into(),
            ..receipt
        };
        receipt_pages.again.push(Page::of_receipt(&again)?);
        rows.push(dossier);
    }
    if rows.len() < PAPERS {
        return Err(format!("{} signed letters in the file", rows.len()).into());
    }
    let kinds = [
        ("letters", PaperKind::Apology, letter_pages),
        ("receipts", PaperKind::Receipt, receipt_pages),
    ];
    for (name, kind, pages) in kinds {
        let bare = "typst's compile of the same page (tests/bench/typeset.rs)";
        let first = compared(app, Some(&mut connection), &rows, kind, &pages.first);
        let title = format!("{name} a second: printed for the first time and kept ÷ {bare}");
        Box::pin(first).await?.print(&title);
        let again = compared(app, None, &rows, kind, &pages.again);
        let title = format!("{name} a second: printed again ÷ {bare}");
        Box::pin(again).await?.print(&title);
    }
    let started = Instant::now();
    let many: Vec<_> = letters.iter().cycle().take(1_000).cloned().collect();
    let pdf = letter::batch(&many)?;
    println!(
        "1 000 letters in one file: {:.1} s, {} kB",
        started.elapsed().as_secs_f64(),
        pdf.len() / 1024
    );
    Ok(())
}

/// The words of a receipt as they are kept, with the addresses that no kept paper holds.
async fn receipt_of(app: &App, dossier: &Dossier) -> Outcome<Receipt> {
    papers::print(app, dossier, Wanted::pdf(PaperKind::Receipt), "bench").await?;
    let kept = store::papers::of_dossier(app.store.read(), dossier.id).await?;
    let kept = kept
        .iter()
        .find(|paper| paper.kind == PaperKind::Receipt.code());
    let body = kept.and_then(|paper| paper.body.as_deref());
    let hidden = Hidden::of(&app.secret_of(dossier)?);
    let words = hidden.put_back(body.ok_or("no receipt was kept")?);
    Ok(serde_json::from_str(&words)?)
}

/// Both sides by turns, papers a second. With a connection each is made anew by it between the
/// passes; without, each is printed again.
async fn compared(
    app: &App,
    mut anew: Option<&mut SqliteConnection>,
    rows: &[Dossier],
    kind: PaperKind,
    pages: &[Page],
) -> Outcome<Figures> {
    let expected: Vec<Vec<u8>> = pages.iter().map(Page::pdf).collect::<Outcome<_>>()?;
    if let Some(connection) = anew.as_deref_mut() {
        unprinted(connection, rows, kind).await?;
    } else {
        for dossier in rows {
            papers::print(app, dossier, Wanted::pdf(kind), "bench").await?;
        }
    }
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        let (mut spent, mut printed) = (Duration::ZERO, 0_u32);
        while spent < TURN {
            let started = Instant::now();
            for (dossier, expected) in rows.iter().zip(&expected) {
                let pdf = papers::print(app, dossier, Wanted::pdf(kind), "bench").await?;
                // A reprint says that it is one.
                if pdf != *expected {
                    return Err(format!("{}: the sides differ", dossier.code).into());
                }
                printed += 1;
            }
            spent += started.elapsed();
            if let Some(connection) = anew.as_deref_mut() {
                let kept = unprinted(connection, rows, kind).await?;
                if kept != rows.len() as u64 {
                    return Err(format!("{kept} of {} papers were kept", rows.len()).into());
                }
            }
        }
        (figures.program).push(f64::from(printed) / spent.as_secs_f64());
        let compiled = turn(async || {
            for page in pages {
                page.pdf()?;
            }
            Ok(pages.len())
        });
        figures.bare.push(compiled.await?);
    }
    Ok(figures)
}

/// Nobody has printed these papers: a numbered one keeps its row, as after its signature, a
/// receipt has none yet. Answers how many were printed before.
async fn unprinted(
    connection: &mut SqliteConnection,
    rows: &[Dossier],
    kind: PaperKind,
) -> Outcome<u64> {
    let reset = if kind == PaperKind::Receipt {
        "DELETE FROM paper WHERE kind = $1 AND printed_at IS NOT NULL \
         AND dossier_id IN (SELECT value FROM json_each($2))"
    } else {
        "UPDATE paper SET body = NULL, release = NULL, printed_at = NULL, printed_by = NULL \
         WHERE kind = $1 AND printed_at IS NOT NULL AND cancelled_at IS NULL \
         AND dossier_id IN (SELECT value FROM json_each($2))"
    };
    let ids: Vec<i64> = rows.iter().map(|dossier| dossier.id).collect();
    let done = sqlx::query(reset)
        .bind(kind.code())
        .bind(serde_json::to_string(&ids)?)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

pub async fn files(app: &App, file: &Path) -> Outcome<()> {
    let mut connection = bare::connect(file).await?;
    let filter = Filter {
        agency: app.home_agency().await?,
        ..Filter::default()
    };
    let mut reading = Reading::open(app, filter.clone(), For::Machine, Chosen::all()).await?;
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    while let Some(rows) = reading.next().await? {
        cells.extend(rows);
    }
    let folder = tempfile::tempdir()?;
    let (whole, alone) = (folder.path().join("a.xlsx"), folder.path().join("b.xlsx"));
    let (mut xlsx, mut csv, mut read) = <(Figures, Figures, Figures)>::default();
    for _ in 0..ROUNDS {
        let written = turn(async || {
            let (all, filter) = (Chosen::all(), filter.clone());
            register_file::xlsx(app, filter, &all, For::People, &whole, |_| ()).await?;
            Ok(cells.len())
        });
        xlsx.program.push(Box::pin(written).await?);
        let bare = turn(async || {
            bare_xlsx(&cells, &alone)?;
            Ok(cells.len())
        });
        xlsx.bare.push(bare.await?);
        same_workbooks(&whole, &alone)?;
        let expected = bare_csv(&cells)?;
        let written = turn(async || {
            let (all, filter, mut length) = (Chosen::all(), filter.clone(), 0);
            register_file::text(app, filter, &all, Text::Csv, For::Machine, |piece, _| {
                length += piece.len();
                std::future::ready(true)
            })
            .await?;
            if expected.abs_diff(length) > 1_000 {
                return Err(format!("the sides wrote {length} and {expected} bytes").into());
            }
            Ok(cells.len())
        });
        csv.program.push(Box::pin(written).await?);
        let alone = turn(async || {
            bare_csv(&cells)?;
            Ok(cells.len())
        });
        csv.bare.push(alone.await?);
        let with_reading = turn(async || {
            let (rows, length) = read_csv(&mut connection).await?;
            if rows != cells.len() || length < expected / 2 {
                return Err(format!("{rows} rows read, {length} bytes").into());
            }
            Ok(rows)
        });
        read.bare.push(with_reading.await?);
    }
    read.program.clone_from(&csv.program);
    xlsx.print("register to XLSX, dossiers a second ÷ rust_xlsxwriter alone on the same cells (tests/bench/papers.rs)");
    csv.print(
        "register to CSV, dossiers a second ÷ csv alone on the same cells (tests/bench/papers.rs)",
    );
    read.print("register to CSV, dossiers a second ÷ csv on the same columns as one statement of sqlx reads them (tests/bench/papers.rs)");
    Ok(())
}

/// How much more memory a file of each register takes while it is written.
pub async fn memory(registers: &[Register]) -> Outcome<()> {
    println!(
        "\nregister to a file, MB at most over what was held before\n{:>10} {:>8} {:>8}",
        "register", "XLSX", "CSV"
    );
    let folder = tempfile::tempdir()?;
    for Register { app, dossiers, .. } in registers {
        let filter = Filter {
            agency: app.home_agency().await?,
            ..Filter::default()
        };
        let (to, all) = (folder.path().join("a.xlsx"), Chosen::all());
        let before = lowest_peak()?;
        let written = register_file::xlsx(app, filter.clone(), &all, For::People, &to, |_| ());
        Box::pin(written).await?;
        let xlsx = held("VmHWM:")? - before;
        let before = lowest_peak()?;
        let written = register_file::text(app, filter, &all, Text::Csv, For::Machine, |_, _| {
            std::future::ready(true)
        });
        Box::pin(written).await?;
        let csv = held("VmHWM:")? - before;
        println!("{dossiers:>10} {xlsx:>8} {csv:>8}");
    }
    Ok(())
}

/// From now on the highest is counted anew; what is held now, in MB.
fn lowest_peak() -> Outcome<i64> {
    std::fs::write("/proc/self/clear_refs", "5")?;
    held("VmRSS:")
}

/// MB that this process holds, or held at most.
fn held(what: &str) -> Outcome<i64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no such line")?.parse::<i64>()? / 1024)
}

/// The program's has its head besides, and what the columns mean on a sheet of its own.
fn same_workbooks(whole: &Path, alone: &Path) -> Outcome<()> {
    let heads = Chosen::all().columns().count();
    let (rows, cells, bytes) = extent(whole)?;
    let bare = extent(alone)?;
    if (rows, cells) != (bare.0 + 1, bare.1 + heads) || bytes.abs_diff(bare.2) > bytes / 20 {
        return Err(format!(
            "the sides wrote {rows} rows, {cells} cells, {bytes} bytes and {bare:?}"
        )
        .into());
    }
    Ok(())
}

/// Rows and filled cells of a workbook's first sheet, and the bytes of the file.
fn extent(file: &Path) -> Outcome<(usize, usize, u64)> {
    let said = |error: XlsxError| error.to_string();
    let mut book = open_workbook::<Xlsx<BufReader<File>>, _>(file).map_err(said)?;
    let sheet = book
        .worksheet_range_at(0)
        .ok_or("no sheet")?
        .map_err(said)?;
    let bytes = std::fs::metadata(file)?.len();
    Ok((sheet.height(), sheet.used_cells().count(), bytes))
}

fn bare_xlsx(cells: &[Vec<Cell>], to: &std::path::Path) -> Outcome<()> {
    let mut book = Workbook::new();
    let format = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    let sheet = book.add_worksheet_with_constant_memory()?;
    for (row, cells) in (1_u32..).zip(cells) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Moment(Some(at)) => {
                    sheet.write_datetime_with_format(row, column, at, &format)?;
                }
                Cell::Text(text) | Cell::Phone(text) if !text.is_empty() => {
                    sheet.write_string(row, column, text)?;
                }
                _ => {}
            }
        }
    }
    book.save(to)?;
    Ok(())
}

fn bare_csv(cells: &[Vec<Cell>]) -> Outcome<usize> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in cells {
        writer.write_record(row.iter().map(Cell::text))?;
    }
    Ok(writer.into_inner()?.len())
}

/// The columns of the file as they lie in the tables, without a name for where a dossier
/// stands and without local time.
const COLUMNS: &str = "SELECT d.code, p.code, d.applicant_name, d.applicant_kind, d.id_number, \
     d.phone, d.email, d.address, d.channel, d.received_at, d.due_at, d.ended_at, d.returned_at, \
     d.status, d.outcome, COALESCE(a.name, d.officer), d.note, d.original_due_at, d.wait_from, \
     d.external_code, p.name, d.lapse_at FROM dossier d \
     JOIN procedure_version p ON p.id = d.procedure_version_id \
     LEFT JOIN account a ON a.id = d.assigned_to ORDER BY d.id";

/// How many rows there were, and how many bytes of them.
async fn read_csv(connection: &mut SqliteConnection) -> Outcome<(usize, usize)> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = 0;
    let mut rows = sqlx::query(COLUMNS).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        for column in 0..row.len() {
            let text: Option<&str> = row.try_get_unchecked(column)?;
            writer.write_field(text.unwrap_or_default())?;
        }
        writer.write_record(None::<&[u8]>)?;
        written += 1;
    }
    Ok((written, writer.into_inner()?.len()))
}

/// How much a side does a second: the same work again and again until its turn is over.
#[allow(clippy::cast_precision_loss)]
async fn turn(mut work: impl AsyncFnMut() -> Outcome<usize>) -> Outcome<f64> {
    let (started, mut done) = (Instant::now(), 0);
    while started.elapsed() < TURN {
        done += work().await?;
    }
    Ok(done as f64 / started.elapsed().as_secs_f64())
}
