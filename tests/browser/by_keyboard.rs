//! How few keys beyond the name? Counted by the test that then finds the dossier saved.
use fantoccini::key::Key;
use motcua::domain::role::Role;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD},
    keys::{Keys, cost},
};

/// Chứng thực bản sao từ bản chính.
const PHOTOCOPY: &str = "2.000815";
const COPIES: usize = 12;
const BIRTH: usize = 25;

async fn at_the_desk() -> (House, Browser) {
    let house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Leader] {
        house.hire(role).await;
    }
    // What people come for most has the key 1.
    house.receive(PHOTOCOPY, "Trần Thị Sáu").await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    assert_eq!(desk.place().await, "/ban-lam-viec");
    (house, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photocopy_is_certified_on_the_spot_in_twelve_keys() {
    let (house, desk) = at_the_desk().await;
    let mut keys = Keys::of(&desk);
    keys.leave_with("1").await;
    assert_eq!(desk.focused().await, "name");
    let name = cost("Hoàng Văn Tư");
    keys.type_in("Hoàng Văn Tư").await;
    keys.leave_by(Key::F9).await;
    for next in [
        "Việc 3, làm bây giờ",
        "Việc 4, làm bây giờ",
        "Tính là 4 tại chỗ",
    ] {
        keys.leave_by(Key::Enter).await;
        desk.shows(next).await;
    }
    let pressed = keys.pressed - name;
    println!("photocopy on the spot: {pressed} keys beyond the name");
    assert!(pressed <= COPIES, "{pressed} keys");
    let saved = &house.dossiers().await.0[0];
    assert!(desk.text().await.contains("Chứng thực bản sao"));
    assert_eq!(saved.applicant_name, "Hoàng Văn Tư");
    assert_eq!(
        house.acts(&saved.code).await,
        ["receive", "appraise", "approve", "process", "return_result"]
    );
    // And the next person of the queue: the same again, with one key.
    keys.leave_by(Key::Enter).await;
    assert_eq!(desk.focused().await, "name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birth_is_registered_in_twenty_five_keys() {
    let (house, desk) = at_the_desk().await;
    let mut keys = Keys::of(&desk);
    keys.leave_by(Key::F2).await;
    keys.type_in("dang ky khai sinh").await;
    // At once: what is found belongs to the words, however fast they were typed.
    keys.leave_by(Key::Enter).await;
    assert_eq!(desk.place().await, "/ho-so/moi?thu-tuc=1.001193");
    let name = cost("Nguyễn Thị Đào");
    keys.type_in("Nguyễn Thị Đào").await;
    keys.press(Key::F8).await;
    desk.shows("Đã có").await;
    keys.leave_by(Key::F9).await;
    let pressed = keys.pressed - name;
    println!("birth registration: {pressed} keys beyond the name");
    assert!(pressed <= BIRTH, "{pressed} keys");
    let saved = &house.dossiers().await.0[0];
    assert_eq!(saved.applicant_name, "Nguyễn Thị Đào");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_at_the_top_finds_dossiers_procedures_and_pages() {
    let (house, desk) = at_the_desk().await;
    let code = house.dossiers().await.0[0].code.clone();
    let mut keys = Keys::of(&desk);
    keys.chord(Key::Control, 'k').await;
    assert_eq!(desk.focused().await, "q");
    keys.type_in("tran thi").await;
    desk.find(
        "the person",
        "//*[@role='option'][contains(., 'Trần Thị Sáu')]",
    )
    .await;
    passes(&desk).await;
    keys.press(Key::Down).await;
    keys.leave_by(Key::Enter).await;
    assert_eq!(desk.place().await, format!("/ho-so/{code}"));

    keys.chord(Key::Control, 'k').await;
    keys.type_in("khai tu").await;
    desk.find(
        "the procedure",
        "//*[@role='option'][contains(., 'Tiếp nhận')]",
    )
    .await;
    keys.press(Key::Down).await;
    keys.leave_by(Key::Enter).await;
    assert_eq!(desk.focused().await, "name", "an intake begins");

    keys.chord(Key::Control, 'k').await;
    keys.type_in("bao tin").await;
    desk.find("the page", "//*[@role='option'][contains(., 'Trang')]")
        .await;
    keys.press(Key::Down).await;
    keys.leave_by(Key::Enter).await;
    assert_eq!(desk.place().await, "/thong-bao");

    // What Enter always did: the list.
    keys.chord(Key::Control, 'k').await;
    keys.type_in("tran thi").await;
    keys.leave_by(Key::Enter).await;
    let list = desk.place().await;
    assert!(list.starts_with("/ho-so?tim="), "{list}: no name in it");
    assert_eq!(
        desk.value("Mã hồ sơ, họ tên, số giấy tờ hoặc thủ tục")
            .await,
        "tran thi"
    );
}
