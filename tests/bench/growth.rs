//! A register grows behind a year: copies of what ended, one year earlier each, of dossiers,
//! promises, waits, hands, ballots not cast and the notices that were told; on both databases in one statement
//! a table and year.
use std::{path::Path, time::Instant};

use axum::{Router, http::HeaderValue};
use motcua::{app::App, clock::Clock, config::Settings, store::Store};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::{
    DOSSIERS, Outcome, YEAR, bare, communes, postgres::Postgres, program, writer::checkpoint,
};

/// What grows.
const TABLES: [&str; 6] = [
    "dossier",
    "due_change",
    "wait",
    "holding",
    "outbox",
    "survey_token",
];
/// And where nothing seals it, on either database; under a program that serves, the sealer
/// would begin with the events of a hundred years.
const EVENTS: &str = "event";
/// Between the ids of one year and of the next, but for dossiers: theirs lie as close as
/// the program gives them.
const APART: usize = 10_000_000;

/// How many years a register holds, and how many ids one of them takes.
pub struct Years {
    held: usize,
    ids: i64,
}

impl Years {
    /// One, as the program wrote it.
    pub async fn of_file(connection: &mut SqliteConnection) -> Outcome<Self> {
        let ask = "SELECT COALESCE(MAX(id), 0) FROM dossier";
        Self::one(sqlx::query_scalar(ask).fetch_one(connection).await?)
    }

    /// The same of a server.
    pub fn of_server(postgres: &Postgres) -> Outcome<Self> {
        let ids = postgres.sql("SELECT MAX(id) FROM dossier")?;
        Self::one(ids.trim().parse()?)
    }

    fn one(ids: i64) -> Outcome<Self> {
        if ids < i64::try_from(DOSSIERS)? {
            return Err("the year is not whole".into());
        }
        Ok(Self { held: 1, ids })
    }
}

/// A register with so many dossiers and the program over it.
pub struct Register {
    pub dossiers: i64,
    pub app: App,
    pub router: Router,
    pub cookie: HeaderValue,
}

impl Register {
    async fn over(dossiers: i64, store: Store, settings: Settings, clock: Clock) -> Outcome<Self> {
        let app = App::over(store, settings, clock);
        let router = motcua::cli::serve::router(app.clone());
        Ok(Self {
            dossiers,
            cookie: program::sign_in(&router).await?,
            app,
            router,
        })
    }
}

/// Registers of those sizes, each in a file of its own, all of them open; and a bare
/// connection to each.
pub async fn side_by_side(
    app: &App,
    file: &Path,
    sizes: &[usize],
) -> Outcome<(Vec<Register>, Vec<SqliteConnection>)> {
    let mut years: Option<Years> = None;
    let (mut registers, mut all_bare) = (Vec::new(), Vec::new());
    for size in sizes {
        let mut growing = bare::connect(file).await?;
        let held = match &mut years {
            Some(years) => years,
            none => none.insert(Years::of_file(&mut growing).await?),
        };
        let started = Instant::now();
        grow(&mut growing, held, size / DOSSIERS, true).await?;
        growing.close().await?;
        checkpoint(file).await?;
        let folder = file.with_extension(size.to_string());
        std::fs::create_dir(&folder)?;
        let own = folder.join("register.db");
        std::fs::copy(file, &own)?;
        std::fs::copy(file.with_extension("db.key"), own.with_extension("db.key"))?;
        let mut settings = (*app.settings).clone();
        settings.database.url = format!("sqlite://{}", own.display());
        let store = Store::open(&settings.database.url).await?;
        let mut bare = bare::connect(&own).await?;
        // Somewhat fewer than asked for: what is open has no copies.
        let dossiers = sqlx::query_scalar("SELECT COUNT(*) FROM dossier")
            .fetch_one(&mut bare)
            .await?;
        println!(
            "a register of {dossiers} dossiers: grown in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        registers.push(Register::over(dossiers, store, settings, app.clock).await?);
        all_bare.push(bare);
    }
    Ok((registers, all_bare))
}

/// Registers of those sizes as databases of one PostgreSQL, which ends when it is dropped.
pub async fn on_server(file: &Path, sizes: &[usize]) -> Outcome<(Postgres, Vec<Register>)> {
    let (postgres, clock) = Box::pin(communes::moved(file)).await?;
    let mut years = Years::of_server(&postgres)?;
    let mut registers = Vec::new();
    for size in sizes {
        let started = Instant::now();
        grow_server(&postgres, &mut years, size / DOSSIERS, true)?;
        let url = postgres.copy(&format!("with_{size}"))?;
        let dossiers = postgres
            .sql("SELECT COUNT(*) FROM dossier")?
            .trim()
            .parse()?;
        println!(
            "a register of {dossiers} dossiers on PostgreSQL: grown in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        let mut settings = Settings::load(None)?;
        settings.database.url = url;
        settings.security.key_file = file.with_extension("db.key").display().to_string();
        let store = Store::open_to_serve(&settings.database).await?;
        registers.push(Register::over(dossiers, store, settings, clock).await?);
    }
    Ok((postgres, registers))
}

/// The file that a program will serve holds so many years when this is done.
pub async fn of_file(
    connection: &mut SqliteConnection,
    years: &mut Years,
    until: usize,
) -> Outcome<()> {
    grow(connection, years, until, false).await
}

async fn grow(
    connection: &mut SqliteConnection,
    years: &mut Years,
    until: usize,
    with_events: bool,
) -> Outcome<()> {
    let events = with_events.then_some(EVENTS);
    while years.held < until {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        for table in TABLES.into_iter().chain(events) {
            let ask = format!("SELECT name, '' FROM pragma_table_info('{table}')");
            let columns: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(ask))
                .fetch_all(&mut *tx)
                .await?;
            let insert = year_earlier(table, &columns, years.held, years.ids);
            sqlx::query(AssertSqlSafe(insert)).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        years.held += 1;
    }
    sqlx::query("ANALYZE").execute(&mut *connection).await?;
    Ok(())
}

/// The same of a server.
pub fn of_server(postgres: &Postgres, years: &mut Years, until: usize) -> Outcome<()> {
    grow_server(postgres, years, until, false)
}

fn grow_server(
    postgres: &Postgres,
    years: &mut Years,
    until: usize,
    with_events: bool,
) -> Outcome<()> {
    let tables: Vec<&str> = TABLES
        .into_iter()
        .chain(with_events.then_some(EVENTS))
        .collect();
    while years.held < until {
        let shift = years.held;
        for table in &tables {
            let columns = postgres.sql(&format!(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}'"
            ))?;
            let columns: Vec<(String, String)> = columns
                .lines()
                .filter_map(|line| line.split_once('|'))
                .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
                .collect();
            postgres.sql(&year_earlier(table, &columns, shift, years.ids))?;
        }
        years.held += 1;
    }
    for table in &tables {
        // What comes next is numbered after the copies.
        postgres.sql(&format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
        ))?;
    }
    // As it lies after some nights: an index alone tells which rows there are.
    postgres.sql("VACUUM ANALYZE")?;
    Ok(())
}

/// One statement that copies a table's rows of dossiers that ended.
fn year_earlier(table: &str, columns: &[(String, String)], shift: usize, ids: i64) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<String> = (columns.iter())
        .map(|(name, kind)| {
            if (table, name.as_str()) == ("dossier", "id") || name == "dossier_id" {
                format!("{name} + {shift} * {ids}")
            } else {
                moved(name, kind, shift)
            }
        })
        .collect();
    let of = if table == "dossier" {
        "id"
    } else {
        "dossier_id"
    };
    // Those of which nobody heard would be owed once for every year.
    let told = if table == "outbox" {
        "(sent_at IS NOT NULL OR settled_at IS NOT NULL OR over_at IS NOT NULL) AND "
    } else {
        ""
    };
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {told}{of} IN \
         (SELECT id FROM dossier WHERE id <= {ids} AND ended_at IS NOT NULL \
         AND code LIKE '%-{:02}____-____')",
        names.join(", "),
        values.join(", "),
        // What came in the year before would bear the codes of its copies.
        YEAR % 100
    )
}

/// How a column of a copy is made: ids and codes are its own, moments lie years earlier.
fn moved(name: &str, kind: &str, shift: usize) -> String {
    let text =
        name.ends_with("_at") || ["at", "due_day", "appointed_day", "wait_from"].contains(&name);
    match name {
        "id" => format!("id + {shift} * {APART}"),
        "code" | "search" => code_of_year(name, kind, shift),
        "once" => format!("once || '-{shift}'"),
        "receipt_hash" | "token_hash" => format!("{name} || '{shift}'"),
        _ if kind.starts_with("timestamp") => format!("{name} - interval '{shift} years'"),
        _ if text && kind.is_empty() => {
            format!("printf('%04d', substr({name}, 1, 4) - {shift}) || substr({name}, 5)")
        }
        _ => name.to_owned(),
    }
}

/// A code, and the text looked for that begins with it: after the first dash stands a day
/// with two digits of its year.
fn code_of_year(name: &str, kind: &str, shift: usize) -> String {
    // One year more: the year has dossiers of the year before it, which bear its codes.
    let shift = shift + 1;
    let century = if shift < 100 {
        String::new()
    } else {
        format!(" || '-{shift}'")
    };
    if kind.is_empty() {
        let dash = format!("instr({name}, '-')");
        format!(
            "substr({name}, 1, {dash}) || printf('%02d', (100000 + substr({name}, {dash} + 1, 2) \
             - {shift}) % 100) || substr({name}, {dash} + 3){century}"
        )
    } else {
        let dash = format!("strpos({name}, '-')");
        format!(
            "substr({name}, 1, {dash}) || lpad(((100000 + substr({name}, {dash} + 1, 2)::int \
             - {shift}) % 100)::text, 2, '0') || substr({name}, {dash} + 3){century}"
        )
    }
}
