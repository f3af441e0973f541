//! The way of a dossier on its pages and over JSON: steps, hand-overs, leaves, other agencies.
use motcua::{actions::add_account, domain::role::Role, store::accounts};
use serde_json::{Value, json};

use crate::{harness::Desk, paper::Paper};

/// Nhận cha, mẹ, con: 3 working days. Trợ cấp xã hội hàng tháng: 22, with a step at the parent.
const PARENT: &str = "1.001022";
const ALLOWANCE: &str = "1.001776";

async fn hire(desk: &Desk, username: &str, role: Role, title: &str) -> i64 {
    let input = add_account::Input {
        username: username.into(),
        name: format!("Người {username}"),
        title: title.into(),
        password: "mot cau de nho".into(),
    };
    add_account::run(&desk.app, 1, role, &input, None)
        .await
        .unwrap();
    accounts::by_username(desk.store().read(), username)
        .await
        .unwrap()
        .unwrap()
        .id
}

async fn sign_in(desk: &Desk, username: &str) -> String {
    let form = format!("username={username}&password=mot+cau+de+nho&ve=");
    let page = desk.form("", "/dang-nhap", &form).await;
    assert_eq!(page.status, 303, "{}", page.body);
    page.cookie
}

async fn version(desk: &Desk, code: &str) -> i64 {
    let (_, dossier) = desk.get("admin", &format!("/api/v1/dossiers/{code}")).await;
    dossier["version"].as_i64().unwrap()
}

async fn holdings(desk: &Desk, code: &str) -> Vec<Value> {
    desk.rows(&format!(
        "SELECT h.* FROM holding h JOIN dossier d ON d.id = h.dossier_id WHERE d.code = '{code}' ORDER BY h.seq"
    ))
    .await
}

#[tokio::test]
async fn handed_over_it_waits_on_both_lists_until_it_is_taken() {
    let mut desk = Desk::at("2021-04-16T15:30").await;
    let desk_cookie = desk.sign_in(Role::Receptionist).await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "loi", Role::Specialist, "Địa chính – Xây dựng").await;
    let (huy, loi) = (sign_in(&desk, "huy").await, sign_in(&desk, "loi").await);
    let code = desk.receive(PARENT, "2021-04-16T15:30").await;
    let page = desk.page(&desk_cookie, &format!("/ho-so/{code}")).await;
    assert!(page.body.contains("Đường đi của hồ sơ"), "{}", page.body);
    assert!(page.body.contains("Bàn giao"));
    let seen = version(&desk, &code).await;
    let form = format!("expected_version={seen}");
    let path = format!("/ho-so/{code}/hand_over");
    assert_eq!(desk.form(&desk_cookie, &path, &form).await.status, 303);
    // The only one of the title has it; the other title does not see it.
    let given = desk.page(&huy, "/ban-giao").await.body;
    assert!(
        given.contains("Nguyễn Thị Đào") && given.contains(">Nhận<"),
        "{given}"
    );
    assert!(
        given.contains("8 giờ 30") || given.contains("08:30") || given.contains("8:30"),
        "after 15:00 it may wait for Monday morning"
    );
    assert!(
        !desk
            .page(&loi, "/ban-giao")
            .await
            .body
            .contains("Nguyễn Thị Đào")
    );
    let waits = desk.page(&desk_cookie, "/ban-giao?muc=giao").await.body;
    assert!(
        waits.contains("Nguyễn Thị Đào") && waits.contains("Người huy"),
        "{waits}"
    );
    // Not his: he is told whose it is, and nothing changes.
    let take = format!("expected_version={}", version(&desk, &code).await);
    let path = format!("/ho-so/{code}/take");
    assert_eq!(desk.form(&loi, &path, &take).await.status, 403);
    desk.move_to("2021-04-19T09:00");
    let (huy, desk_cookie) = (
        sign_in(&desk, "huy").await,
        sign_in(&desk, "receptionist").await,
    );
    assert!(
        desk.page(&huy, "/ban-giao")
            .await
            .body
            .contains("quá giờ nhận")
    );
    let taken = desk
        .form(&huy, &path, &format!("{take}&ve=/ban-giao"))
        .await;
    assert_eq!((taken.status, taken.location.as_str()), (303, "/ban-giao"));
    // Taken twice: told by whom.
    let again = desk.form(&huy, &path, &take).await;
    assert_eq!(again.status, 409, "{}", again.body);
    assert!(
        desk.page(&desk_cookie, "/ban-giao?muc=giao")
            .await
            .body
            .contains("Không có hồ sơ nào")
    );
    assert!(
        desk.page(&huy, "/ban-giao?muc=giu")
            .await
            .body
            .contains("Nguyễn Thị Đào")
    );
}

#[tokio::test]
async fn two_who_take_at_once_leave_one_holder_who_is_named() {
    let desk = Desk::at("2021-04-16T10:00").await;
    hire(&desk, "mot", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "hai", Role::Specialist, "Tư pháp – Hộ tịch").await;
    let cookies = [sign_in(&desk, "mot").await, sign_in(&desk, "hai").await];
    for round in 0..5 {
        let code = desk
            .receive(PARENT, &format!("2021-04-16T09:{round:02}"))
            .await;
        desk.done("receptionist", &code, json!({ "action": "hand_over" }))
            .await;
        let form = format!("expected_version={}", version(&desk, &code).await);
        let path = format!("/ho-so/{code}/take");
        let (one, two) = tokio::join!(
            desk.form(&cookies[0], &path, &form),
            desk.form(&cookies[1], &path, &form)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{} {}", one.body, two.body);
        let loser = if one.status == 409 { one } else { two };
        assert!(loser.body.contains("vừa được Người"), "{}", loser.body);
        let rows = holdings(&desk, &code).await;
        assert_eq!(rows.len(), 2);
        assert!(rows[1]["taken_by"].as_str().unwrap().starts_with("Người"));
    }
}

#[tokio::test]
async fn who_is_on_leave_is_stood_in_for() {
    let desk = Desk::at("2021-04-16T10:00").await;
    hire(&desk, "huy", Role::Specialist, "Tư pháp – Hộ tịch").await;
    hire(&desk, "hang", Role::Specialist, "Văn hóa – Xã hội").await;
    hire(&desk, "tiep", Role::Receptionist, "").await;
    let (huy, hang) = (sign_in(&desk, "huy").await, sign_in(&desk, "hang").await);
    let before = desk.receive(PARENT, "2021-04-16T09:00").await;
    desk.done("receptionist", &before, json!({ "action": "hand_over" }))
        .await;
    let form = "who=huy&stand_in=tiep&from=16/4/2021&to=20/4/2021&note=%E1%BB%91m";
    let refused = desk.form(&huy, "/nghi-phep", form).await;
    assert_eq!(
        refused.status, 422,
        "a receptionist cannot appraise: {}",
        refused.body
    );
    assert!(refused.body.contains("16/4/2021") && refused.body.contains("cùng vai trò"));
    let form = form.replace("tiep", "hang");
    assert_eq!(desk.form(&huy, "/nghi-phep", &form).await.status, 303);
    let twice = desk.form(&huy, "/nghi-phep", &form).await;
    assert!(twice.body.contains("trùng ngày"), "{}", twice.body);
    let other = desk
        .form(
            &hang,
            "/nghi-phep",
            "who=huy&stand_in=hang&from=1/5/2021&to=2/5/2021",
        )
        .await;
    assert_eq!(other.status, 403, "for others the Office enters it");
    // What lies with him is seen by the stand-in; what comes now goes to her.
    assert!(
        desk.page(&hang, "/ban-giao")
            .await
            .body
            .contains("Nguyễn Thị Đào")
    );
    let now = desk.receive(PARENT, "2021-04-16T09:30").await;
    desk.done("receptionist", &now, json!({ "action": "hand_over" }))
        .await;
    assert_eq!(holdings(&desk, &now).await[1]["holder"], "Người hang");
    let take = format!("expected_version={}", version(&desk, &before).await);
    assert_eq!(
        desk.form(&hang, &format!("/ho-so/{before}/take"), &take)
            .await
            .status,
        303
    );
    assert_eq!(holdings(&desk, &before).await[1]["taken_by"], "Người hang");
}

#[tokio::test]
async fn a_step_at_the_parent_goes_with_a_slip_and_comes_back() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Specialist).await;
    let code = desk.receive(ALLOWANCE, "2021-04-16T10:00").await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let rows = holdings(&desk, &code).await;
    let last = rows.last().unwrap();
    assert_eq!(
        last["elsewhere"],
        "Phòng chuyên môn về lao động, xã hội – UBND huyện Quảng Điền"
    );
    let listed = desk.page(&cookie, "/lien-thong").await.body;
    assert!(
        listed.contains("UBND huyện Quảng Điền") && listed.contains("số 01"),
        "{listed}"
    );
    let slip = desk
        .pdf(&cookie, &format!("/ho-so/{code}/in/phieu-chuyen"))
        .await;
    Paper::of(&slip).says(&[
        "01/PC-UBND",
        "PHIẾU CHUYỂN XỬ LÝ HỒ SƠ",
        "Phòng chuyên môn về lao động, xã hội – UBND huyện Quảng Điền",
        "Thời hạn của cơ quan nhận: 17 giờ 00 phút, ngày 05 tháng 5 năm 2021",
    ]);
    // An opinion beside it does not move the dossier on.
    desk.done("specialist", &code, json!({ "action": "ask_agency", "agency": "Công an xã", "reason": "Xác nhận nơi ở", "due_at": "2021-04-20T17:00" })).await;
    let (status, answer) = desk
        .act(
            "specialist",
            &code,
            json!({ "action": "agency_answered", "note": "Đúng" }),
        )
        .await;
    assert_eq!(status, 422, "which of the two? {answer}");
    let asked = desk.rows("SELECT id, kind FROM transfer ORDER BY id").await;
    let (step, opinion) = (asked[0]["id"].clone(), asked[1]["id"].clone());
    desk.done(
        "specialist",
        &code,
        json!({ "action": "agency_answered", "transfer": opinion, "note": "Đúng nơi ở" }),
    )
    .await;
    assert!(
        holdings(&desk, &code).await.last().unwrap()["elsewhere"]
            .as_str()
            .unwrap()
            .contains("huyện")
    );
    // The figures see one dossier, whatever was sent where.
    let path = "/api/v1/reports/processing?from=2021-04-15&to=2021-05-14";
    let (_, report) = desk.get("office", path).await;
    assert_eq!(report["total"]["received"]["total"], 1);
    desk.move_to("2021-05-06T09:00");
    let cookie = sign_in(&desk, "specialist").await;
    assert!(
        desk.page(&cookie, "/lien-thong")
            .await
            .body
            .contains("quá hạn")
    );
    desk.done(
        "specialist",
        &code,
        json!({ "action": "agency_answered", "transfer": step, "note": "QĐ 12" }),
    )
    .await;
    let back = holdings(&desk, &code).await;
    assert_eq!(back.last().unwrap()["duty"], "approve");
    desk.done("leader", &code, json!({ "action": "approve" }))
        .await;
    desk.done("specialist", &code, json!({ "action": "process" }))
        .await;
    let (_, dossier) = desk.get("admin", &format!("/api/v1/dossiers/{code}")).await;
    assert_eq!(dossier["status"], "processed");
    let agencies = desk
        .page(
            &desk.sign_in(Role::Office).await,
            "/bao-cao/trach-nhiem?ky=2021-Q2&theo=agency",
        )
        .await
        .body;
    assert!(agencies.contains("UBND huyện Quảng Điền"), "{agencies}");
}

#[tokio::test]
async fn answers_come_from_a_file_all_or_nothing() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Specialist).await;
    let mut codes = Vec::new();
    for minute in 0..3 {
        let code = desk
            .receive(ALLOWANCE, &format!("2021-04-16T09:0{minute}"))
            .await;
        desk.done("specialist", &code, json!({ "action": "appraise" }))
            .await;
        codes.push(code);
    }
    desk.move_to("2021-04-20T10:00");
    let cookie = sign_in(&desk, "specialist").await;
    let file = |lines: &[String]| format!("code,number,answered_at,answer\n{}\n", lines.join("\n"));
    let good: Vec<String> = codes
        .iter()
        .enumerate()
        .map(|(place, code)| format!("{code},{},2021-04-19T09:00,Đồng ý", place + 1))
        .collect();
    let mut bad = good.clone();
    bad[2] = format!("{},99,2021-04-19T09:00,Đồng ý", codes[2]);
    let send = async |text: String| {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{text}\r\n--x--\r\n"
        );
        let request = axum::http::Request::post("/lien-thong/tep")
            .header("cookie", &cookie)
            .header("content-type", "multipart/form-data; boundary=x")
            .body(axum::body::Body::from(body))
            .unwrap();
        let (status, body) = desk.send(request).await;
        (status.as_u16(), String::from_utf8_lossy(&body).into_owned())
    };
    let (status, body) = send(file(&bad)).await;
    assert_eq!(status, 422);
    assert!(body.contains("Dòng 4") || body.contains("dòng 4"), "{body}");
    let open = "SELECT id FROM transfer WHERE answered_at IS NULL";
    assert_eq!(desk.rows(open).await.len(), 3, "nothing was written");
    assert_eq!(send(file(&good)).await.0, 303);
    assert!(desk.rows(open).await.is_empty());
}

#[tokio::test]
async fn an_agency_with_an_account_of_its_own_answers_and_sees_nothing_else() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let write = desk.store().write().await.unwrap();
    let district = write.insert_agency("quang-dien").await.unwrap();
    write
        .insert_agency_name(motcua::store::agencies::AgencyName {
            id: 0,
            agency_id: district,
            valid_from: "2018-01-01".parse().unwrap(),
            valid_to: None,
            name: "UBND huyện Quảng Điền".into(),
            level: "huyện".into(),
            parent: "UBND tỉnh".into(),
            place: "Quảng Điền".into(),
            identifier: "000.00.01.H57".into(),
            identifier_confirmed: false,
            phone: None,
        })
        .await
        .unwrap();
    write.commit().await.unwrap();
    let input = add_account::Input {
        username: "huyen".into(),
        name: "Người huyện".into(),
        title: String::new(),
        password: "mot cau de nho".into(),
    };
    add_account::run(&desk.app, district, Role::Specialist, &input, None)
        .await
        .unwrap();
    let theirs = sign_in(&desk, "huyen").await;
    let code = desk.receive(ALLOWANCE, "2021-04-16T10:00").await;
    let other = desk.receive(PARENT, "2021-04-16T09:01").await;
    desk.done("specialist", &code, json!({ "action": "appraise" }))
        .await;
    let page = desk.page(&theirs, "/lien-thong?muc=den").await.body;
    let short = |code: &str| code.rsplit('-').next().unwrap().to_owned();
    assert!(
        page.contains("UBND xã Quảng Ngạn"),
        "the name of its day: {page}"
    );
    assert!(
        page.contains(&short(&code)) && !page.contains(&short(&other)),
        "{page}"
    );
    assert_eq!(
        desk.page(&theirs, &format!("/ho-so/{code}")).await.status,
        404,
        "the dossier is not theirs to open"
    );
    let id = desk.rows("SELECT id FROM transfer").await[0]["id"].clone();
    let own = desk.sign_in(Role::Specialist).await;
    let path = format!("/lien-thong/{id}/tra-loi");
    assert_eq!(
        desk.form(&own, &path, &format!("answer-{id}=x"))
            .await
            .status,
        404,
        "not sent to us"
    );
    assert_eq!(
        desk.form(&theirs, &path, &format!("answer-{id}=QD+12"))
            .await
            .status,
        303
    );
    let (_, dossier) = desk.get("admin", &format!("/api/v1/dossiers/{code}")).await;
    let last = dossier["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["action"], "agency_answered");
    assert_eq!(last["actor"], "Người huyện (UBND huyện Quảng Điền)");
    assert_eq!(
        holdings(&desk, &code).await.last().unwrap()["duty"],
        "approve"
    );
}

#[tokio::test]
async fn shares_beyond_the_limit_are_refused_and_the_form_keeps_what_was_typed() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let version = desk
        .rows(&format!(
            "SELECT id FROM procedure_version WHERE code = '{PARENT}'"
        ))
        .await[0]["id"]
        .clone();
    let path = format!("/quy-trinh/{version}");
    let row = |n: u32, order: u32, duty: &str, name: &str, share: &str| {
        format!(
            "order.{n}={order}&duty.{n}={duty}&name.{n}={name}&title.{n}=&agency.{n}=&share.{n}={share}"
        )
    };
    let form = |share: &str, seen: i32| {
        [
            format!("seen={seen}&note=QD+5"),
            row(0, 1, "receive", "Tiep+nhan", "0%2C5"),
            row(1, 2, "appraise", "Tham+dinh+dac+biet", share),
            row(2, 3, "approve", "Ky", "0%2C5"),
            row(3, 4, "return", "Tra", "0%2C25"),
        ]
        .join("&")
    };
    let refused = desk.form(&office, &path, &form("2", 0)).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("cộng lại 3,25 vượt thời hạn 3 ngày làm việc"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("Tham dinh dac biet"));
    assert_eq!(
        desk.form(&office, &path, &form("1%2C75", 0)).await.status,
        303
    );
    let stale = desk.form(&office, &path, &form("1%2C5", 0)).await;
    assert_eq!(stale.status, 409, "someone was faster");
    let receptionist = desk.sign_in(Role::Receptionist).await;
    assert_eq!(
        desk.form(&receptionist, &path, &form("1", 1)).await.status,
        403
    );
    let before = desk.receive(PARENT, "2021-04-16T09:00").await;
    desk.done("specialist", &before, json!({ "action": "appraise" }))
        .await;
    let rows = holdings(&desk, &before).await;
    assert_eq!(rows[1]["step_name"], "Tham dinh dac biet");
    assert_eq!(rows[1]["allotted_seconds"], 175 * 27_000 / 100);
    // Out and in again: the same file, no new revision.
    let out = desk.page(&office, "/quy-trinh/tep").await.body;
    assert!(
        out.contains("Tham dinh dac biet") && out.contains("1,75"),
        "{out}"
    );
    let count = motcua::actions::set_workflow::load(&desk.app, 1, "test", &out)
        .await
        .unwrap();
    assert_eq!(count, 0);
    let wrong = out.replace("1,75", "9");
    let error = motcua::actions::set_workflow::load(&desk.app, 1, "test", &wrong)
        .await
        .unwrap_err();
    assert!(
        error.detail.contains(PARENT) && error.detail.contains("vượt thời hạn"),
        "{}",
        error.detail
    );
}
