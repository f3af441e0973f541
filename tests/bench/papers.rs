//! Letters against the bare typst compile of the same page; the register's files
//! against the writing library alone on the same cells.
use std::time::Instant;

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

use crate::{Outcome, figures::Figures};

/// Letters a side makes in a round.
const LETTERS: usize = 60;
const ROUNDS: usize = 3;

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
        let started = Instant::now();
        for dossier in &rows {
            let pdf = papers::print(app, dossier, Wanted::pdf(PaperKind::Apology), "bench").await?;
            if !pdf.starts_with(b"%PDF-") {
                return Err("no PDF".into());
            }
        }
        figures.program.push(rate(rows.len(), started));
        let started = Instant::now();
        for words in &words {
            letter::pdf(words)?;
        }
        figures.bare.push(rate(words.len(), started));
    }
    figures.print("letters a second: printed and kept ÷ typst's compile of the same page");
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

pub async fn files(app: &App) -> Outcome<()> {
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
    let (mut xlsx, mut csv) = (Figures::default(), Figures::default());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        register_file::xlsx(
            app,
            filter.clone(),
            &Chosen::all(),
            For::People,
            &folder.path().join("a.xlsx"),
            |_| (),
        )
        .await?;
        xlsx.program.push(rate(cells.len(), started));
        let started = Instant::now();
        bare_xlsx(&cells, &folder.path().join("b.xlsx"))?;
        xlsx.bare.push(rate(cells.len(), started));
        let (started, mut length) = (Instant::now(), 0);
        let all = Chosen::all();
        register_file::text(
            app,
            filter.clone(),
            &all,
            Text::Csv,
            For::Machine,
            |piece, _| {
                length += piece.len();
                std::future::ready(true)
            },
        )
        .await?;
        csv.program.push(rate(cells.len(), started));
        let started = Instant::now();
        let bare = bare_csv(&cells)?;
        csv.bare.push(rate(cells.len(), started));
        if bare.abs_diff(length) > 1_000 {
            return Err(format!("the sides wrote {length} and {bare} bytes").into());
        }
    }
    xlsx.print("register to XLSX, dossiers a second ÷ rust_xlsxwriter alone on the same cells");
    csv.print("register to CSV, dossiers a second ÷ csv alone on the same cells");
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

#[allow(clippy::cast_precision_loss)]
fn rate(count: usize, started: Instant) -> f64 {
    count as f64 / started.elapsed().as_secs_f64()
}
