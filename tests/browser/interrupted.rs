//! What was typed outlives a lost session and a cut line; a scanner opens the dossier
//! wherever one is; the desk works with scripts forbidden.
use fantoccini::key::Key;
use motcua::domain::role::Role;
use serde_json::json;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    keys::Keys,
};

const SAVE: &str = "Tiếp nhận và in giấy hẹn";

async fn typed(house: &House) -> (Browser, String) {
    house.hire(Role::Receptionist).await;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in("receptionist", PASSWORD).await;
    let form = format!("/ho-so/moi?thu-tuc={THREE_DAYS}");
    desk.go(&form).await;
    desk.fill("Họ và tên", "Đỗ Thị Ước").await;
    desk.fill("Địa chỉ", "Thôn Tân Mỹ").await;
    desk.until("the draft", async || {
        desk.text().await.contains("Bản nháp đã lưu trên máy này")
    })
    .await;
    (desk, form)
}

async fn is_there(desk: &Browser) {
    assert_eq!(desk.value("Họ và tên").await, "Đỗ Thị Ước");
    assert_eq!(desk.value("Địa chỉ").await, "Thôn Tân Mỹ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_outlives_a_lost_session() {
    let house = House::at("2021-04-16T10:00").await;
    let (desk, form) = typed(&house).await;
    desk.client.delete_all_cookies().await.unwrap();
    desk.press(SAVE).await;
    assert!(desk.place().await.starts_with("/dang-nhap"));
    assert_eq!(house.dossiers().await.1, 0);
    desk.fill("Tên đăng nhập", "receptionist").await;
    desk.fill("Mật khẩu", PASSWORD).await;
    desk.press("Đăng nhập").await;
    desk.go(&form).await;
    is_there(&desk).await;
    desk.press(SAVE).await;
    desk.shows("Đã tiếp nhận hồ sơ.").await;
    assert_eq!(house.dossiers().await.1, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_outlives_a_cut_line() {
    let house = House::at("2021-04-16T10:00").await;
    let (desk, form) = typed(&house).await;
    let line = async |cut: bool| {
        let speed = json!({ "offline": cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        desk.devtools("Network.enable", json!({})).await;
        desk.devtools("Network.emulateNetworkConditions", speed)
            .await;
    };
    line(true).await;
    desk.shows("Mất kết nối với máy chủ, chưa lưu được. Bản nháp còn trên máy này.")
        .await;
    line(false).await;
    desk.go("/ban-lam-viec").await;
    desk.go(&form).await;
    is_there(&desk).await;
    assert_eq!(house.dossiers().await.1, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_code_opens_its_dossier_from_anywhere() {
    let house = House::at("2021-04-16T10:00").await;
    let (desk, _) = typed(&house).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    // As fast as a scanner, whatever else the machine does.
    let keys = format!(
        "for (const key of [...'{code}', 'Enter']) document.activeElement.dispatchEvent( \
         new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }}))"
    );
    let scan = async || {
        desk.script(&keys).await;
    };
    // Where nothing is typed it opens at once.
    for page in ["/ban-lam-viec", "/huong-dan", "/xin-loi"] {
        desk.go(page).await;
        desk.leaving(async || scan().await).await;
        assert_eq!(desk.place().await, format!("/ho-so/{code}"), "from {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_scanned_into_a_form_is_offered_and_what_was_typed_stays() {
    let house = House::at("2021-04-16T10:00").await;
    let (desk, _) = typed(&house).await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let form = desk.place().await;
    let before = desk.value("Họ và tên").await;
    assert!(!before.is_empty());
    // A scanner in a field writes as a hand does, only faster.
    let scan = format!(
        "const field = document.querySelector('#f-name'); field.focus(); \
         for (const key of [...'{code}', 'Enter']) {{ \
             const pressed = new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }}); \
             if (field.dispatchEvent(pressed) && key.length === 1) {{ \
                 field.value += key; field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
             }} \
         }}"
    );
    let mut keys = Keys::of(&desk);
    for stay in [true, false] {
        desk.script(&scan).await;
        desk.shows(&format!("Đã quét {code}. Enter để mở, Esc để ở lại."))
            .await;
        assert_eq!(desk.place().await, form, "nothing is left by itself");
        assert_eq!(desk.value("Họ và tên").await, before);
        if stay {
            passes(&desk).await;
            keys.press(Key::Escape).await;
            assert_eq!(desk.focused().await, "name");
            desk.hides("Đã quét").await;
            assert_eq!(desk.place().await, form);
        } else {
            keys.leave_by(Key::Enter).await;
            assert_eq!(desk.place().await, format!("/ho-so/{code}"));
        }
    }
    // And the form comes back as it was typed.
    desk.go(&form).await;
    assert_eq!(desk.value("Họ và tên").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_taken_in_and_handed_over_without_scripts() {
    let house = House::at("2021-04-16T10:00").await;
    for role in [Role::Receptionist, Role::Specialist, Role::Leader] {
        house.hire(role).await;
    }
    let phone = Browser::open(&house.address, Screen::PhoneWithoutScript).await;
    phone.sign_in("receptionist", PASSWORD).await;
    phone.go("/ho-so/moi").await;
    phone.fill("Tên hoặc mã thủ tục", "nhan cha me con").await;
    phone.press("Cập nhật ngày hẹn").await;
    phone.press("Đăng ký nhận cha, mẹ, con").await;
    phone.fill("Họ và tên", "Lê Văn Bảy").await;
    phone.press("Cập nhật ngày hẹn").await;
    phone.shows("22/4/2021").await;
    assert_eq!(phone.value("Họ và tên").await, "Lê Văn Bảy");
    phone.press(SAVE).await;
    phone.shows("Đã tiếp nhận hồ sơ.").await;
    let code = house.dossiers().await.0[0].code.clone();
    for (role, act) in [
        ("specialist", "Thẩm định xong"),
        ("leader", "Phê duyệt"),
        ("specialist", "Có kết quả"),
    ] {
        let other = Browser::open(&house.address, Screen::PhoneWithoutScript).await;
        other.sign_in(role, PASSWORD).await;
        other.go(&format!("/ho-so/{code}")).await;
        other.press(act).await;
    }
    phone.go(&format!("/ho-so/{code}")).await;
    phone.press("Trả kết quả…").await;
    phone.fill("Người nhận", "Lê Văn Bảy").await;
    phone.press("Trả kết quả").await;
    phone.shows("Đã trả kết quả").await;
    assert!(house.dossier(&code).await.returned_at.is_some());
}
