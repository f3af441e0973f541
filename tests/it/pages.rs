//! The pages: sign in, intake, dossier, receipt, look-up, each with what it must not show.
use axum::{body::Body, http::Request};
use motcua::domain::role::Role;
use serde_json::json;

use crate::{harness::Desk, paper::Paper};

const FORM: &str = "thu-tuc=1.001022&name=%C4%90%E1%BB%97+Th%E1%BB%8B+%C6%AF%E1%BB%9Bc&kind=citizen&channel=desk&key=k1&document=0&document_form=original&document_copies=2&act=receive";

#[tokio::test]
async fn strangers_are_led_to_the_sign_in_page_and_back() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let page = desk.page("", "/ho-so?standing=overdue").await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/dang-nhap?ve=%2Fho-so%3Fstanding%3Doverdue")
    );
    let wrong = desk
        .form("", "/dang-nhap", "username=ai&password=sai")
        .await;
    assert_eq!(wrong.status, 401);
    assert!(
        wrong
            .body
            .contains("Tên đăng nhập hoặc mật khẩu chưa đúng.")
            && wrong.body.contains("value=\"ai\"")
    );
    let away = desk.sign_in(Role::Receptionist).await;
    assert!(away.starts_with("motcua="));
    let evil = desk
        .form(
            "",
            "/dang-nhap",
            "username=receptionist&password=mot+cau+de+nho&ve=//evil.example",
        )
        .await;
    assert_eq!(evil.location, "/ban-lam-viec", "never to another site");
}

#[tokio::test]
async fn too_many_wrong_passwords_pause_the_account() {
    let mut desk = Desk::at("2021-04-16T10:00").await;
    desk.sign_in(Role::Office).await;
    for _ in 0..5 {
        assert_eq!(
            desk.form("", "/dang-nhap", "username=office&password=sai")
                .await
                .status,
            401
        );
    }
    let right = "username=office&password=mot+cau+de+nho";
    let page = desk.form("", "/dang-nhap", right).await;
    assert_eq!(page.status, 429);
    assert!(page.body.contains("Thử lại sau 10:10"), "{}", page.body);
    desk.move_to("2021-04-16T10:11");
    assert_eq!(desk.form("", "/dang-nhap", right).await.status, 303);
}

#[tokio::test]
async fn the_set_up_link_works_once() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let write = desk.store().write().await.unwrap();
    let until = desk.app.clock.now() + chrono::TimeDelta::hours(1);
    write
        .put_setup_link(motcua::secret::hash("abc"), until)
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert!(
        desk.page("", "/thiet-lap/sai")
            .await
            .body
            .contains("đã dùng hoặc đã hết hạn")
    );
    let short = desk
        .form("", "/thiet-lap/abc", "name=Hoa&username=hoa&password=ngan")
        .await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("value=\"Hoa\"") && short.body.contains("ít nhất 10 ký tự"));
    let form = "name=Hoa&username=hoa&password=mot+cau+de+nho";
    let done = desk.form("", "/thiet-lap/abc", form).await;
    assert_eq!(
        (done.status, done.location.as_str()),
        (303, "/ban-lam-viec")
    );
    assert!(
        desk.page(&done.cookie, "/ban-lam-viec")
            .await
            .body
            .contains("Quản trị")
    );
    let again = desk
        .form(
            "",
            "/thiet-lap/abc",
            "name=K&username=ke&password=mot+cau+de+nho",
        )
        .await;
    assert_eq!(again.status, 409);
}

#[tokio::test]
async fn from_intake_to_receipt_and_look_up() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let search = desk
        .page(&cookie, "/ho-so/moi?procedure_text=nhan+cha+me+con")
        .await;
    assert!(
        search.body.contains("Đăng ký nhận cha, mẹ, con"),
        "{}",
        search.body
    );
    let form = desk.page(&cookie, "/ho-so/moi?thu-tuc=1.001022").await;
    assert!(form.body.contains("17:00,") && form.body.contains("Giỗ Tổ Hùng Vương"));
    let refused = desk
        .form(
            &cookie,
            "/ho-so/moi",
            &FORM.replace(
                "name=%C4%90%E1%BB%97+Th%E1%BB%8B+%C6%AF%E1%BB%9Bc",
                "name=&phone=12",
            ),
        )
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("value=\"12\"") && refused.body.contains("có 2 chỗ cần sửa"),
        "{}",
        refused.body
    );
    let saved = desk.form(&cookie, "/ho-so/moi", FORM).await;
    assert_eq!(saved.location, "/ho-so/000.00.00.H57-210416-0001?moi=in");
    let again = desk.form(&cookie, "/ho-so/moi", FORM).await;
    assert_eq!(again.location, saved.location, "F5 makes no second dossier");
    let page = desk.page(&cookie, &saved.location).await;
    assert!(page.body.contains("Đỗ Thị Ước") && page.body.contains("In giấy hẹn"));

    let public = desk
        .page("", "/tra-cuu?code=000.00.00.h57+–+210416-0001")
        .await;
    assert!(public.body.contains("Đã tiếp nhận"), "{}", public.body);
    assert!(
        !public.body.contains("Ước") && !public.body.contains("nhận cha"),
        "the code alone shows no name, no procedure"
    );
    let partial = desk
        .page("", "/tra-cuu?code=000.00.00.H57-210416-000")
        .await;
    let unknown = desk
        .page("", "/tra-cuu?code=000.00.00.H57-210416-777")
        .await;
    assert_eq!(partial.status, 200);
    assert_eq!(
        partial.body.replace("210416-000\"", ""),
        unknown.body.replace("210416-777\"", ""),
        "partial and wrong look alike"
    );
    let row = motcua::store::dossiers::by_code(desk.store().read(), 1, "000.00.00.H57-210416-0001")
        .await
        .unwrap();
    let proven = desk
        .page(
            "",
            &format!(
                "/tra-cuu?code={}&s={}",
                row.code,
                desk.app.secret_of(&row).unwrap()
            ),
        )
        .await;
    assert!(
        proven.body.contains("nhận cha, mẹ, con") && proven.body.contains("Ngày làm việc thứ 1")
    );
}

#[tokio::test]
async fn acts_from_the_page_and_a_stale_one() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let desk_cookie = desk.sign_in(Role::Receptionist).await;
    let leader = desk.sign_in(Role::Leader).await;
    desk.form(&desk_cookie, "/ho-so/moi", FORM).await;
    let path = "/ho-so/000.00.00.H57-210416-0001";
    let page = desk.page(&leader, path).await;
    assert!(
        !page.body.contains("Yêu cầu bổ sung</"),
        "not a leader's act"
    );
    let form = desk
        .page(&desk_cookie, &format!("{path}/request_supplement"))
        .await;
    assert!(form.body.contains("Giấy tờ cần bổ sung"));
    let empty = desk
        .form(
            &desk_cookie,
            &format!("{path}/request_supplement"),
            "expected_version=1&reason=thieu",
        )
        .await;
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("thieu"), "what was typed is kept");
    let asked = desk
        .form(
            &desk_cookie,
            &format!("{path}/request_supplement"),
            "expected_version=1&reason=thieu&items=Giay",
        )
        .await;
    assert_eq!(asked.status, 303);
    let stale = desk
        .form(
            &leader,
            &format!("{path}/refuse"),
            "expected_version=1&reason=khong",
        )
        .await;
    assert_eq!(stale.status, 409);
    assert!(
        stale.body.contains("vừa được Người Công chức một cửa"),
        "{}",
        stale.body
    );
    let list = desk.page(&leader, "/ho-so?standing=waiting").await;
    assert!(list.body.contains("<b>1</b> hồ sơ"));
    assert!(
        desk.page(&leader, "/ban-lam-viec")
            .await
            .body
            .contains("Không còn việc phải làm ngay.")
    );
}

#[tokio::test]
async fn the_receipt_is_an_a5_page_with_every_field() {
    let desk = Desk::at("2021-04-16T10:00").await;
    let cookie = desk.sign_in(Role::Receptionist).await;
    let body = json!({
        "procedure_code": "1.001022", "channel": "desk", "result_channel": "post",
        "applicant": { "name": "Đặng #panic() \"Ước\" *Mơ*", "kind": "citizen", "address": "Thôn Vĩnh Tu", "phone": "0912 345 678" },
        "documents": [{ "name": "Tờ khai đăng ký nhận cha, mẹ, con", "form": "original", "copies": 1 }],
    });
    let (_, dossier) = desk.post("receptionist", "/api/v1/dossiers", &body).await;
    let path = format!("/ho-so/{}/in/giay-hen", dossier["code"].as_str().unwrap());
    let get = || {
        Request::get(&path)
            .header("cookie", &cookie)
            .body(Body::empty())
            .unwrap()
    };
    let (status, pdf) = desk.send(get()).await;
    assert_eq!(status, 200);
    let paper = Paper::of(&pdf);
    paper.says(&[
        "UBND XÃ QUẢNG NGẠN",
        "GIẤY TIẾP NHẬN HỒ SƠ",
        "000.00.00.H57-210416-0001",
        "Tiếp nhận hồ sơ của: Đặng #panic() \"Ước\" *Mơ*",
        "Địa chỉ: Thôn Vĩnh Tu",
        "0912 345 678",
        "Đăng ký nhận cha, mẹ, con (1.001022)",
        "Tờ khai đăng ký nhận cha, mẹ, con",
        "1 (bộ)",
        "3 ngày làm việc",
        "10 giờ 00 phút, ngày 16 tháng 4 năm 2021",
        "17 giờ 00 phút, ngày 22 tháng 4 năm 2021",
        "qua dịch vụ bưu chính công ích",
        "NGƯỜI NỘP HỒ SƠ",
    ]);
    let info = paper.info();
    assert!(
        info.contains("419.528 x 595.276") && info.contains("Pages:           1"),
        "{info}"
    );
    paper.embeds_fonts();
}
