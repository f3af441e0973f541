//! The focus is never lost: whatever is done on a page, it is somewhere from where a person
//! goes on, and after a refused form at what is wrong. Refused forms are looked at by axe,
//! and kept as pictures with the gallery.
use std::path::PathBuf;

use fantoccini::key::Key;
use motcua::domain::role::Role;

use crate::{
    axe::problems,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
    keys::Keys,
    pictures::keep,
};

/// Where the focus is: `body` is nowhere. A form's own fields hide its id and name.
async fn focus(desk: &Browser) -> String {
    let found = desk
        .script(
            "const e = document.activeElement; \
             if (!e || e === document.body || !e.isConnected) return 'body'; \
             if (e.tagName === 'FORM') return 'form'; \
             return e.id || e.name || e.className || e.tagName.toLowerCase()",
        )
        .await;
    found.as_str().unwrap_or_default().to_owned()
}

/// It comes there; a dialog tells of its end a moment later.
async fn focus_is(desk: &Browser, at: &str) {
    desk.until(&format!("the focus at {at}"), async || {
        focus(desk).await == at
    })
    .await;
}

async fn desk_of(house: &House, role: Role) -> Browser {
    let desk = Browser::open(&house.address, Screen::Desk).await;
    desk.sign_in(role.code(), PASSWORD).await;
    desk
}

async fn office() -> House {
    let house = House::at("2021-04-16T10:00").await;
    for role in [
        Role::Receptionist,
        Role::Specialist,
        Role::Leader,
        Role::Office,
        Role::Admin,
    ] {
        house.hire(role).await;
    }
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_over_a_page_gives_the_focus_back() {
    let house = office().await;
    for name in ["Trần Thị Sáu", "Lê Văn Bảy"] {
        house.receive(THREE_DAYS, name).await;
    }
    let desk = desk_of(&house, Role::Receptionist).await;
    let mut keys = Keys::of(&desk);

    // From a row to the box at the top, which finds something, and back to the row.
    desk.go("/ho-so").await;
    keys.press(Key::Down).await;
    focus_is(&desk, "open").await;
    keys.chord(Key::Control, 'k').await;
    focus_is(&desk, "find").await;
    keys.type_in("khai sinh").await;
    desk.find("what is found", "//*[@role='option']").await;
    keys.press(Key::Escape).await;
    focus_is(&desk, "find").await;
    keys.press(Key::Escape).await;
    focus_is(&desk, "open").await;

    // The keys of the page, from a row and from nowhere.
    keys.type_in("?").await;
    assert_ne!(focus(&desk).await, "body");
    keys.press(Key::Escape).await;
    focus_is(&desk, "open").await;
    desk.go("/ho-so").await;
    keys.type_in("?").await;
    desk.find("the keys", "//dialog[@open]").await;
    keys.press(Key::Escape).await;
    focus_is(&desk, "noi-dung").await;

    // A menu closes to its own button.
    let menu = "//header//details[contains(@class,'menu')]/summary";
    let more = desk.find("a menu", menu).await;
    desk.click(more).await;
    keys.press(Key::Escape).await;
    focus_is(&desk, "summary").await;

    // A procedure chosen from the list; a field left by Escape.
    desk.go("/ho-so/moi").await;
    keys.type_in("nhan cha").await;
    desk.find("what is found", "//*[@role='option']").await;
    keys.leave_by(Key::Enter).await;
    focus_is(&desk, "f-name").await;
    keys.press(Key::Escape).await;
    focus_is(&desk, "form").await;
    keys.press(Key::Tab).await;
    assert_ne!(focus(&desk).await, "body");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_an_act_has_the_focus() {
    let house = office().await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let desk = desk_of(&house, Role::Specialist).await;
    let mut keys = Keys::of(&desk);
    let heading = "return document.activeElement.tagName";

    // An act of the dossier, by its button.
    desk.go(&format!("/ho-so/{code}")).await;
    desk.press("Thẩm định xong").await;
    assert_eq!(desk.script(heading).await, "H1");
    // A filter, and one that finds nothing.
    desk.go("/ho-so").await;
    desk.choose("Trạng thái", "Đang giải quyết").await;
    desk.press("Lọc").await;
    assert_eq!(desk.script(heading).await, "H1");
    keys.press(Key::Down).await;
    focus_is(&desk, "open").await;
    // An act from a row, by its key, and back to the list.
    keys.leave_with("B").await;
    assert_ne!(focus(&desk).await, "body", "{}", desk.place().await);
    // Saved: the heading, under what is told.
    desk.go("/tai-khoan").await;
    desk.fill("Thư điện tử", "can-bo@example.com").await;
    desk.press("Lưu").await;
    assert_eq!(desk.script(heading).await, "H1");

    // Taken in: what comes next, the same again among it, is at hand.
    let desk = desk_of(&house, Role::Receptionist).await;
    let mut keys = Keys::of(&desk);
    desk.go("/ban-lam-viec").await;
    keys.leave_with("1").await;
    keys.type_in("Lê Văn Bảy").await;
    keys.leave_by(Key::F9).await;
    assert_ne!(focus(&desk).await, "body", "{}", desk.place().await);
}

/// Who sends which form with nothing in it, by the words of its button.
const FORMS: [(Option<Role>, &str, &str); 18] = [
    (None, "/phan-anh", "Gửi phản ánh"),
    (None, "/phan-anh/theo-doi", "Xem"),
    (None, "/dat-lai-mat-khau", "Đặt mật khẩu mới"),
    (
        Some(Role::Receptionist),
        "/ho-so/moi?thu-tuc=1.001022",
        "Tiếp nhận và in giấy hẹn",
    ),
    (
        Some(Role::Receptionist),
        "/phieu-khao-sat",
        "Ghi phiếu, sang phiếu sau",
    ),
    (Some(Role::Receptionist), "/phan-anh/nhap", "Ghi phản ánh"),
    (Some(Role::Receptionist), "/nghi-phep", "Ghi lần nghỉ"),
    (Some(Role::Receptionist), "/kiosk/quan-ly", "Đặt mã PIN"),
    (Some(Role::Receptionist), "/tai-khoan", "Đổi mật khẩu"),
    (
        Some(Role::Specialist),
        "/ho-so/{code}/request_supplement",
        "Yêu cầu bổ sung",
    ),
    (
        Some(Role::Specialist),
        "/ho-so/{code}/draft_apology",
        "Soạn phiếu xin lỗi",
    ),
    (
        Some(Role::Specialist),
        "/ho-so/{code}/ask_agency",
        "Lấy ý kiến cơ quan khác",
    ),
    (
        Some(Role::Leader),
        "/ho-so/{code}/refuse",
        "Từ chối giải quyết",
    ),
    (
        Some(Role::Office),
        "/lich/thay-doi",
        "Xem hồ sơ nào đổi ngày hẹn",
    ),
    (Some(Role::Office), "/du-lieu-ca-nhan", "Lấy tệp"),
    (Some(Role::Office), "/nhap", "Xem trước"),
    (Some(Role::Office), "/chi-tieu", "Ghi giá trị"),
    (Some(Role::Admin), "/nhan-su", "Thêm tài khoản"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_has_the_focus_at_what_is_wrong() {
    let house = office().await;
    let code = house.receive(THREE_DAYS, "Trần Thị Sáu").await.code;
    let desk = Browser::open(&house.address, Screen::Desk).await;
    let mut wrong = Vec::new();
    let mut who = None;
    for (role, path, button) in FORMS {
        let path = path.replace("{code}", &code);
        if role != who {
            who = role;
            desk.sign_in(role.map_or("", Role::code), PASSWORD).await;
        }
        desk.go(&path).await;
        // As without the browser's own check, which asks for one field at a time.
        desk.script("for (const form of document.forms) form.noValidate = true")
            .await;
        desk.press(button).await;
        let at = desk
            .script(
                "const e = document.activeElement, main = document.querySelector('main'); \
                 return [main.querySelectorAll('.summary, .notice.err, .notice.warn').length > 0, \
                         e.matches('.summary, [aria-invalid=true], .notice.err, .notice.warn')]",
            )
            .await;
        if at[0] != true || at[1] != true {
            wrong.push(format!("{path}: {at}, focus at {}", focus(&desk).await));
        }
        wrong.extend(problems(&desk).await);
        if let Some(gallery) = std::env::var_os("MOTCUA_GALLERY") {
            keep(&desk, &PathBuf::from(gallery).join("broken"), &path).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
