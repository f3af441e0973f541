//! Table II.06a of a quarter and the Office's dashboard, while the register grows behind
//! them: time against the bare aggregate on the same file, and how it grows. The quarter's
//! dossiers stay the same; what is added ended in earlier years.
//!
//! The goal is of the quarter that runs, which both sides count alike. Of a closed one the
//! program does more: it opens the text that was kept (a megabyte), checks its seal and
//! compares each dossier with what it would be today.
use std::time::Instant;

use chrono::SecondsFormat;
use motcua::{
    domain::{
        period::Period,
        time::{day_end, day_start},
    },
    reports::{
        cut::Cut,
        processing::{self, By},
    },
};
use sqlx::Row;

use crate::{Outcome, figures::median, growth::Register, pages::open};

/// The one that runs, and one that was closed.
const QUARTERS: [&str; 2] = ["2021-Q4", "2021-Q3"];
const TURNS: usize = 6;
/// Each side so often in a row: one that follows another works on cold memory, and neither
/// is to have the warm place alone.
const ROUNDS: usize = 5;

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

/// Each quarter over each register: the bare side, the table and the dashboard by turns.
pub async fn run(registers: &mut [Register]) -> Outcome<()> {
    println!(
        "\ntable II.06a and dashboard of a quarter, medians of {}, by turns; bare: AGGREGATE of tests/bench/quarter.rs; {} was closed\n{:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>8} {:>8}",
        TURNS * ROUNDS,
        QUARTERS[1],
        "register",
        "quarter",
        "dossiers",
        "bare ms",
        "table ms",
        "page ms",
        "table÷",
        "page÷"
    );
    for quarter in QUARTERS {
        let mut times = vec![Times::default(); registers.len()];
        for _ in 0..TURNS {
            for (register, times) in registers.iter_mut().zip(&mut times) {
                measure(register, quarter, times).await?;
            }
        }
        for (register, times) in registers.iter().zip(&times) {
            let [bare, table, page] =
                [&times.bare, &times.table, &times.page].map(|times| median(times));
            println!(
                "{:>10} {quarter:>10} {:>10} {bare:>10.1} {table:>10.1} {page:>10.1} {:>8.2} {:>8.1}",
                register.dossiers,
                times.counted,
                table / bare,
                page / bare
            );
        }
    }
    Ok(())
}

/// Milliseconds, round by round, and how many dossiers each counted.
#[derive(Default, Clone)]
struct Times {
    bare: Vec<f64>,
    table: Vec<f64>,
    page: Vec<f64>,
    counted: u64,
}

/// One turn of one register.
async fn measure(register: &mut Register, quarter: &str, times: &mut Times) -> Outcome<()> {
    let app = &register.app;
    let period = Period::parse(quarter, app.settings.figures.period_start_day)?;
    let (from, end) = (day_start(period.from), day_end(period.to));
    let seen = end.min(app.clock.now());
    let mut rows = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        rows = sqlx::query(AGGREGATE)
            .bind(from.to_rfc3339())
            .bind(end.to_rfc3339())
            .bind(seen.to_rfc3339_opts(SecondsFormat::Secs, false))
            .fetch_all(&mut register.bare)
            .await?;
        times.bare.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let mut report = None;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let built = processing::build(app, 1, period, By::Field, &Cut::default()).await?;
        times.table.push(start.elapsed().as_secs_f64() * 1000.0);
        report = Some(built);
    }
    let path = format!("/bao-cao?ky={quarter}");
    for _ in 0..ROUNDS {
        let start = Instant::now();
        open(&register.router, &register.cookie, &path).await?;
        times.page.push(start.elapsed().as_secs_f64() * 1000.0);
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
    Ok(())
}
