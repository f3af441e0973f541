//! How much slower is motcua than the same work with axum and sqlx alone?
//!
//! Both sides run on this machine over one file with 10 000 dossiers,
//! take turns, and are asked by one and the same client:
//!
//! - look-ups: the citizen's page against a handler that reads the same row by one
//!   prepared query and answers the same bytes (a dossier over JSON is no look-up: it is
//!   read by staff, who leave a trace of it);
//! - intakes: the program over HTTP against plain sqlx on one open connection
//!   that writes the same rows, each time in one durable transaction; beside the program's
//!   turns runs its sealer, as it does under `motcua serve`: it has that much more to do;
//! - communes: intakes on PostgreSQL by sixteen clients against pgbench with the
//!   same statements;
//! - letters and receipts against the bare typst compile, the register's files against the
//!   libraries that write them, and what they hold in memory of a register of any age;
//! - the quarter's table against the bare aggregate, and the pages of the day, while the
//!   register grows.
//!
//! Every answer is checked; time is only printed. Parts are named on the command line:
//! `look-up`, `communes`, `intake`, `papers`, `reports`, `server` (the pages of the day on
//! PostgreSQL); all without one.
use std::{
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes};
use client::{Client, get, post_as};
use figures::{Figures, median};
use motcua::{app::App, upkeep::sealer};
use tokio::net::TcpListener;
use writer::{TABLES, Writer, checkpoint, contents};

mod bare;
mod client;
mod communes;
mod figures;
mod growth;
mod load;
mod pages;
mod papers;
mod postgres;
mod program;
mod quarter;
mod statements;
mod typeset;
mod writer;

/// Both sides get their memory as the program does when it is run (`src/main.rs`).
#[cfg(all(unix, not(target_env = "musl")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DOSSIERS: usize = 10_000;
const YEAR: i32 = 2021;
const ROUNDS: usize = 3;
/// How long each side works in a round.
const TURN: Duration = Duration::from_secs(10);
/// Connections that look up at once.
const READERS: usize = 8;

#[tokio::main]
async fn main() -> Outcome<()> {
    // As `motcua serve` logs: what is not written still costs its check.
    tracing_subscriber::fmt()
        .with_env_filter(motcua::config::Settings::load(None)?.log.filter)
        .with_writer(std::io::stderr)
        .init();
    // Beside the build: a memory disk would make every fsync free.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = folder.path().join("demo.db");
    let started = Instant::now();
    let app = Box::pin(program::open(folder.path())).await?;
    let codes = codes(&file).await?;
    if codes.len() != DOSSIERS {
        return Err(format!("{} dossiers in the file", codes.len()).into());
    }
    // One dossier more, which somebody looks for by a name that nobody else bears.
    program::take_in(&app, pages::RARE).await?;
    if let Ok(minutes) = std::env::var("MOTCUA_LOAD_MINUTES") {
        return Box::pin(load::over(folder.path(), codes, minutes.parse()?)).await;
    }
    let program = program::start(app.clone()).await?;
    println!(
        "motcua benchmark: {DOSSIERS} dossiers in the file (built in {:.0} s), {ROUNDS} rounds, {} s a turn",
        started.elapsed().as_secs_f64(),
        TURN.as_secs()
    );
    let wanted = wanted();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    // The registers begin with the year as it is, not with what the intakes add to it.
    checkpoint(&file).await?;
    let kept = |name: &str| -> Outcome<PathBuf> {
        let year = folder.path().join(name);
        std::fs::copy(&file, &year)?;
        std::fs::copy(file.with_extension("db.key"), year.with_extension("db.key"))?;
        Ok(year)
    };
    let (growing, moving) = (kept("year.db")?, kept("moved.db")?);
    if is_wanted("look-up") {
        let pages = Asked::all(program, &codes).await?;
        let bare = bare::start(&file, answers(&codes, &pages)).await?;
        look_up(program, bare, &codes, pages).await?;
    }
    // Before rows are written that only look like those of the program.
    if is_wanted("communes") {
        communes::run(&file).await?;
    }
    if is_wanted("intake") {
        Box::pin(intakes(program, &app, &file)).await?;
    }
    if is_wanted("papers") {
        Box::pin(papers::printed(&app, &file)).await?;
        Box::pin(papers::files(&app, &file)).await?;
    }
    let looked_for = pages::looked_for(&growing).await?;
    if is_wanted("reports") {
        let (registers, mut bare) = growth::side_by_side(&app, &growing, &sizes()).await?;
        Box::pin(quarter::run(&registers, &mut bare)).await?;
        pages::run(&registers, &looked_for).await?;
        papers::memory(&registers).await?;
    }
    if is_wanted("server") {
        let (_postgres, registers) = growth::on_server(&moving, &sizes()).await?;
        println!("\nthe same pages on PostgreSQL:");
        pages::run(&registers, &looked_for).await?;
    }
    Ok(())
}

/// The parts named on the command line; none means all.
fn wanted() -> Vec<String> {
    std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect()
}

/// How large the registers are that lie side by side, in dossiers; a little less come of it,
/// for what is open has no copies.
fn sizes() -> Vec<usize> {
    let asked = std::env::var("MOTCUA_BENCH_REGISTER").ok();
    let sizes = asked.map(|text| text.split(',').filter_map(|n| n.parse().ok()).collect());
    sizes.unwrap_or_else(|| vec![10_000, 112_000, 1_120_000])
}

/// Serves on a free port, as `motcua serve` does.
async fn serve(router: Router) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// Every code, in an order that has nothing to do with the file's.
async fn codes(file: &Path) -> Outcome<Vec<String>> {
    let mut connection = bare::connect(file).await?;
    Ok(
        sqlx::query_scalar("SELECT code FROM dossier ORDER BY receipt_hash")
            .fetch_all(&mut connection)
            .await?,
    )
}

/// A request and the bytes that answer it.
struct Asked {
    request: Vec<u8>,
    answer: Bytes,
}

impl Asked {
    /// Asks the program once for each code.
    async fn all(program: SocketAddr, codes: &[String]) -> Outcome<Arc<Vec<Self>>> {
        let mut client = Client::connect(program).await?;
        let mut all = Vec::with_capacity(codes.len());
        for code in codes {
            let request = get(&format!("/tra-cuu?code={code}"));
            let (status, body) = client.ask(&request).await?;
            if status != 200 || !body.windows(code.len()).any(|w| w == code.as_bytes()) {
                return Err(format!("{code}: status {status}").into());
            }
            let answer = Bytes::copy_from_slice(body);
            all.push(Self { request, answer });
        }
        Ok(Arc::new(all))
    }
}

fn answers(codes: &[String], asked: &[Asked]) -> bare::Answers {
    let answers = asked.iter().map(|asked| asked.answer.clone());
    Arc::new(codes.iter().cloned().zip(answers).collect())
}

/// Look-ups of both sides by turns, and of the bare side without asking its file: no ratio,
/// but what HTTP costs here.
async fn look_up(
    program: SocketAddr,
    bare: SocketAddr,
    codes: &[String],
    asked: Arc<Vec<Asked>>,
) -> Outcome<()> {
    let pairs = codes.iter().zip(asked.iter());
    let none = pairs.map(|(code, asked)| Asked {
        request: get(&format!("/none/{code}")),
        answer: asked.answer.clone(),
    });
    let none: Arc<Vec<Asked>> = Arc::new(none.collect());
    for (side, asked) in [(program, &asked), (bare, &asked), (bare, &none)] {
        look_ups(side, asked, TURN / 20).await?;
    }
    let (mut figures, mut without) = (Figures::default(), Vec::new());
    for _ in 0..ROUNDS {
        figures.program.push(look_ups(program, &asked, TURN).await?);
        figures.bare.push(look_ups(bare, &asked, TURN).await?);
        without.push(look_ups(bare, &none, TURN).await?);
    }
    figures.print(&format!(
        "look-up (GET /tra-cuu?code=…), {READERS} connections ÷ tests/bench/bare.rs"
    ));
    let rounds: Vec<String> = without.iter().map(|rate| format!("{rate:.0}")).collect();
    println!(
        "bare axum without a database, the same pages, {READERS} connections: {:.0} a second (rounds: {})",
        median(&without),
        rounds.join(", ")
    );
    Ok(())
}

/// Look-ups a second, each answer compared.
async fn look_ups(address: SocketAddr, asked: &Arc<Vec<Asked>>, turn: Duration) -> Outcome<f64> {
    let mut readers = Vec::with_capacity(READERS);
    let started = Instant::now();
    for reader in 0..READERS {
        let asked = asked.clone();
        readers.push(tokio::spawn(async move {
            let mut client = Client::connect(address).await?;
            let mut done = 0_u32;
            let mine = asked.iter().cycle().skip(reader * asked.len() / READERS);
            for asked in mine {
                if started.elapsed() >= turn {
                    break;
                }
                let (status, body) = client.ask(&asked.request).await?;
                if status != 200 || body != asked.answer {
                    let asked = String::from_utf8_lossy(&asked.request);
                    return Err(format!("status {status}, or other bytes, for {asked}").into());
                }
                done += 1;
            }
            Outcome::Ok(done)
        }));
    }
    let mut done = 0;
    for reader in readers {
        done += reader.await??;
    }
    Ok(f64::from(done) / started.elapsed().as_secs_f64())
}

/// Intakes of both sides by turns, then what they left in the file.
async fn intakes(program: SocketAddr, app: &App, file: &Path) -> Outcome<()> {
    let mut client = Client::connect(program).await?;
    let body = program::intake();
    let before = contents(file).await?;
    let code = intake(&mut client, &body).await?;
    let after = contents(file).await?;
    let changed: Vec<&str> = (after.iter().filter(|(table, now)| before[*table] != **now))
        .map(|(table, _)| table.as_str())
        .collect();
    if changed != TABLES {
        return Err(format!("one intake writes {changed:?}, the bare side {TABLES:?}").into());
    }
    let mut writer = Writer::open(file, &code).await?;
    writer.intake().await?;
    let bare = contents(file).await?;
    for table in bare.keys() {
        let added = |from: &(i64, String), to: &(i64, String)| (to.0 - from.0, to.1 != from.1);
        if added(&before[table], &after[table]) != added(&after[table], &bare[table]) {
            return Err(format!("the sides differ in {table}").into());
        }
    }
    let mut figures = Figures::default();
    let mut done = 0_u32;
    for _ in 0..ROUNDS {
        // What the other side wrote, and at first the whole year.
        sealer::run(app).await?;
        checkpoint(file).await?;
        let turn = async {
            let (started, mut count) = (Instant::now(), 0_u32);
            while started.elapsed() < TURN {
                intake(&mut client, &body).await?;
                count += 1;
            }
            Outcome::Ok((count, started.elapsed()))
        };
        let (count, took) = program::beside_the_sealer(app, turn).await?;
        (figures.program).push(f64::from(count) / took.as_secs_f64());
        done += count;
        // What the sealer had not come to is no work of the other side.
        sealer::run(app).await?;
        checkpoint(file).await?;
        let (started, mut count) = (Instant::now(), 0_u32);
        while started.elapsed() < TURN {
            writer.intake().await?;
            count += 1;
        }
        (figures.bare).push(f64::from(count) / started.elapsed().as_secs_f64());
        done += count;
    }
    let end = contents(file).await?;
    for table in TABLES.iter().filter(|table| **table != "dossier_counter") {
        let added = end[*table].0 - bare[*table].0;
        if added != i64::from(done) {
            return Err(format!("{done} intakes left {added} rows in {table}").into());
        }
    }
    figures.print("durable intakes (POST /api/v1/dossiers), one client ÷ tests/bench/writer.rs");
    println!(
        "the sealer runs beside the program's turns; what the bare side wrote is sealed between them"
    );
    let each = |rates: &[f64]| 1e6 / median(rates);
    println!(
        "one fsync {:.2} ms; motcua adds {:.0} µs to the bare {:.0} µs of an intake",
        fsync(file)?,
        each(&figures.program) - each(&figures.bare),
        each(&figures.bare)
    );
    Ok(())
}

/// Milliseconds until a page more of a file beside that one is on the disk.
fn fsync(beside: &Path) -> Outcome<f64> {
    let mut file = tempfile::tempfile_in(beside.parent().ok_or("no folder")?)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let started = Instant::now();
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}

/// One intake over HTTP; answers the code.
async fn intake(client: &mut Client, body: &str) -> Outcome<String> {
    intake_as(client, client::TOKEN, &motcua::secret::new(), body).await
}

/// The same of the one who holds another token, under a key of their choice.
async fn intake_as(client: &mut Client, token: &str, key: &str, body: &str) -> Outcome<String> {
    let request = post_as(token, "/api/v1/dossiers", key, body);
    let (status, answer) = client.ask(&request).await?;
    let answer: serde_json::Value = serde_json::from_slice(answer)?;
    match answer["code"].as_str() {
        Some(code) if status == 201 => Ok(code.to_owned()),
        _ => Err(format!("status {status}: {answer}").into()),
    }
}
