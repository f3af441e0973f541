//! A commune under a province decides for itself: a storm day, summer hours, a shorter promise.
use motcua::{
    actions::{add_agency, join_agency, place_agency},
    config::FirstAgency,
    domain::role::Role,
};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

const PROVINCE: &str = "key = \"hue\"\n[[version]]\nvalid_from = \"2018-01-01\"\nname = \"UBND thành phố Huế\"\nlevel = \"tỉnh\"\n\
     parent = \"\"\nplace = \"Huế\"\nidentifier = \"H57\"\nidentifier_confirmed = false\n\
     [[signatory]]\nvalid_from = \"2018-01-01\"\ncapacity = \"CHỦ TỊCH\"\nname = \"\"\n";

/// The house under a province, as everybody finds it.
pub async fn under_a_province(house: &House) {
    let province = FirstAgency::read("thử", PROVINCE).unwrap();
    add_agency::run(&house.app, &province, None).await.unwrap();
    place_agency::run(&house.app, "quang-ngan", Some("hue"))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_provinces_and_what_is_ours_is_seen_and_taken_back() {
    let house = House::at("2021-04-16T10:00").await;
    under_a_province(&house).await;
    house.hire(Role::Receptionist).await;
    house.hire(Role::Office).await;
    house.receive(THREE_DAYS, "Trần Thị Sáu").await;
    for screen in [Screen::Desk, Screen::Phone] {
        let office = Browser::open(&house.address, screen).await;
        office.sign_in("office", PASSWORD).await;
        office.go("/lich/thay-doi").await;
        office.shows("chỉ tính cho cơ quan này").await;
        passes(&office).await;
        office.fill("Ngày", "20/4/2021").await;
        office
            .choose("Thành", "Nghỉ bù, nghỉ đột xuất (bão, lũ)")
            .await;
        office.fill("Lý do", "Nghỉ tránh bão số 1").await;
        office.press("Xem hồ sơ nào đổi ngày hẹn").await;
        office.shows("1 hồ sơ đổi ngày hẹn").await;
        office.press("Lưu lịch, đổi ngày hẹn của 1 hồ sơ").await;
        office.shows("riêng").await;
        office.shows("chung (UBND thành phố Huế)").await;
        passes(&office).await;
        office.press("Theo lịch chung ngày 20/4/2021").await;
        office.shows("1 hồ sơ đổi ngày hẹn").await;
        office.press("Lưu lịch, đổi ngày hẹn của 1 hồ sơ").await;
        office.shows("Đã lưu lịch").await;
    }
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/lich/gio").await;
    passes(&office).await;
    office.fill("Chiều đến", "16:30").await;
    office.fill("Căn cứ", "Thông báo 12/TB-UBND").await;
    office.press("Xem hồ sơ nào đổi ngày hẹn").await;
    office.shows("1 hồ sơ đổi ngày hẹn").await;
    passes(&office).await;
    office.press("Lưu giờ làm việc").await;
    office.shows("giờ riêng").await;
    office.go("/danh-muc?q=nhan+cha").await;
    passes(&office).await;
    office.go("/danh-muc/1.001022/o-day").await;
    passes(&office).await;
    office.fill("Thời hạn riêng", "9").await;
    office.fill("Căn cứ", "Quyết định 45/QĐ-UBND").await;
    office.press("Lưu quyết định riêng").await;
    office.shows("ngắn hơn thời hạn chung").await;
    passes(&office).await;
    office.fill("Thời hạn riêng", "1").await;
    office.press("Lưu quyết định riêng").await;
    office.shows("Đã lưu, có hiệu lực từ 17/4/2021").await;
    office.shows("thời hạn 1 ngày làm việc").await;
    passes(&office).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_chooses_whose_pages_to_see() {
    let mut house = House::at("2021-04-16T10:00").await;
    under_a_province(&house).await;
    house.hire(Role::Receptionist).await;
    // The list of agencies is read anew after a moment.
    house.move_to("2021-04-16T10:01");
    for screen in [Screen::Desk, Screen::Phone] {
        let citizen = Browser::open(&house.address, screen).await;
        citizen.go("/").await;
        citizen.shows("Chọn đơn vị của ông/bà").await;
        passes(&citizen).await;
        citizen.press("UBND thành phố Huế").await;
        citizen.shows("Đơn vị khác").await;
        citizen.go("/phan-anh").await;
        citizen.shows("Gửi đến").await;
        passes(&citizen).await;
        for page in ["/don-vi", "/kiosk", "/ket-qua", "/thu-tuc"] {
            citizen.go(page).await;
            passes(&citizen).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_opened_elsewhere_is_sent_from_there() {
    let mut house = House::at("2021-04-16T10:00").await;
    under_a_province(&house).await;
    house.hire(Role::Office).await;
    join_agency::run(&house.app, "office", "hue", Role::Office, "")
        .await
        .unwrap();
    house.move_to("2021-04-16T10:01");
    let office = Browser::open(&house.address, Screen::Phone).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/lich/thay-doi").await;
    office.fill("Ngày", "20/4/2021").await;
    office
        .choose("Thành", "Nghỉ bù, nghỉ đột xuất (bão, lũ)")
        .await;
    office.fill("Lý do", "Nghỉ tránh bão số 1").await;
    // The other window.
    office
        .script(
            "const to = new XMLHttpRequest(); to.open('POST', '/tai-khoan/co-quan', false); \
             to.setRequestHeader('content-type', 'application/x-www-form-urlencoded'); to.send('agency=hue'); return to.status",
        )
        .await;
    office.press("Xem hồ sơ nào đổi ngày hẹn").await;
    office.shows("Biểu mẫu này mở ở").await;
    passes(&office).await;
    office.press("Chuyển về UBND xã Quảng Ngạn và gửi").await;
    office.shows("Nghỉ tránh bão số 1").await;
    office.shows("Lưu lịch").await;
    passes(&office).await;
}
