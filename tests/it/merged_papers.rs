//! What was made before a merger stays under the old name, also where the heir had none yet;
//! the old agency stays open to its staff; a server that runs meanwhile goes on as the first
//! agency that is still there.
use chrono::NaiveDate;
use motcua::{
    actions::{add_account, add_agency, merge_agencies},
    config::FirstAgency,
    domain::{notice::Channel, paper::PaperKind, role::Role},
    mail::message,
    papers::{batch, telling},
    store::{agencies, outbox},
};
use serde_json::json;

use crate::{
    harness::Desk,
    many_agencies::{province, receive},
    paper::Paper,
    workflow::{PARENT, sign_in},
};

const OLD: &str = "QUẢNG NGẠN";
const HEIR: &str = "MỸ THƯỢNG";

const NEW_COMMUNE: &str = r#"
key = "my-thuong"
[[version]]
valid_from = "2025-07-01"
name = "UBND phường Mỹ Thượng"
level = "phường"
parent = "UBND thành phố Huế"
place = "Mỹ Thượng"
identifier = "000.09.00.H57"
identifier_confirmed = false
[[signatory]]
valid_from = "2025-07-01"
capacity = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
name = ""
"#;

/// A province in June, with a commune that begins in July; the name of the first agency ends
/// the day before, as in the config that is shipped.
async fn before_july() -> (Desk, i64) {
    let desk = province("2025-06-20T10:00").await;
    let given = FirstAgency::read("thử", NEW_COMMUNE).unwrap();
    let heir = add_agency::run(&desk.app, &given, Some("hue"))
        .await
        .unwrap();
    desk.run("DELETE FROM agency_version WHERE agency_id = 1 AND valid_from = '2025-07-01'")
        .await;
    (desk, heir)
}

async fn merge(desk: &Desk, from: &str, into: &str, on: &str) {
    let on: NaiveDate = on.parse().unwrap();
    merge_agencies::run(&desk.app, &[from.to_owned()], into, on, "thử")
        .await
        .unwrap();
}

/// Fails unless a paper speaks for the one agency and does not name the other.
async fn speaks_for(desk: &Desk, cookie: &str, path: &str, name: &str, other: &str) {
    let pdf = desk.pdf(cookie, path).await;
    let text = Paper::of(&pdf).text().to_uppercase();
    assert!(
        text.contains(name) && !text.contains(other),
        "{path}: {text}"
    );
}

#[tokio::test]
async fn papers_of_what_moved_are_those_of_whoever_made_them() {
    let (mut desk, heir) = before_july().await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    desk.sign_in(Role::Leader).await;
    let hue = agencies::by_key(desk.store().read(), "hue").await.unwrap();
    let input = add_account::Input {
        username: "hue".into(),
        name: "Người thành phố".into(),
        title: String::new(),
        password: "mot cau de nho".into(),
        email: String::new(),
    };
    add_account::run(&desk.app, hue, Role::Specialist, &input, None)
        .await
        .unwrap();
    // One whose receipt was printed, and which another agency is asked about.
    let printed = desk.receive(PARENT, "2025-06-20T08:30").await;
    desk.pdf(&cookie, &format!("/ho-so/{printed}/in/giay-hen"))
        .await;
    let ask = json!({
        "action": "ask_agency", "agency": "UBND thành phố Huế", "reason": "Xác nhận nơi ở",
        "due_at": "2025-06-27T17:00",
    });
    desk.done("specialist", &printed, ask).await;
    // One of which nothing was printed; what was told of it has not left.
    let body = json!({
        "procedure_code": PARENT, "channel": "desk", "documents": [],
        "received_at": "2025-06-20T08:40",
        "applicant": { "name": "Đỗ Thị Ước", "kind": "citizen", "email": "uoc@example.vn" },
    });
    let (status, made) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{made}");
    let asked = made["code"].as_str().unwrap().to_owned();
    let ask = json!({ "action": "request_supplement", "items": ["Giấy chứng sinh"], "reason": "Bản sao chưa chứng thực" });
    desk.done("specialist", &asked, ask).await;
    // One late with a draft, one with a letter that was signed.
    let drafted = desk.receive(PARENT, "2025-06-10T08:30").await;
    let signed = desk.receive(PARENT, "2025-06-10T08:31").await;
    for code in [&drafted, &signed] {
        let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
        desk.done("receptionist", code, draft).await;
    }
    desk.done("leader", &signed, json!({ "action": "sign_apology" }))
        .await;

    desk.move_to("2025-07-02T08:00");
    merge(&desk, "quang-ngan", "my-thuong", "2025-07-01").await;

    // What waited to leave leaves, and says who did it.
    let now = desk.app.clock.now();
    let rows = outbox::due(desk.store().read(), Channel::Mail, now, 16)
        .await
        .unwrap();
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row.agency_id, heir);
        message::of(&desk.app, row).await.unwrap();
        let words = telling::words(&desk.app, row).await.unwrap();
        assert_eq!(words.from, "UBND xã Quảng Ngạn");
    }
    let cookie = sign_in(&desk, "receptionist").await;
    for (code, paper) in [
        (&printed, "giay-hen"),
        (&printed, "phieu-chuyen"),
        (&asked, "giay-hen"),
        (&asked, "kiem-soat"),
        (&asked, "bo-sung"),
        (&signed, "xin-loi"),
    ] {
        let path = format!("/ho-so/{code}/in/{paper}");
        speaks_for(&desk, &cookie, &path, OLD, HEIR).await;
    }
    let codes = [printed, asked, signed];
    let receipts = batch::papers(&desk.app, (heir, "thử"), PaperKind::Receipt, &codes, |_| ())
        .await
        .unwrap();
    assert!(receipts.without.is_empty(), "{:?}", receipts.without);

    // What nobody signed yet is the heir's to sign, of what the other received.
    let pdf = desk
        .pdf(&cookie, &format!("/ho-so/{drafted}/in/xin-loi"))
        .await;
    Paper::of(&pdf).says(&[
        "Mỹ Thượng, ngày",
        "Ủy ban nhân dân xã Quảng Ngạn tiếp nhận",
        "Ủy ban nhân dân phường Mỹ Thượng xin lỗi",
    ]);
    let leader = sign_in(&desk, "leader").await;
    let page = desk.page(&leader, "/xin-loi?muc=cho-ky").await;
    assert!(
        page.status == 200
            && page
                .body
                .contains("Ủy ban nhân dân phường Mỹ Thượng xin lỗi"),
        "{}",
        page.body
    );
    // Who is asked sees it as before.
    let theirs = sign_in(&desk, "hue").await;
    let page = desk.page(&theirs, "/lien-thong?muc=den").await;
    assert!(
        page.status == 200 && page.body.contains("Xác nhận nơi ở"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_paper_bears_the_name_of_its_day_however_many_mergers_followed() {
    let (mut desk, _) = before_july().await;
    desk.sign_in(Role::Receptionist).await;
    let token = "receptionist@quang-cong";
    let code = receive(&desk, token, "Trần Văn Ẩn", "2025-06-10T08:30").await;
    let path = format!("/api/v1/dossiers/{code}");
    for (token, mut body) in [
        (
            token,
            json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" }),
        ),
        ("leader@quang-cong", json!({ "action": "sign_apology" })),
    ] {
        let (_, one) = desk.get("admin@quang-cong", &path).await;
        body["expected_version"] = one["version"].clone();
        let (status, answer) = desk.post(token, &format!("{path}/actions"), &body).await;
        assert_eq!(status, 200, "{answer}");
    }
    let paper = |name: &str| format!("/ho-so/{code}/in/{name}");
    // The first heir had a name on each of the days.
    desk.move_to("2025-07-02T08:00");
    merge(&desk, "quang-cong", "quang-ngan", "2025-07-01").await;
    let cookie = sign_in(&desk, "receptionist").await;
    for name in ["xin-loi", "kiem-soat"] {
        speaks_for(&desk, &cookie, &paper(name), "QUẢNG CÔNG", OLD).await;
    }
    desk.move_to("2025-08-01T08:00");
    merge(&desk, "quang-ngan", "my-thuong", "2025-08-01").await;
    let cookie = sign_in(&desk, "receptionist").await;
    for name in ["giay-hen", "kiem-soat"] {
        speaks_for(&desk, &cookie, &paper(name), "QUẢNG CÔNG", HEIR).await;
    }
}

#[tokio::test]
async fn an_agency_whose_name_ended_is_open_to_its_staff() {
    let (mut desk, _) = before_july().await;
    for role in [Role::Receptionist, Role::Leader, Role::Admin] {
        desk.sign_in(role).await;
    }
    desk.move_to("2025-07-02T08:00");
    merge(&desk, "quang-ngan", "my-thuong", "2025-07-01").await;
    for (who, pages) in [
        ("receptionist", ["/ban-lam-viec", "/ho-so", "/tai-khoan"]),
        (
            "leader",
            ["/ban-lam-viec", "/xin-loi", "/bao-cao/giai-quyet"],
        ),
        ("admin", ["/ban-lam-viec", "/co-quan", "/khoi-dau"]),
    ] {
        let cookie = sign_in(&desk, who).await;
        let over = desk
            .form(&cookie, "/tai-khoan/co-quan", "agency=quang-ngan")
            .await;
        assert_eq!(over.status, 303, "{}", over.body);
        for path in pages {
            let page = desk.page(&cookie, path).await;
            assert!(
                page.status == 200 && page.body.contains("xã Quảng Ngạn"),
                "{who} {path}: {}",
                page.body
            );
        }
        let back = desk
            .form(&cookie, "/tai-khoan/co-quan", "agency=my-thuong")
            .await;
        assert_eq!(back.status, 303, "{}", back.body);
    }
}

#[tokio::test]
async fn a_server_that_runs_goes_on_as_whoever_its_first_agency_is_part_of() {
    let (mut desk, _) = before_july().await;
    for now in ["2025-06-20T10:00", "2025-07-01T07:30"] {
        desk.move_to(now);
        let page = desk.page("", "/tra-cuu").await;
        assert!(
            page.status == 200 && page.body.contains("<b>UBND xã Quảng Ngạn</b>"),
            "{now}: {}",
            page.body
        );
    }
    // By another process; this one is told nothing.
    merge(&desk, "quang-ngan", "phong-hai", "2025-07-01").await;
    desk.move_to("2025-07-01T07:31");
    let first = agencies::first(desk.store().read()).await.unwrap();
    assert_ne!(first, 1);
    assert_eq!(desk.app.home_agency().await.unwrap(), first);
    for path in ["/tra-cuu", "/thu-tuc", "/ket-qua", "/dang-nhap"] {
        let page = desk.page("", path).await;
        assert!(
            page.status == 200 && page.body.contains("<b>UBND phường Phong Hải</b>"),
            "{path}: {}",
            page.body
        );
    }
    let asked = desk.store().statements();
    desk.app.home_agency().await.unwrap();
    assert_eq!(desk.store().statements(), asked, "known for ten seconds");
}
