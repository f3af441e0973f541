//! A dossier from the counter to the citizen's hand: taken in without a mouse,
//! appraised and approved by others, handed over.
use fantoccini::{Locator, key::Key};
use motcua::domain::{role::Role, time::format_moment};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    keys::Keys,
    paper,
};

/// Keys for a whole intake with name, number and telephone: more than this is no longer "under a minute".
const MOST_KEYS: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn from_intake_to_result() {
    let house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Specialist, Role::Leader] {
        house.hire(role).await;
    }
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.go("/dang-nhap").await;
    passes(&desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.shows("Không còn việc phải làm ngay.").await;
    passes(&desk).await;

    let code = take_in(&house, &desk).await;
    let place = format!("/ho-so/{code}");
    passes(&desk).await;
    let receipt = paper::text(&desk, &format!("{place}/in/giay-hen")).await;
    for words in [
        code.as_str(),
        "Nguyễn Thị Đào",
        "Đăng ký nhận cha, mẹ, con",
        "22 tháng 4 năm 2021",
    ] {
        assert!(receipt.contains(words), "no “{words}” on: {receipt}");
    }

    let others = Browser::open(&house.address, Screen::Desk).await;
    others.sign_in("specialist", PASSWORD).await;
    others.go("/ho-so").await;
    passes(&others).await;
    others.press("Đăng ký nhận cha, mẹ, con").await;
    // From a list: the address says where in it.
    let opened = others.place().await;
    assert_eq!(opened.split('?').next(), Some(place.as_str()), "{opened}");
    passes(&others).await;
    others.press("Thẩm định xong").await;
    others.shows("Đang giải quyết").await;
    sign_out(&others).await;
    others.sign_in("leader", PASSWORD).await;
    passes(&others).await;
    others.press("Ký duyệt").await;
    others.shows("Nguyễn Thị Đào").await;
    passes(&others).await;
    others.go(&place).await;
    others.press("Phê duyệt").await;
    assert!(!others.offers("Phê duyệt").await || others.offers("Có kết quả").await);
    others.press("Có kết quả").await;
    others.shows("Đã có kết quả").await;

    desk.go(&place).await;
    desk.shows("Đã có kết quả").await;
    desk.press("Trả kết quả…").await;
    passes(&desk).await;
    desk.fill("Người nhận", "Nguyễn Thị Đào").await;
    desk.press("Trả kết quả").await;
    assert_eq!(desk.place().await, place);
    desk.shows("Đã trả kết quả").await;
    passes(&desk).await;

    let dossier = house.dossier(&code).await;
    assert_eq!(dossier.status().label(), "Đã trả kết quả");
    assert!(dossier.ended_at.is_some() && dossier.returned_at.is_some());
    assert_eq!(
        house.acts(&code).await,
        ["receive", "appraise", "approve", "process", "return_result"]
    );
}

/// Only keys, from the desk to the saved dossier; answers its code.
async fn take_in(house: &House, desk: &Browser) -> String {
    let mut keys = Keys::of(desk);
    keys.leave_by(Key::F2).await;
    assert_eq!(desk.place().await, "/ho-so/moi");
    assert_eq!(desk.focused().await, "procedure_text");
    passes(desk).await;
    keys.type_in("nhan cha me con").await;
    desk.find(
        "the procedure in the list",
        "//*[@role='option'][@aria-selected='true'][contains(., 'Đăng ký nhận cha, mẹ, con')]",
    )
    .await;
    passes(desk).await;
    keys.leave_by(Key::Enter).await;
    assert_eq!(
        desk.place().await,
        format!("/ho-so/moi?thu-tuc={THREE_DAYS}")
    );
    assert_eq!(desk.focused().await, "name");
    keys.type_in("Nguyễn Thị Đào").await;
    keys.press(Key::Enter).await;
    assert_eq!(desk.focused().await, "id_number");
    keys.type_in("191234567").await;
    keys.press(Key::Enter).await;
    assert_eq!(desk.focused().await, "phone");
    keys.type_in("0912345678").await;
    keys.press(Key::F8).await;
    desk.shows("Đã có").await;
    let ticked = desk
        .client
        .find_all(Locator::Css("input[name=document]:checked"))
        .await
        .unwrap();
    let required = desk
        .client
        .find_all(Locator::Css("input[data-required]"))
        .await
        .unwrap();
    assert!(!ticked.is_empty() && ticked.len() == required.len());

    // The date and why, before anything is saved.
    desk.shows("17:00, thứ Năm 22/4/2021").await;
    desk.shows("Giỗ Tổ Hùng Vương").await;
    assert_eq!(house.dossiers().await.1, 0, "nothing is saved yet");
    passes(desk).await;

    keys.leave_by(Key::F9).await;
    let place = desk.place().await;
    let code = place
        .trim_start_matches("/ho-so/")
        .trim_end_matches("?moi=in")
        .to_owned();
    assert_eq!(code, "000.00.00.H57-210416-0001", "{place}");
    desk.shows("Đã tiếp nhận hồ sơ.").await;
    desk.shows("17:00, thứ Năm 22/4/2021").await;
    println!("keys of an intake: {}", keys.pressed);
    assert!(keys.pressed <= MOST_KEYS, "{} keys", keys.pressed);

    let saved = house.dossier(&code).await;
    assert_eq!(saved.applicant_name, "Nguyễn Thị Đào");
    assert_eq!(saved.id_number.as_deref(), Some("191234567"));
    assert_eq!(
        format_moment(saved.due_at.unwrap()),
        "2021-04-22T17:00:00+07:00"
    );
    let papers: serde_json::Value = serde_json::from_str(&saved.documents).unwrap();
    assert_eq!(papers.as_array().unwrap().len(), required.len());
    code
}

async fn sign_out(browser: &Browser) {
    let menu = browser
        .find(
            "the menu of the account",
            "//details/summary[contains(., 'tài khoản')]",
        )
        .await;
    browser.click(menu).await;
    browser.press("Đăng xuất").await;
    assert_eq!(browser.place().await, "/dang-nhap");
}
