//! A list worked through: put in order, kept under a name, rows ticked by keyboard, looked
//! at, done, told row by row; and the next dossier without going back.
use fantoccini::key::Key;
use motcua::domain::role::Role;

use crate::{
    axe::{passes, passes_if_scripts_run},
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    keys::Keys,
};

async fn with_three() -> House {
    let house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Specialist] {
        house.hire(role).await;
    }
    for name in ["Trần Thị Sáu", "Lê Văn Bảy", "Hồ Thị Tám"] {
        house.receive(THREE_DAYS, name).await;
    }
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn many_by_the_keyboard_and_a_line_for_each() {
    let house = with_three().await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("specialist", PASSWORD).await;
    desk.go("/ho-so?status=received").await;
    passes(&desk).await;
    let mut keys = Keys::of(&desk);
    // Down to the first row and the second, each ticked by the space bar.
    for _ in 0..2 {
        keys.press(Key::Down).await;
        keys.type_in(" ").await;
    }
    let ticked = "return document.querySelectorAll('input[name=hs]:checked').length";
    assert_eq!(desk.script(ticked).await, 2);
    desk.choose("Với các hồ sơ đã đánh dấu", "Thẩm định xong")
        .await;
    desk.press("Xem trước").await;
    desk.shows("Chưa có gì được lưu.").await;
    desk.shows("Lê Văn Bảy").await;
    desk.hides("Trần Thị Sáu").await;
    passes(&desk).await;
    assert_eq!(
        house.acts(&house.dossiers().await.0[0].code).await,
        ["receive"]
    );
    desk.press("Thẩm định xong 2 hồ sơ").await;
    desk.shows("2 xong").await;
    passes(&desk).await;
    let (all, _) = house.dossiers().await;
    assert_eq!(
        all.iter().filter(|one| one.appraised_at.is_some()).count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_dossier_by_an_arrow_and_a_filter_by_its_name() {
    let house = with_three().await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("specialist", PASSWORD).await;
    desk.go("/ho-so").await;
    desk.press("Mã hồ sơ").await;
    assert_eq!(desk.place().await, "/ho-so?sap=ma");
    let mut keys = Keys::of(&desk);
    keys.press(Key::Down).await;
    keys.leave_by(Key::Enter).await;
    for (place, name) in [("1 trong 3", "Trần Thị Sáu"), ("2 trong 3", "Lê Văn Bảy")] {
        desk.shows(place).await;
        desk.shows(name).await;
        passes(&desk).await;
        keys.leave_by(Key::Right).await;
    }
    desk.shows("3 trong 3").await;
    keys.leave_by(Key::Left).await;
    desk.shows("2 trong 3").await;

    desk.go("/ho-so?status=received").await;
    desk.click(
        desk.find("the filter's form", "//summary[.='Lưu bộ lọc này']")
            .await,
    )
    .await;
    desk.fill("Tên bộ lọc", "Mới nhận").await;
    passes(&desk).await;
    desk.press("Lưu bộ lọc").await;
    desk.shows("Hồ sơ: Mới nhận").await;
    desk.click(desk.find("the columns", "//summary[.='Chọn cột']").await)
        .await;
    let note = desk
        .find("a column", "//label[contains(., 'Ghi chú')]")
        .await;
    desk.click(note).await;
    passes(&desk).await;
    desk.press("Lưu các cột").await;
    desk.shows("Hồ sơ: Mới nhận").await;
    desk.find("its head", "//th[normalize-space(.)='Ghi chú']")
        .await;
    desk.press("Xóa bộ lọc “Mới nhận”").await;
    assert_eq!(desk.place().await, "/ho-so");
    desk.hides("Mới nhận").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_on_a_telephone_whose_scripts_are_off() {
    let house = with_three().await;
    let phone = Browser::open(&house.address, Screen::PhoneWithoutScript).await;
    phone.sign_in("specialist", PASSWORD).await;
    phone.go("/ho-so").await;
    passes_if_scripts_run(&phone).await;
    let box_of = phone
        .find("a box", "//td//label[contains(., 'Hồ Thị Tám')]")
        .await;
    phone.click(box_of).await;
    phone
        .choose("Với các hồ sơ đã đánh dấu", "Thẩm định xong")
        .await;
    phone.press("Xem trước").await;
    phone.press("Thẩm định xong 1 hồ sơ").await;
    phone.shows("1 xong").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shown_around_once_and_again_when_asked() {
    let house = with_three().await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("specialist", PASSWORD).await;
    desk.shows("Làm quen 1/5 · Hồ sơ của tôi").await;
    passes(&desk).await;
    // By keys alone: the button has its place in the order of the page.
    let mut keys = Keys::of(&desk);
    let here = "return document.activeElement.textContent";
    while desk.script(here).await != "Tiếp: Bàn giao" {
        keys.press(Key::Tab).await;
        assert!(keys.pressed < 40, "no tab leads on");
    }
    keys.leave_by(Key::Enter).await;
    assert_eq!(desk.place().await, "/ban-giao");
    desk.shows("Làm quen 2/5 · Bàn giao").await;
    // Left and come back: it waits at its stop, and nowhere else.
    desk.go("/ban-lam-viec").await;
    desk.hides("Làm quen").await;
    desk.go("/ban-giao").await;
    for (next, place) in [
        ("Tiếp: Danh sách hồ sơ", "/ho-so"),
        ("Tiếp: Dự báo trễ", "/canh-bao"),
        ("Tiếp: Hướng dẫn luôn ở đây", "/huong-dan"),
    ] {
        desk.press(next).await;
        assert_eq!(desk.place().await, place);
        passes(&desk).await;
    }
    desk.press("Xong").await;
    for path in ["/ban-lam-viec", "/huong-dan"] {
        desk.go(path).await;
        desk.hides("Làm quen 1/5").await;
        desk.hides("Làm quen 5/5").await;
    }
    desk.press("Đi một vòng làm quen").await;
    assert_eq!(desk.place().await, "/ban-lam-viec");
    desk.press("Thôi, không hiện nữa").await;
    desk.hides("Làm quen 1/5").await;
}
