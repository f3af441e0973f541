//! The day's mix for as long as is asked: look-ups 60 %, lists and searches 20 %, intakes
//! and acts 15 %, reports 5 %, by a few clients that think between two requests. Printed
//! are requests, errors, waiting times and the memory of the program, which runs as the
//! office runs it, in a process of its own; it fails on an error, and when the memory of
//! the last quarter has grown by a quarter over that of the second. How much the program
//! can do is printed of half a minute in which the clients do not think.
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    client::{Client, get, post},
    intake,
    postgres::Postgres,
    program,
};

/// `motcua serve` over the year's file; ended when it is dropped.
struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    fn start(folder: &Path, url: &str) -> Outcome<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
            .arg("serve")
            .current_dir(folder)
            .env("MOTCUA_DATABASE_URL", url)
            .env("MOTCUA_LISTEN", "127.0.0.1:0")
            // On PostgreSQL too what the year was sealed by.
            .env("MOTCUA__SECURITY__KEY_FILE", folder.join("demo.db.key"))
            // The look-up's limit is for people who guess codes.
            .env("MOTCUA__LOOKUP__PER_MINUTE", u32::MAX.to_string())
            .env("MOTCUA__SECURITY__SECOND_FACTOR", "none")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or("no output")?;
        let line = BufReader::new(said)
            .lines()
            .next()
            .ok_or("it said nothing")??;
        let address = line.split("http://").nth(1).ok_or("no address")?;
        Ok(Self {
            address: address.trim().parse()?,
            child,
        })
    }

    /// What it holds in memory, in MB.
    fn resident(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes: u64 = line
            .and_then(|line| line.split_whitespace().next())
            .ok_or("no VmRSS")?
            .parse()?;
        Ok(kilobytes / 1024)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The cookie of the demo's office.
async fn sign_in(address: SocketAddr) -> Outcome<String> {
    let mut line = Client::connect(address).await?;
    let form = format!("username=office&password={}&ve=", motcua::demo::PASSWORD);
    let request = format!(
        "POST /dang-nhap HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len()
    );
    let (status, _) = line.ask(request.as_bytes()).await?;
    let cookie = line.cookie();
    cookie.ok_or_else(|| format!("status {status} and no cookie").into())
}

const CLIENTS: usize = 6;
/// Between an answer and the next request of a client.
const THINKS: Duration = Duration::from_millis(120);
/// How long the clients do not think.
const BUSY: Duration = Duration::from_secs(30);
/// How long nobody asks before the memory at rest is read.
const REST: Duration = Duration::from_secs(90);
/// How often the figures are printed.
const SPANS: u32 = 12;

/// What the program may keep in memory after the load, in MB.
const MOST: u64 = 90;
/// What is asked.
const KINDS: [&str; 5] = ["look-up", "list", "search", "intake and act", "report"];

/// Of how many a share of so many percent are at least as quick, in milliseconds.
fn at(waited: &[Duration], share: usize) -> f64 {
    let place = waited.len().saturating_sub(1) * share / 100;
    waited
        .get(place)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// The day's mix for so many minutes on the file of that folder, or on a server that holds
/// the same.
pub async fn run(
    folder: &Path,
    postgres: Option<&Postgres>,
    codes: &[String],
    minutes: u64,
) -> Outcome<()> {
    let url = postgres.map_or_else(|| "sqlite://demo.db?mode=rw".to_owned(), Postgres::url);
    let served = Served::start(folder, &url)?;
    let address = served.address;
    let cookie = sign_in(address).await?;
    println!("before: {} MB", served.resident()?);
    println!(
        "load of {minutes} minutes by {CLIENTS} clients\n{:>8} {:>10} {:>8} {:>8} {:>8} {:>8}",
        "minute", "requests", "p50 ms", "p95 ms", "p99 ms", "MB"
    );
    let span = Duration::from_secs(minutes * 60) / SPANS;
    let (mut memory, mut errors) = (Vec::new(), Vec::new());
    let mut all: [Vec<Duration>; KINDS.len()] = Default::default();
    for part in 1..=SPANS {
        let (answered, refused) = crowd(address, codes, &cookie, span, THINKS).await?;
        errors.extend(refused);
        let mut waited = Vec::new();
        for (kind, time) in answered {
            all[kind].push(time);
            waited.push(time);
        }
        waited.sort_unstable();
        memory.push(served.resident()?);
        println!(
            "{:>8.1} {:>10} {:>8.1} {:>8.1} {:>8.1} {:>8}",
            (span * part).as_secs_f64() / 60.0,
            waited.len(),
            at(&waited, 50),
            at(&waited, 95),
            at(&waited, 99),
            memory[memory.len() - 1]
        );
    }
    let asked: usize = all.iter().map(Vec::len).sum();
    println!(
        "{:.1} requests a second, {} failed",
        f64::from(u32::try_from(asked)?) / (span * SPANS).as_secs_f64(),
        errors.len()
    );
    for (kind, waited) in KINDS.iter().zip(&mut all) {
        waited.sort_unstable();
        println!(
            "{kind:>14} {:>8} {:>8.1} {:>8.1} {:>8.1}",
            waited.len(),
            at(waited, 50),
            at(waited, 95),
            at(waited, 99)
        );
    }
    let (answered, refused) = crowd(address, codes, &cookie, BUSY, Duration::ZERO).await?;
    errors.extend(refused);
    println!(
        "without thinking: {:.0} requests a second",
        f64::from(u32::try_from(answered.len())?) / BUSY.as_secs_f64()
    );
    if let Some(first) = errors.first() {
        return Err(format!("{} failed, the first: {first}", errors.len()).into());
    }
    let quarter = memory.len() / 4;
    let most = |part: &[u64]| part.iter().max().copied().unwrap_or_default();
    let (second, last) = (
        most(&memory[quarter..2 * quarter]),
        most(&memory[3 * quarter..]),
    );
    println!("memory: {second} MB in the second quarter, {last} MB in the last");
    tokio::time::sleep(REST).await;
    let rest = served.resident()?;
    println!("at rest: {rest} MB, at most {MOST}");
    if last * 4 > second * 5 {
        return Err("memory grows".into());
    }
    if rest > MOST {
        return Err("too much memory is kept".into());
    }
    Ok(())
}

/// What was answered, of which kind and how late; and what was not.
type Heard = (Vec<(usize, Duration)>, Vec<String>);

/// All clients for so long.
async fn crowd(
    address: SocketAddr,
    codes: &[String],
    cookie: &str,
    span: Duration,
    thinks: Duration,
) -> Outcome<Heard> {
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (codes, cookie) = (codes.to_vec(), cookie.to_owned());
            tokio::spawn(work(address, codes, cookie, client, span, thinks))
        })
        .collect();
    let mut all = Heard::default();
    for client in clients {
        let (answered, refused) = client.await??;
        all.0.extend(answered);
        all.1.extend(refused);
    }
    Ok(all)
}

/// One client's share of a span.
async fn work(
    address: SocketAddr,
    codes: Vec<String>,
    cookie: String,
    client: usize,
    span: Duration,
    thinks: Duration,
) -> Outcome<Heard> {
    let mut line = Client::connect(address).await?;
    let body = program::intake();
    let (started, mut heard) = (Instant::now(), Heard::default());
    let mut turn = client * 7;
    while started.elapsed() < span {
        turn += 1;
        let code = &codes[turn * 31 % codes.len()];
        let asked = Instant::now();
        match ask(&mut line, turn, code, &cookie, &body).await {
            Ok(kind) => heard.0.push((kind, asked.elapsed())),
            Err(error) => {
                heard.1.push(error.to_string());
                line = Client::connect(address).await?;
            }
        }
        tokio::time::sleep(thinks).await;
    }
    Ok(heard)
}

/// One request of the mix; of which kind it was.
async fn ask(
    line: &mut Client,
    turn: usize,
    code: &str,
    cookie: &str,
    body: &str,
) -> Outcome<usize> {
    match turn % 20 {
        0..12 => {
            expect(line, &get(&format!("/tra-cuu?code={code}"))).await?;
            Ok(0)
        }
        12 | 13 => {
            expect(line, &get("/api/v1/dossiers?limit=50")).await?;
            Ok(1)
        }
        14 | 15 => {
            expect(line, &get("/api/v1/dossiers?q=nguyen%20thi&limit=20")).await?;
            Ok(2)
        }
        16..19 => {
            let code = intake(line, body).await?;
            let act = r#"{"action":"appraise","expected_version":1}"#;
            let path = format!("/api/v1/dossiers/{code}/actions");
            let key = motcua::secret::new();
            expect(line, &post(&path, &key, act)).await?;
            Ok(3)
        }
        _ => {
            let report = format!(
                "GET /bao-cao?ky=2021-11 HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n"
            );
            expect(line, report.as_bytes()).await?;
            Ok(4)
        }
    }
}

async fn expect(line: &mut Client, request: &[u8]) -> Outcome<()> {
    let (status, body) = line.ask(request).await?;
    if status == 200 {
        return Ok(());
    }
    let (asked, said) = (
        String::from_utf8_lossy(request),
        String::from_utf8_lossy(body),
    );
    Err(format!("status {status} for {asked}: {said}").into())
}
