//! Whoever guesses: codes, PINs, the password again; whoever floods. Each is counted for
//! itself, and nothing that is sent stays in memory.
use axum::{body::Body, extract::ConnectInfo, http::Request};
use chrono::TimeDelta;
use motcua::{
    actions::reset_password, config::SecondFactor, domain::role::Role, error::Kind, queue::Queue,
    rate::Limit, store::accounts::by_username, vault,
};

use crate::harness::{Desk, together};

const MORNING: &str = "2021-04-16T10:00";
const RIGHT: &str = "mot+cau+de+nho";

/// A desk whose administrator has a telephone, and its key.
async fn with_telephone() -> (Desk, String) {
    let mut desk = Desk::at(MORNING).await;
    desk.set(|settings| settings.security.second_factor = SecondFactor::Admin);
    let admin = desk.sign_in(Role::Admin).await;
    assert_eq!(desk.page(&admin, "/dang-nhap/ma").await.status, 200);
    let account = by_username(desk.store().read(), "admin").await.unwrap();
    let stored = account.unwrap().totp_secret.unwrap();
    let key = vault::open(&desk.app.settings, "admin", &stored).unwrap();
    let good = code(&desk, &key);
    let taken = desk
        .form(&admin, "/dang-nhap/ma", &format!("ma={good}"))
        .await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    (desk, key)
}

/// What the telephone shows now.
fn code(desk: &Desk, key: &str) -> String {
    let key = totp_rs::Secret::try_from_base32(key).unwrap();
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(key)
        .build()
        .unwrap();
    let now = desk.app.clock.now().timestamp();
    totp.generate(u64::try_from(now).unwrap()).to_string()
}

async fn enter(desk: &Desk, username: &str) -> String {
    let form = format!("username={username}&password={RIGHT}");
    let page = desk.form("", "/dang-nhap", &form).await;
    assert_eq!(page.status, 303, "{}", page.body);
    page.cookie
}

#[tokio::test]
async fn the_password_wins_no_more_tries_at_the_code() {
    let (mut desk, key) = with_telephone().await;
    let mut refused = 0;
    for round in 0..5 {
        // Signing in again, or giving the password again, begins no new count.
        let mut half = enter(&desk, "admin").await;
        if round % 2 == 1 {
            let sure = format!("password={RIGHT}");
            half = desk.form(&half, "/xac-nhan", &sure).await.cookie;
        }
        for _ in 0..4 {
            let answer = desk.form(&half, "/dang-nhap/ma", "ma=000000").await;
            refused += usize::from(answer.status == 422);
        }
    }
    assert_eq!(refused, 5, "tries before the pause");
    // The right one is not heard either, and the pauses grow although the password comes between.
    let half = enter(&desk, "admin").await;
    let good = format!("ma={}", code(&desk, &key));
    let paused = desk.form(&half, "/dang-nhap/ma", &good).await;
    assert_eq!(paused.status, 429, "{}", paused.body);
    desk.app.clock = motcua::clock::Clock::Fixed(desk.app.clock.now() + TimeDelta::minutes(11));
    desk.set(|_| {});
    let half = enter(&desk, "admin").await;
    for _ in 0..5 {
        desk.form(&half, "/dang-nhap/ma", "ma=000000").await;
    }
    let rows = desk.rows("SELECT what, lockouts FROM wrong_try").await;
    assert_eq!(rows[0]["lockouts"], 2, "{rows:?}");
}

#[tokio::test]
async fn many_codes_at_once_are_counted_one_by_one() {
    let (mut desk, key) = with_telephone().await;
    desk.app.clock = motcua::clock::Clock::Fixed(desk.app.clock.now() + TimeDelta::minutes(2));
    desk.set(|_| {});
    let half = enter(&desk, "admin").await;
    let good: u32 = code(&desk, &key).parse().unwrap();
    let guesses: Vec<String> = (3..43)
        .map(|n| format!("ma={:06}", (good + n) % 1_000_000))
        .collect();
    let all = guesses
        .iter()
        .map(|guess| desk.form(&half, "/dang-nhap/ma", guess));
    let statuses: Vec<u16> = together(all).await.iter().map(|page| page.status).collect();
    let heard = statuses.iter().filter(|status| **status != 429).count();
    assert_eq!(heard, 5, "{statuses:?}");
    // The right one, after them, is not heard.
    let last = desk
        .form(&half, "/dang-nhap/ma", &format!("ma={good:06}"))
        .await;
    assert_eq!(last.status, 429);
}

#[tokio::test]
async fn a_telephone_is_tied_only_by_whoever_gave_the_password_just_now() {
    let mut desk = Desk::at(MORNING).await;
    let office = desk.sign_in(Role::Office).await;
    desk.move_to("2021-04-16T10:30");
    for post in [false, true] {
        let page = if post {
            desk.form(&office, "/dang-nhap/ma", "ma=000000").await
        } else {
            desk.page(&office, "/dang-nhap/ma").await
        };
        assert_eq!(page.status, 303, "{}", page.body);
        assert!(page.location.starts_with("/xac-nhan"), "{}", page.location);
    }
    let rows = desk.rows("SELECT totp_secret FROM account").await;
    assert!(rows[0]["totp_secret"].is_null(), "a secret was made");
    let sure = format!("password={RIGHT}&ve=/dang-nhap/ma");
    let sure = desk.form(&office, "/xac-nhan", &sure).await;
    let page = desk.page(&sure.cookie, &sure.location).await;
    assert!(page.body.contains("<svg"), "{}", page.body);
}

#[tokio::test]
async fn the_old_password_is_not_guessed_without_end() {
    let desk = Desk::at(MORNING).await;
    let office = desk.sign_in(Role::Office).await;
    let guess = async |old: &str| {
        let form = format!("old={old}&new=ghe-go-canh-song-huong");
        desk.form(&office, "/tai-khoan/mat-khau", &form).await
    };
    for _ in 0..5 {
        assert_eq!(guess("sai").await.status, 422);
    }
    let paused = guess(RIGHT).await;
    assert_eq!(paused.status, 429);
    assert!(paused.body.contains("Thử lại sau"), "{}", paused.body);
    // Whoever guesses outside, or at a code for a forgotten password, shuts nobody out who
    // knows the word; nor does this.
    for _ in 0..6 {
        let form = "username=office&code=0000&new=ghe-go-canh-song-huong";
        desk.form("", "/dat-lai-mat-khau", form).await;
    }
    enter(&desk, "office").await;
}

#[tokio::test]
async fn a_new_password_ends_the_code_handed_out_before() {
    let desk = Desk::at(MORNING).await;
    let office = desk.sign_in(Role::Office).await;
    let code = reset_password::offer(&desk.app, "office").await.unwrap();
    let form = format!("old={RIGHT}&new=ghe-go-canh-song-huong");
    let changed = desk.form(&office, "/tai-khoan/mat-khau", &form).await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    let form = format!("username=office&code={code}&new=thuyen-ve-ben-cu-chieu-nay");
    let late = desk.form("", "/dat-lai-mat-khau", &form).await;
    assert_eq!(late.status, 422, "an old code opened the account");
}

#[tokio::test]
async fn the_way_back_never_leads_to_another_site() {
    let desk = Desk::at(MORNING).await;
    desk.sign_in(Role::Office).await;
    for strange in [
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%5cevil.example",
        "//evil.example",
        "/a%0d%0ab",
    ] {
        let form = format!("username=office&password={RIGHT}&ve={strange}");
        let page = desk.form("", "/dang-nhap", &form).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (303, "/ban-lam-viec"),
            "{strange}"
        );
        let form = format!("password={RIGHT}&ve={strange}");
        let page = desk.form(&page.cookie, "/xac-nhan", &form).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (303, "/ban-lam-viec"),
            "{strange}"
        );
    }
}

#[tokio::test]
async fn one_address_knocks_so_often_and_no_other_pays_for_it() {
    let mut desk = Desk::at(MORNING).await;
    // An office and its visitors behind one address go through.
    let security = &desk.app.settings.security;
    assert!(security.sign_ins_per_minute >= 120 && security.forms_per_minute >= 60);
    desk.app.doors = Limit::per_hour(6);
    desk.app.forms = Limit::per_hour(3);
    desk.set(|_| {});
    let send = async |peer: &str, path: &str| {
        let peer: std::net::SocketAddr = format!("{peer}:5000").parse().unwrap();
        let request = Request::post(path)
            .extension(ConnectInfo(peer))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("x=y"));
        desk.send(request.unwrap()).await.0.as_u16()
    };
    let forms = [
        "/khao-sat/abc",
        "/ngung-thong-bao/abc",
        "/api/v1/survey/abc",
    ];
    let doors = [
        "/dang-nhap",
        "/dang-nhap/ma",
        "/xac-nhan",
        "/dat-lai-mat-khau",
        "/tai-khoan/mat-khau",
        "/kiosk/mo",
    ];
    for path in forms.iter().chain(&doors) {
        assert_ne!(send("10.0.0.9", path).await, 429, "{path}");
    }
    for path in forms.iter().chain(&doors).chain(&["/thiet-lap/abc"]) {
        assert_eq!(send("10.0.0.9", path).await, 429, "{path}");
    }
    for path in forms.iter().chain(&doors) {
        assert_ne!(send("10.0.0.8", path).await, 429, "{path}");
    }
}

#[tokio::test]
async fn few_hashes_are_made_at_once_and_a_long_line_is_said_so() {
    let queue = Queue::new(2, 3);
    let first = queue.enter().await.unwrap();
    let second = queue.enter().await.unwrap();
    // Two at work, three in line, the sixth is sent away.
    let line = together((0..4).map(|_| async {
        let soon = std::time::Duration::from_millis(50);
        tokio::time::timeout(soon, queue.enter()).await
    }))
    .await;
    let sent_away: Vec<_> = line.iter().filter_map(|one| one.as_ref().ok()).collect();
    assert_eq!(sent_away.len(), 1);
    assert_eq!(sent_away[0].as_ref().unwrap_err().kind, Kind::TooMany);
    // Who gave up waiting holds no place in the line.
    drop(first);
    let third = queue.enter().await.unwrap();
    drop((second, third));
    drop(queue.enter().await.unwrap());
}

#[tokio::test]
async fn what_is_sent_to_be_looked_up_stays_nowhere() {
    let desk = Desk::at(MORNING).await;
    let long = "A".repeat(50_000);
    let form = format!("code={long}&digits=1234");
    let page = desk.form("", "/tra-cuu", &form).await;
    assert_eq!(page.status, 200);
    let kept = format!("{:?}", desk.app.proofs);
    assert!(!kept.contains("AAAA"), "the code itself is kept");
    let form = "code=000.00.00.H57-210416-0001&digits=1234";
    desk.form("", "/tra-cuu", form).await;
    let kept = format!("{:?}", desk.app.proofs);
    assert!(!kept.contains("210416"), "the code itself is kept");
    // A form of the public is never long.
    for path in ["/tra-cuu", "/dang-nhap", "/phan-anh", "/khao-sat/abc"] {
        let huge = format!("code={}", "A".repeat(1_900_000));
        assert_eq!(desk.form("", path, &huge).await.status, 413, "{path}");
    }
}

#[tokio::test]
async fn a_method_made_up_is_no_figure_of_its_own() {
    let desk = Desk::at(MORNING).await;
    for number in 0..5 {
        let request = Request::builder()
            .method(format!("M{number}").as_str())
            .uri("/");
        desk.send(request.body(Body::empty()).unwrap()).await;
    }
    let text = motcua::upkeep::metrics::text(&desk.app).await.unwrap();
    assert!(text.contains("method=\"other\""), "{text}");
    assert!(!text.contains("method=\"M"), "{text}");
}

#[tokio::test]
async fn a_key_that_is_lost_is_said_so() {
    let (mut desk, key) = with_telephone().await;
    desk.app.clock = motcua::clock::Clock::Fixed(desk.app.clock.now() + TimeDelta::minutes(2));
    desk.set(|_| {});
    std::fs::remove_file(vault::key_file(&desk.app.settings)).unwrap();
    let half = enter(&desk, "admin").await;
    let good = format!("ma={}", code(&desk, &key));
    let page = desk.form(&half, "/dang-nhap/ma", &good).await;
    assert_eq!(page.status, 409, "{}", page.body);
    assert!(
        page.body.contains("tệp khóa") && page.body.contains("reset-code"),
        "{}",
        page.body
    );
}
