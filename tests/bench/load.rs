//! The day's mix for as long as is asked: of the requests look-ups of dossiers of all years
//! 60 %, the pages that staff open (desk, list, search, one dossier of the latest year, which
//! alone has its events) 20 %, intakes and acts by turns 15 %, reports 5 %, by a few clients
//! that think between two requests. Printed
//! are requests, errors, waiting times and the memory of the program, which runs as the
//! office runs it, in a process of its own; it fails on an error, and when the memory of
//! the last quarter has grown by a quarter over that of the second. How much the program
//! can do is printed of half a minute in which the clients do not think.
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    DOSSIERS, Outcome, bare,
    client::{Client, get, get_by, post},
    communes, growth, intake, pages, program, sizes,
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
const KINDS: [&str; 8] = [
    "look-up",
    "desk",
    "list",
    "search",
    "one dossier",
    "intake",
    "act",
    "report",
];
/// From one code to the next: far, so that the same pages of the file are not met again, and
/// prime, so that each code has its turn.
const STRIDE: usize = 104_729;

/// Of what the requests are made.
struct Mix {
    /// Of all years, for citizens.
    codes: Vec<String>,
    /// Of the latest, for staff.
    latest: Vec<String>,
    /// How many of them were taken, by all clients together.
    taken: AtomicUsize,
    /// Addresses of lists that were searched for.
    searches: Vec<String>,
    cookie: String,
}

impl Mix {
    fn next<'c>(&self, codes: &'c [String]) -> &'c str {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        &codes[taken * STRIDE % codes.len()]
    }
}

/// Of how many a share of so many percent are at least as quick, in milliseconds.
fn at(waited: &[Duration], share: usize) -> f64 {
    let place = waited.len().saturating_sub(1) * share / 100;
    waited
        .get(place)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// The year of that folder's file, whose codes these are, grows on the engine that is asked
/// for to as many dossiers; then the mix for so many minutes.
pub async fn over(folder: &Path, latest: Vec<String>, minutes: u64) -> Outcome<()> {
    let file = folder.join("demo.db");
    let years = sizes().first().map_or(1, |size| size / DOSSIERS);
    let looked_for = pages::looked_for(&file).await?;
    let on = std::env::var_os("MOTCUA_LOAD_ON");
    let (postgres, codes): (_, Vec<String>) = if on.is_some_and(|engine| engine == "postgres") {
        let (postgres, _) = Box::pin(communes::moved(&file)).await?;
        let seeding = Instant::now();
        let mut held = growth::Years::of_server(&postgres)?;
        growth::of_server(&postgres, &mut held, years)?;
        seeded(years, seeding);
        let codes = postgres.sql("SELECT code FROM dossier ORDER BY receipt_hash")?;
        (Some(postgres), codes.lines().map(str::to_owned).collect())
    } else {
        let mut connection = bare::connect(&file).await?;
        let mut held = growth::Years::of_file(&mut connection).await?;
        let seeding = Instant::now();
        growth::of_file(&mut connection, &mut held, years).await?;
        seeded(years, seeding);
        (None, crate::codes(&file).await?)
    };
    let url = match &postgres {
        Some(postgres) => postgres.url(),
        None => "sqlite://demo.db?mode=rw".to_owned(),
    };
    let served = Served::start(folder, &url)?;
    let cookie = sign_in(served.address).await?;
    let mut searches = Vec::new();
    for search in looked_for.searches() {
        searches.push(shown_at(served.address, &cookie, &search).await?);
    }
    let mix = Mix {
        codes,
        latest,
        taken: AtomicUsize::new(0),
        searches,
        cookie,
    };
    run(&served, &Arc::new(mix), minutes).await
}

fn seeded(years: usize, since: Instant) {
    let took = since.elapsed().as_secs_f64();
    println!("{years} years of {DOSSIERS} dossiers: grown in {took:.0} s");
}

/// Where a search is shown: its words stand in no address.
async fn shown_at(address: SocketAddr, cookie: &str, search: &str) -> Outcome<String> {
    let mut line = Client::connect(address).await?;
    let (status, _) = line.ask(&get_by(cookie, search)).await?;
    let to = line.header("location").map(str::to_owned);
    to.ok_or_else(|| format!("{search}: status {status}, and sent nowhere").into())
}

async fn run(served: &Served, mix: &Arc<Mix>, minutes: u64) -> Outcome<()> {
    let address = served.address;
    println!("before: {} MB", served.resident()?);
    println!(
        "load of {minutes} minutes by {CLIENTS} clients\n{:>8} {:>10} {:>8} {:>8} {:>8} {:>8}",
        "minute", "requests", "p50 ms", "p95 ms", "p99 ms", "MB"
    );
    let span = Duration::from_secs(minutes * 60) / SPANS;
    let (mut memory, mut errors) = (Vec::new(), Vec::new());
    let mut all: [Vec<Duration>; KINDS.len()] = Default::default();
    for part in 1..=SPANS {
        let (answered, refused) = crowd(address, mix, span, THINKS).await?;
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
    let (answered, refused) = crowd(address, mix, BUSY, Duration::ZERO).await?;
    errors.extend(refused);
    let mut waited: Vec<Duration> = answered.into_iter().map(|(_, time)| time).collect();
    waited.sort_unstable();
    println!(
        "without thinking: {:.0} requests a second, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
        f64::from(u32::try_from(waited.len())?) / BUSY.as_secs_f64(),
        at(&waited, 50),
        at(&waited, 95),
        at(&waited, 99)
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
    mix: &Arc<Mix>,
    span: Duration,
    thinks: Duration,
) -> Outcome<Heard> {
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(work(address, mix.clone(), client, span, thinks)))
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
    mix: Arc<Mix>,
    client: usize,
    span: Duration,
    thinks: Duration,
) -> Outcome<Heard> {
    let mut line = Client::connect(address).await?;
    let body = program::intake();
    let (started, mut heard) = (Instant::now(), Heard::default());
    let mut turn = client * 7;
    // The dossier that was taken in last, until it is acted upon.
    let mut fresh = None;
    while started.elapsed() < span {
        turn += 1;
        let asked = Instant::now();
        match ask(&mut line, turn, &mix, &body, &mut fresh).await {
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
    mix: &Mix,
    body: &str,
    fresh: &mut Option<String>,
) -> Outcome<usize> {
    let (kind, path) = match turn % 20 {
        0..12 => {
            let code = mix.next(&mix.codes);
            let page = expect(line, &get(&format!("/tra-cuu?code={code}"))).await?;
            let shown = format!("<b>{code}</b>");
            if !page.windows(shown.len()).any(|w| w == shown.as_bytes()) {
                return Err(format!("{code} is not found").into());
            }
            return Ok(0);
        }
        16..19 => {
            let Some(code) = fresh.take() else {
                *fresh = Some(intake(line, body).await?);
                return Ok(5);
            };
            let act = r#"{"action":"appraise","expected_version":1}"#;
            let path = format!("/api/v1/dossiers/{code}/actions");
            let key = motcua::secret::new();
            expect(line, &post(&path, &key, act)).await?;
            return Ok(6);
        }
        12 => (1, "/ban-lam-viec".to_owned()),
        13 => (2, "/ho-so".to_owned()),
        14 => (3, mix.searches[turn / 20 % mix.searches.len()].clone()),
        15 => (4, format!("/ho-so/{}", mix.next(&mix.latest))),
        _ => (7, "/bao-cao?ky=2021-11".to_owned()),
    };
    expect(line, &get_by(&mix.cookie, &path)).await?;
    Ok(kind)
}

/// What is answered to a request that must not fail.
async fn expect<'l>(line: &'l mut Client, request: &[u8]) -> Outcome<&'l [u8]> {
    let (status, body) = line.ask(request).await?;
    if status == 200 {
        return Ok(body);
    }
    let (asked, said) = (
        String::from_utf8_lossy(request),
        String::from_utf8_lossy(body),
    );
    Err(format!("status {status} for {asked}: {said}").into())
}
