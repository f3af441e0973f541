//! Impatience and haste: pressing twice, going back and pressing again, a form
//! with mistakes. One dossier comes of it, and nothing typed is lost.
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};
use motcua::domain::role::Role;

const SAVE: &str = "Tiếp nhận và in giấy hẹn";

async fn at_the_form(house: &House) -> Browser {
    house.hire(Role::Receptionist).await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&format!("/ho-so/moi?thu-tuc={THREE_DAYS}")).await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn pressing_twice_and_going_back_makes_one_dossier() {
    let house = House::at("2021-04-16T10:00").await;
    let desk = at_the_form(&house).await;
    desk.fill("Họ và tên", "Đỗ Thị Ước").await;
    let button = desk.button(SAVE).await;
    let centre = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
    let target = serde_json::to_value(&button).unwrap();
    desk.client.execute(centre, vec![target]).await.unwrap();
    desk.leaving(async || {
        let press = || PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        };
        let release = || PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        };
        let twice = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement {
                element: button,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(press())
            .then(release())
            .then(press())
            .then(release());
        desk.client.perform_actions(twice).await.unwrap();
    })
    .await;
    desk.shows("Đã tiếp nhận hồ sơ.").await;
    let first = desk.place().await;
    assert_eq!(house.dossiers().await.1, 1, "two presses, one dossier");

    // Back to the form as it was, and the same again.
    desk.leaving(async || desk.client.back().await.unwrap())
        .await;
    assert_eq!(
        desk.place().await,
        format!("/ho-so/moi?thu-tuc={THREE_DAYS}")
    );
    if desk.value("Họ và tên").await.is_empty() {
        desk.fill("Họ và tên", "Đỗ Thị Ước").await;
    }
    passes(&desk).await;
    desk.press(SAVE).await;
    assert_eq!(desk.place().await, first, "the dossier that is there");
    let (rows, many) = house.dossiers().await;
    assert_eq!(many, 1);
    assert_eq!(rows[0].applicant_name, "Đỗ Thị Ước");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_draft_of_one_person_never_waits_for_the_next() {
    let house = House::at("2021-04-16T10:00").await;
    let desk = at_the_form(&house).await;
    desk.fill("Họ và tên", "Đỗ Thị Ước").await;
    desk.until("the draft", async || {
        desk.text().await.contains("Bản nháp đã lưu trên máy này")
    })
    .await;

    // Left unsaved, it is there again.
    desk.go("/ban-lam-viec").await;
    desk.go(&format!("/ho-so/moi?thu-tuc={THREE_DAYS}")).await;
    assert_eq!(desk.value("Họ và tên").await, "Đỗ Thị Ước");

    // Saved by the other button, it is gone.
    desk.press("Thiếu giấy tờ: lập phiếu bổ sung").await;
    desk.shows("Đã tiếp nhận hồ sơ.").await;
    desk.shows("Yêu cầu bổ sung").await;
    passes(&desk).await;
    assert_eq!(house.dossiers().await.1, 1);
    desk.go(&format!("/ho-so/moi?thu-tuc={THREE_DAYS}")).await;
    assert_eq!(desk.value("Họ và tên").await, "", "the next person's form");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_comes_back_as_it_was_typed() {
    let house = House::at("2021-04-16T10:00").await;
    let desk = at_the_form(&house).await;

    // Without a name the browser itself stays and points at it.
    desk.click(desk.button(SAVE).await).await;
    desk.until("the name in focus", async || desk.focused().await == "name")
        .await;
    assert_eq!(house.dossiers().await.1, 0);

    desk.fill("Họ và tên", "   ").await;
    desk.fill("Điện thoại", "12").await;
    desk.fill("Địa chỉ", "Thôn 3, xã Quảng Ngạn").await;
    desk.click(desk.button("Đủ giấy tờ bắt buộc").await).await;
    let ticked = "return document.querySelectorAll('input[name=document]:checked').length";
    let many = desk.script(ticked).await;
    assert!(many.as_u64() > Some(0));
    desk.press(SAVE).await;
    desk.shows("Chưa lưu được, có 2 chỗ cần sửa.").await;
    assert_eq!(desk.focused().await, "summary", "the errors are in focus");
    assert_eq!(desk.value("Điện thoại").await, "12");
    assert_eq!(desk.value("Địa chỉ").await, "Thôn 3, xã Quảng Ngạn");
    assert_eq!(desk.script(ticked).await, many, "the ticks are kept");
    assert_eq!(house.dossiers().await.1, 0, "nothing was saved");
    passes(&desk).await;

    // Each line of the summary leads to its box.
    let line = desk
        .find(
            "the line about the telephone",
            "//*[@role='alert']//a[@href='#f-phone']",
        )
        .await;
    desk.click(line).await;
    desk.until("the telephone in focus", async || {
        desk.focused().await == "phone"
    })
    .await;

    desk.fill("Họ và tên", "Lê Văn Bảy").await;
    desk.fill("Điện thoại", "0912 345 678").await;
    desk.press(SAVE).await;
    desk.shows("Đã tiếp nhận hồ sơ.").await;
    let (rows, saved) = house.dossiers().await;
    assert_eq!(saved, 1);
    assert_eq!(rows[0].applicant_name, "Lê Văn Bảy");
    assert_eq!(rows[0].address.as_deref(), Some("Thôn 3, xã Quảng Ngạn"));
}
