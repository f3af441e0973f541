//! Strangers guess an officer's password: who signed in from this browser before is not
//! kept out by it, and the mark that says so opens nothing.
use axum::{body::Body, http::Request};
use motcua::domain::role::Role;

use crate::harness::Desk;

const RIGHT: &str = "mot+cau+de+nho";

/// What came of a sign-in: the status, and the mark that the browser was given.
async fn try_in(desk: &Desk, mark: &str, name: &str, password: &str) -> (u16, String) {
    let request = Request::post("/dang-nhap")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", mark);
    let form = format!("username={name}&password={password}");
    let answer = desk.answer(request.body(Body::from(form)).unwrap()).await;
    let set = answer.headers().get_all("set-cookie").iter();
    let mut set = set.map(|cookie| cookie.to_str().unwrap().to_owned());
    let mark = set.rfind(|cookie| cookie.contains("-may-"));
    let mark = mark.unwrap_or_default();
    if !mark.is_empty() {
        assert!(
            mark.contains("HttpOnly") && mark.contains("SameSite=Strict"),
            "{mark}"
        );
    }
    (
        answer.status().as_u16(),
        mark.split(';').next().unwrap().to_owned(),
    )
}

/// A desk with two accounts; the first has signed in from a browser, which has this mark.
async fn known() -> (Desk, String) {
    let desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Office).await;
    desk.sign_in(Role::Leader).await;
    let (status, mark) = try_in(&desk, "", "office", RIGHT).await;
    assert!(
        status == 303 && mark.starts_with("motcua-may-"),
        "{status} {mark}"
    );
    (desk, mark)
}

#[tokio::test]
async fn strangers_pause_themselves_and_not_a_known_browser() {
    let (mut desk, mark) = known().await;
    for _ in 0..12 {
        try_in(&desk, "", "office", "sai").await;
    }
    assert_eq!(
        try_in(&desk, "", "office", RIGHT).await.0,
        429,
        "a stranger waits"
    );
    let (status, again) = try_in(&desk, &mark, "office", RIGHT).await;
    assert_eq!(status, 303, "the officer is let in");
    assert_eq!(
        try_in(&desk, "", "office", RIGHT).await.0,
        429,
        "and no stranger with him"
    );
    // The browser has a count of its own: five wrong, then a pause, for this browser.
    for _ in 0..5 {
        assert_eq!(try_in(&desk, &again, "office", "sai").await.0, 401);
    }
    assert_eq!(try_in(&desk, &again, "office", RIGHT).await.0, 429);
    desk.move_to("2021-04-16T10:11");
    assert_eq!(try_in(&desk, &again, "office", RIGHT).await.0, 303);
}

#[tokio::test]
async fn a_mark_is_of_one_account_one_password_and_half_a_year() {
    let (mut desk, mark) = known().await;
    let ids = desk
        .rows("SELECT id FROM account WHERE username = 'leader'")
        .await;
    let (_, value) = mark.split_once('=').unwrap();
    let another = format!("motcua-may-{}={value}", ids[0]["id"]);
    let own = format!("{}.{}", &value[..32], &value[33..38]);
    let (name, _) = mark.split_once('=').unwrap();
    let other = if value.ends_with('1') { '2' } else { '1' };
    let forged = [
        another.clone(),
        format!("{name}={own}.{}", "0".repeat(64)),
        format!("{name}=x"),
        format!("{name}={}{other}", &value[..value.len() - 1]),
    ];
    for name in ["office", "leader"] {
        for _ in 0..6 {
            try_in(&desk, "", name, "sai").await;
        }
    }
    assert_eq!(
        try_in(&desk, &another, "leader", RIGHT).await.0,
        429,
        "another account's"
    );
    for (place, forged) in forged.iter().enumerate() {
        let status = try_in(&desk, forged, "office", RIGHT).await.0;
        assert_eq!(status, 429, "forged mark {place}");
    }
    assert_eq!(try_in(&desk, &mark, "office", RIGHT).await.0, 303);
    desk.move_to("2021-10-14T10:00");
    let late = try_in(&desk, &mark, "office", RIGHT).await;
    assert_eq!(late.0, 303, "the pause of April is over");
    desk.move_to("2021-10-14T10:01");
    for _ in 0..6 {
        try_in(&desk, "", "office", "sai").await;
    }
    assert_eq!(
        try_in(&desk, &mark, "office", RIGHT).await.0,
        429,
        "181 days old"
    );
    // A new password: what proved the old one proves nothing.
    desk.run("UPDATE account SET password_hash = (SELECT password_hash FROM account WHERE username = 'leader') WHERE username = 'office'").await;
    assert_eq!(try_in(&desk, &late.1, "office", RIGHT).await.0, 429);
}

#[test]
fn a_session_is_named_as_its_owner_knows_the_machine() {
    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36";
    let edge = format!("{CHROME} Edg/149.0.0.0");
    for (agent, words) in [
        (CHROME, "Chrome trên Windows"),
        (&edge, "Edge trên Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A055F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Samsung Internet trên Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari trên iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox trên Linux",
        ),
        ("", "không rõ"),
        ("<script>alert(1)</script>", "không rõ"),
    ] {
        assert_eq!(motcua::browsers::called(agent), words, "{agent}");
    }
}
