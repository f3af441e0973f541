//! A newcomer at a server just started opens the demo with one click, sees at once that it
//! is one, and the register beside it stays as it was.
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use motcua::demo::PASSWORD;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
};

/// The served program; ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_one_click_from_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!(
        "sqlite://{}?mode=rwc",
        folder.path().join("real.db").display()
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .env("MOTCUA_DATABASE_URL", &database)
        .env("MOTCUA__TRIAL__LISTEN", "127.0.0.1:0")
        .env("MOTCUA__TRIAL__DOSSIERS", "40")
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let served = Served(child);
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
