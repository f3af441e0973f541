//! The catalogue as everyone reads it: found without marks, dated, with forms to download,
//! papers for the notice board, and what changed.
use axum::{
    body::Body,
    http::{Request, header},
};
use motcua::{
    actions::import_catalogue,
    domain::{procedure, role::Role},
};

use crate::{harness::Desk, paper::Paper};

const BIRTH: &str = "1.001193";

fn text(pdf: &[u8]) -> String {
    Paper::of(pdf).text()
}

/// The shipped catalogue's row of a code with other cells, as a file.
fn changed(cells: &[(&str, &str)]) -> String {
    let mut reader = csv::Reader::from_reader(procedure::SHIPPED.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let row = reader
        .records()
        .map(Result::unwrap)
        .find(|row| &row[0] == BIRTH)
        .unwrap();
    let more = cells
        .iter()
        .filter(|(name, _)| !heads.iter().any(|head| head == *name));
    let mut file = csv::Writer::from_writer(Vec::new());
    let names = heads.iter().chain(more.clone().map(|(name, _)| *name));
    file.write_record(names).unwrap();
    let known = heads.iter().zip(&row).map(|(head, cell)| {
        let other = cells.iter().find(|(name, _)| *name == head);
        other.map_or(cell, |(_, value)| *value)
    });
    file.write_record(known.chain(more.map(|(_, value)| *value)))
        .unwrap();
    String::from_utf8(file.into_inner().unwrap()).unwrap()
}

#[tokio::test]
async fn a_procedure_is_found_without_marks_and_says_what_it_needs() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let found = desk.page("", "/thu-tuc?q=dang+ky+khai+sinh").await.body;
    assert!(found.contains("Đăng ký khai sinh") && found.contains("có hiệu lực ngày 16/4/2021"));
    let field = desk
        .page("", "/thu-tuc?field=Chứng+thực&q=ban+sao")
        .await
        .body;
    assert!(field.contains("Chứng thực") && !field.contains(BIRTH));
    let page = desk.page("", &format!("/thu-tuc/{BIRTH}")).await;
    assert_eq!(page.status, 200);
    for words in [
        "Giấy tờ cần nộp",
        "Thời hạn",
        "Căn cứ",
        "Chưa có số quyết định công bố",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert_eq!(desk.page("", "/thu-tuc/9.999999").await.status, 404);
    assert_eq!(
        desk.page("", "/thu-tuc/9.999999/niem-yet.pdf").await.status,
        404
    );
}

#[tokio::test]
async fn what_changed_is_written_down_once() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let none = desk.page("", "/thu-tuc/thay-doi").await.body;
    assert!(
        none.contains("Chưa có thay đổi nào"),
        "the first catalogue changes nothing"
    );
    let file = changed(&[("fee_vnd", "8000"), ("decision", "Quyết định 12/QĐ-UBND")]);
    for _ in 0..2 {
        import_catalogue::run(desk.store(), desk.app.clock.now(), "x.csv", &file)
            .await
            .unwrap();
    }
    let rows = desk.rows("SELECT what FROM catalogue_change").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    let page = desk.page("", "/thu-tuc/thay-doi").await.body;
    assert!(
        page.contains("16/4/2021") && page.contains("→ 8.000 đ"),
        "{page}"
    );
    let version = changed(&[
        ("valid_from", "2021-05-01"),
        ("required_documents", "Tờ khai; Ảnh 3x4"),
    ]);
    import_catalogue::run(desk.store(), desk.app.clock.now(), "x.csv", &version)
        .await
        .unwrap();
    let page = desk.page("", &format!("/thu-tuc/{BIRTH}")).await.body;
    assert!(page.contains("Bản mới từ 01/5/2021") && page.contains("thêm giấy tờ “Ảnh 3x4”"));
}

/// A form of the page with a file in it.
async fn offer(desk: &Desk, cookie: &str, file: &str, body: &[u8]) -> (u16, String) {
    let edge = "XxX";
    let mut form = format!(
        "--{edge}\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\nTờ khai khai sinh\r\n\
         --{edge}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    form.extend(body);
    form.extend(format!("\r\n--{edge}--\r\n").bytes());
    let request = Request::post(format!("/danh-muc/{BIRTH}/to-khai"))
        .header(header::COOKIE, cookie)
        .header(
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={edge}"),
        );
    let (status, body) = desk.send(request.body(Body::from(form)).unwrap()).await;
    (status.as_u16(), String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn forms_are_offered_by_the_office_and_downloaded_by_everyone() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let pdf = b"%PDF-1.7 to khai";
    let (status, body) = offer(&desk, &office, "Tờ khai.pdf", pdf).await;
    assert_eq!(status, 303, "{body}");
    for (file, bytes) in [
        ("x.exe", &b"MZ"[..]),
        ("x.pdf", b"PK\x03\x04"),
        ("x.docx", b""),
    ] {
        let (status, body) = offer(&desk, &office, file, bytes).await;
        assert_eq!(status, 422, "{file}");
        assert!(body.contains("Tờ khai khai sinh"), "what was typed is kept");
    }
    let desk_role = desk.sign_in(Role::Receptionist).await;
    assert_eq!(offer(&desk, &desk_role, "x.pdf", pdf).await.0, 403);
    assert_eq!(
        offer(&desk, "", "x.pdf", pdf).await.0,
        303,
        "strangers sign in first"
    );
    let page = desk.page("", &format!("/thu-tuc/{BIRTH}")).await.body;
    let id = desk.rows("SELECT id FROM procedure_form").await[0]["id"].clone();
    let link = format!("/thu-tuc/{BIRTH}/to-khai/{id}");
    assert!(page.contains(&link) && page.contains("Tờ khai khai sinh"));
    let answer = desk
        .answer(Request::get(&link).body(Body::empty()).unwrap())
        .await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(
        answer.headers()[header::CONTENT_DISPOSITION],
        "attachment; filename=\"to-khai.pdf\""
    );
    let other = format!("/thu-tuc/1.001022/to-khai/{id}");
    assert_eq!(desk.page("", &other).await.status, 404);
    let off = format!("/danh-muc/{BIRTH}/to-khai/{id}/go");
    assert_eq!(desk.form(&office, &off, "").await.status, 303);
    assert_eq!(desk.page("", &link).await.status, 404);
}

#[tokio::test]
async fn the_notice_board_gets_a_poster_and_a_sheet() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let poster = text(&desk.pdf("", "/thu-tuc/niem-yet.pdf").await);
    for words in [
        "THỦ TỤC HÀNH CHÍNH",
        "Quét để xem thủ tục",
        "Đăng ký khai sinh",
        "Chứng thực",
    ] {
        assert!(poster.contains(words), "the poster lacks “{words}”");
    }
    let sheet = text(
        &desk
            .pdf("", &format!("/thu-tuc/{BIRTH}/niem-yet.pdf"))
            .await,
    );
    for words in ["Đăng ký khai sinh", BIRTH, "Giấy tờ cần nộp", "Thời hạn"] {
        assert!(sheet.contains(words), "the sheet lacks “{words}”: {sheet}");
    }
}

#[tokio::test]
async fn a_result_goes_out_with_a_slip_that_names_nobody() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let code = desk.receive(BIRTH, "2021-04-16T08:00").await;
    let staff = desk.sign_in(Role::Receptionist).await;
    let slip = format!("/ho-so/{code}/phieu-tra");
    assert_eq!(desk.page(&staff, &slip).await.status, 404, "no result yet");
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
    ] {
        desk.done(role, &code, serde_json::json!({ "action": act }))
            .await;
    }
    let words = text(&desk.pdf(&staff, &slip).await);
    assert!(
        words.contains("PHIẾU TRẢ KẾT QUẢ") && words.contains(&code),
        "{words}"
    );
    assert!(!words.contains("Đào"), "no name: {words}");
    assert!(
        desk.page(&staff, &format!("/ho-so/{code}"))
            .await
            .body
            .contains(&slip)
    );
    assert_eq!(desk.page("", &slip).await.status, 303);
}
