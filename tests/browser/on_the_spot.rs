//! The four acts in a row while the citizen waits, and what the figure makes of it.
use fantoccini::key::Key;
use motcua::domain::role::Role;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, ON_THE_SPOT, PASSWORD},
    keys::Keys,
};

#[tokio::test(flavor = "multi_thread")]
async fn four_acts_while_the_citizen_waits() {
    let mut house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Office, Role::Leader] {
        house.hire(role).await;
    }
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&format!("/ho-so/moi?thu-tuc={ON_THE_SPOT}")).await;
    desk.fill("Họ và tên", "Hoàng Văn Tư").await;
    passes(&desk).await;
    // A procedure declared to be done on the spot goes straight to the four cards.
    desk.press("Tiếp nhận và in giấy hẹn").await;
    let code = house.dossiers().await.0[0].code.clone();
    assert_eq!(
        desk.place().await,
        format!("/ho-so/{code}/tai-cho?moi=tai-cho")
    );
    desk.shows("Việc 2, làm bây giờ").await;
    passes(&desk).await;

    house.move_to("2021-04-16T10:05");
    desk.press("Đã kiểm tra, khớp bản chính").await;
    desk.shows("Việc 3, làm bây giờ").await;
    desk.choose("Lãnh đạo đã ký tại quầy", "Người Lãnh đạo")
        .await;
    passes(&desk).await;
    house.move_to("2021-04-16T10:12");
    desk.press("Đã ký, đóng dấu").await;
    desk.shows("Việc 4, làm bây giờ").await;
    assert_eq!(desk.value("Người nhận").await, "Hoàng Văn Tư");
    passes(&desk).await;
    house.move_to("2021-04-16T10:20");
    desk.press("Đã trả, đã thu phí").await;
    desk.shows("Xong trong 20 phút. Tính là 4 tại chỗ.").await;
    for stamp in ["10:00", "10:05", "10:12", "10:20"] {
        desk.shows(stamp).await;
    }
    passes(&desk).await;

    // L: the same procedure for the next person.
    Keys::of(&desk).leave_by(Key::Enter).await;
    assert_eq!(
        desk.place().await,
        format!("/ho-so/moi?thu-tuc={ON_THE_SPOT}")
    );
    assert_eq!(desk.value("Họ và tên").await, "", "a clean form");

    let dossier = house.dossier(&code).await;
    assert!(
        dossier.received_desk
            && dossier.appraised_desk
            && dossier.approved_desk
            && dossier.returned_desk
    );
    assert_eq!(
        house.acts(&code).await,
        ["receive", "appraise", "approve", "process", "return_result"]
    );
    desk.go(&format!("/ho-so/{code}")).await;
    desk.shows("Người Lãnh đạo").await;

    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/bao-cao/4-tai-cho").await;
    passes(&office).await;
    let rows = format!(
        "/bao-cao/4-tai-cho/ho-so?thu-tuc={ON_THE_SPOT}&tu=1%2F1%2F2021&ngay=16%2F4%2F2021"
    );
    office.go(&rows).await;
    office.shows(&code).await;
    office
        .shows("1 hồ sơ, xong từ 01/01/2021 đến 16/4/2021")
        .await;
    office.shows("đủ").await;
    passes(&office).await;
}
