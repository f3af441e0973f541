//! Many letters at one sitting, and a late result that nobody has to wait for.
use motcua::{actions::perform, domain::role::Role, nightly};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    paper,
};

#[tokio::test(flavor = "multi_thread")]
async fn several_letters_are_signed_at_one_sitting() {
    let mut house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Leader] {
        house.hire(role).await;
    }
    let mut codes = Vec::new();
    for name in ["Phan Thị Lành", "Lê Văn Ửng", "Trần Thị Sáu"] {
        codes.push(house.receive(THREE_DAYS, name).await.code);
    }
    // The last day to say it in time; the night wrote the drafts.
    house.move_to("2021-04-20T08:00");
    nightly::due(&house.app, None, house.app.clock.now())
        .await
        .unwrap();
    let head = Browser::open(&house.address, Screen::Desk).await;
    head.sign_in("leader", PASSWORD).await;
    head.go("/xin-loi").await;
    head.press("Ký nhiều phiếu một lần").await;
    for name in ["Phan Thị Lành", "Lê Văn Ửng", "Trần Thị Sáu"] {
        head.shows(name).await;
    }
    passes(&head).await;
    // One of them is left out.
    let box_of = format!(
        "//input[@name='phieu' and starts-with(@value, '{}')]",
        codes[1]
    );
    let left_out = head.find("the box of the second letter", &box_of).await;
    head.click(left_out).await;
    head.press("Ký các phiếu đã chọn").await;
    head.shows("2 xong").await;
    passes(&head).await;
    for (code, signed) in [(&codes[0], true), (&codes[1], false), (&codes[2], true)] {
        let acts = house.acts(code).await;
        assert_eq!(acts.contains(&"sign_apology".into()), signed, "{code}");
    }

    // Paper is the way for who left no address: whoever prints it is named.
    let letter = format!("/ho-so/{}/in/xin-loi", codes[0]);
    head.go("/xin-loi?muc=da-ky").await;
    head.shows("In: chưa in").await;
    paper::text(&head, &letter).await;
    head.go("/xin-loi?muc=da-ky").await;
    head.shows("In: 08:00 20/4/2021, Người Lãnh đạo").await;
    passes(&head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_result_is_handed_over_and_the_letter_follows() {
    let mut house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Specialist, Role::Leader] {
        house.hire(role).await;
    }
    let code = house.receive(THREE_DAYS, "Phan Thị Lành").await.code;
    house.move_to("2021-04-27T08:00");
    for (role, act) in [
        (Role::Specialist, "appraise"),
        (Role::Leader, "approve"),
        (Role::Specialist, "process"),
    ] {
        let input = perform::Input {
            action: act.into(),
            expected_version: Some(house.dossier(&code).await.version),
            ..perform::Input::default()
        };
        perform::run(&house.app, &house.actor(role).await, &code, &input)
            .await
            .unwrap();
    }
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    desk.go(&format!("/ho-so/{code}/return_result")).await;
    desk.shows("Kết quả trễ hẹn mà chưa có phiếu xin lỗi").await;
    passes(&desk).await;
    desk.choose("Nguyên nhân trễ", "Số lượng hồ sơ tăng đột biến")
        .await;
    desk.fill("Người nhận", "Phan Thị Lành").await;
    desk.press("Trả kết quả").await;
    assert_eq!(desk.place().await, format!("/ho-so/{code}"));
    desk.shows("Đã trả kết quả").await;
    passes(&desk).await;
    assert_eq!(
        house.acts(&code).await,
        [
            "receive",
            "appraise",
            "approve",
            "process",
            "return_result",
            "draft_apology"
        ],
        "the citizen went home with the result; the letter waits for the head"
    );

    let head = Browser::open(&house.address, Screen::Desk).await;
    head.sign_in("leader", PASSWORD).await;
    head.go("/xin-loi").await;
    head.shows("không hẹn lại vì đã có kết quả").await;
    passes(&head).await;
    head.press("Ký phiếu này").await;
    head.shows(&format!("Đã ký phiếu xin lỗi của hồ sơ {code}."))
        .await;
    let letter = paper::text(&head, &format!("/ho-so/{code}/in/xin-loi")).await;
    assert!(letter.contains("có kết quả chậm hơn"), "{letter}");
}
