//! The pictures of the guide and of the README are of the pages as they are. With
//! `MOTCUA_PICTURES=1` (`tests/run pictures`) they are taken anew; without it, the words of
//! each page's frame are compared with those it had when its picture was taken.
use std::path::PathBuf;

use motcua::{
    actions::go_on_tour,
    demo,
    domain::{dossier::Status, role::Role},
    store::{
        dossiers,
        register::{self, Filter},
    },
    web::paths,
};
use serde_json::json;

use crate::{
    driver::{Browser, Screen},
    house::House,
};

fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Who has a telephone and no account.
const CITIZEN: &str = "";

/// What a picture shows that is the same every day: headings, labels, heads of columns,
/// buttons; no person, no number.
const FRAME: &str = "return [...document.querySelectorAll('main h2, main label, main th[scope=col], main legend')] \
    .filter(e => e.getClientRects().length && !e.closest('.sr') && !/\\d/.test(e.textContent)) \
    .map(e => e.textContent.trim()).filter(Boolean) \
    .filter((words, at, all) => all.indexOf(words) === at && !words.startsWith('Chọn hồ sơ')).join(' · ')";

#[tokio::test(flavor = "multi_thread")]
async fn the_pictures_show_the_pages_as_they_are() {
    let house = House::of_the_demo(400).await;
    for role in [Role::Receptionist, Role::Leader, Role::Office] {
        let account = house.actor(role).await.account.unwrap();
        go_on_tour::run(&house.app, account, go_on_tour::OVER)
            .await
            .unwrap();
    }
    let open = Filter {
        agency: 1,
        status: Some(Status::Processing),
        ..Filter::default()
    };
    let now = house.app.clock.now();
    let (rows, _) = register::page(house.app.store.read(), &open, false, now, 1)
        .await
        .unwrap();
    let dossier = format!("/ho-so/{}", rows[0].code);
    // What a citizen finds under the QR of her receipt.
    let shown = dossiers::by_code(house.app.store.read(), 1, &rows[0].code)
        .await
        .unwrap();
    let secret = house.app.secret_of(&shown).unwrap();
    let receipt = paths::with_query(paths::LOOKUP, &[("code", &rows[0].code), ("s", &secret)]);
    let pictures = [
        (
            "config/guide/tiep-nhan.png",
            "receptionist",
            "/ho-so/moi?thu-tuc=1.001193",
        ),
        (
            "config/guide/ban-lam-viec.png",
            "receptionist",
            "/ban-lam-viec",
        ),
        (
            "config/guide/danh-sach.png",
            "receptionist",
            "/ho-so?standing=late",
        ),
        (
            "tests/data/pictures/dossier.png",
            "receptionist",
            dossier.as_str(),
        ),
        ("config/guide/xin-loi.png", "leader", "/xin-loi?muc=tre"),
        ("config/guide/bao-cao.png", "office", "/bao-cao"),
        ("tests/data/pictures/citizen.png", CITIZEN, receipt.as_str()),
    ];
    let again = std::env::var_os("MOTCUA_PICTURES").is_some();
    let kept = root("tests/data/pictures/frames.txt");
    let mut browser = Browser::open(&house.address, Screen::Desk).await;
    let (mut who, mut frames) = ("", String::new());
    for (file, role, path) in pictures {
        let (width, height, scale) = match role {
            CITIZEN => (360, 740, 1.0),
            _ => (1280, 800, 0.75),
        };
        if role == CITIZEN {
            browser = Browser::open(&house.address, Screen::Phone).await;
        } else if who != role {
            browser.sign_in(role, demo::PASSWORD).await;
            who = role;
        }
        browser.go(path).await;
        let frame = browser.script(FRAME).await;
        frames += &format!("{file}: {}\n", frame.as_str().unwrap());
        if again {
            let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
            browser
                .devtools("Emulation.setDeviceMetricsOverride", size)
                .await;
            let hidden = json!({ "hidden": true });
            browser
                .devtools("Emulation.setScrollbarsHidden", hidden)
                .await;
            let picture = browser.client.screenshot().await.unwrap();
            std::fs::write(root(file), picture).unwrap();
            browser
                .devtools("Emulation.clearDeviceMetricsOverride", json!({}))
                .await;
        }
        let bytes = std::fs::read(root(file)).unwrap();
        assert!(
            bytes.starts_with(b"\x89PNG") && bytes.len() < 120_000,
            "{file}"
        );
    }
    if again {
        std::fs::write(&kept, &frames).unwrap();
    }
    assert_eq!(
        frames,
        std::fs::read_to_string(&kept).unwrap_or_default(),
        "the pages changed since their pictures were taken: look at them, then tests/run pictures"
    );
}
