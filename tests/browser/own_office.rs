//! A commune under a province: its own storm day, hours and terms, each looked at before it
//! is saved; the citizen who chooses it reads them, who chooses another does not.
use motcua::{
    actions::{add_agency, place_agency},
    config::FirstAgency,
    domain::{role::Role, time::format_moment},
};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

fn agency(key: &str, name: &str) -> FirstAgency {
    let text = format!(
        "key = \"{key}\"\n[[version]]\nvalid_from = \"2018-01-01\"\nname = \"{name}\"\nlevel = \"xã\"\n\
         parent = \"UBND thành phố Huế\"\nplace = \"Huế\"\nidentifier = \"{}\"\nidentifier_confirmed = false\n\
         [[signatory]]\nvalid_from = \"2018-01-01\"\ncapacity = \"TM. ỦY BAN NHÂN DÂN\\nCHỦ TỊCH\"\nname = \"\"\n",
        key.to_uppercase().replace('-', "."),
    );
    FirstAgency::read("thử", &text).unwrap()
}

async fn under_a_province(now: &str) -> House {
    let house = House::at(now).await;
    add_agency::run(&house.app, &agency("hue", "UBND thành phố Huế"), None)
        .await
        .unwrap();
    let beside = agency("quang-cong", "UBND xã Quảng Công");
    add_agency::run(&house.app, &beside, Some("hue"))
        .await
        .unwrap();
    place_agency::run(&house.app, "quang-ngan", Some("hue"))
        .await
        .unwrap();
    house.hire(Role::Office).await;
    house.hire(Role::Receptionist).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_commune_decides_is_seen_first_and_read_by_its_own_citizens() {
    let house = under_a_province("2025-06-18T08:30").await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let due = async || {
        let at = house.dossier(&code).await.due_at;
        at.map(format_moment).unwrap_or_default()
    };
    assert_eq!(due().await, "2025-06-23T17:00:00+07:00");
    let office = Browser::open(&house.address, Screen::Desk).await;
    office.sign_in("office", PASSWORD).await;

    // A storm day of its own.
    office.go("/lich/thay-doi").await;
    office.shows("lịch chung và cơ quan khác giữ nguyên").await;
    passes(&office).await;
    office.fill("Ngày", "20/6/2025").await;
    office
        .choose("Đổi thành", "Nghỉ bù, nghỉ đột xuất (bão, lũ)")
        .await;
    office.fill("Lý do", "Nghỉ tránh bão").await;
    office.press("Xem hồ sơ nào đổi ngày hẹn").await;
    office.shows("Trần Thị Sáu").await;
    passes(&office).await;
    assert_eq!(due().await, "2025-06-23T17:00:00+07:00");
    office.press("Lưu lịch, đổi ngày hẹn của 1 hồ sơ").await;
    passes(&office).await;
    assert_eq!(due().await, "2025-06-24T17:00:00+07:00");

    // Its own hours: the day ends an hour earlier.
    office.go("/lich/gio").await;
    passes(&office).await;
    office.fill("Chiều đến", "16:00").await;
    office.fill("Căn cứ", "Thông báo 12/TB-UBND").await;
    office.press("Xem hồ sơ nào đổi ngày hẹn").await;
    office.shows("Trần Thị Sáu").await;
    passes(&office).await;
    office.press("Lưu giờ làm việc").await;
    passes(&office).await;
    assert_eq!(due().await, "2025-06-24T16:00:00+07:00");

    // Its own terms of a procedure.
    office.go("/danh-muc/1.001022/o-day").await;
    passes(&office).await;
    office.fill("Có hiệu lực từ ngày", "19/6/2025").await;
    office.fill("Thời hạn riêng", "1").await;
    office.fill("Căn cứ", "Quyết định 45/QĐ-UBND").await;
    office.press("Lưu quyết định riêng").await;
    office.shows("Quyết định 45/QĐ-UBND").await;
    passes(&office).await;

    // A citizen on a telephone, at the one agency and at the other.
    let phone = Browser::open(&house.address, Screen::Phone).await;
    phone.go("/don-vi").await;
    passes(&phone).await;
    phone.press("UBND xã Quảng Ngạn").await;
    phone
        .go("/tinh-ngay?ngay=18/6/2025&gio=10:00&so=3&don_vi=ngay_lam_viec")
        .await;
    phone.shows("24/6/2025").await;
    passes(&phone).await;
    phone.go("/don-vi").await;
    phone.press("UBND xã Quảng Công").await;
    phone
        .go("/tinh-ngay?ngay=18/6/2025&gio=10:00&so=3&don_vi=ngay_lam_viec")
        .await;
    phone.shows("23/6/2025").await;
    phone.hides("24/6/2025").await;
    passes(&phone).await;
}
