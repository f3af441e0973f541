//! The citizen's look-up: what each proof shows, what looks alike, how often one may try,
//! and that no address says who it is about.
use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo, http::Request};
use serde_json::json;

use crate::{
    feedback::form,
    harness::{Desk, Page},
};

const NUMBER: &str = "046085001234";

/// A dossier of somebody who gave a number, and its receipt's secret.
async fn lodged(desk: &Desk) -> (String, String) {
    let body = json!({
        "procedure_code": "1.001022", "channel": "desk", "documents": [],
        "applicant": { "name": "Ngô Thị Mận", "kind": "citizen", "id_number": NUMBER, "phone": "0912 345 678", "address": "thôn 1" },
    });
    let (status, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{dossier}");
    let code = dossier["code"].as_str().unwrap().to_owned();
    let row = motcua::store::dossiers::by_code(desk.store().read(), 1, &code)
        .await
        .unwrap();
    (code, desk.app.secret_of(&row).unwrap())
}

async fn digits(desk: &Desk, code: &str, digits: &str) -> Page {
    desk.form("", "/tra-cuu", &form(&[("code", code), ("digits", digits)]))
        .await
}

/// A page without the code that was typed.
fn but(page: &Page, code: &str) -> String {
    page.body.replace(code, "MÃ")
}

async fn answered(desk: &Desk, code: &str) {
    let ask = json!({ "action": "request_supplement", "items": ["Tờ khai có chữ ký"], "reason": "Tờ khai chưa ký" });
    desk.done("receptionist", code, ask).await;
}

#[tokio::test]
async fn the_code_alone_shows_state_and_date_and_nothing_else() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let (code, _) = lodged(&desk).await;
    answered(&desk, &code).await;
    let page = desk.page("", &format!("/tra-cuu?code={code}")).await;
    assert!(
        page.body.contains("Chờ ông/bà bổ sung giấy tờ"),
        "{}",
        page.body
    );
    for hidden in [
        "Mận",
        "nhận cha",
        "0912",
        "thôn 1",
        "1234",
        "Tờ khai",
        "Phiếu yêu cầu",
    ] {
        assert!(
            !page.body.contains(hidden),
            "the code alone shows “{hidden}”"
        );
    }
    // Digits in an address prove nothing.
    let address = desk
        .page("", &format!("/tra-cuu?code={code}&digits=1234"))
        .await;
    assert_eq!(address.body, page.body);
    // Where the office wants it so, no code shows anything, and every one looks alike.
    desk.set(|settings| settings.lookup.by_code_alone = false);
    let known = desk.page("", &format!("/tra-cuu?code={code}")).await;
    let other = "000.00.00.H57-210416-0999";
    let unknown = desk.page("", &format!("/tra-cuu?code={other}")).await;
    assert_eq!(but(&known, &code), but(&unknown, other));
    assert!(
        known.status == 200 && known.body.contains("Bốn số cuối"),
        "{}",
        known.body
    );
}

#[tokio::test]
async fn the_secret_and_the_digits_show_the_whole() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (code, secret) = lodged(&desk).await;
    let running = digits(&desk, &code, "1234").await.body;
    for counted in ["Vì sao là ngày 22/4", "Ngày làm việc thứ 1"] {
        assert!(running.contains(counted), "{counted}: {running}");
    }
    answered(&desk, &code).await;
    let by_secret = desk
        .page("", &format!("/tra-cuu?code={code}&s={secret}"))
        .await;
    let by_digits = digits(&desk, &code, "1234").await;
    for page in [&by_secret, &by_digits] {
        for shown in [
            "Đăng ký nhận cha, mẹ, con",
            "Các bước đã qua",
            "Yêu cầu bổ sung giấy tờ",
            "Còn thiếu",
            "Tờ khai có chữ ký",
            "Tờ khai chưa ký",
            "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ số 01",
        ] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        for hidden in ["Mận", "0912", "thôn 1", NUMBER, "test receptionist"] {
            assert!(!page.body.contains(hidden), "{hidden}");
        }
        // The clock stands: no day is explained that nobody promises any more.
        assert!(!page.body.contains("Vì sao là ngày"), "{}", page.body);
    }
    assert!(
        !by_digits.body.contains(&secret),
        "four digits do not give the secret away"
    );
    // The letter, with the same proof, posted.
    let seq = by_digits
        .body
        .split("name=\"seq\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let letter = |proof: (&str, &str), kind: &str| {
        let body = form(&[
            ("code", code.as_str()),
            (proof.0, proof.1),
            ("kind", kind),
            ("seq", seq),
        ]);
        Request::post("/tra-cuu/phieu")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap()
    };
    for proof in [("s", secret.as_str()), ("digits", "1234")] {
        let (status, pdf) = desk.send(letter(proof, "supplement")).await;
        assert!(
            status == 200 && pdf.starts_with(b"%PDF-"),
            "{proof:?}: {status}"
        );
    }
    for (proof, kind) in [
        (("s", "sai"), "supplement"),
        (("digits", "4321"), "supplement"),
        (("s", ""), "supplement"),
        (("digits", "1234"), "receipt"),
        (("digits", "1234"), "apology"),
    ] {
        let (status, _) = desk.send(letter(proof, kind)).await;
        assert_eq!(status, 404, "{proof:?} {kind}");
    }
    let printed = desk.rows("SELECT printed_at FROM paper").await;
    assert!(
        printed.iter().all(|row| row["printed_at"].is_null()),
        "a look is no print"
    );
}

#[tokio::test]
async fn a_wrong_code_wrong_digits_and_no_number_look_alike() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (code, _) = lodged(&desk).await;
    let without = desk.receive("1.001022", "2021-04-16T09:00").await;
    let unknown = "000.00.00.H57-210416-0999";
    let pages = [
        but(&digits(&desk, &code, "4321").await, &code),
        but(&digits(&desk, unknown, "4321").await, unknown),
        but(&digits(&desk, &without, "4321").await, &without),
        but(&digits(&desk, &code, "234").await, &code),
        but(&digits(&desk, &code, NUMBER).await, &code),
        but(
            &digits(&desk, "000.00.00.H57-210416-", "1234").await,
            "000.00.00.H57-210416-",
        ),
    ];
    for page in &pages {
        assert_eq!(*page, pages[0]);
        assert!(
            page.contains("Không tìm thấy hồ sơ với mã và bốn số này") && !page.contains("4321")
        );
    }
}

#[tokio::test]
async fn four_digits_are_not_guessed_from_many_addresses() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (code, secret) = lodged(&desk).await;
    let most = desk.app.settings.lookup.proofs_per_hour;
    let try_from = async |place: u32, code: &str, digits: &str| {
        let peer: SocketAddr = format!("198.51.100.{place}:5000").parse().unwrap();
        let request = Request::post("/tra-cuu")
            .extension(ConnectInfo(peer))
            .header("content-type", "application/x-www-form-urlencoded");
        let body = form(&[("code", code), ("digits", digits)]);
        desk.send(request.body(Body::from(body)).unwrap())
            .await
            .0
            .as_u16()
    };
    let unknown = "000.00.00.H57-210416-0999";
    for held in [code.as_str(), unknown] {
        for place in 0..most {
            assert_eq!(try_from(place, held, "0000").await, 200);
        }
        // Spelled otherwise it is the same code.
        assert_eq!(
            try_from(200, &held.to_lowercase(), "0000").await,
            429,
            "{held}"
        );
    }
    assert_eq!(
        try_from(201, &code, "1234").await,
        429,
        "not even the right ones"
    );
    // The receipt in one's hand is not locked out.
    let page = desk
        .page("", &format!("/tra-cuu?code={code}&s={secret}"))
        .await;
    assert!(page.status == 200 && page.body.contains("Các bước đã qua"));
}

#[tokio::test]
async fn feedback_behind_a_proxy_has_a_limit_for_each_citizen() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let most = desk.app.settings.lookup.per_minute;
    let follow = async |forwarded: &str| {
        let peer: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        let request = Request::post("/phan-anh/theo-doi")
            .extension(ConnectInfo(peer))
            .header("x-forwarded-for", forwarded)
            .header("content-type", "application/x-www-form-urlencoded");
        desk.send(
            request
                .body(Body::from("code=PA-2021-0001&secret=x"))
                .unwrap(),
        )
        .await
        .0
        .as_u16()
    };
    for _ in 0..most {
        assert_eq!(follow("203.0.113.1").await, 404);
    }
    assert_eq!(follow("203.0.113.1").await, 429);
    assert_eq!(follow("203.0.113.2").await, 404, "another citizen");
}

#[tokio::test]
async fn papers_that_came_are_not_asked_for_again() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let (code, secret) = lodged(&desk).await;
    answered(&desk, &code).await;
    let public = format!("/tra-cuu?code={code}");
    let whole = format!("{public}&s={secret}");
    assert!(desk.page("", &whole).await.body.contains("Còn thiếu"));
    desk.move_to("2021-04-19T09:00");
    desk.done(
        "receptionist",
        &code,
        json!({ "action": "supplement_arrived" }),
    )
    .await;
    for path in [&public, &whole] {
        let page = desk.page("", path).await.body;
        assert!(page.contains("Đã nhận giấy tờ bổ sung"), "{page}");
        assert!(!page.contains("Còn thiếu"), "{page}");
        assert!(!page.contains("Xin ông/bà bổ sung"), "{page}");
    }
}

#[tokio::test]
async fn who_holds_the_receipt_is_asked_how_it_was_once() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let (code, secret) = lodged(&desk).await;
    let whole = format!("/tra-cuu?code={code}&s={secret}");
    assert!(!desk.page("", &whole).await.body.contains("/khao-sat/"));
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ] {
        desk.done(role, &code, json!({ "action": act })).await;
    }
    let ended = desk.page("", &whole).await.body;
    assert!(ended.contains("/khao-sat/"), "{ended}");
    let guessed = digits(&desk, &code, "1234").await.body;
    assert!(
        !guessed.contains("/khao-sat/"),
        "four digits give no ballot"
    );
    let token = motcua::secret::survey_token(&secret);
    desk.run(&format!(
        "INSERT INTO burned_token (agency_id, token_hash) VALUES (1, '{}')",
        motcua::secret::hash(&token)
    ))
    .await;
    assert!(!desk.page("", &whole).await.body.contains("/khao-sat/"));
}

#[tokio::test]
async fn a_limit_in_hours_is_broken_within_its_day() {
    let mut desk = Desk::at("2021-04-16T08:00").await;
    // 12 hours, day and night.
    let code = desk.receive("1.004946", "2021-04-16T08:00").await;
    for (now, late) in [("2021-04-16T19:59", false), ("2021-04-16T20:00", true)] {
        desk.move_to(now);
        let page = desk.page("", &format!("/tra-cuu?code={code}")).await.body;
        let said = |words: &str| page.contains(words);
        assert_eq!(
            (said("Hồ sơ trễ hẹn"), said("Hẹn trả hôm nay")),
            (late, !late),
            "{now}: {page}"
        );
    }
}
