//! No page, and no task that recurs within a day, reads a growing table whole; and no page asks
//! more often than the table of `tests/data/statements.csv` lets it.
//!
//! In a small register nobody notices it. Every page is opened by each role and every kind of
//! link, a few things are done, the tasks run once, and of each statement heard the engine says
//! how it would answer. `EXPLAIN QUERY PLAN` says where it scans, but names tables as the
//! statement does; `EXPLAIN`, along which tables it goes from an end, but not how far. Where both
//! say so, all is read. The demo is a file whichever server the suite runs on: these are SQLite's
//! plans; PostgreSQL plans by its statistics.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use motcua::{
    actions, app::App, domain::role::Role, domain::time::local_day, mail, mail::outbox, nightly,
    reports, secret, store::Store, upkeep,
};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::json;

use crate::{harness::Desk, many::ended, routes};

/// What grows with the office, its rules and its days, not with its work; in the box ballots
/// lie for some hours, of long work each account keeps a few. What is not here grows.
const SMALL: &str = "account agency agency_version api_token backup_run ballot_box calendar_day \
    calendar_version catalogue_change closed_period crossed data_file feedback_book field_title \
    identity kiosk kiosk_pin lease leave list_columns mapping membership objective own_day \
    own_hours own_terms paper_book plan_entry procedure_form procedure_version saved_filter \
    scoreboard_month seal_head seaql_migrations setup_link signatory work workflow";

/// A piece of a statement or of its plan: what is scanned there is not all of it.
const BOUNDED: [&str; 4] = [
    // The last dossier, of which no more than the number is asked.
    r#"SELECT "dossier"."id" FROM "dossier" ORDER BY "dossier"."id" DESC LIMIT"#,
    // The first and the last event: one row from an end.
    r#"FROM "event" ORDER BY "event"."id""#,
    // In it is only what was given up and nobody has settled.
    "USING INDEX ix_outbox_given_up",
    // And here what is neither answered nor handled.
    "USING INDEX ix_feedback_open",
];

/// What no link says.
const SOUGHT: &str = "/api/v1/dossiers?q=nguyen+van /api/v1/dossiers?standing=overdue&field=x \
    /api/v1/dossiers?status=received&from=2021-01-01&to=2021-12-31 /api/v1/procedures/1.001022 \
    /ho-so?standing=overdue&sap=-hen /ho-so?status=received&from=01/03/2021&to=01/06/2021 \
    /huong-dan/hinh/tiep-nhan /nhan-su/leader/tai-khoan-tinh /nhat-ky/xem?truoc=40 \
    /phan-anh/danh-sach?loai=complaint&han=den-han&tu=01/01/2021&den=31/12/2021 \
    /so-tam-dung?tu=01/01/2021&den=31/12/2021&nguoi=Lan /thong-bao?xem=da-gui&trang=2 \
    /thu-tuc/tim?q=khai+sinh /thu-tuc?q=ket+hon /tra-cuu?code={code}";

/// `path,most,why`: how often a page may ask; `*` is every page that has no line of its own.
/// With nothing in the second column, the walk does not open it.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/statements.csv");

/// The routes that opened: how often the database was asked at most, by whom and where.
type Opened = BTreeMap<String, (u64, String)>;

/// Of each kind of statement who said it first, and a few: values may decide on the index.
type Heard = BTreeMap<String, (String, Vec<Statement>)>;

fn listen(heard: &mut Heard, desk: &Desk, at: &str) {
    for statement in desk.store().said() {
        // The same words for however many values.
        let words = statement.sql.replace(char::is_numeric, "");
        let words = words.replace("?, ", "").replace("$, ", "");
        let (_, alike) = heard.entry(words).or_insert((at.to_owned(), Vec::new()));
        if alike.len() < 6 && !alike.contains(&statement) {
            alike.push(statement);
        }
    }
}

/// The route of an address, and what is asked of it, without numbers and long words.
fn place<'a>(gets: &'a [String], address: &str) -> Option<(&'a str, String)> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &&String| {
        let of: Vec<&str> = route.split('/').collect();
        let mut pairs = of.iter().zip(&parts);
        of.len() == parts.len() && pairs.all(|(of, part)| of == part || of.starts_with('{'))
    };
    let route = gets.iter().filter(fits);
    let route = route.min_by_key(|route| route.matches('{').count())?;
    let is_word = |value: &str| value.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let said = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if !is_word(value) => name,
        _ => pair,
    });
    let mut asked: Vec<&str> = said.collect();
    if route.ends_with("{act}") || route.ends_with("{letter}") {
        asked.extend(parts.last());
    }
    asked.sort_unstable();
    Some((route.as_str(), asked.join("&")))
}

fn gets() -> Vec<String> {
    let gets = routes::all().into_iter().filter(|(how, _)| how == "GET");
    gets.map(|(_, path)| path).collect()
}

/// Opens every page: without a query each role its own, with one whoever may first.
async fn walk(desk: &Desk, code: &str, heard: &mut Heard) -> Opened {
    let gets = gets();
    let mut first: Vec<String> = gets.clone();
    first.retain(|path| !path.contains('{'));
    // Each of them is of a period or of a day.
    let reports = gets.iter().filter(|path| path.contains("/v1/reports/"));
    first.extend(reports.map(|path| format!("{path}?period=2021-Q3&at=2021-12-10")));
    first.extend(SOUGHT.split(' ').map(|path| path.replace("{code}", code)));
    // Where no page leads: of what is not there the statements are heard too.
    let last: Vec<String> = gets.iter().map(|path| routes::filled(path, code)).collect();
    let (mut done, mut opened) = (BTreeSet::new(), Opened::new());
    let staff = "receptionist specialist leader office admin".split(' ');
    for who in std::iter::once("").chain(staff) {
        let mut cookie = String::new();
        if !who.is_empty() {
            cookie = desk.sign_in_demo(who).await;
        }
        for begin in [&first, &last] {
            let mut todo: VecDeque<String> = begin.iter().cloned().collect();
            while let Some(address) = todo.pop_front() {
                let Some((route, asked)) = place(&gets, &address) else {
                    continue;
                };
                let whoever = ("whoever", route, asked.clone());
                let by_them = (who, route, asked.clone());
                if done.contains(&whoever) || !done.insert(by_them) {
                    continue;
                }
                let before = desk.store().statements();
                let (status, body) = if route.starts_with("/api/") || route == "/metrics" {
                    let (status, body) = desk.get(who, &address).await;
                    (status, body.to_string())
                } else {
                    let page = desk.page(&cookie, &address).await;
                    (page.status, page.body)
                };
                assert!(status < 500, "{who} {address}: {body}");
                let times = desk.store().statements() - before;
                listen(heard, desk, &format!("{who} GET {address}"));
                if status == 200 {
                    let most = opened.entry(route.to_owned()).or_default();
                    if times >= most.0 {
                        *most = (times, format!("{who} {address}"));
                    }
                    // A paper is the same whoever prints it.
                    if !asked.is_empty() || !body.starts_with("<!DOCTYPE") {
                        done.insert(whoever);
                    }
                    let links = body.split("href=\"").skip(1);
                    let links = links.filter_map(|rest| rest.split(['"', '#']).next());
                    todo.extend(links.map(|link| link.replace("&amp;", "&")));
                }
            }
        }
    }
    println!("addresses: {}", done.len());
    opened
}

/// What is not as the table says.
fn unlike_table(opened: &Opened) -> BTreeSet<String> {
    let text = std::fs::read_to_string(TABLE).unwrap();
    let mut table = BTreeMap::new();
    for line in text.lines().skip(1) {
        let (path, rest) = line.split_once(',').unwrap();
        let (most, why) = rest.split_once(',').unwrap();
        assert!(!why.is_empty(), "{path}: why?");
        table.insert(path, most);
    }
    let usual: u64 = table.remove("*").unwrap().parse().unwrap();
    let mut wrong = BTreeSet::new();
    for route in gets() {
        let said = table.remove(route.as_str());
        let found = match (opened.get(&route), said) {
            (None, Some("")) => continue,
            (None, _) => "was not opened".to_owned(),
            (Some(_), Some("")) => "is opened now".to_owned(),
            (Some((times, by)), own) => {
                let most = own.map_or(usual, |own| own.parse().unwrap());
                if *times > most {
                    format!("asked {times} times, at most {most}: {by}")
                } else if own.is_some() && *times <= usual {
                    format!("asked {times} times, and needs no line of its own")
                } else {
                    continue;
                }
            }
        };
        wrong.insert(format!("{route} {found}\n"));
    }
    wrong.extend(table.keys().map(|path| format!("{path} is no page\n")));
    wrong
}

/// Received, acted on, one of many, looked for; answers a code.
async fn work(desk: &Desk, heard: &mut Heard) -> String {
    for role in Role::ALL.map(Role::code) {
        let token = secret::hash(role);
        desk.run(&format!(
            "INSERT INTO api_token (agency_id, name, role, token_hash, created_at, scope) \
             VALUES (1, '{role}', '{role}', '{token}', '2021-12-01 00:00:00+00:00', 'all')"
        ))
        .await;
    }
    let code = desk.receive("1.001022", "2021-12-10T08:30").await;
    let other = desk.receive("1.001193", "2021-12-10T08:40").await;
    let ask = json!({ "action": "request_supplement", "items": ["Tờ khai"], "reason": "Thiếu" });
    desk.done("receptionist", &code, ask).await;
    let cookie = desk.sign_in_demo("specialist").await;
    let many = format!("viec=appraise&hs={other}:1");
    let started = desk.form(&cookie, "/ho-so/nhieu/lam", &many).await;
    ended(desk, &cookie, &started).await;
    // Among the long work of this account from now on.
    desk.page(&cookie, "/ho-so/tep?dang=csv").await;
    desk.form(&cookie, "/tim", "q=nguyen+thi").await;
    let list = desk.form(&cookie, "/ho-so", "q=nguyen+thi+hoa").await;
    desk.page(&cookie, &list.location).await;
    listen(heard, desk, "an act");
    code
}

/// What runs by itself again and again, once; the night's copy and counting are no part of it.
async fn recur(app: &App) {
    let now = app.clock.now();
    for carrier in outbox::Carrier::all(app).unwrap() {
        outbox::run_once(app, &carrier).await.unwrap();
    }
    upkeep::sealer::run(app).await.unwrap();
    nightly::due(app, Some(local_day(now)), now).await.unwrap();
    reports::scoreboard::freeze(app).await.unwrap();
    actions::empty_ballot_box::run(app).await.unwrap();
    mail::digest::run_once(app).await.unwrap();
    mail::plan_reminder::run_once(app).await.unwrap();
    upkeep::metrics::text(app).await.unwrap();
}

/// The engine, and which growing table lies, or is listed, from which page of the file on.
struct Engine(Store, BTreeMap<i64, String>);

impl Engine {
    /// As it plans where it knows nothing of how many rows there are.
    async fn of(desk: &Desk) -> Self {
        let all = "SELECT tbl_name, rootpage, type FROM sqlite_master WHERE rootpage > 0";
        let views = "SELECT name FROM sqlite_master WHERE type = 'view'";
        assert_eq!(desk.rows(views).await.len(), 0, "a view hides");
        let mut roots = BTreeMap::new();
        for row in desk.rows(all).await {
            let table = row["tbl_name"].as_str().unwrap();
            if table.starts_with("sqlite_stat") && row["type"] == "table" {
                desk.run(&format!("DELETE FROM {table}")).await;
            }
            if !SMALL.split(' ').any(|small| small == table) {
                roots.insert(row["rootpage"].as_i64().unwrap(), table.to_owned());
            }
        }
        // Whoever comes anew reads the statistics with the schema.
        let url = &desk.app.settings.database.url;
        Self(Store::open(url).await.unwrap(), roots)
    }

    async fn ask(&self, how: &str, statement: &Statement) -> Vec<QueryResult> {
        let mut ask = statement.clone();
        ask.sql = format!("{how} {}", ask.sql);
        self.0.read().query_all_raw(ask).await.unwrap()
    }

    /// The growing tables along which it goes from an end.
    async fn walked(&self, statement: &Statement) -> BTreeSet<&String> {
        let mut walked: BTreeSet<&String> = BTreeSet::new();
        let mut opened = BTreeMap::new();
        for row in self.ask("EXPLAIN", statement).await {
            let number = |of| row.try_get::<i64>("", of).unwrap();
            match row.try_get::<String>("", "opcode").unwrap().as_str() {
                // A trigger's own program numbers what it opens anew.
                "Init" => opened.clear(),
                "OpenRead" | "OpenWrite" | "ReopenIdx" => {
                    opened.insert(number("p1"), number("p2"));
                }
                "Rewind" | "Last" | "Count" => {
                    let root = opened.get(&number("p1"));
                    walked.extend(root.and_then(|root| self.1.get(root)));
                }
                _ => {}
            }
        }
        walked
    }

    /// What is read whole: the table, and the step of the plan.
    async fn whole(&self, statement: &Statement) -> Vec<(String, String)> {
        let walked = self.walked(statement).await;
        let is_sign = |sign: char| !sign.is_alphanumeric() && sign != '_';
        let words = statement.sql.split(is_sign);
        let words: Vec<&str> = words.filter(|word| !matches!(*word, "" | "AS")).collect();
        let is_of = |table: &str, name: &str| {
            table == name || words.windows(2).any(|two| two == [table, name])
        };
        let mut whole = Vec::new();
        for row in self.ask("EXPLAIN QUERY PLAN", statement).await {
            let step: String = row.try_get("", "detail").unwrap();
            // An index for one answer, or a filter, is made of all rows.
            let made = step.strip_prefix("SEARCH ");
            let made = made.filter(|_| step.contains(" AUTOMATIC "));
            let made = made.or_else(|| step.strip_prefix("BLOOM FILTER ON "));
            let name = step.strip_prefix("SCAN ").or(made);
            let name = name.and_then(|rest| rest.split(' ').next()).unwrap_or("");
            // Of the index of words, what is looked for stands behind the colon.
            if name == "dossier_words" && step.ends_with(':') {
                whole.push((name.to_owned(), step.clone()));
            }
            let read = walked.iter().filter(|table| is_of(table.as_str(), name));
            whole.extend(read.map(|table| ((*table).clone(), step.clone())));
        }
        whole
    }
}

#[tokio::test]
async fn a_page_asks_a_few_times_and_reads_no_growing_table_whole() {
    let mut desk = Desk::of_demo(200, 6).await;
    // Some of what was read is read anew after ten seconds: not here, however slow the machine.
    desk.move_to("2021-12-10T09:05");
    desk.store().said();
    let mut heard = Heard::new();
    let code = work(&desk, &mut heard).await;
    let opened = walk(&desk, &code, &mut heard).await;
    // What waits to leave is due by then.
    desk.move_to("2021-12-10T09:30");
    recur(&desk.app).await;
    listen(&mut heard, &desk, "a task");
    let counts = opened.iter().map(|(route, (times, by))| (times, route, by));
    let mut counts: Vec<_> = counts.collect();
    counts.sort_unstable();
    for (times, route, by) in counts {
        println!("{times:>4} {route:<40} {by}");
    }
    println!("routes: {}, statements: {}", opened.len(), heard.len());
    assert!(heard.len() >= 250);
    let engine = Engine::of(&desk).await;
    let (mut wrong, mut needed) = (unlike_table(&opened), BTreeSet::new());
    let said = heard.values();
    for (by, statement) in said.flat_map(|(by, all)| all.iter().map(move |one| (by, one))) {
        let sql = &statement.sql;
        // In an empty list nothing is, and no row is read for it.
        let whole = statement.to_string();
        let is_void = whole.contains("WHERE 1 = 2") && !whole.contains("1 = 2 OR");
        let begins = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"];
        // An intake says several inserts in one breath: explained, all but the first are done.
        let is_intake = sql.contains(';');
        if is_void || is_intake || !begins.iter().any(|begin| sql.starts_with(begin)) {
            continue;
        }
        for (table, step) in engine.whole(statement).await {
            let is_in = |piece: &&&str| sql.contains(**piece) || step.contains(**piece);
            if let Some(piece) = BOUNDED.iter().find(is_in) {
                needed.insert(*piece);
                continue;
            }
            // A list of columns tells nobody which statement it is.
            let mut from = sql.match_indices(" FROM ").map(|(at, _)| at);
            let from = from.find(|at| *at > 60 && !sql[at + 6..].starts_with('('));
            let shown: String = sql[from.unwrap_or(0)..].chars().take(200).collect();
            wrong.insert(format!("{table}: {step}\n  {by}\n  {shown}\n"));
        }
    }
    let wrong: String = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(needed.len(), BOUNDED.len(), "needed are only {needed:?}");
}
