//! Sign-in by an identity provider: a real one (npm oidc-provider) started on this machine,
//! and one that lies. `tests/run` installs it and names its folder by `MOTCUA_OIDC`.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "the suite uses the rest")]
#[path = "../it/harness.rs"]
mod harness;
mod providers;
#[path = "../it/years.rs"]
mod years;

use motcua::{
    actions::{disable_account, link_identity},
    clock::Clock,
    config::{LinkBy, SecondFactor},
    domain::role::Role,
};
use serde_json::json;

use harness::Desk;
use providers::{BACK, Provider, Way};

/// A desk that knows a provider, its clock the machine's.
async fn desk_of(provider: &Provider) -> Desk {
    let mut desk = Desk::at("2026-01-05T10:00").await;
    desk.app.clock = Clock::System;
    desk.set(|settings| {
        settings.oidc.issuer.clone_from(&provider.issuer);
        settings.oidc.client_id = "motcua".into();
        settings.oidc.client_secret = "bi-mat-cua-hai-ben".into();
    });
    desk
}

/// Begins at the desk: the way cookie, and the provider's address.
async fn begin(desk: &Desk, ve: &str) -> (String, String) {
    let page = desk.page("", &format!("/dang-nhap/tinh?ve={ve}")).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert!(page.cookie.starts_with("motcua-way="), "{}", page.cookie);
    (page.cookie, page.location)
}

/// The whole way of a person; answers the desk's last word.
async fn come(desk: &Desk, person: &str, ve: &str) -> harness::Page {
    let (cookie, to) = begin(desk, ve).await;
    let back = Way::default().through(&to, person).await;
    desk.page(&cookie, &back).await
}

#[tokio::test]
async fn a_linked_person_comes_in_with_a_session_like_any_other() {
    let provider = Provider::start("provider.mjs");
    let desk = desk_of(&provider).await;
    let own = desk.sign_in(Role::Office).await;
    link_identity::link(&desk.app, "office", "nguoi-1")
        .await
        .unwrap();
    // The button stands on the page, beside the password.
    let login = desk.page("", "/dang-nhap?ve=/ho-so").await.body;
    assert!(login.contains("Đăng nhập bằng tài khoản của tỉnh"));
    assert!(login.contains("/dang-nhap/tinh?ve=%2Fho-so") && login.contains("name=\"password\""));

    let (cookie, to) = begin(&desk, "/ho-so").await;
    for part in [
        "code_challenge_method=S256",
        "state=",
        "nonce=",
        "response_type=code",
    ] {
        assert!(to.contains(part), "{part}: {to}");
    }
    let back = Way::default().through(&to, "nguoi-1").await;
    let page = desk.page(&cookie, &back).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/ho-so"),
        "{}",
        page.body
    );
    assert!(page.cookie.starts_with("motcua="));
    assert_eq!(desk.page(&page.cookie, "/ho-so").await.status, 200);
    // Listed for its owner, ended like any other; the password was not given.
    let account = desk.page(&page.cookie, "/tai-khoan").await.body;
    assert_eq!(account.matches("phiên này").count(), 1);
    let rows = desk
        .rows("SELECT confirmed_at, second_at FROM session ORDER BY id")
        .await;
    assert_eq!(rows.len(), 2);
    assert!(!rows[0]["confirmed_at"].is_null() && rows[1]["confirmed_at"].is_null());
    assert!(rows[1]["second_at"].is_null());
    // What came back once opens nothing again: the provider takes a code once.
    let again = desk.page(&cookie, &back).await;
    assert_eq!(again.status, 401);
    assert!(again.body.contains("Không xác nhận được câu trả lời"));
    // Nor does its code on another way: the provider itself refuses it.
    let (second, to) = begin(&desk, "").await;
    let state = to
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let replayed = desk
        .page(&second, &format!("{BACK}?code={code}&state={state}"))
        .await;
    assert_eq!(replayed.status, 401, "{}", replayed.body);
    assert!(replayed.body.contains("Không xác nhận được câu trả lời"));
    // Unlinked, all sessions are over.
    link_identity::unlink(&desk.app, "office").await.unwrap();
    for cookie in [&page.cookie, &own] {
        assert_eq!(desk.page(cookie, "/ho-so").await.status, 303);
    }
}

#[tokio::test]
async fn nobody_comes_in_who_was_not_linked_or_is_disabled() {
    let provider = Provider::start("provider.mjs");
    let mut desk = desk_of(&provider).await;
    desk.sign_in(Role::Office).await;
    desk.sign_in(Role::Specialist).await;
    let words = json!({ "username": "office", "email": "van.phong@xa.vn", "verified": true });
    provider.set(&words).await;
    // The administrator did not allow a first link by what the provider says.
    let page = come(&desk, "nguoi-2", "").await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("mã định danh: nguoi-2") && page.body.contains("name=\"password\""));
    assert!(
        page.cookie.starts_with("motcua-way="),
        "no session: {}",
        page.cookie
    );
    // Allowed by name: linked once, for good.
    desk.set(|settings| settings.oidc.link_by = LinkBy::Username);
    assert_eq!(come(&desk, "nguoi-2", "").await.location, "/ban-lam-viec");
    // Another person who now bears the same name does not take it over.
    assert_eq!(come(&desk, "nguoi-3", "").await.status, 403);
    desk.set(|settings| settings.oidc.link_by = LinkBy::None);
    assert_eq!(come(&desk, "nguoi-2", "").await.status, 303);
    disable_account::run(&desk.app, "office").await.unwrap();
    let locked = come(&desk, "nguoi-2", "").await;
    assert_eq!(locked.status, 403);
    assert!(locked.body.contains("đã bị khóa"));
    // By mail: only where the provider says that it is theirs, and nobody shares it.
    desk.run("UPDATE account SET email = 'Chuyen.Mon@xa.vn' WHERE username = 'specialist'")
        .await;
    desk.set(|settings| settings.oidc.link_by = LinkBy::Email);
    for (verified, status) in [(false, 403), (true, 303)] {
        let words = json!({ "email": "chuyen.mon@xa.vn", "verified": verified });
        provider.set(&words).await;
        assert_eq!(
            come(&desk, "nguoi-4", "").await.status,
            status,
            "{verified}"
        );
    }
    let rows = desk
        .rows("SELECT subject FROM identity ORDER BY subject")
        .await;
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn the_way_belongs_to_its_browser() {
    let provider = Provider::start("provider.mjs");
    let desk = desk_of(&provider).await;
    desk.sign_in(Role::Office).await;
    link_identity::link(&desk.app, "office", "nguoi-1")
        .await
        .unwrap();
    // Another browser's cookie, none at all, another state.
    let (cookie, to) = begin(&desk, "").await;
    let back = Way::default().through(&to, "nguoi-1").await;
    assert_eq!(desk.page("", &back).await.status, 400);
    let (other, _) = begin(&desk, "").await;
    let refused = desk.page(&other, &back).await;
    assert_eq!(refused.status, 401);
    assert!(
        refused.cookie.ends_with("way="),
        "taken from the browser after one try: {}",
        refused.cookie
    );
    let bent = back.replace("state=", "state=x");
    let refused = desk.page(&cookie, &bent).await;
    assert_eq!(refused.status, 401);
    assert!(refused.cookie.ends_with("way="), "{}", refused.cookie);
    // One that somebody made up.
    let last = if cookie.ends_with('0') { "1" } else { "0" };
    let made = format!("{}{last}", &cookie[..cookie.len() - 1]);
    assert_eq!(desk.page(&made, &back).await.status, 400);
    // Turned back at the provider.
    let (cookie, to) = begin(&desk, "").await;
    let state = to
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let page = desk
        .page(
            &cookie,
            &format!("{BACK}?error=access_denied&state={state}"),
        )
        .await;
    assert_eq!(page.status, 401);
    assert!(page.body.contains("đã bị hủy"));
    assert_eq!(desk.rows("SELECT id FROM session").await.len(), 1);
}

#[tokio::test]
async fn no_way_leads_to_another_site() {
    let provider = Provider::start("provider.mjs");
    let desk = desk_of(&provider).await;
    desk.sign_in(Role::Office).await;
    link_identity::link(&desk.app, "office", "nguoi-1")
        .await
        .unwrap();
    for ve in [
        "https://xau.vn",
        "//xau.vn",
        "/%5Cxau.vn",
        "/%09/xau.vn",
        "javascript:x",
    ] {
        let page = come(&desk, "nguoi-1", ve).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (303, "/ban-lam-viec"),
            "{ve}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_not_right_in_everything_opens_nothing() {
    let provider = Provider::start("liar.mjs");
    let desk = desk_of(&provider).await;
    desk.sign_in(Role::Office).await;
    link_identity::link(&desk.app, "office", "ai-do")
        .await
        .unwrap();
    // The same token, right in everything, does.
    assert_eq!(come(&desk, "", "").await.status, 303);
    let mut tried = 0;
    for lie in [
        json!({ "claims": { "nonce": "khac" } }),
        json!({ "claims": { "nonce": null } }),
        json!({ "claims": { "iss": "https://xau.vn" } }),
        json!({ "claims": { "aud": "phan-mem-khac" } }),
        json!({ "claims": { "aud": ["motcua", "phan-mem-khac"] } }),
        json!({ "claims": { "exp": 1_600_000_000 } }),
        json!({ "claims": { "sub": "ai-khac" } }),
        json!({ "claims": { "at_hash": "bGE" } }),
        json!({ "stranger": true }),
        json!({ "header": { "alg": "none" } }),
        json!({ "header": { "kid": "khac" } }),
        json!({ "iss": "https://xau.vn" }),
    ] {
        provider.set(&lie).await;
        let page = come(&desk, "", "").await;
        let status = if lie["claims"]["sub"].is_null() {
            401
        } else {
            403
        };
        assert_eq!(page.status, status, "{lie}: {}", page.body);
        tried += 1;
    }
    assert_eq!(desk.rows("SELECT id FROM session").await.len(), 2);
    println!("lies of an identity provider refused: {tried}");
}

#[tokio::test]
async fn a_provider_that_names_itself_otherwise_is_none() {
    let provider = Provider::start("liar.mjs");
    let desk = desk_of(&provider).await;
    provider.set(&json!({ "metadata": "https://xau.vn" })).await;
    assert_eq!(desk.page("", "/dang-nhap/tinh").await.status, 503);
}

#[tokio::test]
async fn the_providers_second_factor_counts_only_where_the_office_says_so() {
    let provider = Provider::start("liar.mjs");
    let mut desk = desk_of(&provider).await;
    desk.sign_in(Role::Admin).await;
    desk.set(|settings| settings.security.second_factor = SecondFactor::Admin);
    link_identity::link(&desk.app, "admin", "ai-do")
        .await
        .unwrap();
    let strong = json!({ "claims": { "amr": ["pwd", "otp"], "acr": "loa3" } });
    for (told, acr, amr, opens) in [
        (&strong, "", "", false),
        (&strong, "loa3", "", true),
        (&strong, "", "otp", true),
        (&strong, "loa4", "hwk", false),
        (&json!({}), "loa3", "otp", false),
    ] {
        desk.set(|settings| {
            let list = |word: &str| {
                if word.is_empty() {
                    vec![]
                } else {
                    vec![word.to_owned()]
                }
            };
            settings.oidc.second_factor_acr = list(acr);
            settings.oidc.second_factor_amr = list(amr);
        });
        provider.set(told).await;
        let page = come(&desk, "", "").await;
        assert_eq!(page.status, 303);
        let desk_page = desk.page(&page.cookie, "/ban-lam-viec").await;
        if opens {
            assert_eq!(desk_page.status, 200, "{acr} {amr}");
        } else {
            assert!(
                desk_page.location.starts_with("/dang-nhap/ma"),
                "{acr} {amr}"
            );
        }
    }
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_from_signing_in_by_password() {
    let provider = Provider::start("liar.mjs");
    let mut desk = desk_of(&provider).await;
    desk.sign_in(Role::Office).await;
    drop(provider);
    let page = desk.page("", "/dang-nhap/tinh").await;
    assert_eq!(page.status, 503);
    assert!(
        page.body
            .contains("Chưa kết nối được hệ thống đăng nhập của tỉnh")
    );
    assert!(page.body.contains("name=\"password\""));
    let form = "username=office&password=mot+cau+de+nho";
    assert_eq!(desk.form("", "/dang-nhap", form).await.status, 303);
    let doctor = motcua::upkeep::doctor::run(&desk.app, true).await.unwrap();
    let said = doctor
        .iter()
        .find(|check| check.name == "Đăng nhập của tỉnh")
        .unwrap();
    assert!(said.words.contains("Không tới được"), "{}", said.words);
    // Where none is set, there is no such page and no such button.
    desk.set(|settings| settings.oidc.issuer.clear());
    for path in ["/dang-nhap/tinh", BACK] {
        assert_eq!(desk.page("", path).await.status, 404);
    }
    assert!(
        !desk
            .page("", "/dang-nhap")
            .await
            .body
            .contains("/dang-nhap/tinh")
    );
}

#[test]
fn the_feature_adds_two_routes_and_no_more() {
    let said = format!("{:?}", motcua::web::router());
    assert_eq!(said.matches("\"/dang-nhap/tinh").count() % 2, 0);
    assert!(said.contains("\"/dang-nhap/tinh\"") && said.contains("\"/dang-nhap/tinh/ve\""));
}
