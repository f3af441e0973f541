//! Letters against the bare typst compile of the same page; the register's files
//! against the writing library alone on the same cells.
use std::{path::Path, time::Instant};

use futures_util::TryStreamExt as _;
use motcua::{
    app::App,
    documents::{letter, sheet::Cell},
    domain::paper::PaperKind,
    papers::{self, Wanted},
    reports::{
        register::{Chosen, For, Reading},
        register_file::{self, Text},
    },
    store::{
        apologies::{self, Which},
        dossiers,
        register::Filter,
    },
};
use rust_xlsxwriter::{Format, Workbook};
use sqlx::{Row as _, SqliteConnection};

use crate::{Outcome, ROUNDS, TURN, bare, figures::Figures};

/// So many letters, again and again.
const LETTERS: usize = 60;

pub async fn letters(app: &App) -> Outcome<()> {
    let agency = app.home_agency().await?;
    let since = app.clock.now() - chrono::TimeDelta::days(400);
    let (cases, _) =
        apologies::cases(app.store.read(), agency, Which::Signed { since }, 1_000).await?;
    let mut rows = Vec::new();
    let mut words = Vec::new();
    for case in cases.iter().take(LETTERS) {
        let dossier = dossiers::by_code(app.store.read(), agency, &case.code).await?;
        words.push(papers::letter(app, &dossier, PaperKind::Apology).await?);
        rows.push(dossier);
    }
    if rows.len() < LETTERS {
        return Err(format!("{} signed letters in the file", rows.len()).into());
    }
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        let printed = turn(async || {
            for dossier in &rows {
                let wanted = Wanted::pdf(PaperKind::Apology);
                let pdf = papers::print(app, dossier, wanted, "bench").await?;
                if !pdf.starts_with(b"%PDF-") {
                    return Err("no PDF".into());
                }
            }
            Ok(rows.len())
        });
        figures.program.push(Box::pin(printed).await?);
        let compiled = turn(async || {
            for words in &words {
                letter::pdf(words)?;
            }
            Ok(words.len())
        });
        figures.bare.push(compiled.await?);
    }
    figures.print("letters a second: printed and kept ÷ typst's compile of the same page (documents::letter::pdf)");
    let started = Instant::now();
    let many: Vec<_> = words.iter().cycle().take(1_000).cloned().collect();
    let pdf = letter::batch(&many)?;
    println!(
        "1 000 letters in one file: {:.1} s, {} kB",
        started.elapsed().as_secs_f64(),
        pdf.len() / 1024
    );
    Ok(())
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
    let (mut xlsx, mut csv, mut read) = <(Figures, Figures, Figures)>::default();
    for _ in 0..ROUNDS {
        let written = turn(async || {
            let to = folder.path().join("a.xlsx");
            let (all, filter) = (Chosen::all(), filter.clone());
            register_file::xlsx(app, filter, &all, For::People, &to, |_| ()).await?;
            Ok(cells.len())
        });
        xlsx.program.push(Box::pin(written).await?);
        let alone = turn(async || {
            bare_xlsx(&cells, &folder.path().join("b.xlsx"))?;
            Ok(cells.len())
        });
        xlsx.bare.push(alone.await?);
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
