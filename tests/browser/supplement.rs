//! A paper is missing: the clock stands while the citizen fetches it, then the date moves.
use motcua::domain::{role::Role, time::format_moment};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_stands_while_a_paper_is_missing() {
    let mut house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let place = format!("/ho-so/{code}");
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&place).await;
    desk.shows("17:00, thứ Năm 22/4/2021").await;

    desk.press("Yêu cầu bổ sung…").await;
    desk.shows("Đồng hồ dừng từ lúc này").await;
    passes(&desk).await;
    desk.choose("Nguyên nhân", "Thiếu giấy tờ theo thành phần hồ sơ")
        .await;
    desk.fill("Giấy tờ cần bổ sung", "Giấy chứng sinh").await;
    desk.fill("Lý do", "Bản nộp thiếu trang hai").await;
    desk.press("Yêu cầu bổ sung").await;
    assert_eq!(desk.place().await, place);
    desk.shows("Chờ bổ sung giấy tờ").await;
    desk.shows("Giấy chứng sinh").await;
    passes(&desk).await;

    // A week past the promise: waiting, not overdue.
    house.move_to("2021-04-28T09:00");
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go("/ho-so?standing=overdue").await;
    desk.hides("Trần Thị Sáu").await;
    passes(&desk).await;
    desk.go("/ho-so?standing=waiting").await;
    desk.shows("Trần Thị Sáu").await;
    passes(&desk).await;
    desk.go(&place).await;
    desk.hides("Quá hạn").await;
    desk.press("Đã nhận bổ sung").await;
    assert_eq!(desk.place().await, place);

    // Three working days from 28/4; 30/4 to 3/5 are holidays.
    desk.shows("17:00, thứ Tư 05/5/2021").await;
    let why = desk
        .find(
            "the reasons",
            "//summary[contains(., 'Từng ngày và căn cứ')]",
        )
        .await;
    desk.click(why).await;
    desk.shows("28/4").await;
    desk.shows("30/4").await;
    passes(&desk).await;

    let dossier = house.dossier(&code).await;
    assert_eq!(
        format_moment(dossier.due_at.unwrap()),
        "2021-05-05T17:00:00+07:00"
    );
    assert_eq!(
        house.acts(&code).await,
        ["receive", "request_supplement", "supplement_received"]
    );
    desk.go("/ho-so?standing=waiting").await;
    desk.hides("Trần Thị Sáu").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_names_law_and_leader_and_is_warned_of() {
    let mut house = House::at("2021-04-16T10:00").await;
    house.hire(Role::Receptionist).await;
    let leader = house.hire(Role::Leader).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let place = format!("/ho-so/{code}");
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&place).await;
    desk.press("Yêu cầu bổ sung…").await;
    desk.choose("Nguyên nhân", "Thiếu giấy tờ theo thành phần hồ sơ")
        .await;
    desk.fill("Giấy tờ cần bổ sung", "Giấy chứng sinh").await;
    desk.fill("Lý do", "Bản nộp thiếu trang hai").await;
    desk.press("Yêu cầu bổ sung").await;

    // The papers come on 20/4 and are looked at on 22/4.
    house.move_to("2021-04-20T09:00");
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&place).await;
    desk.press("Giấy bổ sung đã đến").await;
    desk.shows("chưa kiểm tra").await;
    passes(&desk).await;
    house.move_to("2021-04-22T08:00");
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go("/ban-lam-viec").await;
    desk.press("Giấy đã đến, đồng hồ còn dừng").await;
    desk.shows("Trần Thị Sáu").await;
    passes(&desk).await;
    desk.press("Mở hồ sơ để kiểm tra").await;
    desk.press("Đã nhận bổ sung").await;
    // Three working days from 20/4, when they came; 21/4 is a holiday.
    desk.shows("17:00, thứ Hai 26/4/2021").await;

    desk.press("Yêu cầu bổ sung…").await;
    desk.shows("thống kê quốc gia tính hồ sơ này là quá hạn")
        .await;
    passes(&desk).await;
    desk.choose("Nguyên nhân", "Phát sinh khi thẩm định, xác minh")
        .await;
    desk.fill("Giấy tờ cần bổ sung", "Văn bản xác nhận").await;
    desk.fill("Lý do", "Phát hiện khi thẩm định").await;
    desk.fill("Căn cứ pháp luật", "NĐ 123/2015/NĐ-CP Điều 7")
        .await;
    desk.choose("Lãnh đạo đã đồng ý", &leader).await;
    desk.press("Yêu cầu bổ sung").await;
    desk.shows("Yêu cầu lần 2").await;
    passes(&desk).await;

    desk.go("/so-tam-dung").await;
    desk.shows("2 lần dừng").await;
    desk.shows("Căn cứ: NĐ 123/2015/NĐ-CP Điều 7").await;
    passes(&desk).await;
    let dossier = house.dossier(&code).await;
    let waits = motcua::store::dossiers::waits(house.app.store.read(), dossier.id)
        .await
        .unwrap();
    let numbers: Vec<_> = waits.iter().map(|wait| wait.number).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
    assert_eq!(waits[0].to_at, waits[0].arrived_at);
}
