//! A line as slow as 3G, a hand that has only keys, an ear instead of an eye: what a page
//! weighs, when it can be used, and what a screen reader is told.
use fantoccini::key::Key;
use motcua::{domain::role::Role, secret};
use serde_json::{Value, json};

use crate::{
    driver::{Browser, Screen},
    house::{House, ON_THE_SPOT, PASSWORD, THREE_DAYS},
    keys::Keys,
};

/// 1.6 Mbit/s down, 768 kbit/s up, 300 ms there and back, as measured lines of that kind are.
async fn on_3g(browser: &Browser) {
    browser.devtools("Network.enable", json!({})).await;
    let line = json!({
        "offline": false, "latency": 300,
        "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 768_000 / 8,
    });
    browser
        .devtools("Network.emulateNetworkConditions", line)
        .await;
}

/// All that came over the line for the page as it stands, in bytes, and the milliseconds
/// until its words were seen and its form could be filled in.
async fn weighed(browser: &Browser) -> (u64, u64) {
    let measure = "const [page] = performance.getEntriesByType('navigation'); \
        const parts = performance.getEntriesByType('resource'); \
        const seen = performance.getEntriesByName('first-contentful-paint')[0]; \
        const bytes = [page, ...parts].reduce((sum, one) => sum + one.transferSize, 0); \
        return [bytes, Math.round(Math.max(page.domContentLoadedEventEnd, seen ? seen.startTime : 99999))]";
    let found = browser.script(measure).await;
    (found[0].as_u64().unwrap(), found[1].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_citizens_is_light_and_there_in_two_seconds() {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    let dossier = house.receive(THREE_DAYS, "Ngô Thị Mận").await;
    let token = secret::survey_token(&house.app.secret_of(&dossier).unwrap());
    let proven = format!(
        "/tra-cuu?code={}&s={}",
        dossier.code,
        house.app.secret_of(&dossier).unwrap()
    );
    for path in [
        "/tra-cuu",
        proven.as_str(),
        "/",
        "/phan-anh",
        &format!("/khao-sat/{token}"),
    ] {
        // A browser that was never here: nothing is in its cache.
        let phone = Browser::open(&house.address, Screen::Phone).await;
        on_3g(&phone).await;
        phone.go(path).await;
        let seen = "return performance.getEntriesByName('first-contentful-paint').length > 0";
        phone
            .until("the first words", async || phone.script(seen).await == true)
            .await;
        let (bytes, usable) = weighed(&phone).await;
        let shown = path.split('?').next().unwrap();
        println!("on 3G: {shown} is {bytes} bytes in all, usable after {usable} ms");
        assert!(bytes > 5_000, "{shown}: the line was not measured");
        assert!(usable >= 300, "{shown}: the line was not slow");
        assert!(bytes < 50_000, "{shown}: {bytes} bytes");
        assert!(usable < 2_000, "{shown}: {usable} ms");
    }
}

/// Tab by tab to what bears these words.
async fn tab_to(keys: &mut Keys<'_>, browser: &Browser, words: &str) {
    let here = "const e = document.activeElement; const label = e.labels?.[0]; \
        return e === document.body ? '' : (label ? label.textContent : e.textContent || e.value || '')";
    for _ in 0..80 {
        keys.press(Key::Tab).await;
        let found = browser.script(here).await;
        if found.as_str().is_some_and(|text| text.contains(words)) {
            let ring = "return getComputedStyle(document.activeElement).outlineStyle";
            assert_ne!(
                browser.script(ring).await,
                "none",
                "the focus on “{words}” is seen"
            );
            return;
        }
    }
    panic!("no tab leads to “{words}” at {}", browser.place().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_with_keys_alone_looks_up_rates_and_complains() {
    let mut house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    house.hire(Role::Leader).await;
    let dossier = house.receive(THREE_DAYS, "Ngô Thị Mận").await;
    let phone = Browser::open(&house.address, Screen::Desk).await;
    let mut keys = Keys::of(&phone);
    phone.go("/").await;
    tab_to(&mut keys, &phone, "Tra cứu hồ sơ").await;
    keys.leave_by(Key::Enter).await;
    assert_eq!(phone.place().await, "/tra-cuu");
    // The one box of the page has the focus.
    keys.type_in(&dossier.code).await;
    keys.leave_by(Key::Enter).await;
    phone.shows("Đã tiếp nhận").await;

    // Her result is there; she rates the service.
    house.move_to("2021-04-19T09:00");
    let leader = house.actor(Role::Leader).await;
    for act in ["appraise", "approve", "process"] {
        let version = house.dossier(&dossier.code).await.version;
        let input = motcua::actions::perform::Input {
            action: act.into(),
            expected_version: Some(version),
            at_desk: Some(false),
            ..Default::default()
        };
        let actor = motcua::actions::actor::Actor {
            role: if act == "appraise" {
                Role::Admin
            } else {
                leader.role
            },
            ..leader.clone()
        };
        motcua::actions::perform::run(&house.app, &actor, &dossier.code, &input)
            .await
            .unwrap();
    }
    let token = secret::survey_token(&house.app.secret_of(&dossier).unwrap());
    phone.go(&format!("/khao-sat/{token}")).await;
    while !phone.text().await.contains("Xem lại trước khi gửi") {
        tab_to(&mut keys, &phone, "Hài lòng").await;
        keys.leave_by(Key::Enter).await;
    }
    tab_to(&mut keys, &phone, "Gửi phiếu").await;
    keys.leave_by(Key::Enter).await;
    phone.shows("Cảm ơn ông/bà. Phiếu đã được ghi nhận.").await;

    phone.go("/phan-anh").await;
    // One stop for the three; the arrows choose among them.
    tab_to(&mut keys, &phone, "Hành vi của cán bộ").await;
    keys.press(Key::Down).await;
    keys.press(Key::Down).await;
    let chosen = "return document.activeElement.labels[0].textContent";
    assert_eq!(phone.script(chosen).await, "Ý kiến, góp ý khác");
    tab_to(&mut keys, &phone, "Nội dung").await;
    keys.type_in("Quầy số hai thiếu ghế ngồi.").await;
    tab_to(&mut keys, &phone, "Gửi phản ánh").await;
    keys.leave_by(Key::Enter).await;
    phone.shows("Mã bí mật").await;
}

/// What is done with, and therefore must be named.
const DONE_WITH: [&str; 9] = [
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
    "radio",
    "listbox",
    "spinbutton",
];

/// What a screen reader is told of a page: roles and names, as the browser hands them on.
async fn told(browser: &Browser) -> Vec<(String, String)> {
    let tree = browser
        .devtools("Accessibility.getFullAXTree", json!({}))
        .await;
    let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
    let nodes = tree["nodes"].as_array().expect("a tree of what is told");
    nodes
        .iter()
        .filter(|node| node["ignored"] != true)
        .map(|node| (text(&node["role"]), text(&node["name"])))
        .collect()
}

async fn says_everything(browser: &Browser) {
    let place = browser.place().await;
    let told = told(browser).await;
    let of = |role: &str| told.iter().filter(|(known, _)| known == role).count();
    assert!(told.len() > 10, "{place}");
    assert_eq!(of("main"), 1, "{place}: one main part");
    let title = &told
        .iter()
        .find(|(role, _)| role == "RootWebArea")
        .unwrap()
        .1;
    assert!(title.contains(" – "), "{place}: the title “{title}”");
    assert!(of("heading") > 0, "{place}");
    let mut named = 0;
    for (role, name) in told
        .iter()
        .filter(|(role, _)| DONE_WITH.contains(&role.as_str()))
    {
        assert!(!name.trim().is_empty(), "{place}: a {role} without a name");
        // An arrow, a dash or a bare number is a shape, not a name.
        assert!(
            name.chars().filter(|c| c.is_alphanumeric()).count() > 0,
            "{place}: a {role} named “{name}”"
        );
        named += 1;
    }
    assert!(named > 2, "{place}: {named} things to do");
    for (role, name) in told
        .iter()
        .filter(|(role, _)| ["table", "navigation", "region"].contains(&role.as_str()))
    {
        assert!(!name.trim().is_empty(), "{place}: a {role} without a name");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_reader_is_told_a_name_for_everything() {
    let house = House::at("2021-04-16T10:00").await;
    for role in [
        Role::Receptionist,
        Role::Specialist,
        Role::Leader,
        Role::Office,
        Role::Admin,
    ] {
        house.hire(role).await;
    }
    let dossier = house.receive(THREE_DAYS, "Ngô Thị Mận").await;
    let spot = house.receive(ON_THE_SPOT, "Lê Thị Hai").await;
    let proven = format!(
        "/tra-cuu?code={}&s={}",
        dossier.code,
        house.app.secret_of(&dossier).unwrap()
    );
    let reader = Browser::open(&house.address, Screen::Desk).await;
    for path in [
        "/",
        "/tra-cuu",
        &proven,
        "/thu-tuc",
        "/phan-anh",
        "/ket-qua",
        "/dang-nhap",
    ] {
        reader.go(path).await;
        says_everything(&reader).await;
    }
    let (one, four) = (
        format!("/ho-so/{}", dossier.code),
        format!("/ho-so/{}/tai-cho", spot.code),
    );
    for (role, paths) in [
        (
            "receptionist",
            &[
                "/ban-lam-viec",
                "/ho-so",
                "/ho-so/moi?thu-tuc=1.001193",
                &one,
                &four,
            ][..],
        ),
        ("leader", &["/ban-lam-viec", "/xin-loi"]),
        (
            "office",
            &["/bao-cao", "/bao-cao/giai-quyet", "/lich/thay-doi", "/nhap"],
        ),
        ("admin", &["/nhan-su", "/khoi-dau"]),
    ] {
        reader.sign_in(role, PASSWORD).await;
        for path in paths {
            reader.go(path).await;
            says_everything(&reader).await;
        }
    }
    // A state told by a badge is told in words, not by its colour.
    reader.go("/ho-so").await;
    let told = told(&reader).await;
    let words: Vec<&str> = told.iter().map(|(_, name)| name.as_str()).collect();
    assert!(
        words.iter().any(|name| name.contains("Chọn hồ sơ")),
        "{words:?}"
    );
    assert!(
        words
            .iter()
            .any(|name| name.contains("Hẹn 17:00") || name.contains("Còn")),
        "{words:?}"
    );
}
