//! Table II.06a of a quarter and the Office's dashboard, while the register grows behind
//! them: time against the bare aggregate on the same file, and how it grows. The quarter's
//! dossiers stay the same; what is added ended in earlier years.
//!
//! The goal is of the quarter that runs, which both sides count alike. Of a closed one the
//! program does more: it opens the text that was kept (a megabyte), checks its seal and
//! compares each dossier with what it would be today.
use std::{path::Path, time::Instant};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request},
};
use chrono::SecondsFormat;
use motcua::{
    app::App,
    domain::{
        period::Period,
        time::{day_end, day_start},
    },
    reports::{
        cut::Cut,
        processing::{self, By},
    },
    store::Store,
};
use sqlx::{Row, SqliteConnection};

use tower::ServiceExt;

use crate::{
    DOSSIERS, Outcome, bare,
    figures::median,
    growth,
    pages::{self, open},
};

/// The one that runs, and one that was closed.
const QUARTERS: [&str; 2] = ["2021-Q4", "2021-Q3"];
const ROUNDS: usize = 7;

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

/// The register at so many dossiers, one after another.
pub async fn run(app: &App, file: &Path, sizes: &[usize]) -> Outcome<()> {
    println!(
        "\ntable II.06a and dashboard of a quarter, medians of {ROUNDS}; bare: AGGREGATE of tests/bench/quarter.rs; {} was closed\n{:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>8} {:>8}",
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
    let mut connection = bare::connect(file).await?;
    let code: String =
        sqlx::query_scalar("SELECT code FROM dossier WHERE ended_at IS NULL LIMIT 1")
            .fetch_one(&mut connection)
            .await?;
    let mut pages = pages::of_the_day(&code);
    let mut copies = 1;
    for size in sizes {
        growth::of_file(&mut connection, &mut copies, size / DOSSIERS).await?;
        // As after a night: with lines that know how the tables are filled by now.
        let store = Store::open(&app.settings.database.url).await?;
        let app = App::over(store, (*app.settings).clone(), app.clock);
        let router = motcua::cli::serve::router(app.clone());
        let cookie = sign_in(&router).await?;
        for quarter in QUARTERS {
            measure(&app, &router, &cookie, &mut connection, quarter).await?;
        }
        for page in &mut pages {
            page.measure(&router, &cookie).await?;
        }
    }
    println!("\npages of the day at those sizes, ms, and the last ÷ the first");
    for page in &pages {
        page.print();
    }
    Ok(())
}

async fn measure(
    app: &App,
    router: &Router,
    cookie: &HeaderValue,
    connection: &mut SqliteConnection,
    quarter: &str,
) -> Outcome<()> {
    let period = Period::parse(quarter, app.settings.figures.period_start_day)?;
    let (from, end) = (day_start(period.from), day_end(period.to));
    let seen = end.min(app.clock.now());
    let (mut bare, mut table, mut page) = (Vec::new(), Vec::new(), Vec::new());
    let mut counted = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let rows = sqlx::query(AGGREGATE)
            .bind(from.to_rfc3339())
            .bind(end.to_rfc3339())
            .bind(seen.to_rfc3339_opts(SecondsFormat::Secs, false))
            .fetch_all(&mut *connection)
            .await?;
        bare.push(start.elapsed().as_secs_f64() * 1000.0);
        let start = Instant::now();
        let report = processing::build(app, 1, period, By::Field, &Cut::default()).await?;
        table.push(start.elapsed().as_secs_f64() * 1000.0);
        let start = Instant::now();
        open(router, cookie, &format!("/bao-cao?ky={quarter}")).await?;
        page.push(start.elapsed().as_secs_f64() * 1000.0);
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
        counted = total.received.total;
    }
    let all: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM dossier")
        .fetch_one(&mut *connection)
        .await?;
    let (bare, table, page) = (median(&bare), median(&table), median(&page));
    println!(
        "{all:>10} {quarter:>10} {counted:>10} {bare:>10.1} {table:>10.1} {page:>10.1} {:>8.2} {:>8.1}",
        table / bare,
        page / bare
    );
    Ok(())
}

/// The cookie of the demo's office.
pub async fn sign_in(router: &Router) -> Outcome<HeaderValue> {
    let form = format!("username=office&password={}&ve=", motcua::demo::PASSWORD);
    let ask = Request::post("/dang-nhap")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))?;
    let answer = router.clone().oneshot(ask).await?;
    Ok(answer
        .headers()
        .get("set-cookie")
        .ok_or("no cookie")?
        .clone())
}
