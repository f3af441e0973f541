//! Every form in words: its fields in the law's order, its number, its reprint.
use motcua::{
    actions::print_paper::{self, Live},
    domain::{paper::PaperKind, role::Role},
    papers,
    store::dossiers,
};
use serde_json::{Value, json};

use crate::{
    harness::Desk,
    looks::{like_before, says_as_before},
    paper::Paper,
};

const PARENT: &str = "1.001022";

/// A dossier with everything that strains a form.
async fn awkward(desk: &Desk, received_at: &str) -> String {
    let documents: Vec<Value> = (1..=12)
        .map(|n| json!({ "name": format!("Giấy tờ thứ {n} có tên rất dài để thử cách xuống dòng của bản in trên khổ giấy nhỏ"), "form": "copy", "copies": n }))
        .collect();
    let body = json!({
        "procedure_code": PARENT, "channel": "desk", "documents": documents, "received_at": received_at,
        "applicant": {
            "name": "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại, Dịch vụ và Xây dựng Phước Nguyễn Quảng Ngạn",
            "kind": "enterprise", "address": "Thôn Vĩnh Tu, xã Quảng Ngạn, huyện Quảng Điền, tỉnh Thừa Thiên Huế",
            "phone": "0912 345 678", "email": "phuoc.nguyen@example.vn",
        },
    });
    let (status, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    assert_eq!(status, 201, "{dossier}");
    dossier["code"].as_str().unwrap().to_owned()
}

/// A paper of a dossier as bytes.
async fn bytes(desk: &Desk, cookie: &str, code: &str, paper: &str) -> Vec<u8> {
    desk.pdf(cookie, &format!("/ho-so/{code}/in/{paper}")).await
}

#[tokio::test]
async fn form_02_asks_for_papers_by_name() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = awkward(&desk, "2021-04-16T10:00").await;
    let ask = json!({ "action": "request_supplement", "items": ["Giấy chứng sinh", "Sổ hộ khẩu"], "reason": "Bản sao chưa chứng thực" });
    let done = desk.done("specialist", &code, ask).await;
    assert_eq!(done["events"][1]["data"]["number"], 1);
    let pdf = bytes(&desk, &cookie, &code, "bo-sung").await;
    like_before("02-supplement", &pdf);
    let paper = Paper::of(&pdf);
    paper.says(&[
        "UBND XÃ QUẢNG NGẠN",
        "Số: 01/HDHS",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        &code,
        "Hồ sơ của: Công ty",
        "Nội dung yêu cầu giải quyết: Đăng ký nhận cha, mẹ, con",
        "Địa chỉ: Thôn Vĩnh Tu",
        "Số điện thoại: 0912 345 678",
        "Email: phuoc.nguyen@example.vn",
        "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
        "1. Giấy chứng sinh",
        "2. Sổ hộ khẩu",
        "Lý do: Bản sao chưa chứng thực",
        "liên hệ với Bộ phận Tiếp nhận và Trả kết quả",
        "NGƯỜI HƯỚNG DẪN",
    ]);
    assert!(paper.info().contains("419.528 x 595.276"));
    paper.embeds_fonts();
}

#[tokio::test]
async fn form_03_refuses_to_receive_or_to_solve() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let rejected = desk.receive(PARENT, "2021-04-16T10:00").await;
    let reason = json!({ "action": "reject", "reason": "Không thuộc thẩm quyền của xã" });
    desk.done("receptionist", &rejected, reason).await;
    let refused = desk.receive(PARENT, "2021-04-16T10:00").await;
    let reason = json!({ "action": "refuse", "reason": "Không đủ điều kiện theo Điều 25" });
    desk.done("leader", &refused, reason).await;
    let pdf = bytes(&desk, &cookie, &rejected, "tu-choi").await;
    like_before("03-refusal", &pdf);
    let paper = Paper::of(&pdf);
    paper.says(&[
        "Số: 01/TCHS",
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Đào",
        "không tiếp nhận hồ sơ này với lý do cụ thể như sau: Không thuộc thẩm quyền của xã",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
    ]);
    let paper = Paper::of(&bytes(&desk, &cookie, &refused, "tu-choi").await);
    paper.says(&[
        "Số: 02/TCHS",
        "không giải quyết hồ sơ này",
        "Không đủ điều kiện theo Điều 25",
    ]);
}

#[tokio::test]
async fn the_set_of_2025_has_its_own_titles_and_a_notice_of_stopping() {
    let mut desk = Desk::at("2025-09-12T10:00").await;
    let old = desk.receive(PARENT, "2025-09-12T10:00").await;
    desk.move_to("2025-09-15T10:00");
    let new = desk.receive(PARENT, "2025-09-15T10:00").await;
    desk.move_to("2025-09-17T10:00");
    let cookie = desk.sign_in(Role::Receptionist).await;
    desk.sign_in(Role::Specialist).await;
    for code in [&old, &new] {
        let draft = json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
        desk.done("specialist", code, draft).await;
        desk.done("leader", code, json!({ "action": "sign_apology" }))
            .await;
    }
    let text = |pdf: Vec<u8>| Paper::of(&pdf).text();
    let letters = [
        bytes(&desk, &cookie, &old, "xin-loi").await,
        bytes(&desk, &cookie, &new, "xin-loi").await,
    ];
    like_before("04-apology-2018", &letters[0]);
    like_before("04-apology-2025", &letters[1]);
    let [first, second] = letters.map(text);
    assert!(
        first.contains("PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
        "{first}"
    );
    assert!(
        second.contains("VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"),
        "{second}"
    );
    assert!(
        second.contains("THÀNH PHỐ HUẾ") && second.contains("PHONG QUẢNG"),
        "names of the day: {second}"
    );
    for code in [&old, &new] {
        desk.done(
            "leader",
            code,
            json!({ "action": "assign", "to": "specialist" }),
        )
        .await;
        desk.done(
            "leader",
            code,
            json!({ "action": "stop", "reason": "Công dân đề nghị dừng" }),
        )
        .await;
    }
    let none = desk.page(&cookie, &format!("/ho-so/{old}/in/dung")).await;
    assert_eq!(none.status, 404);
    assert!(
        none.body.contains("không có “Thông báo dừng"),
        "{}",
        none.body
    );
    let pdf = bytes(&desk, &cookie, &new, "dung").await;
    like_before("05-stop-2025", &pdf);
    Paper::of(&pdf).says(&[
        "Số: 01/TBD-UBND",
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        &new,
        "Công dân đề nghị dừng",
        "CHỦ TỊCH",
    ]);
}

#[tokio::test]
async fn form_05_names_each_pair_of_hands() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = awkward(&desk, "2021-04-16T10:00").await;
    for (role, act) in [
        ("specialist", "appraise"),
        ("leader", "approve"),
        ("specialist", "process"),
        ("receptionist", "return_result"),
    ] {
        desk.done(role, &code, json!({ "action": act })).await;
    }
    let pdf = bytes(&desk, &cookie, &code, "kiem-soat").await;
    like_before("05-control-sheet", &pdf);
    Paper::of(&pdf).says(&[
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        &code,
        "Hẹn trả kết quả: 17 giờ 00 phút, ngày 22 tháng 4 năm 2021",
        "GHI CHÚ",
        "1. Giao: Bộ phận",
        "2. Nhận: Tư pháp – Hộ tịch",
        "Trước hạn",
        "7. Giao:",
        "8. Nhận: Người nộp hồ sơ",
    ]);
}

#[tokio::test]
async fn twelve_papers_run_over_to_a_second_page_and_two_copies_share_a_sheet() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = awkward(&desk, "2021-04-16T10:00").await;
    let pdf = bytes(&desk, &cookie, &code, "giay-hen").await;
    says_as_before("01-receipt", &pdf);
    let one = Paper::of(&pdf);
    assert!(one.info().contains("Pages:           2"), "{}", one.info());
    one.says(&[
        "12. Giấy tờ thứ 12",
        "2. Số lượng hồ sơ: 1 (bộ)",
        "NGƯỜI NỘP HỒ SƠ",
    ]);
    let two = Paper::of(&bytes(&desk, &cookie, &code, "giay-hen?lien=2").await);
    let text = two.text();
    assert!(
        text.contains("Liên: Lưu") && text.contains("Liên: Giao khách hàng"),
        "{text}"
    );
    assert!(two.info().contains("841.89 x 595.276"), "{}", two.info());
}

#[tokio::test]
async fn a_reprint_says_what_was_first_printed_and_that_it_is_one() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let first = bytes(&desk, &cookie, &code, "giay-hen").await;
    assert!(!Paper::of(&first).text().contains("bản in lại"));
    desk.set(|settings| settings.server.public_url = "https://khac.example.vn".into());
    // Under TLS the same session has a cookie of another name.
    let cookie = cookie.replace("motcua=", "__Host-motcua=");
    let (second, third) = (
        bytes(&desk, &cookie, &code, "giay-hen").await,
        bytes(&desk, &cookie, &code, "giay-hen").await,
    );
    assert!(Paper::of(&second).text().contains("(bản in lại)"));
    assert!(second == third, "a reprint equals a reprint");
    let kept = desk.rows("SELECT body, printed_by FROM paper").await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(
        kept[0]["body"].as_str().unwrap().contains("127.0.0.1"),
        "the data of the first print"
    );
}

#[tokio::test]
async fn the_first_print_says_what_a_mail_had_said() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let dossier = dossiers::by_code(desk.store().read(), 1, &code);
    let dossier = dossier.await.unwrap();
    let mailed = papers::for_mail(&desk.app, &dossier, PaperKind::Receipt, None);
    let mailed = mailed.await.unwrap();
    // Another address in the codes, were they made now.
    desk.set(|settings| settings.server.public_url = "https://khac.example.vn".into());
    let cookie = cookie.replace("motcua=", "__Host-motcua=");
    let first = bytes(&desk, &cookie, &code, "giay-hen").await;
    assert!(first == mailed, "the same words, and no reprint");
    let kept = desk.rows("SELECT printed_by FROM paper").await;
    assert!(kept[0]["printed_by"].is_string(), "{kept:?}");
}

#[tokio::test]
async fn a_cancelled_number_stays_in_the_book() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let office = desk.sign_in(Role::Office).await;
    let receptionist = desk.sign_in(Role::Receptionist).await;
    let code = desk.receive(PARENT, "2021-04-16T10:00").await;
    let draft =
        json!({ "action": "draft_apology", "reason_code": "workload", "reason": "Nhiều hồ sơ" });
    desk.done("specialist", &code, draft).await;
    desk.done("leader", &code, json!({ "action": "sign_apology" }))
        .await;
    let path = "/so-van-ban/apology/2021/1/huy";
    assert_eq!(
        desk.form(&receptionist, path, "reason=hỏng").await.status,
        403
    );
    let empty = desk.form(&office, path, "reason=").await;
    assert_eq!(empty.status, 422);
    let done = desk.form(&office, path, "reason=In+hỏng").await;
    assert_eq!(done.status, 303, "{}", done.body);
    // Whoever was about to print it under the old number.
    let late = Live {
        event_seq: 3,
        number: Some(1),
        text: "{}".into(),
    };
    let dossier = dossiers::by_code(desk.store().read(), 1, &code);
    let dossier = dossier.await.unwrap();
    let kept = print_paper::run(&desk.app, &dossier, PaperKind::Apology, &late, Some("x"));
    assert!(kept.await.unwrap().is_none());
    assert_eq!(
        desk.form(&office, path, "reason=In+hỏng").await.status,
        404,
        "cancelled once"
    );
    let book = desk
        .page(&office, "/so-van-ban?loai=apology&nam=2021")
        .await
        .body;
    assert!(
        book.contains("In hỏng") && book.contains("Đã hủy"),
        "{book}"
    );
    let (_, dossier) = desk
        .get("office", &format!("/api/v1/dossiers/{code}"))
        .await;
    assert_eq!(dossier["letters"][0]["number"], 2);
    Paper::of(&bytes(&desk, &office, &code, "xin-loi").await).says(&["Số: 02/PXL-UBND"]);
}

#[tokio::test]
async fn slips_and_letters_open_in_a_word_processor() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let code = awkward(&desk, "2021-04-16T10:00").await;
    let ask = json!({ "action": "request_supplement", "items": ["Giấy <chứng> sinh & sổ"], "reason": "Bản sao chưa chứng thực" });
    desk.done("specialist", &code, ask).await;
    let page = axum::http::Request::get(format!("/ho-so/{code}/in/bo-sung?dang=docx"))
        .header("cookie", &cookie)
        .body(axum::body::Body::empty())
        .unwrap();
    let (status, file) = desk.send(page).await;
    assert_eq!(status, 200);
    if std::env::var_os("MOTCUA_LONG").is_some() {
        let said = crate::paper::office_text("docx", &file);
        assert!(
            said.contains("PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ")
                && said.contains("Giấy <chứng> sinh & sổ"),
            "{said}"
        );
    }
    // Read by a reader that is not the writer: the zip and its XML.
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("word/document.xml").unwrap(), &mut xml)
        .unwrap();
    for words in [
        "PHIẾU YÊU CẦU BỔ SUNG",
        "Giấy &lt;chứng&gt; sinh &amp; sổ",
        "NGƯỜI HƯỚNG DẪN",
        code.as_str(),
    ] {
        assert!(xml.contains(words), "{words} in {xml}");
    }
    assert_eq!(
        desk.page(&cookie, &format!("/ho-so/{code}/in/giay-hen?dang=docx"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_name_in_another_script_stops_no_paper_and_no_book() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let body = json!({
        "procedure_code": PARENT, "channel": "desk", "documents": [],
        "applicant": { "name": "Vương 王小明 🙂 Đào", "kind": "citizen" },
    });
    let (_, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let code = dossier["code"].as_str().unwrap();
    Paper::of(&bytes(&desk, &cookie, code, "giay-hen").await).says(&["Vương □□□ □ Đào"]);
    let book = desk
        .pdf(&cookie, "/so-theo-doi?tu=1/4/2021&den=30/4/2021")
        .await;
    Paper::of(&book).says(&["□□□"]);
}
