//! Another agency is asked and answers; who is away is stood in for.
use motcua::{actions::add_account, domain::role::Role};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    paper,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_is_asked_for_and_comes_back() {
    let mut house = House::at("2021-04-16T09:00").await;
    house.hire(Role::Receptionist).await;
    house.hire(Role::Specialist).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let place = format!("/ho-so/{code}");
    let expert = Browser::open(&house.address, Screen::Desk).await;
    expert.sign_in("specialist", PASSWORD).await;
    expert.go(&place).await;
    expert.press("Lấy ý kiến cơ quan khác…").await;
    passes(&expert).await;
    expert
        .fill("Cơ quan được hỏi", "Phòng Tư pháp huyện Quảng Điền")
        .await;
    expert
        .fill("Nội dung", "Xác minh nơi cư trú cũ của người nhận con")
        .await;
    expert.fill("Hạn trả lời", "20/4/2021").await;
    expert.press("Lấy ý kiến cơ quan khác").await;
    assert_eq!(expert.place().await, place);
    expert.shows("Phòng Tư pháp huyện Quảng Điền").await;
    passes(&expert).await;
    let slip = paper::text(&expert, &format!("{place}/in/phieu-chuyen")).await;
    for words in [
        "PHIẾU LẤY Ý KIẾN GIẢI QUYẾT HỒ SƠ",
        "Phòng Tư pháp huyện Quảng Điền",
        "Xác minh nơi cư trú cũ",
        code.as_str(),
    ] {
        assert!(slip.contains(words), "no “{words}” in: {slip}");
    }

    // The day after the agency's day: its answer is overdue, the dossier is not.
    house.move_to("2021-04-22T08:00");
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go("/lien-thong").await;
    desk.shows("Trần Thị Sáu").await;
    desk.shows("quá hạn").await;
    passes(&desk).await;
    desk.press("Ghi trả lời").await;
    passes(&desk).await;
    desk.fill("Nội dung trả lời", "Có cư trú từ 2009 đến 2015")
        .await;
    desk.press("Cơ quan khác đã trả lời").await;
    assert_eq!(desk.place().await, place);
    desk.shows("Có cư trú từ 2009 đến 2015").await;
    passes(&desk).await;
    assert_eq!(
        house.acts(&code).await,
        ["receive", "ask_agency", "agency_answered"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_to_the_absent_comes_to_the_stand_in() {
    let house = House::at("2021-04-16T09:00").await;
    for role in [Role::Receptionist, Role::Office, Role::Specialist] {
        house.hire(role).await;
    }
    let second = add_account::Input {
        username: "thay".into(),
        name: "Người Đứng thay".into(),
        password: PASSWORD.into(),
        ..add_account::Input::default()
    };
    add_account::run(&house.app, 1, Role::Specialist, &second, None)
        .await
        .unwrap();
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/nghi-phep").await;
    office
        .choose(
            "Người nghỉ",
            "Người Công chức chuyên môn (Công chức chuyên môn)",
        )
        .await;
    office
        .choose("Người thay", "Người Đứng thay (Công chức chuyên môn)")
        .await;
    office.fill("Từ ngày", "16/4/2021").await;
    office.fill("Đến hết ngày", "20/4/2021").await;
    office.press("Ghi lần nghỉ").await;
    office.shows("Người Đứng thay").await;
    passes(&office).await;
    office.go(&format!("/ho-so/{code}")).await;
    office.press("Phân công…").await;
    office
        .choose("Giao cho", "Người Công chức chuyên môn (Công chức chuyên môn, nghỉ đến 20/4, Người Đứng thay thay)")
        .await;
    office.press("Phân công").await;

    let stand_in = Browser::open(&house.address, Screen::Desk).await;
    stand_in.sign_in("thay", PASSWORD).await;
    stand_in.go("/ban-giao").await;
    stand_in.shows("Trần Thị Sáu").await;
    passes(&stand_in).await;
    stand_in.press("Nhận").await;
    assert_eq!(house.acts(&code).await, ["receive", "assign", "take"]);
}
