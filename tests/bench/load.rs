//! The day's mix for as long as is asked: look-ups 60 %, lists and searches 20 %, intakes
//! and acts 15 %, reports 5 %, by a few clients that think between two requests. Printed
//! are requests, errors, waiting times and the memory of this process (the clients are in
//! it); it fails on an error, and when the memory of the last quarter has grown by a
//! quarter over that of the second.
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::http::HeaderValue;
use motcua::app::App;

use crate::{
    Outcome,
    client::{Client, get, post},
    intake, program, quarter,
};

const CLIENTS: usize = 6;
/// Between an answer and the next request of a client.
const THINKS: Duration = Duration::from_millis(120);
/// How often the figures are printed.
const SPANS: u32 = 12;

pub async fn run(app: &App, address: SocketAddr, codes: &[String], minutes: u64) -> Outcome<()> {
    let cookie = quarter::sign_in(&motcua::cli::serve::router(app.clone())).await?;
    println!(
        "load of {minutes} minutes by {CLIENTS} clients\n{:>8} {:>10} {:>8} {:>8} {:>8} {:>8}",
        "minute", "requests", "p50 ms", "p95 ms", "p99 ms", "MB"
    );
    let span = Duration::from_secs(minutes * 60) / SPANS;
    let mut memory = Vec::new();
    for part in 1..=SPANS {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let codes = codes.to_vec();
                tokio::spawn(work(address, codes, cookie.clone(), client, span))
            })
            .collect();
        let mut waited = Vec::new();
        for client in clients {
            waited.extend(client.await??);
        }
        waited.sort_unstable();
        let at = |share: usize| waited[(waited.len() - 1) * share / 100].as_secs_f64() * 1000.0;
        memory.push(resident()?);
        println!(
            "{:>8.1} {:>10} {:>8.1} {:>8.1} {:>8.1} {:>8}",
            (span * part).as_secs_f64() / 60.0,
            waited.len(),
            at(50),
            at(95),
            at(99),
            memory[memory.len() - 1]
        );
    }
    let quarter = memory.len() / 4;
    let most = |part: &[u64]| part.iter().max().copied().unwrap_or_default();
    let (second, last) = (
        most(&memory[quarter..2 * quarter]),
        most(&memory[3 * quarter..]),
    );
    println!("memory: {second} MB in the second quarter, {last} MB in the last");
    if last * 4 > second * 5 {
        return Err("memory grows".into());
    }
    Ok(())
}

/// One client's share of a span; how long each answer took.
async fn work(
    address: SocketAddr,
    codes: Vec<String>,
    cookie: HeaderValue,
    client: usize,
    span: Duration,
) -> Outcome<Vec<Duration>> {
    let mut line = Client::connect(address).await?;
    let body = program::intake();
    let cookie = cookie.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default();
    let (started, mut waited) = (Instant::now(), Vec::new());
    let mut turn = client * 7;
    while started.elapsed() < span {
        turn += 1;
        let code = &codes[turn * 31 % codes.len()];
        let asked = Instant::now();
        match turn % 20 {
            0..12 => expect(&mut line, &get(&format!("/tra-cuu?code={code}"))).await?,
            12 | 13 => expect(&mut line, &get("/api/v1/dossiers?limit=50")).await?,
            14 | 15 => {
                expect(&mut line, &get("/api/v1/dossiers?q=nguyen%20thi&limit=20")).await?;
            }
            16..19 => {
                let code = intake(&mut line, &body).await?;
                let act = r#"{"action":"appraise","expected_version":1}"#;
                let path = format!("/api/v1/dossiers/{code}/actions");
                let key = motcua::secret::new();
                expect(&mut line, &post(&path, &key, act)).await?;
            }
            _ => {
                let report = format!(
                    "GET /bao-cao?ky=2021-11 HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n"
                );
                expect(&mut line, report.as_bytes()).await?;
            }
        }
        waited.push(asked.elapsed());
        tokio::time::sleep(THINKS).await;
    }
    Ok(waited)
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

/// What this process holds in memory, in MB.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: u64 = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmRSS")?
        .parse()?;
    Ok(kilobytes / 1024)
}
