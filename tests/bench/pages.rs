//! What staff open all day (the desk, a search without marks, one dossier) while the register
//! grows behind it: the middle of many requests, which the number of old dossiers must not move.
//! Registers of all sizes lie open side by side and are asked by turns, so that an hour in
//! which the machine is slow is slow for each.
use std::{
    path::Path,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderValue, Request},
    response::Response,
};
use tower::ServiceExt;

use crate::{Outcome, ROUNDS, TURN, bare, figures::median, growth::Register};

/// Requests of one page at a turn: a round is many of them, until each register was asked
/// for as long as a round is.
const REQUESTS: usize = 8;

/// Whom one open dossier belongs to and nobody else, though two of the words are everybody's
/// and each three signs of the third stand in many texts ("nước ngoài", "Loan").
pub const RARE: &str = "Nguyễn Thị Ngoan";

const MANY_FOUND: &str = "/ho-so?q=nguyen+thi";
const RARE_FOUND: &str = "/ho-so?q=nguyen+thi+ngoan";

/// A dossier and the words that somebody types for it; and that of the rare name.
pub struct LookedFor {
    code: String,
    words: String,
    rare: String,
}

impl LookedFor {
    /// The searches that find something.
    pub fn searches(&self) -> [String; 3] {
        let numbered = format!("/ho-so?q={}", self.words);
        [MANY_FOUND.to_owned(), RARE_FOUND.to_owned(), numbered]
    }
}

/// The first that is open, and so in every register that grows from that file.
pub async fn looked_for(file: &Path) -> Outcome<LookedFor> {
    let mut connection = bare::connect(file).await?;
    let first = "SELECT code, search FROM dossier WHERE ended_at IS NULL ORDER BY id LIMIT 1";
    let (code, text): (String, String) = sqlx::query_as(first).fetch_one(&mut connection).await?;
    let named = "SELECT code FROM dossier WHERE applicant_name = $1 AND ended_at IS NULL";
    let rare = sqlx::query_scalar(named)
        .bind(RARE)
        .fetch_one(&mut connection)
        .await?;
    let words = words_for(&text)?;
    Ok(LookedFor { code, words, rare })
}

/// Each page and its times, a column for each register; the last over the first.
pub async fn run(registers: &[Register], looked_for: &LookedFor) -> Outcome<()> {
    let LookedFor { code, words, rare } = looked_for;
    let sizes: Vec<String> = (registers.iter())
        .map(|register| format!("{:>10}", register.dossiers))
        .collect();
    println!(
        "\npages of the day, ms; rounds of {} s a register, asked by turns; the last ÷ the first\n{:>22} {}",
        TURN.as_secs(),
        "",
        sizes.join(" ")
    );
    for (title, path) in [
        ("desk list", "/ban-lam-viec"),
        ("list of all dossiers", "/ho-so"),
        ("search, nobody found", "/ho-so?q=nguyen+thi+dao"),
        ("search, many found", MANY_FOUND),
        ("search, a rare name", RARE_FOUND),
        ("search without marks", &format!("/ho-so?q={words}")),
        ("one dossier's page", &format!("/ho-so/{code}")),
    ] {
        let mut paths = Vec::new();
        for Register { router, cookie, .. } in registers {
            let path = shown_at(router, cookie, path).await?;
            let page = open(router, cookie, &path).await?;
            if title.starts_with("search") {
                let page = String::from_utf8_lossy(&page);
                let by_name = title.ends_with("rare name");
                let code = if by_name { rare } else { code };
                let found = page.matches(&format!("/ho-so/{code}")).count();
                if (found > 0) != (by_name || title.ends_with("marks"))
                    || page.contains("data-rows") == title.ends_with("nobody found")
                    || !path.starts_with("/ho-so?")
                {
                    return Err(format!("{title}: {code} stands {found} times").into());
                }
            }
            paths.push(path);
        }
        println!("{title:>22}");
        let mut rounds = vec![Vec::new(); registers.len()];
        for number in 1..=ROUNDS {
            let medians = round(registers, &paths).await?;
            line(&format!("round {number}"), &medians);
            for (rounds, median) in rounds.iter_mut().zip(medians) {
                rounds.push(median);
            }
        }
        let medians: Vec<f64> = rounds.iter().map(|rounds| median(rounds)).collect();
        line("median", &medians);
    }
    Ok(())
}

/// Each register's median.
async fn round(registers: &[Register], paths: &[String]) -> Outcome<Vec<f64>> {
    let mut times = vec![Vec::new(); registers.len()];
    let mut spent = vec![Duration::ZERO; registers.len()];
    for turn in 0.. {
        let waiting = |spent: &Duration| *spent < TURN;
        if !spent.iter().any(waiting) {
            break;
        }
        for place in 0..registers.len() {
            // There and back, so that none always follows the same.
            let place = if turn % 2 == 0 {
                place
            } else {
                registers.len() - 1 - place
            };
            let register = &registers[place];
            if !waiting(&spent[place]) {
                continue;
            }
            for _ in 0..REQUESTS {
                let start = Instant::now();
                open(&register.router, &register.cookie, &paths[place]).await?;
                spent[place] += start.elapsed();
                times[place].push(start.elapsed().as_secs_f64() * 1000.0);
            }
        }
    }
    Ok(times.iter().map(|times| median(times)).collect())
}

fn line(name: &str, medians: &[f64]) {
    let shown: Vec<String> = medians.iter().map(|ms| format!("{ms:>10.1}")).collect();
    let growth = medians[medians.len() - 1] / medians[0];
    println!("{name:>22} {} {growth:>8.2}", shown.join(" "));
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
