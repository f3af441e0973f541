//! Long work followed: a bar with a name that moves by itself, is there after a reload, and
//! without scripts too.
use std::fmt::Write;

use motcua::domain::role::Role;

use crate::{
    axe::{passes, passes_if_scripts_run},
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

const BAR: &str = "//*[@role='progressbar'][@aria-label='Nhập hồ sơ từ so-cu.csv']";

/// An old register that takes a while.
fn old_register(rows: usize) -> String {
    let mut text = String::from("Mã hồ sơ,Mã thủ tục,Người nộp,Nhận lúc\n");
    for row in 0..rows {
        writeln!(text, "CU-{row},{THREE_DAYS},Lê Thị Đào,2021-04-15").unwrap();
    }
    text
}

async fn begin(office: &Browser, file: &std::path::Path) {
    office.go("/nhap").await;
    let choose = office.find("the file", "//input[@type='file']").await;
    choose.send_keys(file.to_str().unwrap()).await.unwrap();
    office.press("Xem trước").await;
    // So many rows are read as work of their own.
    office.shows("dòng, chưa ghi gì vào sổ.").await;
    passes_if_scripts_run(office).await;
    office.press("Xem các dòng").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_followed_across_a_reload() {
    let mut house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Office).await;
    house.set(|settings| settings.files.at_once_ms = 0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("so-cu.csv");
    std::fs::write(&file, old_register(16_000)).unwrap();
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    begin(&office, &file).await;
    office.press("Nhập 16.000 hồ sơ").await;
    let place = office.place().await;
    assert!(place.starts_with("/viec/"), "{place}");
    office.find("the bar", BAR).await;
    passes(&office).await;
    // Loaded anew it is still there; by itself it goes on and says its end.
    office.go(&place).await;
    office.find("the bar after a reload", BAR).await;
    office.script("window.notReloaded = true").await;
    office.shows("Đã nhập 16.000 hồ sơ từ so-cu.csv.").await;
    passes(&office).await;
    office.go("/viec").await;
    office.shows("Nhập hồ sơ từ so-cu.csv").await;
    passes(&office).await;

    // The list as a file, and the receipts of two of them, one file.
    office.go("/ho-so").await;
    for row in [1, 2] {
        let tick = format!("(//td//label[.//input[@name='hs']])[{row}]");
        office.click(office.find("a box", &tick).await).await;
    }
    office
        .choose(
            "In của các hồ sơ đã đánh dấu",
            "Phiếu kiểm soát quá trình giải quyết hồ sơ",
        )
        .await;
    office.press("Gom giấy in").await;
    office
        .shows("Đã xong 2 hồ sơ, theo thứ tự trong danh sách.")
        .await;
    passes(&office).await;
    assert!(office.offers("Mở tệp PDF").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_page_asks_again_by_itself() {
    let mut house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Office).await;
    house.set(|settings| settings.files.at_once_ms = 0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("so-cu.csv");
    std::fs::write(&file, old_register(3000)).unwrap();
    let phone = Browser::open(&house.address, Screen::PhoneWithoutScript).await;
    phone.sign_in("office", PASSWORD).await;
    begin(&phone, &file).await;
    phone.press("Nhập 3.000 hồ sơ").await;
    phone.shows("Đã nhập 3.000 hồ sơ từ so-cu.csv.").await;
}
