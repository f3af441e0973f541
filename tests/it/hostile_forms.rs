//! Hostile text in every field of every form of a page: nothing breaks, nothing comes back as
//! code or formula. The forms are read as a browser reads them; a POST without one is named.
use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Request, header},
};
use motcua::web::paths::encode;

use crate::{
    harness::Desk,
    hostile_routes::{DIRECT, LEFT},
    routes::of,
};

const SCRIPT: &str = "<script>hx()</script>\"'><img src=x onerror=hx()>";

/// Each in turn; all of them with `MOTCUA_LONG`.
fn texts() -> Vec<String> {
    vec![
        SCRIPT.to_owned(),
        "ă".repeat(10_240),
        "Nguye\u{302}\u{303}n Thi\u{323} \u{110}a\u{300}o".to_owned(),
        "\u{202e}\u{2066}txt.exe\u{200f}".to_owned(),
        "a\0b\u{1}".to_owned(),
        "=HYPERLINK(\"http://xau.vn\",\"x\")".to_owned(),
        "@SUM(1+1)*cmd|'/C calc'!A0".to_owned(),
        "-99999999999999999999".to_owned(),
    ]
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    action: String,
    multipart: bool,
    fields: Vec<(String, String)>,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag
        .split(&format!(" {name}=\""))
        .nth(1)?
        .split('"')
        .next()?;
    let plain = value
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    Some(plain.replace("&amp;", "&"))
}

/// The forms of a page that are posted, with what stands in them.
fn forms(page: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for part in page.split("<form").skip(1) {
        let body = part.split("</form>").next().unwrap_or_default();
        let (tag, inside) = body.split_once('>').unwrap_or((body, ""));
        if attribute(tag, "method").as_deref() != Some("post") {
            continue;
        }
        let Some(action) = attribute(tag, "action") else {
            continue;
        };
        let multipart = tag.contains("multipart/form-data");
        let mut fields: Vec<(String, String)> = Vec::new();
        for piece in inside.split('<').filter(|piece| {
            ["input", "select", "textarea", "button"]
                .iter()
                .any(|kind| piece.starts_with(kind))
        }) {
            let tag = piece.split('>').next().unwrap_or_default();
            let Some(name) = attribute(tag, "name") else {
                continue;
            };
            let value = attribute(tag, "value").unwrap_or_default();
            // A choice among several keeps the first, as a browser keeps the one chosen.
            if fields.iter().all(|(known, _)| *known != name) {
                fields.push((name, value));
            }
        }
        found.push(Form {
            action,
            multipart,
            fields,
        });
    }
    found
}

fn fits(pattern: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (pattern, path): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(&path)
            .all(|(want, have)| want.starts_with('{') || want == have)
}

async fn send(desk: &Desk, cookie: &str, form: &Form) -> (u16, String) {
    let (kind, body) = if form.multipart {
        let parts = form.fields.iter().map(|(name, value)| {
            let file = if ["tep", "file"].contains(&name.as_str()) {
                "; filename=\"a.csv\""
            } else {
                ""
            };
            format!(
                "--x\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
            )
        });
        (
            "multipart/form-data; boundary=x",
            format!("{}--x--\r\n", parts.collect::<String>()),
        )
    } else {
        let pairs = form
            .fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        (
            "application/x-www-form-urlencoded",
            pairs.collect::<Vec<_>>().join("&"),
        )
    };
    let request = Request::post(&form.action)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body))
        .unwrap();
    let (status, body) = desk.send(request).await;
    (status.as_u16(), String::from_utf8_lossy(&body).into_owned())
}

/// Addresses that hold forms: those without places, and those of one of each kind.
async fn addresses(desk: &Desk) -> Vec<String> {
    let mut all: Vec<String> = of(&motcua::web::router())
        .into_iter()
        .filter(|(method, path)| method == "GET" && !path.contains('{'))
        .map(|(_, path)| path)
        .collect();
    let dossiers = desk
        .rows("SELECT MIN(code) AS code FROM dossier GROUP BY status")
        .await;
    let acts = motcua::domain::dossier::Act::ALL;
    for row in &dossiers {
        let at = format!("/ho-so/{}", row["code"].as_str().unwrap());
        all.extend(acts.iter().map(|act| format!("{at}/{}", act.code())));
        all.extend([at.clone(), format!("{at}/tai-cho")]);
    }
    let feedback = desk
        .rows("SELECT MIN(code) AS code FROM feedback GROUP BY state")
        .await;
    for row in &feedback {
        let at = format!("/phan-anh/danh-sach/{}", row["code"].as_str().unwrap());
        for act in motcua::domain::feedback::Act::ALL {
            all.push(format!("{at}/{}", act.code()));
        }
        all.push(at);
    }
    for row in desk.rows("SELECT d.code FROM apology a JOIN dossier d ON d.id = a.dossier_id WHERE a.signed_at IS NULL LIMIT 1").await {
        all.push(format!("/xin-loi/{}", row["code"].as_str().unwrap()));
    }
    all.extend(
        [
            "/danh-muc/1.001193/to-khai",
            "/quy-trinh/1",
            "/so-van-ban/apology/2021/1/huy",
            "/nhan-su/specialist/khoa",
            "/nhan-su/specialist/mat-khau",
            "/nhan-su/specialist-vh/tai-khoan-tinh",
            "/thong-bao?xem=chua-den",
            "/lien-thong?muc=den",
            "/phieu-khao-sat?lo=A",
            "/kiosk/quan-ly",
            "/xoa-du-lieu/1",
        ]
        .map(str::to_owned),
    );
    all
}

#[tokio::test]
async fn hostile_text_in_every_field_of_every_form_does_no_harm() {
    let mut desk = Desk::of_demo(140, 4).await;
    desk.set(|settings| {
        settings.lookup.per_minute = 1_000_000;
        settings.oidc.issuer = "https://dangnhap.tinh.vn".into();
        settings.security.confirm_minutes = 600;
        settings.security.lockout_failures = i32::MAX;
    });
    let long = std::env::var_os("MOTCUA_LONG").is_some();
    let posts: BTreeSet<String> = of(&motcua::web::router())
        .into_iter()
        .filter(|(method, _)| method == "POST")
        .map(|(_, path)| path)
        .collect();
    let pattern = |action: &str| posts.iter().find(|pattern| fits(pattern, action)).cloned();
    let (mut sent, mut taken, mut fields) = (0, 0, 0);
    let mut seen: BTreeMap<(String, Vec<String>), String> = BTreeMap::new();
    let mut reached = BTreeSet::new();
    let texts = texts();
    for user in ["admin", "leader", "receptionist", "office"] {
        let cookie = desk.sign_in_demo(user).await;
        for address in addresses(&desk).await {
            let page = desk.page(&cookie, &address).await;
            for form in forms(&page.body) {
                let Some(route) = pattern(&form.action) else {
                    panic!("{address} posts to {}, which is no route", form.action);
                };
                reached.insert(route.clone());
                let skipped = LEFT.iter().any(|(path, _)| *path == route);
                let names: Vec<String> = form.fields.iter().map(|(name, _)| name.clone()).collect();
                if skipped
                    || route.ends_with("/khoa")
                    || seen.contains_key(&(route.clone(), names.clone()))
                {
                    continue;
                }
                seen.insert((route, names), address.clone());
                for place in 0..form.fields.len() {
                    fields += 1;
                    let few = [0, 1 + (fields % (texts.len() - 1))];
                    for text in texts
                        .iter()
                        .enumerate()
                        .filter(|(n, _)| long || few.contains(n))
                    {
                        // As it stands now: what was sent before may have moved it.
                        let now = desk.page(&cookie, &address).await;
                        let fresh = forms(&now.body).into_iter().find(|other| {
                            other.action == form.action && other.fields.len() == form.fields.len()
                        });
                        let mut form = fresh.unwrap_or_else(|| form.clone());
                        form.fields[place].1.clone_from(text.1);
                        let (status, body) = send(&desk, &cookie, &form).await;
                        assert!(
                            status < 500,
                            "{} {}: {status} {body}",
                            form.action,
                            form.fields[place].0
                        );
                        assert!(!body.contains("<script>hx"), "{}: {body}", form.action);
                        sent += 1;
                        taken += usize::from(status < 400);
                    }
                }
            }
        }
    }
    let cookie = desk.sign_in_demo("office").await;
    for (_, path, names) in DIRECT {
        for (place, text) in texts.iter().enumerate() {
            let pairs = names.iter().map(|name| format!("{name}={}", encode(text)));
            let all = pairs.collect::<Vec<_>>().join("&");
            let one = format!("{}={}", names[place % names.len()], encode(text));
            for body in [all, one] {
                let page = desk.form(&cookie, path, &body).await;
                // What a script reads as JSON is text to it; nothing there is markup.
                let json = serde_json::from_str::<serde_json::Value>(&page.body).is_ok();
                let harmless = page.status < 500 && (json || !page.body.contains("<script>hx"));
                assert!(harmless, "{path} {body}: {} {}", page.status, page.body);
                sent += 1;
            }
        }
    }
    let known = |post: &str| {
        DIRECT.iter().any(|(path, ..)| *path == post) || LEFT.iter().any(|(path, _)| *path == post)
    };
    let missing: Vec<&String> = posts
        .iter()
        .filter(|post| !reached.contains(*post) && !known(post))
        .collect();
    assert!(missing.is_empty(), "no form was found for {missing:?}");
    let kept = desk
        .rows("SELECT id FROM event WHERE note LIKE '%hx()%'")
        .await;
    assert!(
        !kept.is_empty(),
        "nothing hostile was kept: the test does not reach"
    );
    let pages = nothing_comes_back(&desk).await;
    println!(
        "forms: {}, fields: {fields}, hostile texts sent: {sent} ({taken} taken), pages looked at afterwards: {pages}",
        seen.len()
    );
}

/// Every page, then the exports: text stays text.
async fn nothing_comes_back(desk: &Desk) -> usize {
    let mut pages = 0;
    for user in ["admin", "leader"] {
        let cookie = desk.sign_in_demo(user).await;
        for address in addresses(desk).await {
            let page = desk.page(&cookie, &address).await;
            assert!(page.status < 500, "{address}: {}", page.body);
            for raw in ["<script>hx", "<img src=x"] {
                assert!(!page.body.contains(raw), "{address} gives {raw} back");
            }
            pages += 1;
        }
        for file in [
            "/ho-so/tep?dang=csv",
            "/phan-anh/danh-sach/tep?dang=csv",
            "/bao-cao/ra-soat?nam=2021&dang=csv",
            "/bao-cao/xin-loi?ky=2021&dang=csv",
        ] {
            let text = desk.page(&cookie, file).await.body;
            let mut rows = csv::ReaderBuilder::new()
                .flexible(true)
                .from_reader(text.as_bytes());
            for cell in rows
                .records()
                .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            {
                let formula = ["=HYPERLINK", "@SUM", "-9999"]
                    .iter()
                    .any(|begin| cell.starts_with(begin));
                assert!(!formula, "{file}: {cell}");
            }
            pages += 1;
        }
    }
    pages
}
