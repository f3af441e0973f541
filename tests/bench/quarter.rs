//! Table II.06a of a quarter and the Office's dashboard, while the register grows behind
//! them: time against the bare aggregate on the same file, and how it grows. The quarter's
//! dossiers stay the same; what is added ended in earlier years.
//!
//! Of a closed quarter the program also opens the text that was kept (a megabyte), hashes it
//! for its seal and for the chain, and compares each dossier with what it would be today; the
//! bare side reads, hashes and parses the same text once.
use std::{hint::black_box, time::Instant};

use chrono::SecondsFormat;
use motcua::{
    app::App,
    domain::{
        frozen::Line,
        period::Period,
        time::{day_end, day_start},
    },
    reports::{
        cut::Cut,
        processing::{self, By},
    },
};
use sha2::{Digest as _, Sha256};
use sqlx::{Row, SqliteConnection};

use crate::{Outcome, ROUNDS, TURN, figures::median, growth::Register, pages::open};

/// The one that runs, and one that was closed.
const QUARTERS: [&str; 2] = ["2021-Q4", "2021-Q3"];
/// Each side so often in a row: one that follows another works on cold memory, and neither
/// is to have the warm place alone. A round is many such turns.
const IN_A_ROW: usize = 5;

/// The counts that the table shows, as one aggregate: each dossier with the promise and the
/// wait of the period's last moment, looked for once, told apart as the table tells them;
/// from ?1, before ?2, as seen at ?3.
const AGGREGATE: &str = "WITH history AS MATERIALIZED ( \
       SELECT p.field, d.received_at, d.channel, d.ended_at, d.by_moment, d.outcome, \
         (SELECT c.original_due_at FROM due_change c WHERE c.dossier_id = d.id AND c.set_at < ?2 \
          ORDER BY c.set_at DESC, c.id DESC LIMIT 1) AS due, \
         (SELECT w.from_at FROM wait w WHERE w.dossier_id = d.id AND w.from_at < ?2 AND (w.to_at IS NULL OR w.to_at >= ?2) \
          ORDER BY w.from_at DESC, w.id DESC LIMIT 1) AS waited \
       FROM dossier d JOIN procedure_version p ON p.id = d.procedure_version_id WHERE d.id IN ( \
         SELECT id FROM dossier WHERE agency_id = 1 AND received_at >= ?1 AND received_at < ?2 \
           AND (ended_at IS NULL OR ended_at >= ?1) \
         UNION ALL SELECT id FROM dossier WHERE agency_id = 1 AND ended_at >= ?1 AND +received_at < ?1 \
         UNION ALL SELECT id FROM dossier WHERE agency_id = 1 AND ended_at IS NULL AND +received_at < ?1) \
       AND (d.rejected_at IS NULL OR d.rejected_at >= ?2)), \
     facts AS MATERIALIZED ( \
       SELECT *, COALESCE(waited, ended_at) AS judged, ended_at IS NOT NULL AND ended_at < ?2 AS ended, \
         CASE WHEN by_moment THEN due ELSE strftime('%Y-%m-%dT17:00:00+00:00', due, '+7 hours', 'start of day') END AS lapse, \
         strftime('%Y-%m-%dT17:00:00+00:00', due, '+7 hours', 'start of day', '-1 day') AS day FROM history) \
     SELECT field, COUNT(*) AS received, SUM(received_at >= ?1 AND channel = 'online') AS online, \
     SUM(received_at >= ?1 AND channel <> 'online') AS direct, SUM(received_at < ?1) AS carried, \
     SUM(ended) AS processed, \
     SUM(ended AND due IS NOT NULL AND judged < lapse AND (judged < day OR by_moment)) AS early, \
     SUM(ended AND due IS NOT NULL AND judged < lapse AND judged >= day AND NOT by_moment) AS on_time, \
     SUM(ended AND due IS NOT NULL AND judged >= lapse) AS late, SUM(ended AND due IS NULL) AS undated, \
     SUM(NOT ended) AS pending, \
     SUM(NOT ended AND due IS NOT NULL AND COALESCE(waited, ?3) >= lapse) AS overdue, \
     SUM(NOT ended AND waited IS NOT NULL) AS waiting, SUM(ended AND outcome = 'withdrawn') AS withdrawn, \
     SUM(ended AND outcome = 'stopped') AS stopped, SUM(ended AND outcome = 'refused') AS refused \
     FROM facts GROUP BY field ORDER BY field";

/// Each quarter over each register and a bare connection to it: rounds in which the registers
/// are asked by turns, each of which is one of the bare side and one of the table; the
/// dashboard, which has no other side, once in a round.
pub async fn run(registers: &[Register], all_bare: &mut [SqliteConnection]) -> Outcome<()> {
    println!(
        "\ntable II.06a and dashboard of a quarter, ms, medians; rounds of {} s a side, by turns; bare: AGGREGATE of tests/bench/quarter.rs; {} was closed\n{:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>8}",
        TURN.as_secs(),
        QUARTERS[1],
        "register",
        "quarter",
        "dossiers",
        "",
        "bare",
        "table",
        "dashboard",
        "table÷"
    );
    for quarter in QUARTERS {
        let mut rounds = vec![<[Vec<f64>; 3]>::default(); registers.len()];
        let mut counted = Vec::new();
        for number in 1..=ROUNDS {
            let name = format!("round {number}");
            let all = round(registers, all_bare, quarter).await?;
            counted = all.iter().map(|times| times.counted).collect();
            for ((register, times), rounds) in registers.iter().zip(all).zip(&mut rounds) {
                let counted = times.counted;
                let medians = [times.bare, times.table, times.page].map(|times| median(&times));
                for (rounds, median) in rounds.iter_mut().zip(medians) {
                    rounds.push(median);
                }
                line(register, quarter, counted, &name, medians);
            }
        }
        let mut growth = Vec::new();
        for ((register, rounds), counted) in registers.iter().zip(&rounds).zip(counted) {
            let medians = rounds.each_ref().map(|rounds| median(rounds));
            line(register, quarter, counted, "median", medians);
            growth.push(medians[1]);
        }
        println!(
            "{quarter}: the table of the last ÷ of the first register {:.2}",
            growth[growth.len() - 1] / growth[0]
        );
    }
    Ok(())
}

fn line(register: &Register, quarter: &str, counted: u64, name: &str, medians: [f64; 3]) {
    let [bare, table, page] = medians;
    println!(
        "{:>10} {quarter:>10} {counted:>10} {name:>10} {bare:>10.1} {table:>10.1} {page:>10.1} {:>8.2}",
        register.dossiers,
        table / bare
    );
}

/// Milliseconds, one by one, and how many dossiers each counted.
#[derive(Default)]
struct Times {
    bare: Vec<f64>,
    table: Vec<f64>,
    page: Vec<f64>,
    counted: u64,
}

impl Times {
    /// Whether each side had its time.
    fn enough(&self) -> bool {
        let spent = |times: &[f64]| times.iter().sum::<f64>();
        spent(&self.bare).min(spent(&self.table)) >= TURN.as_secs_f64() * 1000.0
    }
}

/// The registers' turns, until each side of each had its time.
async fn round(
    registers: &[Register],
    all_bare: &mut [SqliteConnection],
    quarter: &str,
) -> Outcome<Vec<Times>> {
    let mut all: Vec<Times> = registers.iter().map(|_| Times::default()).collect();
    for turn in 0.. {
        if all.iter().all(Times::enough) {
            break;
        }
        for place in 0..registers.len() {
            // There and back, so that none always follows the same.
            let place = if turn % 2 == 0 {
                place
            } else {
                registers.len() - 1 - place
            };
            if all[place].enough() {
                continue;
            }
            let (app, bare) = (&registers[place].app, &mut all_bare[place]);
            Box::pin(measure(app, bare, quarter, &mut all[place])).await?;
        }
    }
    let path = format!("/bao-cao?ky={quarter}");
    for _ in 0..IN_A_ROW {
        for (register, times) in registers.iter().zip(&mut all) {
            let start = Instant::now();
            open(&register.router, &register.cookie, &path).await?;
            times.page.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(all)
}

/// One turn of each side.
async fn measure(
    app: &App,
    bare: &mut SqliteConnection,
    quarter: &str,
    times: &mut Times,
) -> Outcome<()> {
    let period = Period::parse(quarter, app.settings.figures.period_start_day)?;
    let (from, end) = (day_start(period.from), day_end(period.to));
    let seen = end.min(app.clock.now());
    let (mut rows, mut kept) = (Vec::new(), None);
    for _ in 0..IN_A_ROW {
        let start = Instant::now();
        rows = sqlx::query(AGGREGATE)
            .bind(from.to_rfc3339())
            .bind(end.to_rfc3339())
            .bind(seen.to_rfc3339_opts(SecondsFormat::Secs, false))
            .fetch_all(&mut *bare)
            .await?;
        kept = lines(bare, period).await?;
        times.bare.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let mut report = None;
    for _ in 0..IN_A_ROW {
        let start = Instant::now();
        let built = processing::build(app, 1, period, By::Field, &Cut::default()).await?;
        times.table.push(start.elapsed().as_secs_f64() * 1000.0);
        report = Some(built);
    }
    let report = report.ok_or("no round")?;
    // Both sides counted the same, or the times say nothing.
    let total = report.total;
    let columns = [
        ("received", total.received.total),
        ("online", total.received.online),
        ("direct", total.received.direct),
        ("carried", total.received.carried_over),
        ("processed", total.processed.total),
        ("early", total.processed.early),
        ("on_time", total.processed.on_time),
        ("late", total.processed.late),
        ("undated", total.processed.undated),
        ("pending", total.pending.total),
        ("overdue", total.pending.overdue),
        ("waiting", report.notes.waiting),
        ("withdrawn", report.notes.withdrawn),
        ("stopped", report.notes.stopped),
        ("refused", report.notes.refused),
    ];
    for (name, table) in columns {
        let bare: i64 = rows.iter().map(|row| row.get::<i64, _>(name)).sum();
        if u64::try_from(bare)? != table {
            return Err(format!("{name}: bare counts {bare}, the table {table}").into());
        }
    }
    times.counted = total.received.total;
    if kept.is_some_and(|kept| kept as u64 != times.counted)
        || kept.is_some() != report.closed.is_some()
    {
        return Err(format!("bare read {kept:?} kept lines").into());
    }
    Ok(())
}

/// How many lines were kept of the period, if it is closed.
async fn lines(bare: &mut SqliteConnection, period: Period) -> Outcome<Option<usize>> {
    let body: Option<String> = sqlx::query_scalar(
        "SELECT body FROM closed_period WHERE agency_id = 1 AND from_day = ?1 AND to_day = ?2",
    )
    .bind(period.from.to_string())
    .bind(period.to.to_string())
    .fetch_optional(bare)
    .await?;
    let Some(body) = body else { return Ok(None) };
    black_box(Sha256::digest(&body));
    let lines: Vec<Line> =
        (body.lines().skip(1).map(serde_json::from_str)).collect::<Result<_, _>>()?;
    Ok(Some(black_box(lines).len()))
}
