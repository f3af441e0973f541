//! Intakes on PostgreSQL by sixteen clients at once, each at its own commune, against
//! pgbench with the very statements that one intake sends; beside it the same at one
//! commune, whose dossiers are numbered one after another.
use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use motcua::{
    actions::add_agency,
    app::App,
    cli::serve::router,
    clock::Clock,
    config::{FirstAgency, Settings},
    demo,
    domain::time::to_utc,
    secret,
    store::Store,
    upkeep::crossing,
};

use crate::{
    Outcome, ROUNDS, TURN, YEAR,
    client::Client,
    figures::Figures,
    intake_as,
    postgres::{Postgres, said},
    program, serve,
    statements::{self, Own},
};

const CLIENTS: usize = 16;
/// Ids that no other number of an intake is taken for.
const AGENCIES_FROM: i64 = 47_110_000;
const DOSSIERS_FROM: i64 = 918_270_000;

/// A server that holds what the file holds, and the time of day there.
pub async fn moved(file: &Path) -> Outcome<(Postgres, Clock)> {
    let postgres = Postgres::start()?;
    let clock = Clock::starting_at(to_utc(demo::opens(YEAR)?));
    let source = format!("sqlite://{}?mode=rw", file.display());
    crossing::run(&source, &postgres.url(), clock.now()).await?;
    Ok((postgres, clock))
}

pub async fn run(file: &Path) -> Outcome<()> {
    let (postgres, clock) = Box::pin(moved(file)).await?;
    let folder = tempfile::tempdir()?;
    let mut settings = Settings::load(None)?;
    settings.database.url = postgres.url();
    settings.security.key_file = file.with_extension("db.key").display().to_string();
    let app = App::over(
        Store::open_to_serve(&settings.database).await?,
        settings,
        clock,
    );
    postgres.sql(&format!(
        "SELECT setval(pg_get_serial_sequence('agency', 'id'), {AGENCIES_FROM}), \
         setval(pg_get_serial_sequence('dossier', 'id'), {DOSSIERS_FROM})"
    ))?;
    let mut tokens = Vec::with_capacity(CLIENTS);
    let mut agencies = Vec::with_capacity(CLIENTS);
    for number in 1..=CLIENTS {
        agencies.push(add_agency::run(&app, &commune(number)?, None).await?);
        let token = format!("bench-{number}");
        program::admit(&app, agencies[number - 1], &token).await?;
        tokens.push(token);
    }
    let program = serve(router(app)).await?;
    let script = folder.path().join("intake.sql");
    let (words, count) = statements_of(&postgres, program, &tokens[0], agencies[0]).await?;
    std::fs::write(&script, words)?;
    println!("\none intake sends PostgreSQL {count} statements");
    for (title, apart) in [("each at its own commune", 1), ("all at one commune", 0)] {
        let mut figures = Figures::default();
        for _ in 0..ROUNDS {
            let tokens = tokens
                .iter()
                .map(|own| if apart == 1 { own } else { &tokens[0] });
            let before = received(&postgres)?;
            let (count, took) = together(program, tokens).await?;
            figures.program.push(f64::from(count) / took.as_secs_f64());
            let between = received(&postgres)?;
            if between - before != i64::from(count) {
                return Err(format!("{count} intakes left {} dossiers", between - before).into());
            }
            let (count, rate) = pgbench(&postgres, &script, agencies[0], apart)?;
            figures.bare.push(rate);
            if received(&postgres)? - between != count {
                return Err("pgbench's intakes are not in the register".into());
            }
        }
        figures.print(&format!(
            "durable intakes on PostgreSQL, {CLIENTS} clients, {title} ÷ pgbench with the same statements (tests/bench/statements.rs)"
        ));
    }
    Ok(())
}

fn received(postgres: &Postgres) -> Outcome<i64> {
    Ok(postgres.sql("SELECT COUNT(*) FROM dossier")?.parse()?)
}

fn commune(number: usize) -> Outcome<FirstAgency> {
    let words = format!(
        "key = \"xa-{number}\"\nsignatory = []\n[[version]]\nvalid_from = \"2018-01-01\"\nname = \"UBND xã {number}\"\n\
         level = \"xã\"\nparent = \"\"\nplace = \"Xã {number}\"\nidentifier = \"000.00.{number:02}.H57\"\nidentifier_confirmed = false\n"
    );
    Ok(FirstAgency::read("bench", &words)?)
}

/// One intake while PostgreSQL writes down all that it is asked.
async fn statements_of(
    postgres: &Postgres,
    program: SocketAddr,
    token: &str,
    agency: i64,
) -> Outcome<(String, usize)> {
    let mut client = Client::connect(program).await?;
    let body = program::intake();
    // Names and calendars are read, and every statement is known to its connection.
    for _ in 0..20 {
        intake_as(&mut client, token, &secret::new(), &body).await?;
    }
    log_statements(postgres, "all").await?;
    let before = postgres.log()?.len();
    let key = secret::new();
    let code = intake_as(&mut client, token, &key, &body).await?;
    let log = postgres.log()?[before..].to_owned();
    log_statements(postgres, "none").await?;
    let row = postgres.sql(&format!(
        "SELECT d.id, d.receipt_hash, t.token_hash FROM dossier d JOIN survey_token t ON t.dossier_id = d.id \
         WHERE d.code = '{code}'"
    ))?;
    let [dossier, receipt, survey] = row.split('|').collect::<Vec<_>>()[..] else {
        return Err(format!("no row of {code}: {row}").into());
    };
    let own = Own {
        agency,
        dossier: dossier.parse()?,
        hashes: vec![receipt.to_owned(), survey.to_owned()],
        code,
        key,
    };
    statements::script(&log, &own)
}

async fn log_statements(postgres: &Postgres, which: &str) -> Outcome<()> {
    postgres.sql(&format!("ALTER SYSTEM SET log_statement = '{which}'"))?;
    postgres.sql("SELECT pg_reload_conf()")?;
    // Every connection looks at it before its next statement, once it was told.
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}

/// So many intakes in a turn by all of them, and how long it was.
async fn together<'a>(
    program: SocketAddr,
    tokens: impl Iterator<Item = &'a String>,
) -> Outcome<(u32, Duration)> {
    let started = Instant::now();
    let clients: Vec<_> = tokens
        .cloned()
        .map(|token| {
            tokio::spawn(async move {
                let mut client = Client::connect(program).await?;
                let mut done = 0_u32;
                while started.elapsed() < TURN {
                    intake_as(&mut client, &token, &secret::new(), &program::intake()).await?;
                    done += 1;
                }
                Outcome::Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for client in clients {
        done += client.await??;
    }
    Ok((done, started.elapsed()))
}

/// How many transactions pgbench made in a turn, and how many a second.
fn pgbench(postgres: &Postgres, script: &Path, first: i64, apart: i64) -> Outcome<(i64, f64)> {
    let mut command = postgres.client("pgbench", "motcua");
    command
        .args([
            "-n",
            "-M",
            "prepared",
            "-c",
            &CLIENTS.to_string(),
            "-j",
            "2",
        ])
        .args(["-T", &TURN.as_secs().to_string(), "-f"])
        .arg(script)
        .args([
            "-D",
            &format!("first={first}"),
            "-D",
            &format!("apart={apart}"),
        ]);
    let words = said(&mut command)?;
    let after = |start: &str| {
        let line = words.lines().find_map(|line| line.strip_prefix(start));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number.map(str::to_owned).ok_or_else(|| words.clone())
    };
    if after("number of failed transactions: ")? != "0" {
        return Err(words.into());
    }
    Ok((
        after("number of transactions actually processed: ")?.parse()?,
        after("tps = ")?.parse()?,
    ))
}
