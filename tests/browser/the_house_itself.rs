//! Would this suite notice? A page with a known fault is reported, a wide one is
//! seen to scroll, and a person's screen is as wide as it says.
use crate::{
    axe::{examine, widths},
    driver::{Browser, Screen},
    house::House,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_a_known_fault_is_reported() {
    let house = House::at("2021-04-16T10:00").await;
    let browser = Browser::open(&house.address, Screen::Desk).await;
    let page = "data:text/html,<html><head><title>x</title></head><body><main><h1>x</h1>\
        <img src='x.png'><p style='width:3000px;color:%23bbb;background:white'>pale words</p></main></body></html>";
    browser.go(page).await;
    let (violations, rules) = examine(&browser).await;
    assert!(rules > 5, "axe ran {rules} rules");
    for rule in ["image-alt", "html-has-lang", "color-contrast"] {
        assert!(
            violations.iter().any(|line| line.starts_with(rule)),
            "{rule} is not among {violations:?}"
        );
    }
    let (page, window) = widths(&browser).await;
    assert!(page > window, "{page} px in {window} px");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_not_there_are_not_seen() {
    let house = House::at("2021-04-16T10:00").await;
    let browser = Browser::open(&house.address, Screen::Desk).await;
    browser.go("/tra-cuu").await;
    browser.shows("Tra cứu hồ sơ").await;
    browser.hides("Không tìm thấy hồ sơ").await;
    assert!(browser.offers("Xem").await);
    assert!(!browser.offers("Xem thử").await);
    assert_eq!(browser.focused().await, "code");
}
