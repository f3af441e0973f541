//! The Office reads its figures: every page of a full year, and every number is
//! the number of rows behind it.
use std::collections::BTreeMap;

use motcua::demo;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::House,
};

/// Enough for every page to have rows.
const DOSSIERS: usize = 150;

async fn office(house: &House, who: &str) -> Browser {
    let browser = Browser::open(&house.address, Screen::Desk).await;
    browser.sign_in(who, demo::PASSWORD).await;
    browser
}

/// Numbers of a page that lead to rows: address and what stands in the cell.
async fn numbers(browser: &Browser, cells: &str) -> BTreeMap<String, String> {
    let found = browser
        .script(&format!(
            "return [...document.querySelectorAll({cells:?})].map(a => [a.getAttribute('href'), a.textContent.trim()])"
        ))
        .await;
    serde_json::from_value::<Vec<(String, String)>>(found)
        .unwrap()
        .into_iter()
        .collect()
}

/// The rows of the table on the page, and of the pages that follow it.
async fn rows(browser: &Browser) -> u64 {
    let mut many = 0;
    loop {
        let here = browser
            .script("return document.querySelectorAll('main table tbody tr').length")
            .await;
        many += here.as_u64().unwrap();
        if browser.visible("//a[@rel='next']").await.is_empty() {
            return many;
        }
        browser.press("Sau").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_office() {
    let house = House::of_the_demo(DOSSIERS).await;
    let admin = office(&house, "admin").await;
    let pages = [
        ("/ban-lam-viec", "Bản dùng thử"),
        ("/ho-so", "hồ sơ"),
        ("/bao-cao?ky=2021", "Theo lĩnh vực"),
        ("/bao-cao/giai-quyet?ky=2021", "Tổng cộng"),
        ("/bao-cao/giai-quyet?ky=2021&theo=officer", "Tổng cộng"),
        ("/bao-cao/giai-quyet/ho-so?ky=2021&o=received", "hồ sơ"),
        ("/bao-cao/4-tai-cho", "20 %"),
        ("/bao-cao/hai-long?ky=2021", "phiếu"),
        ("/bao-cao/xin-loi?ky=2021", "lỗi"),
        ("/bao-cao/4-tai-cho/de-xuat", "Còn thiếu"),
        ("/bao-cao/ra-soat?ky=2021", "Phải bổ sung"),
        ("/bao-cao/quy?ky=2021-Q3", "Kiến nghị, đề xuất"),
        ("/ke-hoach", "Ghi tiến độ"),
        ("/chi-tieu/muc-tieu/bao-cao", "mục tiêu chất lượng"),
        ("/bao-cao/cham-diem?ky=2021", "Bộ chỉ số 766"),
        ("/bao-cao/nhip?ky=2021", "Đông nhất"),
        ("/bao-cao/ra-xet?ky=2021", "Điểm cần xem lại"),
        ("/bao-cao/chot-so", "Kỳ đã chốt"),
        ("/bao-cao/dung-han?ky=2021", "Trung vị"),
        ("/bao-cao/chot-so/1", "Dấu niêm phong"),
        ("/chi-tieu", "Chỉ tiêu"),
        ("/xin-loi?muc=cho-ky", "Xin lỗi"),
        ("/xin-loi?muc=soan", "Xin lỗi"),
        ("/xin-loi?muc=tre", "Xin lỗi"),
        ("/xin-loi?muc=lai", "Xin lỗi"),
        ("/xin-loi?muc=da-ky", "Xin lỗi"),
        ("/phieu-khao-sat", "Phiếu khảo sát giấy"),
        ("/danh-muc", "1.001193"),
        ("/lich", "Giỗ Tổ"),
        ("/nhat-ky", "Nhật ký"),
        ("/nhan-su", "Hồ Ngọc Hằng"),
        ("/tai-khoan", "phiên này"),
        ("/huong-dan", "Hướng dẫn"),
    ];
    let mut wrong = Vec::new();
    for (path, words) in pages {
        admin.go(path).await;
        let text = admin.text().await;
        if !text.contains(words) {
            wrong.push(format!("{path} does not show “{words}”: {text}"));
        }
        passes(&admin).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_a_desk() {
    let house = House::of_the_demo(DOSSIERS).await;
    for who in ["receptionist", "specialist", "leader", "office"] {
        let browser = office(&house, who).await;
        browser.shows("Bản dùng thử").await;
        passes(&browser).await;
        // The first rows, if there are any today, open their dossiers.
        browser.go("/ho-so").await;
        browser.shows("hồ sơ").await;
        passes(&browser).await;
        let row = browser
            .find(
                "a row",
                "//main//table//tbody//a[starts-with(@href, '/ho-so/')]",
            )
            .await;
        browser.leaving(async || browser.click(row).await).await;
        browser.shows("Diễn biến").await;
        passes(&browser).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_the_number_of_rows_behind_it() {
    let house = House::of_the_demo(DOSSIERS).await;
    let office = office(&house, "office").await;
    let mut checked = 0;
    let reports = [
        "/bao-cao/giai-quyet?ky=2021",
        "/bao-cao/giai-quyet?ky=2021-Q4&theo=procedure",
        "/bao-cao?ky=2021",
    ];
    for report in reports {
        office.go(report).await;
        let found = numbers(&office, "td a[href^='/bao-cao/giai-quyet/ho-so']").await;
        assert!(found.len() > 5, "{report} has {} numbers", found.len());
        let every = (found.len() / 8).max(1);
        for (href, shown) in found.iter().step_by(every) {
            office.go(href).await;
            let many: u64 = shown.replace('.', "").parse().unwrap();
            assert_eq!(rows(&office).await, many, "{report}: {shown} at {href}");
            checked += 1;
        }
    }
    assert!(checked >= 15, "only {checked} numbers were followed");

    // On the spot: each number of a share is a link of its own.
    office.go("/bao-cao/4-tai-cho?xem=ho-so").await;
    let found = numbers(&office, "td a[href^='/bao-cao/4-tai-cho/ho-so']").await;
    assert!(found.len() > 1);
    for (href, shown) in found.iter().take(6) {
        office.go(href).await;
        assert_eq!(rows(&office).await.to_string(), *shown, "{shown} at {href}");
        let full = "//main//table/tbody/tr[normalize-space(td[last()])='đủ']";
        if href.contains("o=on_the_spot") {
            assert_eq!(
                office.visible(full).await.len().to_string(),
                *shown,
                "{href}"
            );
        }
    }

    // What wants chasing: the number before the words, the rows of the register.
    office.go("/bao-cao?ky=2021").await;
    let overdue = office
        .script(
            "const a = document.querySelector(\"a[href='/ho-so?standing=overdue']\"); \
             return a ? a.closest('li').querySelector('b').textContent : '0'",
        )
        .await;
    let overdue = overdue.as_str().unwrap().to_owned();
    office.go("/ho-so?standing=overdue").await;
    office.shows(&format!("{overdue} hồ sơ")).await;
}
