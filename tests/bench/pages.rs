//! What staff open all day (the desk, a search without marks, one dossier) while the register
//! grows behind it: the middle of many requests, which the number of old dossiers must not move.
//! Registers of all sizes lie open side by side and are asked by turns, so that an hour in
//! which the machine is slow is slow for each.
use std::time::Instant;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderValue, Request},
    response::Response,
};
use tower::ServiceExt;

use crate::{Outcome, figures::median, growth::Register};

const TURNS: usize = 12;
/// Requests of one page at a turn.
const REQUESTS: usize = 8;

/// Each page and its times, a column for each register; the last over the first.
/// The dossier looked for is the first that is open, and so in each of them.
pub async fn run(registers: &mut [Register]) -> Outcome<()> {
    let first = "SELECT code, search FROM dossier WHERE ended_at IS NULL ORDER BY id LIMIT 1";
    let (code, text): (String, String) = sqlx::query_as(first)
        .fetch_one(&mut registers[0].bare)
        .await?;
    let words = words_for(&text)?;
    let sizes: Vec<String> = (registers.iter())
        .map(|register| format!("{:>10}", register.dossiers))
        .collect();
    println!(
        "\npages of the day, ms, medians of {}, by turns; the last ÷ the first\n{:>22} {}",
        TURNS * REQUESTS,
        "",
        sizes.join(" ")
    );
    for (title, path) in [
        ("desk list", "/ban-lam-viec"),
        ("list of all dossiers", "/ho-so"),
        ("search, nobody found", "/ho-so?q=nguyen+thi+dao"),
        ("search without marks", &format!("/ho-so?q={words}")),
        ("one dossier's page", &format!("/ho-so/{code}")),
    ] {
        let mut paths = Vec::new();
        for Register { router, cookie, .. } in &*registers {
            let path = shown_at(router, cookie, path).await?;
            let page = open(router, cookie, &path).await?;
            if title.starts_with("search") {
                let page = String::from_utf8_lossy(&page);
                let found = page.matches(&format!("/ho-so/{code}")).count();
                if (found > 0) != title.ends_with("marks") || !path.starts_with("/ho-so?") {
                    return Err(format!("{title}: {code} stands {found} times").into());
                }
            }
            paths.push(path);
        }
        let mut times = vec![Vec::new(); registers.len()];
        for turn in 0..TURNS {
            let mut asked: Vec<_> = registers.iter().zip(&paths).zip(&mut times).collect();
            if turn % 2 == 1 {
                asked.reverse();
            }
            for ((register, path), times) in asked {
                for _ in 0..REQUESTS {
                    let start = Instant::now();
                    open(&register.router, &register.cookie, path).await?;
                    times.push(start.elapsed().as_secs_f64() * 1000.0);
                }
            }
        }
        let medians: Vec<f64> = times.iter().map(|times| median(times)).collect();
        let shown: Vec<String> = medians.iter().map(|ms| format!("{ms:>10.1}")).collect();
        let growth = medians[medians.len() - 1] / medians[0];
        println!("{title:>22} {} {growth:>8.2}", shown.join(" "));
    }
    Ok(())
}

/// What somebody types for a dossier: whose it is, and the day and number of its code.
fn words_for(text: &str) -> Outcome<String> {
    let (code, rest) = text.split_once(' ').ok_or("a code and a name")?;
    let name = rest
        .split(' ')
        .take_while(|word| word.chars().all(char::is_alphabetic));
    let (_, number) = code.split_once('-').ok_or("a code")?;
    Ok(name.chain([number]).collect::<Vec<_>>().join("+"))
}

/// Where a search is shown: its words stand in no address.
async fn shown_at(router: &Router, cookie: &HeaderValue, path: &str) -> Outcome<String> {
    let answer = ask(router, cookie, path).await?;
    let to = answer.headers().get("location");
    Ok(to.map_or(Ok(path), HeaderValue::to_str)?.to_owned())
}

async fn ask(router: &Router, cookie: &HeaderValue, path: &str) -> Outcome<Response> {
    let request = Request::get(path)
        .header("cookie", cookie)
        .body(Body::empty())?;
    Ok(router.clone().oneshot(request).await?)
}

/// One request, its answer read to the end.
pub async fn open(router: &Router, cookie: &HeaderValue, path: &str) -> Outcome<Bytes> {
    let answer = ask(router, cookie, path).await?;
    if answer.status() != 200 {
        return Err(format!("{path}: {}", answer.status()).into());
    }
    Ok(axum::body::to_bytes(answer.into_body(), usize::MAX).await?)
}
