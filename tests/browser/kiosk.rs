//! The screen at the counter: a PIN opens it, a tap votes, and it goes back by itself.
use std::time::Duration;

use motcua::{actions::open_kiosk, domain::role::Role, store::surveys};

use crate::{
    axe::passes_if_scripts_run,
    driver::{Browser, Screen},
    house::House,
};

async fn taps(screen: Screen) {
    let mut house = House::at("2021-04-16T10:00").await;
    house.set(|settings| settings.survey.kiosk_thanks_seconds = 12);
    house.hire(Role::Receptionist).await;
    let actor = house.actor(Role::Receptionist).await;
    open_kiosk::choose_pin(&house.app, &actor, "246810")
        .await
        .unwrap();
    let kiosk = Browser::open(&house.address, screen).await;
    kiosk.go("/kiosk").await;
    passes_if_scripts_run(&kiosk).await;
    kiosk.choose("Quầy", "Quầy 1").await;
    kiosk.fill("Mã PIN", "111111").await;
    kiosk.press("Mở màn hình").await;
    kiosk.shows("Mã PIN chưa đúng.").await;
    passes_if_scripts_run(&kiosk).await;
    kiosk.fill("Mã PIN", "246810").await;
    kiosk.press("Mở màn hình").await;
    kiosk.shows("Xin chạm vào một ô").await;
    passes_if_scripts_run(&kiosk).await;
    for answer in ["Hài lòng", "Rất không hài lòng"] {
        tokio::time::sleep(Duration::from_millis(450)).await;
        kiosk.press(answer).await;
        kiosk.shows("Cảm ơn ông/bà.").await;
        passes_if_scripts_run(&kiosk).await;
        if answer == "Rất không hài lòng" {
            kiosk.press("Thủ tục hành chính").await;
        }
        // Untouched, it goes back by itself.
        kiosk.shows("Xin chạm vào một ô").await;
    }
    let day = "2021-04-16".parse().unwrap();
    let many = surveys::ballots(house.app.store.read(), 1, day, day).await;
    assert_eq!(many.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_at_the_counter() {
    taps(Screen::Desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_on_a_telephone() {
    taps(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_on_a_telephone_without_scripts() {
    taps(Screen::PhoneWithoutScript).await;
}
