//! Citizens of many agencies: each page is the chosen agency's, and what is sent goes where
//! the form says; with one agency nothing is asked.
use axum::{body::Body, http::Request};
use motcua::{actions::merge_agencies, domain::role::Role, store::agencies};

use crate::{harness::Desk, many_agencies::province};

/// What a browser sends back.
fn cookie(set: &str) -> String {
    set.split(';').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn where_there_is_one_agency_nothing_is_asked_and_nothing_kept() {
    let desk = Desk::at("2025-06-20T10:00").await;
    for path in [
        "/",
        "/thu-tuc",
        "/ket-qua",
        "/phan-anh",
        "/kiosk",
        "/tinh-ngay",
        "/tra-cuu",
    ] {
        let page = desk.page("", path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.cookie.is_empty(), "{path}");
        for words in ["Đơn vị khác", "Chọn đơn vị", "name=\"agency\""] {
            assert!(
                !page.body.contains(words),
                "“{words}” on {path}: {}",
                page.body
            );
        }
    }
    let feedback = "kind=opinion&content=Đường+xấu&key=00000000000000000000000000000001";
    assert_eq!(desk.form("", "/phan-anh", feedback).await.status, 200);
}

#[tokio::test]
async fn each_page_is_of_the_agency_that_was_chosen() {
    let desk = province("2025-06-20T10:00").await;
    let first = desk.page("", "/").await;
    for words in [
        "Chọn đơn vị của ông/bà",
        "UBND xã Quảng Công",
        "UBND phường Phong Hải",
        "/tai/quang-cong",
    ] {
        assert!(first.body.contains(words), "no “{words}” in {}", first.body);
    }
    let chosen = desk.page("", "/tai/quang-cong?ve=%2Fket-qua").await;
    assert_eq!((chosen.status, chosen.location.as_str()), (303, "/ket-qua"));
    assert_eq!(chosen.cookie, "motcua-don-vi=quang-cong");
    let request = Request::get("/tai/quang-cong").body(Body::empty()).unwrap();
    let whole = desk.answer(request).await.headers()["set-cookie"].clone();
    for words in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(whole.to_str().unwrap().contains(words), "{whole:?}");
    }
    let cookie = cookie(&chosen.cookie);
    for path in [
        "/",
        "/thu-tuc",
        "/ket-qua",
        "/phan-anh",
        "/tinh-ngay",
        "/don-vi",
        "/tra-cuu",
        "/khong-co",
    ] {
        let page = desk.page(&cookie, path).await.body;
        assert!(page.contains("<b>UBND xã Quảng Công</b>"), "{path}: {page}");
        assert!(page.contains("Đơn vị khác"), "{path}: {page}");
    }
    assert!(
        !desk
            .page(&cookie, "/")
            .await
            .body
            .contains("Chọn đơn vị của ông/bà")
    );
    // A code is found whatever was chosen, and its own office speaks.
    let code = desk.receive("1.001022", "2025-06-19T08:00").await;
    let found = desk
        .page(&cookie, &format!("/tra-cuu?code={code}"))
        .await
        .body;
    assert!(found.contains("<b>UBND xã Quảng Ngạn</b>"), "{found}");
    // Not to another house, and not to nobody.
    for evil in ["//evil.vn", "/%5Cevil.vn", "https:%2F%2Fevil.vn"] {
        let to = desk
            .page("", &format!("/tai/quang-cong?ve={evil}"))
            .await
            .location;
        assert!(to.starts_with('/') && !to.contains("evil"), "{evil}: {to}");
    }
    assert_eq!(desk.page("", "/tai/khong-co").await.status, 404);
    let nobody = desk.page("motcua-don-vi=khong-co", "/ket-qua").await;
    assert_eq!(nobody.status, 200);
    assert!(
        nobody.body.contains("<b>UBND xã Quảng Ngạn</b>"),
        "{}",
        nobody.body
    );
}

#[tokio::test]
async fn feedback_goes_to_whom_it_is_for() {
    let desk = province("2025-06-20T10:00").await;
    let cookie = cookie(&desk.page("", "/tai/quang-cong").await.cookie);
    let form = desk.page(&cookie, "/phan-anh").await.body;
    assert!(
        form.contains("<option value=\"quang-cong\" selected"),
        "{form}"
    );
    let plain = desk.page("", "/phan-anh").await.body;
    assert!(
        !plain.contains("quang-cong\" selected") && !plain.contains("quang-ngan\" selected"),
        "nobody is chosen for one: {plain}"
    );
    let typed = "kind=opinion&content=%C4%90%C6%B0%E1%BB%9Dng+x%E1%BA%A5u&key=0000000000000000000000000000000";
    let none = desk.form("", "/phan-anh", &format!("{typed}1")).await;
    assert_eq!(none.status, 422);
    assert!(
        none.body.contains("Xin chọn đơn vị") && none.body.contains("Đường xấu"),
        "{}",
        none.body
    );
    // The form decides, not what was chosen in another window since.
    let sent = desk
        .form(&cookie, "/phan-anh", &format!("{typed}2&agency=phong-hai"))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let rows = desk.rows("SELECT agency_id, code FROM feedback").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["agency_id"], 4);
    // Two agencies have the same number; each secret opens its own.
    let other = desk
        .form("", "/phan-anh", &format!("{typed}3&agency=quang-cong"))
        .await;
    let secret = |page: &str| {
        let after = page.split("name=\"secret\" value=\"").nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    let number = rows[0]["code"].as_str().unwrap();
    for (sent, agency) in [(&sent, "phong-hai"), (&other, "quang-cong")] {
        let asked = format!("code={number}&secret={}", secret(&sent.body));
        let page = desk.form("", "/phan-anh/theo-doi", &asked).await;
        assert_eq!(page.status, 200, "{agency}: {}", page.body);
    }
    let body = serde_json::json!({ "kind": "opinion", "content": "x", "agency": "quang-cong" });
    let (status, made) = desk.post("receptionist", "/api/v1/feedback", &body).await;
    assert_eq!(status, 201, "{made}");
    let body = serde_json::json!({ "kind": "opinion", "content": "x", "agency": "khong-co" });
    let (status, why) = desk.post("receptionist", "/api/v1/feedback", &body).await;
    assert_eq!(
        (status, why["errors"][0]["field"].as_str()),
        (422, Some("agency"))
    );
}

#[tokio::test]
async fn a_screen_at_the_counter_is_its_agencys() {
    let desk = province("2025-06-20T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    desk.form(&office, "/kiosk/ma-pin", "pin=240680").await;
    let page = desk.page("", "/kiosk").await.body;
    assert!(page.contains("name=\"agency\""), "{page}");
    let counter = desk.app.settings.survey.counters[0].clone();
    let counter = motcua::web::paths::encode(&counter);
    let open = |agency: &str| format!("pin=240680&counter={counter}&agency={agency}");
    let none = desk.form("", "/kiosk/mo", &open("")).await;
    assert_eq!(none.status, 422, "{}", none.body);
    let theirs = desk.form("", "/kiosk/mo", &open("quang-cong")).await;
    assert_eq!(
        theirs.status, 422,
        "another agency has another PIN: {}",
        theirs.body
    );
    let opened = desk.form("", "/kiosk/mo", &open("quang-ngan")).await;
    assert_eq!(opened.status, 303, "{}", opened.body);
    // Whatever this browser chose as a citizen, the screen is its counter's.
    let both = format!("{}; motcua-don-vi=phong-hai", cookie(&opened.cookie));
    let asked = desk.page(&both, "/kiosk").await.body;
    assert!(
        asked.contains("UBND xã Quảng Ngạn") && asked.contains("name=\"answer\""),
        "{asked}"
    );
    let tapped = desk.form(&both, "/kiosk", "answer=5&key=k").await;
    assert_eq!(tapped.status, 200);
    assert!(
        tapped.body.contains("UBND xã Quảng Ngạn"),
        "{}",
        tapped.body
    );
}

#[tokio::test]
async fn who_chose_an_agency_that_is_gone_sees_its_heir() {
    let desk = province("2025-07-02T10:00").await;
    let cookie = cookie(&desk.page("", "/tai/quang-cong").await.cookie);
    let on = "2025-07-01".parse().unwrap();
    let keys = ["quang-cong".to_owned()];
    merge_agencies::run(&desk.app, &keys, "phong-hai", on, "thử")
        .await
        .unwrap();
    let mut desk = desk;
    desk.move_to("2025-07-02T10:01");
    let page = desk.page(&cookie, "/ket-qua").await.body;
    assert!(page.contains("<b>UBND phường Phong Hải</b>"), "{page}");
    assert!(
        !desk
            .page("", "/don-vi")
            .await
            .body
            .contains("UBND xã Quảng Công")
    );
    assert_eq!(
        desk.page("", "/tai/quang-cong").await.status,
        303,
        "printed codes lead on"
    );
}

#[tokio::test]
async fn the_first_agency_is_part_of_another_and_who_chose_none_sees_its_heir() {
    let mut desk = province("2025-07-02T10:00").await;
    let on = "2025-07-01".parse().unwrap();
    let keys = ["quang-ngan".to_owned()];
    merge_agencies::run(&desk.app, &keys, "phong-hai", on, "thử")
        .await
        .unwrap();
    desk.move_to("2025-07-02T10:01");
    // And not the province, which was founded next.
    let page = desk.page("", "/ket-qua").await.body;
    assert!(page.contains("<b>UBND phường Phong Hải</b>"), "{page}");
    let first = agencies::first(desk.store().read()).await.unwrap();
    assert_eq!(first, desk.app.home_agency().await.unwrap());
}
