//! A citizen with a telephone: the code on the receipt, the code in its QR, the survey.
use motcua::{
    actions::perform,
    domain::{period::Period, role::Role},
    secret,
    store::{dossiers::Dossier, surveys},
    web::paths,
};

use crate::{
    axe::{passes, passes_if_scripts_run},
    driver::{Browser, Screen},
    house::{House, THREE_DAYS},
};

async fn with_a_dossier() -> (House, Dossier) {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    let dossier = house.receive(THREE_DAYS, "Ngô Thị Mận").await;
    (house, dossier)
}

async fn ballots(house: &House) -> u64 {
    let from = "2021-01-01".parse().unwrap();
    let to = "2021-12-31".parse().unwrap();
    surveys::ballots(house.app.store.read(), 1, from, to)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_alone_and_the_code_of_the_receipt() {
    let (mut house, dossier) = with_a_dossier().await;
    house.move_to("2021-04-19T09:00");
    let phone = Browser::open(&house.address, Screen::Phone).await;
    phone.go("/").await;
    passes(&phone).await;

    phone.go("/tra-cuu").await;
    passes(&phone).await;
    phone.fill("Mã hồ sơ", &dossier.code).await;
    phone.press("Xem").await;
    phone.shows("Đã tiếp nhận").await;
    phone.shows("22/4/2021").await;
    phone.shows(&dossier.code).await;
    let page = phone.client.source().await.unwrap();
    for hidden in ["Mận", "nhận cha", "0912", "Thôn 1"] {
        assert!(!page.contains(hidden), "the code alone shows “{hidden}”");
    }
    passes(&phone).await;

    let qr = paths::with_query(
        paths::LOOKUP,
        &[
            ("code", &dossier.code),
            ("s", &house.app.secret_of(&dossier).unwrap()),
        ],
    );
    phone.go(&qr).await;
    phone.shows("Đăng ký nhận cha, mẹ, con").await;
    phone.shows("Vì sao là ngày 22/4").await;
    phone.shows("Giỗ Tổ Hùng Vương").await;
    let page = phone.client.source().await.unwrap();
    assert!(!page.contains("Mận"), "no name on a citizen's page");
    passes(&phone).await;

    let wrong = paths::with_query(paths::LOOKUP, &[("code", &dossier.code), ("s", "sai")]);
    phone.go(&wrong).await;
    phone.hides("nhận cha").await;
    phone.go("/tra-cuu?code=000.00.00.H57-210416-0999").await;
    phone.shows("Không tìm thấy hồ sơ với mã này.").await;
    passes(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_pages_of_the_citizens() {
    let (house, _) = with_a_dossier().await;
    let phone = Browser::open(&house.address, Screen::Phone).await;
    phone.go("/thu-tuc").await;
    passes(&phone).await;
    phone.fill("Tìm thủ tục", "nhan cha").await;
    phone.press("Tìm").await;
    phone.shows("Đăng ký nhận cha, mẹ, con").await;
    passes(&phone).await;
    phone.go("/thu-tuc/thay-doi").await;
    phone.shows("Chưa có thay đổi nào.").await;
    passes(&phone).await;
    phone.go(&format!("/thu-tuc/{THREE_DAYS}")).await;
    phone.shows("Đăng ký nhận cha, mẹ, con").await;
    passes(&phone).await;
    phone.go("/tinh-ngay").await;
    passes(&phone).await;
    phone.go("/dang-nhap").await;
    passes(&phone).await;
    phone.go("/khong-co-trang-nay").await;
    phone.shows("Không tìm thấy").await;
    passes(&phone).await;
}

/// Answers every question with the same tap, then sends; answers the number of taps.
async fn answer(phone: &Browser, token: &str) -> usize {
    let place = paths::survey(token);
    phone.go(&place).await;
    phone.shows("Câu 1 trong").await;
    passes_if_scripts_run(phone).await;
    let mut taps = 0;
    while !phone.text().await.contains("Xem lại trước khi gửi") {
        phone.press("Hài lòng").await;
        taps += 1;
        assert!(taps < 30, "the survey does not end");
    }
    passes_if_scripts_run(phone).await;
    phone.fill("Ý kiến thêm", "Cảm ơn cán bộ một cửa").await;
    phone.press("Gửi phiếu").await;
    phone.shows("Cảm ơn ông/bà. Phiếu đã được ghi nhận.").await;
    passes_if_scripts_run(phone).await;
    phone.go(&place).await;
    phone.shows("Phiếu này đã được trả lời.").await;
    taps
}

async fn the_survey_once(screen: Screen) {
    let (house, dossier) = with_a_dossier().await;
    let token = secret::survey_token(&house.app.secret_of(&dossier).unwrap());
    let phone = Browser::open(&house.address, screen).await;
    phone.go(&paths::survey(&token)).await;
    phone.shows("Chưa đến lúc đánh giá").await;
    passes_if_scripts_run(&phone).await;
    let withdrawn = perform::Input {
        action: "withdraw".into(),
        reason: Some("đổi ý".into()),
        expected_version: Some(dossier.version),
        ..perform::Input::default()
    };
    let actor = house.actor(Role::Receptionist).await;
    perform::run(&house.app, &actor, &dossier.code, &withdrawn)
        .await
        .unwrap();
    let taps = answer(&phone, &token).await;
    if screen == Screen::Phone {
        passes(&phone).await;
    }
    assert_eq!(ballots(&house).await, 1);
    let day = "2021-04-16".parse().unwrap();
    let given = surveys::answers(house.app.store.read(), 1, Period { from: day, to: day })
        .await
        .unwrap();
    let fours: i64 = given
        .iter()
        .filter(|one| one.value == Some(4))
        .map(|one| one.times)
        .sum();
    assert_eq!(usize::try_from(fours).unwrap(), taps, "{given:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survey_is_answered_once() {
    the_survey_once(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survey_is_answered_once_without_scripts() {
    the_survey_once(Screen::PhoneWithoutScript).await;
}
