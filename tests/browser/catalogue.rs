//! The Office offers a form; a citizen with a telephone finds the procedure and the form.
use motcua::domain::role::Role;

use crate::{
    axe::{passes, passes_if_scripts_run},
    driver::{Browser, Screen},
    house::{House, PASSWORD},
};

async fn found_by(screen: Screen) {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Office).await;
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/danh-muc/1.001193/to-khai").await;
    passes(&office).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("to-khai.pdf");
    std::fs::write(&file, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").unwrap();
    office
        .fill("Tên tờ khai", "Tờ khai đăng ký khai sinh (mẫu mới)")
        .await;
    let choose = office.find("the file", "//input[@type='file']").await;
    choose.send_keys(file.to_str().unwrap()).await.unwrap();
    office.press("Đăng mẫu").await;
    office.shows("Tờ khai đăng ký khai sinh (mẫu mới)").await;
    passes(&office).await;

    let phone = Browser::open(&house.address, screen).await;
    phone.go("/thu-tuc").await;
    phone.fill("Tìm thủ tục", "khai sinh").await;
    phone.press("Tìm").await;
    passes_if_scripts_run(&phone).await;
    phone.press("Đăng ký khai sinh").await;
    phone.shows("Giấy chứng sinh").await;
    phone.shows("Tờ khai đăng ký khai sinh (mẫu mới)").await;
    phone.shows("4 tại chỗ").await;
    passes_if_scripts_run(&phone).await;

    office.press("Gỡ").await;
    office.hides("Tờ khai đăng ký khai sinh (mẫu mới)").await;
    phone.go("/thu-tuc/1.001193").await;
    phone.shows("Chưa có mẫu để tải").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_offered_and_found() {
    found_by(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_offered_and_found_without_scripts() {
    found_by(Screen::PhoneWithoutScript).await;
}
