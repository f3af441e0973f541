//! From hand to hand: given at the desk, taken, sent back, signed; who is away is stood in for.
use motcua::domain::role::Role;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_goes_from_hand_to_hand_and_each_is_named() {
    let mut house = House::at("2021-04-16T15:30").await;
    house.hire(Role::Receptionist).await;
    let specialist = house.hire(Role::Specialist).await;
    house.hire(Role::Leader).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let place = format!("/ho-so/{code}");
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&place).await;
    desk.shows("Đường đi của hồ sơ").await;
    desk.press("Chuyển hồ sơ").await;
    assert_eq!(desk.place().await, place);
    desk.shows("chưa nhận bàn giao").await;
    passes(&desk).await;
    desk.go("/ban-giao?muc=giao").await;
    desk.shows("Trần Thị Sáu").await;
    passes(&desk).await;

    // Monday: later than the start of the day, and still not taken.
    house.move_to("2021-04-19T09:00");
    let expert = Browser::open(&house.address, Screen::Desk).await;
    expert.sign_in("specialist", PASSWORD).await;
    expert.go("/ban-giao").await;
    expert.shows("quá giờ nhận").await;
    passes(&expert).await;
    expert.press("Nhận").await;
    assert_eq!(expert.place().await, "/ban-giao");
    expert.shows("Không có hồ sơ nào ở mục này.").await;
    expert.go(&place).await;
    expert.press("Thẩm định xong").await;

    let head = Browser::open(&house.address, Screen::Desk).await;
    head.sign_in("leader", PASSWORD).await;
    head.go("/ban-giao").await;
    head.press("Nhận").await;
    head.go(&place).await;
    head.press("Trả lại làm rõ…").await;
    passes(&head).await;
    head.fill("Cần làm rõ điều gì", "Thiếu ngày sinh").await;
    head.press("Trả lại làm rõ").await;
    expert.go(&place).await;
    expert.shows("Thiếu ngày sinh").await;
    expert.press("Nhận bàn giao").await;
    expert.press("Thẩm định xong").await;
    head.go(&place).await;
    head.press("Phê duyệt").await;
    expert.go(&place).await;
    expert.press("Có kết quả").await;
    assert_eq!(
        house.acts(&code).await,
        [
            "receive",
            "hand_over",
            "take",
            "appraise",
            "take",
            "send_back",
            "take",
            "appraise",
            "approve",
            "process"
        ]
    );
    head.go("/bao-cao/trach-nhiem?ky=2021-Q2").await;
    head.shows(&specialist).await;
    passes(&head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_names_its_stand_in() {
    let house = House::at("2021-04-16T09:00").await;
    house.hire(Role::Office).await;
    house.hire(Role::Specialist).await;
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/nghi-phep").await;
    passes(&office).await;
    office
        .choose(
            "Người thay",
            "Người Công chức chuyên môn (Công chức chuyên môn)",
        )
        .await;
    office.fill("Từ ngày", "16/4/2021").await;
    office.fill("Đến hết ngày", "15/4/2021").await;
    office.press("Ghi lần nghỉ").await;
    office.shows("Ngày cuối phải từ ngày đầu trở đi").await;
    assert_eq!(office.value("Đến hết ngày").await, "15/4/2021");
    passes(&office).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_a_procedure_is_set_on_its_page() {
    let house = House::at("2021-04-16T09:00").await;
    house.hire(Role::Office).await;
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/quy-trinh?q=nhan+cha").await;
    passes(&office).await;
    office.press("Đăng ký nhận cha, mẹ, con").await;
    office.shows("đi theo mặc định của chương trình").await;
    passes(&office).await;
    office.press("Lưu quy trình").await;
    office.shows("Đã lưu.").await;
    office.shows("Quy trình đặt lần 1").await;
}
