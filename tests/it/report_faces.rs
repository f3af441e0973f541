//! Page, JSON, file and command say the same of every report, to those who may look.
use motcua::domain::role::Role;
use serde_json::{Value, json};

use crate::{harness::Desk, recount::random_register};

const NOW: &str = "2021-10-20T09:00:00";

/// API name, what it is asked, the page and what that is asked.
const FACES: [(&str, &str, &str); 10] = [
    ("agencies", "period=2021", "/bao-cao/don-vi?ky=2021"),
    (
        "on-time",
        "period=2021&channel=online",
        "/bao-cao/dung-han?ky=2021&kenh=online",
    ),
    (
        "review",
        "period=2021-Q2&procedure=1.001193",
        "/bao-cao/ra-soat?ky=2021-Q2&thu-tuc=1.001193",
    ),
    ("service-score", "period=2021", "/bao-cao/cham-diem?ky=2021"),
    (
        "index-766",
        "period=2021",
        "/bao-cao/cham-diem?ky=2021&theo=766",
    ),
    ("plan", "at=2021-10-20", "/ke-hoach?ngay=20/10/2021"),
    ("radar", "period=2021", "/bao-cao/ra-xet?ky=2021"),
    (
        "rhythm",
        "from=2020-12-15&to=2021-06-14&channel=desk",
        "/bao-cao/nhip?tu=15/12/2020&den=14/6/2021&kenh=desk",
    ),
    (
        "accountability",
        "period=2021&by=step",
        "/bao-cao/trach-nhiem?ky=2021&theo=step",
    ),
    (
        "four-to-reach",
        "at=2021-10-20",
        "/bao-cao/4-tai-cho/de-xuat?ngay=20/10/2021",
    ),
];

#[tokio::test]
async fn every_face_of_a_report_says_the_same() {
    let desk = Desk::at(NOW).await;
    let office = desk.sign_in(Role::Office).await;
    random_register(&desk, 51, 25).await;
    for (name, query, page) in FACES {
        let path = format!("/api/v1/reports/{name}?{query}");
        let (status, said) = desk.get("office", &path).await;
        assert_eq!(status, 200, "{path}: {said}");
        let shown = desk.page(&office, &format!("{page}&dang=json")).await;
        let shown: Value = serde_json::from_str(&shown.body).unwrap();
        assert_eq!(said, shown, "{name}");
        let (_, csv) = desk.get("office", &format!("{path}&format=csv")).await;
        let file = desk.page(&office, &format!("{page}&dang=csv")).await;
        assert_eq!(csv.as_str().unwrap(), file.body, "{name}");
        assert!(csv.as_str().unwrap().lines().count() > 1, "{name}: {csv}");
        assert_eq!(
            desk.get("office", &format!("{path}&x=1")).await.0,
            422,
            "{name}"
        );
    }
}

#[tokio::test]
async fn who_may_not_open_the_page_may_not_ask_for_the_figures() {
    let mut desk = Desk::at("2021-04-16T08:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive("1.001022", "2021-04-16T08:00").await;
    desk.move_to("2021-04-16T09:00");
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    for (name, query, page) in FACES {
        for role in [Role::Receptionist, Role::Specialist] {
            let path = format!("/api/v1/reports/{name}?{query}");
            let (status, said) = desk.get(role.code(), &path).await;
            if name == "accountability" {
                // Only what lay in the hands of that name.
                assert_eq!(status, 200, "{said}");
                let (_, whole) = desk.get("office", &path).await;
                let mine = said["total"]["stretches"].as_u64().unwrap();
                assert!(
                    mine < whole["total"]["stretches"].as_u64().unwrap(),
                    "{said}"
                );
                continue;
            }
            assert_eq!(status, 403, "{name}: {said}");
            assert_eq!(said["code"], "forbidden_role");
        }
        assert_eq!(
            desk.get("nobody", &format!("/api/v1/reports/{name}"))
                .await
                .0,
            401
        );
        let expected = if name == "accountability" { 200 } else { 403 };
        assert_eq!(desk.page(&cookie, page).await.status, expected, "{page}");
    }
    assert_eq!(
        desk.get("specialist", "/api/v1/reports/foresight").await.0,
        403
    );
    let (status, ahead) = desk.get("leader", "/api/v1/reports/foresight").await;
    assert_eq!((status, &ahead["rows"]), (200, &json!([])));
}

#[tokio::test]
async fn a_report_of_some_dossiers_is_the_sum_of_its_parts() {
    let desk = Desk::at(NOW).await;
    random_register(&desk, 52, 30).await;
    let ask = async |more: &str| {
        let path = format!("/api/v1/reports/processing?period=2021{more}");
        desk.get("office", &path).await.1
    };
    let whole = ask("").await;
    assert!(whole.get("cut").is_none(), "the contract's fields alone");
    let mut sum = 0;
    for channel in ["desk", "online", "post"] {
        let part = ask(&format!("&channel={channel}")).await;
        assert_eq!(part["cut"]["channel"], channel);
        assert_eq!(part["carried"]["differences"], json!([]));
        sum += part["total"]["received"]["total"].as_u64().unwrap();
    }
    assert_eq!(whole["total"]["received"]["total"], sum);
    let none = ask("&field=kh%C3%B4ng+c%C3%B3").await;
    assert_eq!(none["total"]["received"]["total"], 0);
}
