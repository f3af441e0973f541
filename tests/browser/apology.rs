//! A dossier that will be late: said before it happens, signed by the head, on paper.
use motcua::{
    domain::{role::Role, time::format_moment},
    store::apologies,
};

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    paper,
};

#[tokio::test(flavor = "multi_thread")]
async fn said_before_it_is_late() {
    let mut house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Specialist, Role::Leader] {
        house.hire(role).await;
    }
    let code = house.receive(THREE_DAYS, "Phan Thị Lành").await.code;
    let clerk = Browser::open(&house.address, Screen::Desk).await;
    clerk.sign_in("specialist", PASSWORD).await;
    clerk.go("/xin-loi?muc=soan").await;
    clerk.shows("Không có hồ sơ sắp trễ.").await;
    passes(&clerk).await;

    // Due on 22/4; 21/4 is a holiday, so 20/4 is the last day to say it in time.
    house.move_to("2021-04-20T08:00");
    clerk.sign_in("specialist", PASSWORD).await;
    clerk.press("Xin lỗi").await;
    clerk.shows("Phan Thị Lành").await;
    passes(&clerk).await;
    clerk.press("Soạn phiếu").await;
    passes(&clerk).await;
    clerk.choose("Nguyên nhân", "Phải xác minh thêm").await;
    clerk
        .fill(
            "Lý do ghi trên phiếu",
            "chưa nhận được kết quả xác minh của nơi cư trú cũ",
        )
        .await;
    assert_eq!(
        clerk.value("Hẹn lại ngày").await,
        "26/4/2021",
        "the whole limit from today"
    );
    clerk.fill("Hẹn lại ngày", "27/4").await;
    clerk.press("Soạn phiếu xin lỗi").await;
    assert_eq!(clerk.place().await, format!("/ho-so/{code}"));
    clerk.shows("bản thảo, chờ ký").await;
    passes(&clerk).await;
    clerk.go("/xin-loi?muc=soan").await;
    clerk.hides("Phan Thị Lành").await;

    let head = Browser::open(&house.address, Screen::Desk).await;
    head.sign_in("leader", PASSWORD).await;
    head.press("Xin lỗi").await;
    head.shows("PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ")
        .await;
    head.shows("chưa nhận được kết quả xác minh của nơi cư trú cũ")
        .await;
    head.shows("xin lỗi ông (bà) vì sự chậm trễ này").await;
    passes(&head).await;
    head.press("Ký phiếu này").await;
    head.shows(&format!("Đã ký phiếu xin lỗi của hồ sơ {code}."))
        .await;
    head.shows("Không có phiếu chờ ký.").await;
    passes(&head).await;
    head.go("/xin-loi?muc=da-ky").await;
    head.shows("Phan Thị Lành").await;
    passes(&head).await;

    let letter = paper::text(&head, &format!("/ho-so/{code}/in/xin-loi")).await;
    for words in [
        "PHIẾU XIN LỖI",
        code.as_str(),
        "Phan Thị Lành",
        "chưa nhận được kết quả xác minh của nơi cư trú cũ",
        "xin lỗi ông (bà) vì sự chậm trễ này",
        "27 tháng 4 năm 2021",
    ] {
        assert!(letter.contains(words), "no “{words}” in: {letter}");
    }

    let dossier = house.dossier(&code).await;
    let moment = |at: Option<_>| at.map(format_moment).unwrap_or_default();
    assert_eq!(moment(dossier.due_at), "2021-04-27T17:00:00+07:00");
    assert_eq!(moment(dossier.original_due_at), "2021-04-22T17:00:00+07:00");
    let letters = apologies::of_dossier(house.app.store.read(), dossier.id)
        .await
        .unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(moment(letters[0].signed_at), "2021-04-20T08:00:00+07:00");
    clerk.go(&format!("/ho-so/{code}")).await;
    clerk
        .shows("Đã xin lỗi và hẹn lại; hẹn lần đầu 22/4/2021")
        .await;
    assert!(
        !clerk.offers("Soạn phiếu xin lỗi…").await,
        "a second time is not offered"
    );
    passes(&clerk).await;
}
