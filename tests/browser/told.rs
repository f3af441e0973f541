//! To be told and to look: the four digits on a telephone, the link that stops the mail,
//! the question that a sender answers, the desk's list of who was not told.
use motcua::{
    actions::{
        applicant::ApplicantInput,
        handle_feedback, perform,
        receive_feedback::{self, Input},
    },
    domain::{feedback::Source, role::Role},
    secret,
    store::dossiers::Dossier,
    web::paths,
};

use crate::{
    axe::passes_if_scripts_run,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A dossier of somebody who gave number and address, asked for one more paper.
async fn asked_for_more() -> (House, Dossier) {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    house.hire(Role::Leader).await;
    let applicant = ApplicantInput {
        name: "Ngô Thị Mận".into(),
        kind: "citizen".into(),
        id_number: Some("046085001234".into()),
        email: Some("man@example.vn".into()),
        ..ApplicantInput::default()
    };
    let dossier = house.receive_from(THREE_DAYS, applicant).await;
    let ask = perform::Input {
        action: "request_supplement".into(),
        expected_version: Some(dossier.version),
        items: Some(vec!["Tờ khai có chữ ký".into()]),
        reason: Some("Tờ khai chưa ký".into()),
        ..perform::Input::default()
    };
    let actor = house.actor(Role::Receptionist).await;
    perform::run(&house.app, &actor, &dossier.code, &ask)
        .await
        .unwrap();
    (house, dossier)
}

async fn by_four_digits(screen: Screen) {
    let (house, dossier) = asked_for_more().await;
    let phone = Browser::open(&house.address, screen).await;
    phone.go("/tra-cuu").await;
    phone.fill("Mã hồ sơ", &dossier.code).await;
    phone.press("Xem").await;
    phone.shows("Chờ ông/bà bổ sung giấy tờ").await;
    phone.hides("Tờ khai có chữ ký").await;
    passes_if_scripts_run(&phone).await;
    phone.fill("Bốn số cuối", "4321").await;
    phone.press("Xem đầy đủ").await;
    phone
        .shows("Không tìm thấy hồ sơ với mã và bốn số này.")
        .await;
    assert_eq!(
        phone.value("Mã hồ sơ").await,
        dossier.code,
        "what was typed is kept"
    );
    assert_eq!(phone.value("Bốn số cuối").await, "", "but not the digits");
    passes_if_scripts_run(&phone).await;
    phone.fill("Bốn số cuối", "1234").await;
    phone.press("Xem").await;
    for words in [
        "Đăng ký nhận cha, mẹ, con",
        "Còn thiếu",
        "Tờ khai có chữ ký",
        "Các bước đã qua",
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ số 01",
    ] {
        phone.shows(words).await;
    }
    phone.hides("Mận").await;
    passes_if_scripts_run(&phone).await;
    let address = phone.client.current_url().await.unwrap();
    assert_eq!((address.path(), address.query()), ("/tra-cuu", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_by_four_digits() {
    by_four_digits(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_by_four_digits_without_scripts() {
    by_four_digits(Screen::PhoneWithoutScript).await;
}

async fn stopped_and_begun_again(screen: Screen) {
    let (house, dossier) = asked_for_more().await;
    let phone = Browser::open(&house.address, screen).await;
    let token = secret::notice_token(&house.app.secret_of(&dossier).unwrap());
    phone.go(&paths::stop_notices(&token)).await;
    phone.shows("Ngừng nhận thư, tin nhắn về hồ sơ này?").await;
    passes_if_scripts_run(&phone).await;
    phone.press("Ngừng nhận").await;
    phone.shows("Đã ngừng.").await;
    passes_if_scripts_run(&phone).await;
    phone.press("Nhận lại thông báo").await;
    phone.shows("Đã bật lại.").await;
    phone.go("/ngung-thong-bao/khong-co").await;
    phone.shows("Không tìm thấy").await;
    passes_if_scripts_run(&phone).await;
    phone.press("Về trang đầu").await;
    assert_eq!(phone.place().await, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_stopped_and_begun_again() {
    stopped_and_begun_again(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_stopped_and_begun_again_without_scripts() {
    stopped_and_begun_again(Screen::PhoneWithoutScript).await;
}

async fn a_question_is_answered(screen: Screen) {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Leader).await;
    let input = Input {
        kind: "opinion".into(),
        content: "Chờ hơn một giờ.".into(),
        ..Input::default()
    };
    let taken = receive_feedback::by_citizen(&house.app, Source::Online, &input, KEY)
        .await
        .unwrap();
    let ask = handle_feedback::Input {
        action: "ask_more".into(),
        expected_version: Some(1),
        reason: "Xin cho biết ngày nào.".into(),
        ..handle_feedback::Input::default()
    };
    let leader = house.actor(Role::Leader).await;
    handle_feedback::run(&house.app, &leader, &taken.code, &ask)
        .await
        .unwrap();
    let phone = Browser::open(&house.address, screen).await;
    phone.go("/phan-anh/theo-doi").await;
    phone.fill("Số phản ánh", &taken.code).await;
    phone.fill("Mã bí mật", &taken.secret).await;
    phone.press("Xem").await;
    phone.shows("Xin cho biết ngày nào.").await;
    passes_if_scripts_run(&phone).await;
    // The browser itself asks for words; spaces pass it.
    phone.fill("Nội dung bổ sung", " ").await;
    phone.press("Gửi bổ sung").await;
    phone.shows("Chưa ghi nội dung bổ sung.").await;
    passes_if_scripts_run(&phone).await;
    phone.fill("Nội dung bổ sung", "Chiều thứ Sáu.").await;
    phone.press("Gửi bổ sung").await;
    phone.shows("Đã nhận phần bổ sung.").await;
    phone.shows("Chiều thứ Sáu.").await;
    passes_if_scripts_run(&phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_adds_what_is_asked_for() {
    a_question_is_answered(Screen::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_adds_what_is_asked_for_without_scripts() {
    a_question_is_answered(Screen::PhoneWithoutScript).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_calls_whom_no_mail_reaches() {
    let (house, dossier) = asked_for_more().await;
    let token = secret::notice_token(&house.app.secret_of(&dossier).unwrap());
    motcua::actions::stop_notices::run(&house.app, &token, true)
        .await
        .unwrap();
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(paths::NOTICES).await;
    desk.shows("Người nhận đã ngừng nhận").await;
    desk.shows("man@example.vn").await;
    passes_if_scripts_run(&desk).await;
    desk.press("Đã gọi điện").await;
    desk.shows("Đã ghi là đã báo.").await;
    desk.shows("Không còn ai chưa được báo.").await;
    passes_if_scripts_run(&desk).await;
    desk.press("Đã xong").await;
    desk.shows("gọi điện thoại").await;
    passes_if_scripts_run(&desk).await;
    desk.go(&paths::dossier(&dossier.code)).await;
    desk.shows("Đã báo người nộp").await;
    passes_if_scripts_run(&desk).await;
    desk.go(paths::ACCOUNT).await;
    desk.shows("Thư nhắc việc").await;
    passes_if_scripts_run(&desk).await;
    let phone = Browser::open(&house.address, Screen::Phone).await;
    phone.sign_in("receptionist", PASSWORD).await;
    phone
        .go(&paths::with_query(paths::NOTICES, &[("xem", "da-gui")]))
        .await;
    passes_if_scripts_run(&phone).await;
}
