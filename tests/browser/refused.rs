//! Forms that are refused, one by one: what was wrong is said in words, what was typed is
//! still there, and the page passes axe. The gallery keeps them as its broken states.
use std::path::PathBuf;

use motcua::{demo, domain::role::Role};

use crate::{
    axe::{in_the_dark, problems},
    driver::{Browser, Screen},
    gallery::samples,
    house::House,
    pictures::keep,
};

/// A form, what is typed into it, and the button that sends it.
struct Sent {
    role: Option<Role>,
    page: &'static str,
    typed: &'static [(&'static str, &'static str)],
    button: &'static str,
}

const fn sent(
    role: Option<Role>,
    page: &'static str,
    typed: &'static [(&'static str, &'static str)],
    button: &'static str,
) -> Sent {
    Sent {
        role,
        page,
        typed,
        button,
    }
}

const FORMS: [Sent; 32] = [
    sent(
        None,
        "/phan-anh",
        &[("name", "Lê Thị Bảy"), ("contact", "khong phai so")],
        "Gửi phản ánh",
    ),
    sent(
        None,
        "/phan-anh/theo-doi",
        &[("code", "PA-2021-0001"), ("secret", "sai")],
        "Xem",
    ),
    sent(
        None,
        "/dang-nhap",
        &[("username", "receptionist"), ("password", "sai-mat-khau")],
        "Đăng nhập",
    ),
    sent(
        None,
        "/dat-lai-mat-khau",
        &[
            ("username", "receptionist"),
            ("code", "0000"),
            ("new", "ngan"),
        ],
        "Đặt mật khẩu mới",
    ),
    sent(None, "/kiosk", &[("pin", "0000")], "Mở màn hình"),
    sent(
        None,
        "/tinh-ngay?ngay=31/2/2021&gio=10:00&so=5&don_vi=ngay_lam_viec",
        &[],
        "",
    ),
    sent(
        Some(Role::Receptionist),
        "/ho-so/moi?thu-tuc=1.001193",
        &[("id_number", "12345"), ("phone", "12")],
        "Tiếp nhận và in giấy hẹn",
    ),
    sent(
        Some(Role::Receptionist),
        "/phan-anh/nhap",
        &[("received_on", "32/13/2021"), ("name", "Lê Thị Bảy")],
        "Ghi phản ánh",
    ),
    sent(
        Some(Role::Receptionist),
        "/phieu-khao-sat",
        &[("batch", "Q1"), ("number", "không")],
        "Ghi phiếu, sang phiếu sau",
    ),
    sent(
        Some(Role::Receptionist),
        "/tai-khoan",
        &[("old", "sai"), ("new", "ngan")],
        "Đổi mật khẩu",
    ),
    sent(
        Some(Role::Receptionist),
        "/nghi-phep",
        &[("from", "mai"), ("to", "1/1/2020")],
        "Ghi lần nghỉ",
    ),
    sent(
        Some(Role::Admin),
        "/co-quan",
        &[("identifier", "h57 mã"), ("phone", "0234 3500 100")],
        "Lưu",
    ),
    sent(
        Some(Role::Admin),
        "/co-quan",
        &[("name", "Trần Đình Ngữ"), ("from", "31/2/2021")],
        "Thêm người ký",
    ),
    sent(
        Some(Role::Receptionist),
        "/ho-so?from=32/1&to=hôm+qua",
        &[],
        "",
    ),
    sent(
        Some(Role::Office),
        "/lich/thay-doi",
        &[("ngay", "30/2/2021"), ("ten", "Bão")],
        "Xem hồ sơ nào đổi ngày hẹn",
    ),
    sent(
        Some(Role::Office),
        "/chi-tieu",
        &[("numerator", "mười"), ("denominator", "0")],
        "Ghi giá trị",
    ),
    sent(
        Some(Role::Office),
        "/chi-tieu",
        &[("label", "Hồ sơ đúng hạn"), ("goal_percent", "gần trăm")],
        "Thêm mục tiêu",
    ),
    sent(
        Some(Role::Office),
        "/ke-hoach",
        &[("amount", "nhiều"), ("on_day", "31/2")],
        "Ghi vào kế hoạch",
    ),
    sent(Some(Role::Office), "/nhap", &[], "Xem trước"),
    sent(
        Some(Role::Office),
        "/quy-trinh/1",
        &[("name.0", ""), ("share.0", "một nửa")],
        "Lưu quy trình",
    ),
    sent(
        Some(Role::Office),
        "/du-lieu-ca-nhan",
        &[("id_number", "123"), ("name", "Lê Thị Bảy")],
        "Lấy tệp",
    ),
    sent(
        Some(Role::Office),
        "/bao-cao/chot-so",
        &[("tu", "15/4/2021"), ("den", "14/4/2021")],
        "Chốt số liệu kỳ này",
    ),
    sent(
        Some(Role::Office),
        "/so-van-ban/apology/2021/1/huy",
        &[],
        "Hủy số này",
    ),
    sent(
        Some(Role::Office),
        "/danh-muc/1.001193/to-khai",
        &[("name", "Tờ khai")],
        "Đăng mẫu",
    ),
    sent(
        Some(Role::Office),
        "/bao-cao/dung-han?tu=31/2/2021&den=x",
        &[],
        "",
    ),
    sent(
        Some(Role::Admin),
        "/nhan-su",
        &[("name", "Người Mới"), ("username", "có dấu và cách")],
        "Thêm tài khoản",
    ),
    sent(Some(Role::Admin), "/nhan-su/khong-co/khoa", &[], ""),
    sent(
        Some(Role::Admin),
        "/ho-so/{open}/ask_agency",
        &[("agency", "Phòng Tư pháp"), ("due_at", "hôm qua")],
        "Lấy ý kiến cơ quan khác",
    ),
    sent(
        Some(Role::Admin),
        "/ho-so/{open}/request_supplement",
        &[("reason", "Bản nộp thiếu trang hai")],
        "Yêu cầu bổ sung",
    ),
    sent(
        Some(Role::Admin),
        "/ho-so/{open}/refuse",
        &[],
        "Từ chối giải quyết",
    ),
    sent(
        Some(Role::Admin),
        "/ho-so/{late}/draft_apology",
        &[("new_due_at", "1/1/2020")],
        "Soạn phiếu xin lỗi",
    ),
    sent(Some(Role::Admin), "/ho-so/khong-co-ma-nay", &[], ""),
];

/// Types, lets nothing be held back by the browser itself, and sends.
async fn send(browser: &Browser, form: &Sent) {
    browser
        .script("for (const form of document.forms) form.noValidate = true")
        .await;
    for (name, value) in form.typed {
        let typed = format!(
            "const box = document.querySelector('main [name=\"{name}\"]'); if (!box) throw '{name}'; box.value = {value:?}; \
             box.dispatchEvent(new Event('input', {{ bubbles: true }})); return box.name"
        );
        browser.script(&typed).await;
    }
    if !form.button.is_empty() {
        browser.press(form.button).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_is_wrong_and_keeps_what_was_typed() {
    let house = House::of_the_demo(1000).await;
    let samples = samples(&house).await;
    assert!(samples.iter().any(|(name, _)| *name == "late"));
    let browser = Browser::open(&house.address, Screen::Desk).await;
    let mut role = None;
    let mut wrong = Vec::new();
    for (number, form) in FORMS.iter().enumerate() {
        if form.role != role {
            role = form.role;
            browser.sign_in(role.unwrap().code(), demo::PASSWORD).await;
        }
        let mut page = form.page.to_owned();
        for (name, value) in &samples {
            page = page.replace(&format!("{{{name}}}"), value);
        }
        browser.go(&page).await;
        send(&browser, form).await;
        let state = browser
            .script(
                "return { status: performance.getEntriesByType('navigation')[0].responseStatus, \
                 said: document.querySelectorAll('.summary, .notice.err, main > .notice.warn, .problem, [aria-invalid=true], .field .error').length, \
                 focus: document.activeElement === document.body }",
            )
            .await;
        let what = format!("{page} “{}”: {state}", form.button);
        // Codes and dates as machines write them are no words for people.
        let text = browser.text().await;
        let machine = |word: &str| {
            word.contains('_') || word.starts_with("20") && word.matches('-').count() == 2
        };
        for said in text.split(char::is_whitespace).filter(|word| machine(word)) {
            // Names of columns and settings, which are typed as they stand.
            if !["/nhap", "/quy-trinh"]
                .iter()
                .any(|typed| page.starts_with(typed))
            {
                wrong.push(format!("{what} says {said:?}"));
            }
        }
        if state["said"] == 0 {
            wrong.push(format!("{what} says nothing"));
        }
        if state["focus"] == true && !form.button.is_empty() {
            wrong.push(format!("{what} lost the focus"));
        }
        for (name, value) in form.typed {
            let kept = browser
                .script(&format!(
                    "const box = document.querySelector('main [name=\"{name}\"]'); return box && (box.type === 'password' ? {value:?} : box.value)"
                ))
                .await;
            if kept != *value {
                wrong.push(format!("{what}: {name} was {value:?}, is {kept}"));
            }
        }
        wrong.extend(problems(&browser).await);
        wrong.extend(in_the_dark(&browser).await);
        if let Some(gallery) = std::env::var_os("MOTCUA_GALLERY") {
            let name = format!(
                "{number:02}{}",
                form.page.split('?').next().unwrap_or_default()
            );
            keep(&browser, &PathBuf::from(gallery).join("refused"), &name).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} refused forms", FORMS.len());
}
