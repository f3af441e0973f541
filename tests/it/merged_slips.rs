//! Slips between agencies, of which one becomes part of another or bears a name that another
//! bore before.
use motcua::{
    actions::{add_account, add_agency, join_agency, merge_agencies},
    config::FirstAgency,
    domain::{period::Period, role::Role, viet},
    store::agencies,
    upkeep::{sealer, verify},
};
use serde_json::json;

use crate::{
    harness::Desk,
    many_agencies::{agency, province, receive},
    mergers,
};

async fn merge(desk: &Desk, from: &str, into: &str, on: &str) -> motcua::error::Result<()> {
    let (keys, on) = ([from.to_owned()], on.parse().unwrap());
    let merged = merge_agencies::run(&desk.app, &keys, into, on, "thử").await;
    merged.map(|_| ())
}

async fn act(desk: &Desk, token: &str, code: &str, mut body: serde_json::Value) -> (u16, String) {
    let (_, one) = desk.get(token, &format!("/api/v1/dossiers/{code}")).await;
    body["expected_version"] = one["version"].clone();
    let path = format!("/api/v1/dossiers/{code}/actions");
    let (status, answer) = desk.post(token, &path, &body).await;
    (status, answer.to_string())
}

async fn ask(desk: &Desk, token: &str, code: &str, whom: &str, question: &str) -> (u16, String) {
    let body = json!({
        "action": "ask_agency", "agency": whom, "reason": question,
        "due_at": "2025-07-20T17:00",
    });
    act(desk, token, code, body).await
}

/// The cookie of an agency's office.
async fn office(desk: &Desk, key: &str) -> String {
    let id = agencies::by_key(desk.store().read(), key).await.unwrap();
    let input = add_account::Input {
        username: format!("office.{key}"),
        name: "Văn phòng".into(),
        title: String::new(),
        password: "mot cau de nho".into(),
        email: String::new(),
    };
    // The second time it is there.
    let _ = add_account::run(&desk.app, id, Role::Office, &input, None).await;
    let form = format!("username=office.{key}&password=mot+cau+de+nho&ve=");
    let page = desk.form("", "/dang-nhap", &form).await;
    assert_eq!(page.status, 303, "{}", page.body);
    page.cookie
}

/// Whether an agency finds a question among those that it is asked.
async fn is_asked(desk: &Desk, key: &str, question: &str) -> bool {
    let cookie = office(desk, key).await;
    let page = desk.page(&cookie, "/lien-thong?muc=den").await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.contains(question)
}

#[tokio::test]
async fn a_slip_to_one_that_became_part_of_another_is_that_ones_to_answer() {
    let mut desk = province("2025-06-20T10:00").await;
    let third = "receptionist@phong-hai";
    let asked = receive(&desk, third, "Trần Văn Ẩn", "2025-06-19T08:30").await;
    let own = receive(&desk, "receptionist", "Lê Thị Ổi", "2025-06-19T08:30").await;
    for (token, code, question) in [
        ("specialist@phong-hai", &asked, "Xác nhận của nơi khác"),
        ("specialist", &own, "Xác nhận của bên cạnh"),
    ] {
        let (status, said) = ask(&desk, token, code, "UBND xã Quảng Công", question).await;
        assert_eq!(status, 200, "{said}");
    }
    sealer::run(&desk.app).await.unwrap();
    desk.move_to("2025-07-01T07:30");
    merge(&desk, "quang-cong", "quang-ngan", "2025-07-01")
        .await
        .unwrap();
    sealer::run(&desk.app).await.unwrap();
    // What is sealed of the agency that has no part in it is as it was.
    let verified = verify::run(desk.store(), None).await.unwrap();
    assert!(verified.broken.is_none(), "{:?}", verified.broken);
    assert!(is_asked(&desk, "quang-ngan", "Xác nhận của nơi khác").await);
    assert!(!is_asked(&desk, "hue", "Xác nhận của nơi khác").await);
    let cookie = office(&desk, "quang-ngan").await;
    let list = desk.page(&cookie, "/lien-thong?muc=den").await.body;
    let form = list.split("action=\"/lien-thong/").nth(1).unwrap();
    let id = form.split('/').next().unwrap();
    let form = format!("/lien-thong/{id}/tra-loi");
    let answered = desk.form(&cookie, &form, "answer=Có+cư+trú").await;
    assert_eq!(answered.status, 303, "{}", answered.body);
    for (token, code) in [("specialist@phong-hai", &asked), ("specialist", &own)] {
        let (status, said) = act(&desk, token, code, json!({ "action": "appraise" })).await;
        assert_eq!(status, 200, "{said}");
    }
    sealer::run(&desk.app).await.unwrap();
    let verified = verify::run(desk.store(), None).await.unwrap();
    assert!(verified.broken.is_none(), "{:?}", verified.broken);
    // Under its old name it is still reached, through whoever it is part of.
    let (status, said) = ask(
        &desk,
        "specialist@phong-hai",
        &asked,
        "UBND xã Quảng Công",
        "Hỏi lần nữa",
    )
    .await;
    assert_eq!(status, 200, "{said}");
    assert!(is_asked(&desk, "quang-ngan", "Hỏi lần nữa").await);
}

/// An agency of two names.
fn renamed(key: &str, names: [(&str, &str, &str); 2], identifier: &str) -> FirstAgency {
    let mut given = agency(key, names[1].0, identifier);
    let mut before = given.version[0].clone();
    let date = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    for (version, (name, from, to)) in [&mut before, &mut given.version[0]].into_iter().zip(names) {
        name.clone_into(&mut version.name);
        version.valid_from = date(from).unwrap();
        version.valid_to = date(to);
    }
    given.version.insert(0, before);
    given
}

#[tokio::test]
async fn a_slip_goes_to_whoever_bears_the_name_on_its_day() {
    let desk = province("2025-07-10T10:00").await;
    let first = [
        ("UBND xã Trung", "2018-01-01", "2025-06-30"),
        ("UBND xã Khác", "2025-07-01", ""),
    ];
    let second = [
        ("UBND xã Cũ", "2018-01-01", "2025-06-30"),
        ("UBND xã Trung", "2025-07-01", ""),
    ];
    for given in [
        renamed("mot", first, "000.11.00.H57"),
        renamed("hai", second, "000.12.00.H57"),
        agency("ba", "UBND xã Đôi", "000.13.00.H57"),
        agency("bon", "UBND xã Đôi", "000.14.00.H57"),
    ] {
        add_agency::run(&desk.app, &given, Some("hue"))
            .await
            .unwrap();
    }
    let code = receive(&desk, "receptionist", "Trần Văn Ẩn", "2025-07-09T08:30").await;
    let (status, said) = ask(
        &desk,
        "specialist",
        &code,
        "Công an – UBND xã Trung",
        "Hỏi nay",
    )
    .await;
    assert_eq!(status, 200, "{said}");
    assert!(is_asked(&desk, "hai", "Hỏi nay").await);
    assert!(!is_asked(&desk, "mot", "Hỏi nay").await);
    // Of two that bear it now nobody is guessed.
    let (status, said) = ask(&desk, "specialist", &code, "UBND xã Đôi", "Hỏi ai").await;
    assert_eq!(status, 422, "{said}");
    assert!(
        said.contains("UBND xã Đôi (ba)") && said.contains("UBND xã Đôi (bon)"),
        "{said}"
    );
    let (status, said) = ask(&desk, "specialist", &code, "UBND xã Đôi (bon)", "Hỏi bốn").await;
    assert_eq!(status, 200, "{said}");
    assert!(is_asked(&desk, "bon", "Hỏi bốn").await);
    assert!(!is_asked(&desk, "ba", "Hỏi bốn").await);
    // A name within a longer word of another body is nobody's.
    let (status, said) = ask(&desk, "specialist", &code, "LiênUBND xã Trung", "Hỏi ngoài").await;
    assert_eq!(status, 200, "{said}");
    for key in ["mot", "hai", "ba", "bon", "hue"] {
        assert!(!is_asked(&desk, key, "Hỏi ngoài").await, "{key}");
    }
}

/// Neither staff nor an agency comes to one that has gone.
#[tokio::test]
async fn nothing_is_added_to_one_that_is_part_of_another() {
    let mut desk = province("2025-06-20T10:00").await;
    desk.move_to("2025-07-01T07:30");
    merge(&desk, "quang-cong", "quang-ngan", "2025-07-01")
        .await
        .unwrap();
    let below = agency("quay", "Quầy Quảng Công", "000.21.00.H57");
    let why = add_agency::run(&desk.app, &below, Some("quang-cong")).await;
    assert!(why.unwrap_err().detail.contains("sáp nhập"));
    office(&desk, "phong-hai").await;
    let join = join_agency::run(
        &desk.app,
        "office.phong-hai",
        "quang-cong",
        Role::Receptionist,
        "",
    );
    let why = join.await.unwrap_err();
    assert!(why.detail.contains("sáp nhập"), "{}", why.detail);
    // Nor is anybody received there, on whichever day it was.
    let body = json!({
        "procedure_code": "1.004873", "channel": "desk", "documents": [],
        "received_at": "2025-06-25T08:30",
        "applicant": { "name": "Trần Văn Ẩn", "kind": "citizen" },
    });
    let (status, said) = desk
        .post("receptionist@quang-cong", "/api/v1/dossiers", &body)
        .await;
    assert_eq!(status, 409, "{said}");
    assert!(said.to_string().contains("Phong Quảng"), "{said}");
}

/// A day on or before the last that somebody was received, whatever became of it, or within
/// a period that is closed at either, would count a dossier twice or not at all.
#[tokio::test]
async fn a_day_that_figures_rule_out_is_no_day_of_a_merger() {
    let mut desk = province("2025-06-20T10:00").await;
    let done = receive(
        &desk,
        "receptionist@quang-cong",
        "Trần Văn Ẩn",
        "2025-06-10T08:30",
    )
    .await;
    for step in ["appraise", "approve", "process", "return_result"] {
        let (status, said) = act(&desk, "admin@quang-cong", &done, json!({ "action": step })).await;
        assert_eq!(status, 200, "{said}");
    }
    desk.move_to("2025-07-20T07:30");
    let why = merge(&desk, "quang-cong", "quang-ngan", "2025-06-10").await;
    let why = why.unwrap_err().detail;
    assert!(why.contains(&done) && why.contains("10/6/2025"), "{why}");
    // Of both keys nobody is said to have gone twice.
    let why = merge(&desk, "quang-ngan", "quang-ngan", "2025-07-01").await;
    assert!(why.unwrap_err().detail.contains("--into"));
    let period =
        |from: &str, to: &str| Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    for (closing, month) in [
        ("quang-cong", period("2025-05-15", "2025-06-14")),
        ("quang-ngan", period("2025-06-15", "2025-07-14")),
    ] {
        mergers::close(&desk, closing, month).await;
        let (from, last) = (viet::date(month.from), viet::date(month.to));
        let why = merge(&desk, "quang-cong", "quang-ngan", &month.to.to_string()).await;
        let why = why.unwrap_err().detail;
        assert!(
            why.contains(&from) && why.contains(&last) && why.contains(closing),
            "{why}"
        );
    }
    merge(&desk, "quang-cong", "quang-ngan", "2025-07-15")
        .await
        .unwrap();
}
