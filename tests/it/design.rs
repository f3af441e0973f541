//! Does the look keep its promises: no inline code, NFC, hashed addresses, parts that read well?
#![expect(
    clippy::unwrap_used,
    reason = "in a test's helper a panic is the message"
)]
use std::{fs, path::Path};

use axum::{
    body::Body,
    http::{
        Request, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
};
use http_body_util::BodyExt;
use maud::Markup;
use motcua::web::{
    assets,
    form::{self, Field, FormErrors},
    parts::{Pager, Share, fraction, goal_bar, pager},
    paths, sample,
};
use tower::ServiceExt;
use unicode_normalization::is_nfc;

use crate::harness::Desk;

fn samples() -> Vec<(&'static str, Markup)> {
    vec![
        ("gallery", sample::gallery()),
        ("desk", sample::desk()),
        ("intake", sample::intake()),
        ("dossier", sample::dossier()),
        ("lookup", sample::lookup()),
        ("survey", sample::survey()),
        ("kiosk", sample::kiosk()),
    ]
}

/// Everything between `<` and `>`.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[test]
fn pages_hold_no_inline_style_or_script() {
    for (name, page) in samples() {
        let page = page.into_string();
        assert!(!page.contains("<style"), "{name}");
        for tag in tags(&page) {
            assert!(attribute(tag, "style").is_none(), "{name}: {tag}");
            assert!(!tag.contains(" on"), "{name}: handler in {tag}");
            assert!(!tag.contains("javascript:"), "{name}: {tag}");
            if tag.starts_with("script") {
                assert_eq!(
                    attribute(tag, "src"),
                    Some(assets::js_url()),
                    "{name}: {tag}"
                );
            }
            for link in ["href", "src", "action"] {
                let foreign =
                    attribute(tag, link).is_some_and(|to| to.contains("//") || to.is_empty());
                assert!(!foreign, "{name}: {tag}");
            }
        }
        assert!(
            !page.contains("<script>") && !page.contains("defer>("),
            "{name}"
        );
    }
}

#[test]
fn pages_have_one_title_one_heading_and_names_for_all_they_point_to() {
    for (name, page) in samples() {
        let page = page.into_string();
        assert!(
            page.starts_with("<!DOCTYPE html><html lang=\"vi\""),
            "{name}"
        );
        assert!(page.contains("name=\"referrer\" content=\"no-referrer\""));
        assert_eq!(page.matches("<main ").count(), 1, "{name}");
        let headings = page.matches("<h1").count();
        // The gallery also shows a confirm page and a problem, which bring their own.
        assert_eq!(headings, if name == "gallery" { 3 } else { 1 }, "{name}");
        let mut ids: Vec<&str> = tags(&page).filter_map(|tag| attribute(tag, "id")).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        if name != "gallery" {
            assert_eq!(ids.len(), all, "{name}: an id stands twice");
        }
        for tag in tags(&page) {
            let pointed = ["for", "aria-describedby", "aria-controls"]
                .into_iter()
                .filter_map(|name| attribute(tag, name));
            for id in pointed.flat_map(str::split_whitespace) {
                assert!(ids.binary_search(&id).is_ok(), "{name}: nothing is {id}");
            }
        }
    }
}

#[test]
fn shortcuts_survive_vietnamese_typing() {
    // Vowels, D and W are swallowed by Telex; Telex tones are F J R S X Z, of which the design keeps S and X.
    const LETTERS: &str = "BCGHKLMNPQSTVX";
    for (name, page) in samples() {
        let page = page.into_string();
        for tag in tags(&page) {
            let Some(key) = attribute(tag, "data-key") else {
                continue;
            };
            let letter = key.len() == 1 && key.chars().all(|mark| mark.is_ascii_alphabetic());
            assert!(!letter || LETTERS.contains(key), "{name}: key {key}");
        }
    }
}

#[test]
fn what_was_typed_cannot_break_out_of_a_field() {
    let mut errors = FormErrors::new();
    errors.add("name", "Chưa có <b>tên</b>.");
    let field = Field::new("name", "Họ và tên", "\"><script>alert(1)</script>", &errors);
    let shown = format!(
        "{}{}{}",
        form::text_field(&field).into_string(),
        form::textarea(&field, 2).into_string(),
        form::error_summary(&errors).into_string()
    );
    assert!(!shown.contains("<script") && !shown.contains("<b>"));
    assert!(shown.contains("aria-invalid=\"true\""));
    assert!(shown.contains("aria-describedby=\"f-name-error\""));
    assert!(shown.contains("href=\"#f-name\""));
    assert!(shown.contains("có 1 chỗ cần sửa"));
}

#[test]
fn a_refused_form_comes_back_filled_in() {
    let errors = FormErrors::new();
    let page = form::radio_group(
        &Field::new("kind", "Loại", "b", &errors),
        &[("a", "A"), ("b", "B")],
        false,
    )
    .into_string();
    assert!(page.contains("value=\"b\" checked"));
    let page = form::select(
        &Field::new("kind", "Loại", "b", &errors),
        &[("a", "A"), ("b", "B")],
    )
    .into_string();
    assert!(page.contains("value=\"b\" selected"));
    let secret =
        form::password_field(&Field::new("p", "Mật khẩu", "bí mật", &errors)).into_string();
    assert!(!secret.contains("bí mật"));
}

#[test]
fn figures_are_written_as_here() {
    let share = |numerator, denominator| Share {
        numerator,
        denominator,
    };
    assert!(
        fraction(share(16, 138))
            .into_string()
            .contains("16/138 = 11,59\u{a0}%")
    );
    assert!(!fraction(share(0, 0)).into_string().contains('%'));
    let bar = goal_bar(share(16, 138), 28, "thủ tục").into_string();
    assert!(bar.contains("cần 28") && bar.contains("16 trên 138 thủ tục"));
    // More than the whole is not asked for, and nothing divides by zero.
    assert!(
        goal_bar(share(0, 0), 0, "thủ tục")
            .into_string()
            .contains("<svg")
    );
}

#[test]
fn a_pager_survives_any_page_number() {
    let show = |page| {
        pager(&Pager {
            path: "/ho-so?q=an",
            page,
            per_page: 50,
            total: 2014,
        })
        .into_string()
    };
    assert!(show(0).contains("1–50 / 2.014"));
    assert!(show(2).contains("51–100 / 2.014") && show(2).contains("/ho-so?q=an&amp;trang=3"));
    assert!(show(u64::MAX).contains("2.001–2.014 / 2.014"));
}

#[test]
fn addresses_keep_their_parts_in_place() {
    assert_eq!(paths::dossier("a/../b?c#d"), "/ho-so/a%2F..%2Fb%3Fc%23d");
    assert_eq!(paths::dossier(".."), "/ho-so/%2E%2E");
    assert_eq!(paths::lookup("Đ 1"), "/tra-cuu?code=%C4%90%201");
    assert_eq!(
        paths::with_query(paths::DOSSIERS_TO_APPROVE, &[("trang", "2")]),
        "/ho-so?viec=cho-ky&trang=2"
    );
}

async fn fetch(desk: &Desk, url: &str) -> (StatusCode, String, String, usize) {
    let request = Request::get(url).header("accept-encoding", "gzip");
    let answer = desk.answer(request.body(Body::empty()).unwrap()).await;
    let status = answer.status();
    let header = |name| {
        let value = answer.headers().get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    };
    let (kind, cache) = (header(CONTENT_TYPE), header(CACHE_CONTROL));
    let size = answer.into_body().collect().await.unwrap().to_bytes().len();
    (status, kind, cache, size)
}

#[tokio::test]
async fn assets_stand_at_hashed_addresses_for_ever_and_are_light_on_the_line() {
    let desk = Desk::at("2021-04-16T10:00").await;
    for (url, kind, most) in [
        (assets::css_url(), "text/css; charset=utf-8", 11_000),
        (assets::js_url(), "text/javascript; charset=utf-8", 8_000),
        (assets::icon_url(), "image/svg+xml", 1_000),
    ] {
        let (status, content_type, cache, size) = fetch(&desk, url).await;
        assert_eq!(status, StatusCode::OK, "{url}");
        assert_eq!(content_type, kind);
        assert_eq!(cache, "public, max-age=31536000, immutable");
        assert!(
            (100..=most).contains(&size),
            "{url} weighs {size} compressed"
        );
    }
    let gone = fetch(&desk, "/assets/000000000000/motcua.css").await;
    assert_eq!(gone.0, StatusCode::NOT_FOUND);
    let script = include_str!("../../src/web/assets/desk.js").len();
    assert!(script < 20_000, "our own script has {script} bytes");
}

#[test]
fn the_sample_page_has_every_part() {
    let page = sample::gallery().into_string();
    for (part, shown) in [
        ("button", "class=\"btn primary\""),
        ("field", "class=\"input\""),
        ("select with search", "role=\"combobox\""),
        ("table", "<table"),
        ("badge of standing", "<span class=\"badge"),
        ("timeline", "class=\"timeline"),
        ("card of a figure", "<p class=\"big\">"),
        ("chart frame", "<svg class=\"chart\""),
        ("dialog", "<dialog id=\"all-keys\""),
        ("notice", "class=\"notice"),
        ("steps", "class=\"steps"),
        ("pager", "class=\"pager"),
        ("progress", "role=\"progressbar\""),
        ("explanation by law", "Giải thích, căn cứ"),
    ] {
        assert!(page.contains(shown), "no {part} on the sample page");
    }
}

#[tokio::test]
async fn what_the_stylesheet_says_to_people_keeps_its_spaces() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let served = desk.page("", assets::css_url()).await.body;
    let said = assets::sheet().split('"').skip(1).step_by(2);
    let said: Vec<&str> = said.filter(|words| words.contains(": ")).collect();
    assert!(!said.is_empty(), "no words are left to look at");
    for words in said {
        assert!(
            served.contains(words),
            "“{words}” is not served as it is written"
        );
    }
}

#[test]
fn every_text_of_the_pages_is_nfc() {
    fn walk(folder: &Path, seen: &mut usize) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, seen);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                assert!(is_nfc(&text), "{} is not NFC", path.display());
                *seen += 1;
            }
        }
    }
    let mut seen = 0;
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"),
        &mut seen,
    );
    assert!(seen > 15, "only {seen} files");
}

/// Writes the samples with their assets beside the build, to be opened in a browser.
#[tokio::test]
async fn samples_can_be_looked_at_without_a_server() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    fs::create_dir_all(&folder).unwrap();
    for (url, file) in [
        (assets::css_url(), "motcua.css"),
        (assets::js_url(), "desk.js"),
    ] {
        let app: axum::Router = assets::router();
        let answer = app
            .oneshot(Request::get(url).body(Body::empty()).unwrap())
            .await
            .unwrap();
        fs::write(
            folder.join(file),
            answer.into_body().collect().await.unwrap().to_bytes(),
        )
        .unwrap();
    }
    for (name, page) in samples() {
        let page = page
            .into_string()
            .replace(assets::css_url(), "motcua.css")
            .replace(assets::js_url(), "desk.js");
        assert!(page.contains("href=\"motcua.css\""), "{name} has no look");
        let dark = page.replacen(
            "<html lang=\"vi\"",
            "<html lang=\"vi\" data-theme=\"dark\"",
            1,
        );
        fs::write(folder.join(format!("{name}.html")), page).unwrap();
        fs::write(folder.join(format!("{name}-dark.html")), dark).unwrap();
    }
}
