//! The real binary on an empty folder: it prints a link, the link makes the first
//! account, and it works once.
use motcua::store::{Store, accounts};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    served::Served,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_link_makes_the_first_account_once() {
    let folder = tempfile::tempdir().unwrap();
    let (served, lines) = Served::from(folder.path(), &[]);
    let link = lines
        .map_while(Result::ok)
        .find_map(|line| {
            let at = line
                .find("http://")
                .filter(|_| line.contains("/thiet-lap/"))?;
            Some(line[at..].trim().to_owned())
        })
        .expect("no set-up link was printed");

    let browser = Browser::open("", Screen::Desk).await;
    browser.go(&link).await;
    browser.shows("Thiết lập lần đầu").await;
    passes(&browser).await;

    browser.fill("Họ và tên", "Hồ Ngọc Hằng").await;
    browser.fill("Tên đăng nhập", "hang.vp").await;
    browser.fill("Mật khẩu", "ngan").await;
    browser.press("Tạo tài khoản quản trị").await;
    browser.shows("có 1 chỗ cần sửa").await;
    assert_eq!(browser.value("Họ và tên").await, "Hồ Ngọc Hằng");
    assert_eq!(
        browser.value("Mật khẩu").await,
        "",
        "a secret never comes back"
    );
    passes(&browser).await;

    browser.fill("Mật khẩu", "một câu dễ nhớ").await;
    browser.press("Tạo tài khoản quản trị").await;
    // An administrator shows a code from the telephone before anything opens.
    assert!(browser.place().await.starts_with("/dang-nhap/ma"));
    passes(&browser).await;
    let store = Store::open(&served.database).await.unwrap();
    let made = accounts::by_username(store.read(), "hang.vp").await;
    let stored = made.unwrap().unwrap().totp_secret.unwrap();
    // Locked by the key beside the database.
    let mut settings = motcua::config::Settings::load(None).unwrap();
    settings.database.url.clone_from(&served.database);
    let key = motcua::vault::open(&settings, "hang.vp", &stored).unwrap();
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(totp_rs::Secret::try_from_base32(&key).unwrap())
        .build()
        .unwrap();
    let now = motcua::clock::Clock::System.now().timestamp();
    let code = totp.generate(u64::try_from(now).unwrap()).to_string();
    browser.fill("Mã sáu chữ số", &code).await;
    browser.press("Xác nhận mã").await;
    assert_eq!(browser.place().await, "/ban-lam-viec");
    browser.shows("Hồ Ngọc Hằng").await;
    passes(&browser).await;

    browser.go(&link).await;
    browser.shows("Đường dẫn không còn dùng được").await;
    passes(&browser).await;

    assert_eq!(accounts::admins(store.read()).await.unwrap(), 1);
    let account = accounts::by_username(store.read(), "hang.vp")
        .await
        .unwrap();
    assert_eq!(account.unwrap().name, "Hồ Ngọc Hằng");
    drop(served);
}
