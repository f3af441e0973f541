//! Files brought in by the page: headings learnt once, another system's list compared.
use std::collections::BTreeMap;

use axum::{body::Body, http::Request};
use motcua::{actions::import_dossiers::columns, documents::workbook, domain::role::Role};

use crate::harness::Desk;

/// A multipart body with one file.
fn multipart(kind: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--X\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--X\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--X--\r\n");
    body
}

pub async fn upload(desk: &Desk, cookie: &str, kind: &str, bytes: &[u8]) -> (u16, String, String) {
    let request = Request::post("/nhap")
        .header("cookie", cookie)
        .header("content-type", "multipart/form-data; boundary=X");
    let body = multipart(kind, "so-cu.csv", bytes);
    let response = desk.answer(request.body(Body::from(body)).unwrap()).await;
    let status = response.status().as_u16();
    let location = response
        .headers()
        .get("location")
        .map(|l| l.to_str().unwrap().to_owned());
    let body = http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap()
        .to_bytes();
    (
        status,
        location.unwrap_or_default(),
        String::from_utf8_lossy(&body).into_owned(),
    )
}

#[tokio::test]
async fn from_the_page_with_headings_learnt_once() {
    let desk = Desk::at("2021-06-01T09:00").await;
    let cookie = desk.sign_in(Role::Office).await;
    let file =
        "Mã hồ sơ;Mã TTHC;Khách;Vào sổ\nA-1;1.001022;Đào;16/04/2021\nA-2;1.001022;;16/04/2021\n";
    let (status, page, _) = upload(&desk, &cookie, "dossiers", file.as_bytes()).await;
    assert_eq!(status, 303);
    let first = desk.page(&cookie, &page).await.body;
    assert!(
        first.contains("Tệp thiếu cột: Người nộp, Nhận lúc"),
        "{first}"
    );
    let learnt = desk
        .form(
            &cookie,
            &format!("{page}/cot"),
            "c2=applicant_name&c3=received_at",
        )
        .await;
    assert_eq!(learnt.status, 303);
    let second = desk.page(&cookie, &page).await.body;
    assert!(
        second.contains("Ô bắt buộc còn trống") && second.contains("A-2"),
        "{second}"
    );
    let rejects = desk.page(&cookie, &format!("{page}/sai")).await.body;
    assert!(
        rejects.contains("Lý do") && rejects.contains("A-2") && !rejects.contains("A-1"),
        "{rejects}"
    );
    let refused = desk
        .form(&cookie, &format!("{page}/nhap"), "lam=nhap")
        .await;
    assert_eq!(refused.status, 422, "all or nothing: {}", refused.body);
    let done = desk
        .form(&cookie, &format!("{page}/nhap"), "lam=dong-dung")
        .await;
    assert_eq!(done.status, 303, "{}", done.body);
    let shown = desk.page(&cookie, &done.location).await.body;
    assert!(shown.contains("Đã nhập 1 hồ sơ"), "{shown}");
    assert_eq!(desk.page(&cookie, &page).await.status, 404, "decided on");
    let (_, next, _) = upload(
        &desk,
        &cookie,
        "dossiers",
        file.replace("A-1", "A-3").as_bytes(),
    )
    .await;
    assert!(
        !desk
            .page(&cookie, &next)
            .await
            .body
            .contains("Tệp thiếu cột"),
        "remembered"
    );
    let stranger = desk.sign_in(Role::Admin).await;
    assert_eq!(
        desk.page(&stranger, &next).await.status,
        404,
        "another's file"
    );
    let clerk = desk.sign_in(Role::Receptionist).await;
    assert_eq!(desk.page(&clerk, "/nhap").await.status, 403);
    let (status, _, body) = upload(&desk, &cookie, "dossiers", b"PK\x03\x04broken").await;
    assert_eq!(status, 422);
    assert!(body.contains("lưu lại dạng .xlsx"), "{body}");
    let calendar = std::fs::read("config/calendar.csv").unwrap();
    let (_, page, _) = upload(&desk, &cookie, "calendar", &calendar).await;
    assert!(
        desk.page(&cookie, &page)
            .await
            .body
            .contains("mọi dòng đọc được")
    );
    assert_eq!(
        desk.form(&cookie, &format!("{page}/nhap"), "lam=nhap")
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn another_systems_list_falls_into_four_heaps() {
    use motcua::reports::reconciliation::{self, Heap};
    let mut desk = Desk::at("2021-04-16T09:00").await;
    let (same, differs, home, ours) = (
        desk.receive("1.001022", "2021-04-16T09:00").await,
        desk.receive("1.001022", "2021-04-16T09:00").await,
        desk.receive("2.000815", "2021-04-16T09:00").await,
        desk.receive("1.001022", "2021-04-16T09:00").await,
    );
    desk.move_to("2021-04-16T10:00");
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
        ("receptionist", "return_result"),
    ] {
        desk.done(role, &home, serde_json::json!({ "action": act }))
            .await;
    }
    let file = format!(
        "Mã hồ sơ,Người nộp,Nhận lúc,Hẹn trả,Trạng thái\n\
         {same},Nguyễn Thị Đào,16/04/2021,22/04/2021,Được tiếp nhận\n\
         {differs},Nguyễn Thị Đào,16/04/2021,23/04/2021,Được tiếp nhận\n\
         {home},Nguyễn Thị Đào,16/04/2021,,Đang xử lý\n\
         H57.99-1,Người Lạ,16/04/2021,,Đang xử lý\n"
    );
    let grid = workbook::read(file.as_bytes()).unwrap();
    let layout = columns::find(&grid, &BTreeMap::new());
    let found = reconciliation::build(&desk.app, 1, &grid, &layout)
        .await
        .unwrap();
    let heap = |heap| {
        found
            .of(heap)
            .map(|line| line.code.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!((found.compared, found.same), (4, 1), "{:?}", found.lines);
    assert_eq!(heap(Heap::OnlyThere), ["H57.99-1"]);
    assert_eq!(heap(Heap::OnlyHere), [ours.as_str()]);
    assert_eq!(heap(Heap::Differ), [differs.as_str()]);
    assert_eq!(heap(Heap::OpenThere), [home.as_str()]);
    let cookie = desk.sign_in(Role::Office).await;
    let (_, page, _) = upload(&desk, &cookie, "compare", file.as_bytes()).await;
    let shown = desk.page(&cookie, &page).await.body;
    assert!(shown.contains("1</b> dòng khớp"), "{shown}");
    let csv = desk
        .page(&cookie, &format!("{page}/doi-chieu?dang=csv"))
        .await
        .body;
    assert_eq!(csv.lines().count(), 5, "{csv}");
    let json = desk
        .page(&cookie, &format!("{page}/doi-chieu?dang=json"))
        .await;
    assert_eq!(json.status, 422, "{}", json.body);
    assert_eq!(
        desk.form(&cookie, &format!("{page}/nhap"), "lam=nhap")
            .await
            .status,
        404
    );
}
