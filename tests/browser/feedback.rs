//! To complain from a telephone and read the answer: every page of it, with axe, with and
//! without scripts; and the staff's side of it at the desk.
use motcua::domain::role::Role;

use crate::{
    axe::{passes, passes_if_scripts_run},
    driver::{Browser, Screen},
    house::{House, PASSWORD},
};

/// Chooses one of few, all in sight.
async fn tick(browser: &Browser, words: &str) {
    let label = format!("//label[normalize-space(.)='{words}']");
    let choice = browser.find(words, &label).await;
    browser.click(choice).await;
}

/// Fills in the form and sends it; answers number and secret as they stand on the page.
async fn send(phone: &Browser, words: &str) -> (String, String) {
    phone.go("/phan-anh").await;
    passes_if_scripts_run(phone).await;
    tick(phone, "Hành vi của cán bộ, công chức").await;
    phone.fill("Nội dung", words).await;
    phone.fill("Họ và tên", "Ngô Thị Mận").await;
    phone.fill("Mã hồ sơ", "không nhớ").await;
    phone.press("Gửi phản ánh").await;
    phone.shows("có 1 chỗ cần sửa").await;
    passes_if_scripts_run(phone).await;
    phone.fill("Mã hồ sơ", "").await;
    phone.press("Gửi phản ánh").await;
    phone.shows("mã bí mật chỉ hiện một lần").await;
    passes_if_scripts_run(phone).await;
    let page = phone.text().await;
    let after = |mark: &str| {
        let (_, rest) = page.split_once(mark).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    (after("Số "), after("Mã bí mật"))
}

async fn follow(phone: &Browser, code: &str, secret: &str) {
    phone.go("/phan-anh/theo-doi").await;
    passes_if_scripts_run(phone).await;
    phone.fill("Số phản ánh", code).await;
    phone.fill("Mã bí mật", secret).await;
    phone.press("Xem").await;
}

async fn the_whole_way(screen: Screen) {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Leader).await;
    let phone = Browser::open(&house.address, screen).await;
    let (code, secret) = send(&phone, "Hẹn ba lần mà chưa xong.").await;
    follow(&phone, &code, "AAAA").await;
    phone
        .shows("Không tìm thấy phản ánh với số và mã bí mật này.")
        .await;
    passes_if_scripts_run(&phone).await;
    follow(&phone, &code, &secret).await;
    phone.shows("Đã tiếp nhận, đang xử lý").await;
    phone.shows("12/5/2021").await;
    passes_if_scripts_run(&phone).await;
    let address = phone.client.current_url().await.unwrap();
    assert!(
        !address.as_str().contains(&secret),
        "no secret in an address"
    );

    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in(Role::Leader.code(), PASSWORD).await;
    desk.go("/phan-anh/danh-sach").await;
    passes(&desk).await;
    desk.press(&code).await;
    passes(&desk).await;
    for act in [
        "Phân loại…",
        "Chuyển cơ quan có thẩm quyền…",
        "Không tiếp nhận…",
    ] {
        desk.press(act).await;
        passes(&desk).await;
        desk.press("Quay lại").await;
    }
    desk.press("Trả lời…").await;
    passes(&desk).await;
    desk.fill("Nội dung trả lời", "Đã chấn chỉnh, xin lỗi ông/bà.")
        .await;
    desk.press("Trả lời").await;
    desk.shows("Đã ghi: Trả lời.").await;
    desk.press("Công khai…").await;
    passes(&desk).await;
    desk.press("Công khai").await;
    desk.shows("Đã ghi: Công khai.").await;
    passes(&desk).await;

    follow(&phone, &code, &secret).await;
    phone.shows("Đã chấn chỉnh, xin lỗi ông/bà.").await;
    passes_if_scripts_run(&phone).await;
    phone.go("/phan-anh/cong-khai").await;
    phone.shows("Hẹn ba lần mà chưa xong.").await;
    phone.hides("Mận").await;
    passes_if_scripts_run(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_sent_answered_and_read() {
    the_whole_way(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_sent_answered_and_read_without_scripts() {
    the_whole_way(Screen::PhoneWithoutScript).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_written_down() {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in(Role::Receptionist.code(), PASSWORD).await;
    desk.go("/phan-anh/danh-sach").await;
    desk.press("Ghi phản ánh").await;
    passes(&desk).await;
    tick(&desk, "Điện thoại").await;
    tick(&desk, "Ý kiến, góp ý khác").await;
    desk.fill("Nội dung", "Thêm ghế cho người già.").await;
    desk.press("Ghi phản ánh").await;
    desk.shows("PA-2021-0001").await;
    passes(&desk).await;
}
