//! Each role is shown around once, stop by stop, at the pages it works with.
use motcua::domain::role::Role;

use crate::{
    axe::passes,
    driver::{Browser, Screen},
    house::{House, PASSWORD, THREE_DAYS},
};

const DESK: &str = "/ban-lam-viec";
const LIST: (&str, &str) = ("/ho-so", "Danh sách hồ sơ");
const LAST: (&str, &str) = ("/huong-dan", "Hướng dẫn luôn ở đây");

/// Where each is led; the specialist's way is walked by keys where lists are.
const WAYS: [(Role, [(&str, &str); 5]); 4] = [
    (
        Role::Receptionist,
        [
            (DESK, "Bàn làm việc"),
            ("/ho-so/moi", "Tiếp nhận"),
            LIST,
            ("/xin-loi", "Xin lỗi và hẹn lại"),
            LAST,
        ],
    ),
    (
        Role::Leader,
        [
            (DESK, "Hôm nay"),
            ("/xin-loi", "Phiếu xin lỗi chờ ký"),
            LIST,
            ("/bao-cao/giai-quyet", "Báo cáo"),
            LAST,
        ],
    ),
    (
        Role::Office,
        [
            (DESK, "Bàn làm việc"),
            ("/bao-cao", "Theo dõi"),
            LIST,
            ("/lich/thay-doi", "Đổi lịch nghỉ"),
            LAST,
        ],
    ),
    (
        Role::Admin,
        [
            (DESK, "Bàn làm việc"),
            ("/khoi-dau", "Giờ đầu tiên"),
            ("/nhan-su", "Nhân sự"),
            ("/van-hanh", "Vận hành"),
            LAST,
        ],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_role_is_led_to_its_own_pages_and_not_again() {
    let house = House::at("2021-04-16T10:00").await;
    for (role, _) in WAYS {
        house.hire(role).await;
    }
    house.receive(THREE_DAYS, "Trần Thị Sáu").await;
    for (role, stops) in WAYS {
        let screen = Browser::open(&house.address, Screen::Desk).await;
        screen.sign_in(role.code(), PASSWORD).await;
        screen.go(DESK).await;
        for (place, (path, title)) in stops.iter().enumerate() {
            assert_eq!(screen.place().await, *path, "{role:?}");
            screen
                .shows(&format!("Làm quen {}/5 · {title}", place + 1))
                .await;
            passes(&screen).await;
            match stops.get(place + 1) {
                Some((_, next)) => screen.press(&format!("Tiếp: {next}")).await,
                None => screen.press("Xong").await,
            }
        }
        screen.go(DESK).await;
        screen.hides("Làm quen 1/5").await;
    }
}
