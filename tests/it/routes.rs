//! Who may open what: every route that there is, for every role and for strangers, on
//! one's own agency's objects and on another's. The table is `tests/data/routes.csv`;
//! a route that is not in it fails, and `MOTCUA_BLESS=1` writes what is found, for a
//! person to read before it is kept.
use std::{collections::BTreeMap, fmt::Write as _};

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use motcua::{app::App, domain::role::Role, secret, store::accounts::Token};
use sea_orm::ConnectionTrait;

use crate::harness::Desk;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/routes.csv");
const SECRET: &str = "Bí Mật Của Xã Khác";

/// The routes of a router, as axum itself lists them: method and path.
pub fn of(router: &Router<App>) -> Vec<(String, String)> {
    let said = format!("{router:?}");
    let own = said.split("fallback_router:").next().unwrap();
    let (methods, paths) = own.split_once("node: Node").unwrap();
    let numbered = |text: &str| -> BTreeMap<usize, String> {
        let parts = text.split("RouteId(").skip(1);
        parts
            .map(|part| {
                let (number, rest) = part.split_once("): ").unwrap();
                (number.parse().unwrap(), rest.to_owned())
            })
            .collect()
    };
    let methods = numbered(methods);
    let mut found = Vec::new();
    for (number, path) in numbered(paths) {
        let path = path.split('"').nth(1).unwrap();
        for method in ["get", "post", "put", "delete", "patch"] {
            let given = methods[&number]
                .split(&format!(" {method}: "))
                .nth(1)
                .unwrap();
            if !given.starts_with("None") {
                found.push((method.to_uppercase(), path.to_owned()));
            }
        }
    }
    assert!(
        found.len() > 15,
        "the list of routes cannot be read: {said}"
    );
    found
}

pub fn all() -> Vec<(String, String)> {
    let mut all = of(&motcua::web::router());
    all.extend(of(&motcua::api::router()));
    // Their addresses change with what they hold; anyone may have them.
    all.retain(|(_, path)| !path.starts_with("/assets/"));
    all.sort();
    all
}

/// Two agencies, each with a dossier, feedback, accounts of every role and tokens.
pub struct Two {
    pub desk: Desk,
    pub cookies: Vec<(Role, String)>,
    own: String,
    pub other: String,
    other_ids: Vec<(&'static str, String)>,
}

pub async fn two() -> Two {
    let desk = Desk::at("2021-04-16T10:00").await;
    let db = desk.store().read();
    for sql in [
        "INSERT INTO agency (id, key) VALUES (2, 'xa-khac')",
        "INSERT INTO agency_version (agency_id, valid_from, name, level, parent, place, identifier, identifier_confirmed) \
         SELECT 2, valid_from, 'UBND xã Khác', level, parent, 'Khác', '000.99.99.H57', identifier_confirmed FROM agency_version LIMIT 1",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
    let write = desk.store().write().await.unwrap();
    for role in Role::ALL {
        let token = Token {
            id: 0,
            agency_id: 2,
            name: format!("khác {}", role.code()),
            role: role.code().into(),
            token_hash: secret::hash(&format!("other-{}", role.code())),
            created_at: desk.app.clock.now(),
            revoked_at: None,
            note: None,
            expires_at: None,
            scope: "all".into(),
        };
        write.insert_token(token).await.unwrap();
    }
    write.commit().await.unwrap();
    let mut cookies = Vec::new();
    for role in Role::ALL {
        cookies.push((role, desk.sign_in(role).await));
    }
    let own = desk.receive("1.001193", "2021-04-16T08:00").await;
    let body = serde_json::json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "applicant": { "name": SECRET, "kind": "citizen" },
    });
    let (status, made) = desk
        .post("other-receptionist", "/api/v1/dossiers", &body)
        .await;
    assert_eq!(status, 201, "{made}");
    let other = made["code"].as_str().unwrap().to_owned();
    let survey = made["survey_token"].as_str().unwrap().to_owned();
    Two {
        desk,
        cookies,
        own,
        other,
        other_ids: vec![("survey", survey)],
    }
}

/// A path with its places filled: a dossier's code, and words that are nowhere.
pub fn filled(path: &str, code: &str) -> String {
    let mut out = String::new();
    for (place, part) in path.split('{').enumerate() {
        if place == 0 {
            out.push_str(part);
            continue;
        }
        let (name, rest) = part.split_once('}').unwrap();
        let value = match name.trim_start_matches('*') {
            "code" => code,
            "act" => "appraise",
            "letter" => "giay-hen",
            "kind" => "apology",
            "year" => "2021",
            "number" | "id" | "version" => "1",
            _ => "khong-co",
        };
        out.push_str(value);
        out.push_str(rest);
    }
    out
}

async fn ask(
    desk: &Desk,
    method: &str,
    path: &str,
    cookie: &str,
    token: Option<&str>,
) -> (u16, String, String) {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path);
    if !cookie.is_empty() {
        request = request.header("cookie", cookie);
    }
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let api = path.starts_with("/api/");
    // Something that can be read, so that it is the role that is judged.
    let (kind, body) = match (method, path) {
        ("POST", "/nhap" | "/quy-trinh" | "/lien-thong/tep") => (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=\"tep\"; filename=\"a.csv\"\r\n\r\na\r\n--x--\r\n",
        ),
        ("POST", "/in") => ("application/x-www-form-urlencoded", "viec=xin-loi"),
        ("POST", "/nhap/1/nhap") => ("application/x-www-form-urlencoded", "lam=nhap"),
        ("POST", _) if api => ("application/json", "{}"),
        _ => ("application/x-www-form-urlencoded", ""),
    };
    let request = request
        .header("content-type", kind)
        .body(Body::from(body))
        .unwrap();
    let answer = desk.answer(request).await;
    let status = answer.status().as_u16();
    let to = answer
        .headers()
        .get("location")
        .map_or("", |to| to.to_str().unwrap())
        .to_owned();
    let body = http_body_util::BodyExt::collect(answer.into_body())
        .await
        .unwrap()
        .to_bytes();
    (status, to, String::from_utf8_lossy(&body).into_owned())
}

/// What a status says about who may: open, signed in first, or not this role.
fn verdict(status: u16, to: &str) -> &'static str {
    match status {
        401 => "sign-in",
        303 if to.starts_with("/dang-nhap") && to.contains("ve=") => "sign-in",
        403 => "no",
        // Refused before anyone was asked for: an empty form says nothing of the role.
        400 | 415 => "unread",
        _ => "yes",
    }
}

#[tokio::test]
async fn every_route_opens_for_whom_the_table_says() {
    let two = two().await;
    let mut table =
        String::from("method,path,stranger,receptionist,specialist,leader,office,admin\n");
    let (mut asked, mut routes) = (0, 0);
    for (method, path) in all() {
        let mut at = filled(&path, &two.own);
        if path == "/tai-khoan/phien/{id}" {
            // Number 1 is the session of one of those who ask.
            at = "/tai-khoan/phien/999999".into();
        }
        let api = path.starts_with("/api/") || path == "/metrics";
        write!(table, "{method},{path}").unwrap();
        let (status, to, _) = ask(&two.desk, &method, &at, "", None).await;
        assert!(status < 500, "{method} {path}: {status}");
        write!(table, ",{}", verdict(status, &to)).unwrap();
        for (role, cookie) in &two.cookies {
            let (status, to, _) = if path == "/dang-xuat" {
                // Would end the session that the next routes need.
                (303, "/dang-nhap".into(), String::new())
            } else if api {
                ask(&two.desk, &method, &at, "", Some(role.code())).await
            } else {
                ask(&two.desk, &method, &at, cookie, None).await
            };
            assert!(status < 500, "{method} {path} as {role:?}: {status}");
            write!(table, ",{}", verdict(status, &to)).unwrap();
            asked += 1;
        }
        table.push('\n');
        routes += 1;
    }
    if std::env::var_os("MOTCUA_BLESS").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let kept = std::fs::read_to_string(TABLE).unwrap_or_default();
    for (found, kept) in table.lines().zip(kept.lines()) {
        assert_eq!(found, kept, "read tests/it/routes.rs");
    }
    assert_eq!(table.lines().count(), kept.lines().count());
    println!("routes: {routes}, routes × roles asked: {asked}");
}

/// Nobody sees another agency's dossier: not its page, its JSON, its file, its acts, nor
/// that there is one; no list, count or export holds it.
#[tokio::test]
async fn another_agencys_objects_are_nowhere() {
    let two = two().await;
    let mut asked = 0;
    for (method, path) in all() {
        let api = path.starts_with("/api/");
        let public = ["/tra-cuu", "/api/v1/feedback", "/khao-sat", "/dang-xuat"];
        if public.iter().any(|start| path.starts_with(start)) {
            continue;
        }
        let about_a_dossier = path.starts_with("/ho-so/{code}")
            || path.starts_with("/xin-loi/{code}")
            || path.starts_with("/api/v1/dossiers/{code}");
        let at = filled(&path, &two.other);
        for (role, cookie) in &two.cookies {
            let (status, _, body) = if api {
                ask(&two.desk, &method, &at, "", Some(role.code())).await
            } else {
                ask(&two.desk, &method, &at, cookie, None).await
            };
            assert!(
                !body.contains(SECRET),
                "{method} {path} as {role:?} shows another's dossier"
            );
            if about_a_dossier && method == "GET" {
                let nowhere = filled(&path, "000.00.00.H57-210416-9999");
                let unknown = if api {
                    ask(&two.desk, &method, &nowhere, "", Some(role.code())).await
                } else {
                    ask(&two.desk, &method, &nowhere, cookie, None).await
                };
                assert_eq!(
                    status, unknown.0,
                    "{path} as {role:?} tells that it is there"
                );
                // The letters' page shows one's own list beside an unknown code.
                let list = path.starts_with("/xin-loi/") && status == 200;
                assert!(
                    list || matches!(status, 403 | 404),
                    "{path} as {role:?}: {status}"
                );
            }
            asked += 1;
        }
    }
    // Counts and exports hold one's own alone.
    let (_, list) = two.desk.get("admin", "/api/v1/dossiers").await;
    assert_eq!(list["total"], 1, "{list}");
    let (_, list) = two.desk.get("other-admin", "/api/v1/dossiers").await;
    assert_eq!(list["total"], 1, "{list}");
    for kind in ["csv", "json"] {
        for (role, cookie) in &two.cookies {
            let file = two
                .desk
                .page(cookie, &format!("/ho-so/tep?dang={kind}&format={kind}"))
                .await;
            assert!(!file.body.contains(SECRET), "{kind} as {role:?}");
        }
    }
    // Acts on it are refused as if it were not there, and nothing is written.
    for role in Role::ALL {
        let path = format!("/api/v1/dossiers/{}/actions", two.other);
        let act = serde_json::json!({ "action": "appraise", "expected_version": 1 });
        assert_eq!(two.desk.post(role.code(), &path, &act).await.0, 404);
    }
    let rows = two.desk.rows("SELECT id FROM event").await;
    assert_eq!(rows.len(), 2);
    let (_, questions) = two
        .desk
        .get("", &format!("/api/v1/survey/{}", two.other_ids[0].1))
        .await;
    assert!(!questions.to_string().contains(SECRET));
    println!("routes × roles on another agency's objects: {asked}");
}
