//! A newcomer at a server just started opens the demo with one click, sees at once that it
//! is one, and the register beside it stays as it was.
use motcua::demo::PASSWORD;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    served::Served,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_one_click_from_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().display().to_string();
    let settings = [
        ("MOTCUA__TRIAL__LISTEN", "127.0.0.1:0"),
        ("MOTCUA__TRIAL__DOSSIERS", "40"),
        ("TMPDIR", scratch.as_str()),
    ];
    let (served, mut lines) = Served::from(folder.path(), &settings);
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| Some(line[line.find("http://")?..].trim().to_owned()))
        .expect("no address was printed");
    std::thread::spawn(move || lines.for_each(drop));

    let browser = Browser::open(&address, Screen::Desk).await;
    browser.go("/dang-nhap").await;
    browser.hides("dữ liệu giả, ngày").await;
    passes(&browser).await;
    let bar = "return getComputedStyle(document.documentElement).getPropertyValue('--bar').trim()";
    let own = browser.script(bar).await;
    browser.press("Mở bản dùng thử").await;
    browser.shows("Mật khẩu chung: ").await;
    browser.shows(PASSWORD).await;
    passes(&browser).await;

    let way = browser.button("Vào bản dùng thử").await;
    let to = way.attr("href").await.unwrap().unwrap();
    assert_ne!(to, address);
    browser.press("Vào bản dùng thử").await;
    browser.shows("Bản dùng thử: dữ liệu giả").await;
    passes(&browser).await;
    assert_ne!(browser.script(bar).await, own, "its own colours");
    browser.go(&format!("{to}/dang-nhap")).await;
    browser.fill("Tên đăng nhập", "receptionist").await;
    browser.fill("Mật khẩu", PASSWORD).await;
    browser.press("Đăng nhập").await;
    browser.shows("Bản dùng thử: dữ liệu giả").await;
    browser.shows("Tiếp nhận nhanh").await;
    passes(&browser).await;

    // The register beside it knows neither the session nor a dossier of it.
    browser.go("/ban-lam-viec").await;
    assert!(browser.place().await.starts_with("/dang-nhap"));
    browser.hides("dữ liệu giả, ngày").await;
    browser.shows("Mở bản dùng thử").await;
    drop(served);
}
