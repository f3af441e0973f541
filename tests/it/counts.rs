//! In no page, list, export or number of ours is another agency: all of them are the same
//! before and after it works on. And a colleague's case is in all that lists one's own.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    objects::{ask, cases, holds},
    routes::{all, filled},
};

/// Codes, tokens and keys differ from one answer to the next; the rest must not.
fn steady(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let random = |word: &str| word.len() >= 16 && word.chars().any(|c| c.is_ascii_digit());
    text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .map(|word| {
            let bare = word
                .trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            if random(bare) {
                word.replace(bare, "…")
            } else {
                word.to_owned()
            }
        })
        .collect()
}

/// Another agency works on, and no page, list, export or number of ours changes by it.
#[tokio::test]
async fn what_another_agency_does_is_in_no_count() {
    let cases = cases().await;
    let desk = &cases.two.desk;
    let mut addresses = Vec::new();
    for (method, path) in all() {
        // What is about no dossier of ours, or is set as a file whoever asks.
        let aside = [
            "/khao-sat",
            "/metrics",
            "/nhat-ky",
            "/thu-tuc",
            "/huong-dan",
            "/ngung",
            "/readyz",
            "/van-hanh",
            // One's own exports, which the first round has made.
            "/viec",
        ];
        let aside = aside.iter().any(|start| path.starts_with(start));
        if method == "GET" && !aside && !path.contains("/in/") && path != "/ho-so/{code}/{act}" {
            addresses.push(filled(&path, &cases.own));
        }
    }
    for kind in ["csv", "xlsx", "json"] {
        addresses.push(format!("/ho-so/tep?dang={kind}"));
        addresses.push(format!("/phan-anh/danh-sach/tep?dang={kind}"));
    }
    let all_answers = async || {
        let mut answers = BTreeMap::new();
        for address in &addresses {
            for (role, cookie) in &cases.two.cookies {
                let answer = ask(desk, "GET", address, *role, cookie, &Value::Null).await;
                answers.insert(
                    (address.clone(), role.code()),
                    (answer.status, answer.face, steady(&answer.body)),
                );
            }
        }
        answers
    };
    let before = all_answers().await;
    let path = "/api/v1/dossiers";
    for kind in ["citizen", "enterprise", "citizen"] {
        let body = json!({
            "procedure_code": "1.001193", "channel": "desk", "documents": [],
            "applicant": { "name": "Người xã khác", "kind": kind },
        });
        let (status, made) = desk.post("other-receptionist", path, &body).await;
        assert_eq!(status, 201, "{made}");
    }
    let act = json!({ "action": "appraise", "expected_version": 1 });
    let path = format!("/api/v1/dossiers/{}/actions", cases.two.other);
    let (status, said) = desk.post("other-specialist", &path, &act).await;
    assert_eq!(status, 200, "{said}");
    let after = all_answers().await;
    let mut faces = BTreeMap::<&str, usize>::new();
    for (key, was) in &before {
        let is = &after[key];
        assert_eq!(was.0, is.0, "{key:?}");
        if was.1 != "file" {
            assert!(
                was.2 == is.2,
                "{key:?} tells of another agency:\n{}",
                first_difference(&was.2, &is.2)
            );
        }
        *faces.entry(was.1).or_default() += 1;
    }
    // Nor does a colleague's case lack in what lists and counts one's own.
    for (role, cookie) in &cases.two.cookies {
        let list = ask(desk, "GET", "/api/v1/dossiers", *role, cookie, &Value::Null).await;
        assert!(holds(&list.body, "\"total\":3"), "{role:?}");
        for address in [
            "/ho-so",
            "/ho-so/tep?dang=csv",
            "/ho-so/tep?dang=xlsx",
            "/ho-so/tep?dang=json",
        ] {
            let shown = ask(desk, "GET", address, *role, cookie, &Value::Null).await;
            for (code, there) in [
                (&cases.own, true),
                (&cases.colleagues, true),
                (&cases.two.other, false),
            ] {
                assert_eq!(
                    holds(&shown.body, code),
                    there,
                    "{address} as {role:?}: {code}"
                );
            }
        }
    }
    println!("answers alike before and after another agency's work, by face: {faces:?}");
}

fn first_difference(one: &str, other: &str) -> String {
    let place = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let cut = |text: &str| -> String {
        let from = (0..=place.saturating_sub(60))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        text[from..].chars().take(160).collect()
    };
    format!("{}\n{}", cut(one), cut(other))
}
