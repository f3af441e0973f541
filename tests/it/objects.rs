//! Who may open what, object by object: one's own case, a colleague's, another agency's –
//! on every route that is about a dossier or lists one, for every role, on the page, as
//! JSON, as an export, as a file, act by act, and in no count. The table is
//! `tests/data/objects.csv`, the rule `motcua::domain::charge`; `MOTCUA_BLESS=1` writes
//! what is found, for a person to read before it is kept.
use std::{collections::BTreeMap, fmt::Write as _, io::Read as _};

use axum::{body::Body, http::Request};
use motcua::{
    actions::add_account,
    domain::{dossier::Act, role::Role},
};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    routes::{Two, all, filled, two},
};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/objects.csv");

/// Two agencies; in ours two who receive and two who appraise, each with a case.
pub struct Cases {
    pub two: Two,
    pub own: String,
    pub colleagues: String,
}

async fn received(desk: &Desk, cookie: &str, key: &str) -> String {
    let form = format!("thu-tuc=1.001193&name=An&kind=citizen&channel=desk&act=receive&key={key}");
    let page = desk.form(cookie, "/ho-so/moi", &form).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let rows = desk
        .rows("SELECT code FROM dossier ORDER BY id DESC LIMIT 1")
        .await;
    rows[0]["code"].as_str().unwrap().to_owned()
}

async fn given(desk: &Desk, cookie: &str, code: &str, to: &str) {
    let form = format!("expected_version=1&to={to}");
    let page = desk
        .form(cookie, &format!("/ho-so/{code}/hand_over"), &form)
        .await;
    assert_eq!(page.status, 303, "{}", page.body);
}

pub async fn cases() -> Cases {
    let two = two().await;
    let desk = &two.desk;
    // What `two` received is nobody's case here.
    for (username, role) in [
        ("colleague-1", Role::Receptionist),
        ("colleague-2", Role::Specialist),
    ] {
        let input = add_account::Input {
            username: username.into(),
            name: format!("Đồng nghiệp {username}"),
            title: String::new(),
            password: "mot cau de nho".into(),
            email: String::new(),
        };
        add_account::run(&desk.app, 1, role, &input, None)
            .await
            .unwrap();
    }
    let signed_in = "username=colleague-1&password=mot+cau+de+nho&ve=";
    let colleague = desk.form("", "/dang-nhap", signed_in).await.cookie;
    let receptionist = two.cookies[0].1.clone();
    let own = received(desk, &receptionist, "k1").await;
    given(desk, &receptionist, &own, "specialist").await;
    let colleagues = received(desk, &colleague, "k2").await;
    given(desk, &colleague, &colleagues, "colleague-2").await;
    Cases {
        two,
        own,
        colleagues,
    }
}

/// An answer as the table needs it.
pub struct Answer {
    pub status: u16,
    pub face: &'static str,
    pub body: Vec<u8>,
}

pub async fn ask(
    desk: &Desk,
    method: &str,
    path: &str,
    role: Role,
    cookie: &str,
    body: &Value,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    request = if path.starts_with("/api/") {
        request
            .header("authorization", format!("Bearer {}", role.code()))
            .header("content-type", "application/json")
    } else {
        request
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
    };
    let body = match (method, path.starts_with("/api/")) {
        ("POST", true) => body.to_string(),
        // A version that is none: who may do it is told that it is stale.
        ("POST", false) => "expected_version=999".to_owned(),
        _ => String::new(),
    };
    let answer = desk.answer(request.body(Body::from(body)).unwrap()).await;
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    };
    let (kind, disposition) = (header("content-type"), header("content-disposition"));
    let face = match kind.as_str() {
        _ if method == "POST" => "act",
        kind if kind.contains("pdf") || kind.contains("wordprocessing") => "file",
        kind if kind.contains("csv") || kind.contains("spreadsheet") => "export",
        _ if disposition.starts_with("attachment") => "export",
        kind if kind.contains("json") => "json",
        _ => "page",
    };
    let status = answer.status().as_u16();
    let body = http_body_util::BodyExt::collect(answer.into_body())
        .await
        .unwrap()
        .to_bytes();
    Answer {
        status,
        face,
        body: text_of(&body),
    }
}

/// What can be read in a body: the parts of a workbook unpacked, the rest as it is.
fn text_of(body: &[u8]) -> Vec<u8> {
    if !body.starts_with(b"PK") {
        return body.to_vec();
    }
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(body)).unwrap();
    let mut all = Vec::new();
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).unwrap();
        // When the file was made is no figure.
        if !part.name().unwrap().starts_with("docProps/") {
            part.read_to_end(&mut all).unwrap();
        }
    }
    all
}

pub fn holds(body: &[u8], words: &str) -> bool {
    body.windows(words.len())
        .any(|window| window == words.as_bytes())
}

/// Every address that is about one dossier, with what is said to it.
fn about_one() -> Vec<(String, String, Value)> {
    let mut asks = Vec::new();
    for (method, path) in all() {
        let about = [
            "/ho-so/{code}",
            "/xin-loi/{code}",
            "/api/v1/dossiers/{code}",
        ];
        if !about.iter().any(|start| path.starts_with(start)) {
            continue;
        }
        let acts = Act::ALL.iter().filter(|act| **act != Act::Receive);
        if path.ends_with("{act}") {
            let each =
                acts.map(|act| (method.clone(), path.replace("{act}", act.code()), json!({})));
            asks.extend(each);
        } else if path.ends_with("/actions") {
            let each = acts.map(|act| {
                let body = json!({ "action": act.code(), "expected_version": 999 });
                (method.clone(), path.clone(), body)
            });
            asks.extend(each);
        } else {
            asks.push((method, path, json!({})));
        }
    }
    asks
}

#[tokio::test]
async fn every_dossier_opens_for_whom_the_table_says() {
    let cases = cases().await;
    let desk = &cases.two.desk;
    let objects = [
        ("own", &cases.own),
        ("colleague's", &cases.colleagues),
        ("other agency's", &cases.two.other),
    ];
    let mut table =
        String::from("method,path,face,object,receptionist,specialist,leader,office,admin\n");
    let (mut asked, mut faces) = (0, BTreeMap::<&str, usize>::new());
    let before = desk.rows("SELECT id FROM event").await.len();
    for (method, path, body) in about_one() {
        let act = body["action"]
            .as_str()
            .map_or(String::new(), |act| format!(" {act}"));
        for (object, code) in objects {
            let at = filled(&path, code);
            let mut said = String::new();
            let mut kind = "none";
            for (role, cookie) in &cases.two.cookies {
                desk.run("DELETE FROM read_log").await;
                let answer = ask(desk, &method, &at, *role, cookie, &body).await;
                assert!(answer.status < 500, "{method} {at} as {role:?}");
                let noted = !desk.rows("SELECT id FROM read_log").await.is_empty();
                let verdict = match answer.status {
                    403 => "no",
                    404 => "nowhere",
                    // Stale, wrong in a field, or done: the door was open.
                    _ if noted => "yes noted",
                    _ => "yes",
                };
                if answer.status < 400 {
                    kind = answer.face;
                }
                write!(said, ",{verdict}").unwrap();
                asked += 1;
            }
            let kind = if method == "POST" { "act" } else { kind };
            *faces.entry(kind).or_default() += 1;
            writeln!(table, "{method},{path}{act},{kind},{object}{said}").unwrap();
        }
    }
    assert_eq!(
        desk.rows("SELECT id FROM event").await.len(),
        before,
        "asking changed something"
    );
    compare(&table);
    println!("objects × routes × roles asked: {asked}; rows by face: {faces:?}");
}

fn compare(table: &str) {
    if std::env::var_os("MOTCUA_BLESS").is_some() {
        std::fs::write(TABLE, table).unwrap();
    }
    let kept = std::fs::read_to_string(TABLE).unwrap_or_default();
    for (found, kept) in table.lines().zip(kept.lines()) {
        assert_eq!(found, kept, "read tests/it/objects.rs");
    }
    assert_eq!(table.lines().count(), kept.lines().count());
}

/// The rule itself, read in the table: where another agency's case answers, nobody reads it;
/// a colleague's is read by all, noted, and acted on by no other specialist.
#[test]
fn the_table_says_what_the_rule_says() {
    let kept = std::fs::read_to_string(TABLE).unwrap();
    let (mut refused, mut lines) = (0, 0);
    for line in kept.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        let (path, face, object) = (parts[1], parts[2], parts[3]);
        lines += 1;
        for verdict in &parts[4..] {
            // The letters' page shows one's own list beside an unknown code.
            let list = path == "/xin-loi/{code}";
            assert!(
                object != "other agency's" || list || !verdict.starts_with("yes"),
                "{line}"
            );
        }
        if object == "colleague's" && !path.starts_with("/api/") {
            let own = kept
                .lines()
                .find(|own| own.starts_with(&format!("{},{path},", parts[0])))
                .unwrap();
            let own: Vec<&str> = own.split(',').collect();
            let open = |place: usize| own[place].starts_with("yes");
            let act = face == "act"
                || path.starts_with("/ho-so/{code}/")
                    && Act::from_code(path.rsplit('/').next().unwrap()).is_some();
            // Who may take over what was handed over has a rule of its own (`change_hands`),
            // which names who was faster.
            if path.ends_with("/take") {
                continue;
            }
            if act && open(5) && path.starts_with("/ho-so/{code}/") {
                assert_eq!(parts[5], "no", "a colleague may: {line}");
                refused += 1;
            } else if open(5) && !act {
                assert_ne!(parts[5], "yes", "read and not noted: {line}");
            }
            for place in [4, 6, 7, 8] {
                assert_eq!(parts[place].starts_with("yes"), open(place), "{line}");
            }
        }
    }
    assert!(refused > 10, "{refused}");
    println!("rows of the table read: {lines}, acts refused to a colleague: {refused}");
}
