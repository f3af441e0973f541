//! Steps at other agencies and opinions: slips, answers by hand, by file, by their own account.
use motcua::{actions::add_account, domain::role::Role};
use serde_json::json;

use crate::{
    harness::Desk,
    paper::Paper,
    workflow::{PARENT, holdings, sign_in},
};

/// Trợ cấp xã hội hàng tháng: 22 working days, with a step at the parent.
const ALLOWANCE: &str = "1.001776";

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
    // The yearly review names where it has been, beside what the catalogue says.
    let path = "/api/v1/reports/review?from=2021-04-15&to=2021-05-14";
    let (_, review) = desk.get("office", path).await;
    let rows = review["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["code"] == ALLOWANCE).unwrap();
    let been = row["touched"].as_array().unwrap();
    assert_eq!(been.len(), 1, "{been:?}");
    assert!(been[0][0].as_str().unwrap().contains("huyện Quảng Điền"));
    assert_eq!(been[0][1], 1);
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
    let district = write.insert_agency("quang-dien", None).await.unwrap();
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
        email: String::new(),
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
