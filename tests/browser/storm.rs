//! A storm closes the office: whose date moves is seen before the calendar is saved.
use motcua::domain::{role::Role, time::format_moment};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_day_is_looked_at_before_it_is_saved() {
    let house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    house.hire(Role::Office).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;
    office.go("/lich").await;
    passes(&office).await;
    office.press("Đổi một ngày, hoán đổi ngày nghỉ").await;
    passes(&office).await;
    office.fill("Ngày", "20/4/2021").await;
    office
        .choose("Đổi thành", "Nghỉ bù, nghỉ đột xuất (bão, lũ)")
        .await;
    office.fill("Lý do", "Nghỉ tránh bão số 1").await;
    office.press("Xem hồ sơ nào đổi ngày hẹn").await;
    office.shows("Trần Thị Sáu").await;
    office.shows("1 hồ sơ đổi ngày hẹn").await;
    office.shows("22/4/2021").await;
    office.shows("23/4/2021").await;
    passes(&office).await;
    let moment = |at: Option<_>| at.map(format_moment).unwrap_or_default();
    let still = house.dossier(&code).await;
    assert_eq!(moment(still.due_at), "2021-04-22T17:00:00+07:00");

    office.press("Lưu lịch, đổi ngày hẹn của 1 hồ sơ").await;
    office.shows("Đã lưu lịch").await;
    office.shows("Nghỉ tránh bão số 1").await;
    passes(&office).await;
    let moved = house.dossier(&code).await;
    assert_eq!(moment(moved.due_at), "2021-04-23T17:00:00+07:00");
    assert_eq!(house.acts(&code).await, ["receive", "redate"]);
    office.go(&format!("/ho-so/{code}")).await;
    office.shows("Lịch nghỉ đổi, ngày hẹn tính lại").await;
    passes(&office).await;
}
