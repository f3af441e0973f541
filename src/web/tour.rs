//! `/huong-dan/lam-quen`: shown around once, stop by stop, each at the page it speaks of.
//! Left by one press, not shown again, called again from the guide.
use axum::{Form, extract::State, response::Redirect};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    parts::Button,
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::go_on_tour::{self, OVER},
    app::App,
    domain::role::Role,
};

/// A page, its name, what a newcomer looks at there, and what the keyboard adds.
type Stop = (&'static str, &'static str, &'static str, &'static str);

const LAST: Stop = (
    paths::GUIDE,
    "Hướng dẫn luôn ở đây",
    "Mở từ tên mình ở góc trên. Muốn đi lại vòng này, bấm “Đi một vòng làm quen” ở trang này.",
    "Phím ? ở trang nào cho biết mọi phím của trang ấy; Ctrl K tìm hồ sơ, thủ tục, trang.",
);

const LIST: Stop = (
    paths::DOSSIERS,
    "Danh sách hồ sơ",
    "Lọc, lưu bộ lọc dưới một tên, chọn cột; bấm đầu cột để sắp xếp. Đánh dấu nhiều dòng rồi làm một việc với chúng: xem trước, sau đó mới làm.",
    "Phím cách đánh dấu dòng; trong hồ sơ, ← → sang hồ sơ trước, sau.",
);

/// Where each role is led.
fn stops(role: Role) -> [Stop; 5] {
    match role {
        Role::Receptionist => [
            (
                paths::DESK,
                "Bàn làm việc",
                "Mỗi sáng xem ở đây trước. Ô số trên cùng là việc phải làm, bấm vào thì danh sách đổi theo.",
                "↑ ↓ chọn hồ sơ, Enter mở, T trả kết quả; phím số 1–5 tiếp nhận nhanh.",
            ),
            (
                paths::NEW_DOSSIER,
                "Tiếp nhận",
                "Gõ tên thủ tục không cần dấu, rồi họ tên. Trang cho biết ngày hẹn trước khi lưu.",
                "F2 ở trang nào cũng mở trang này; Enter sang ô kế, F8 đủ giấy tờ, F9 tiếp nhận và in giấy hẹn.",
            ),
            LIST,
            (
                paths::APOLOGIES,
                "Xin lỗi và hẹn lại",
                "Hồ sơ sắp trễ hiện ở đây từ một ngày làm việc trước hạn. Soạn phiếu, lãnh đạo ký; mỗi hồ sơ chỉ hẹn lại một lần (NĐ 61/2018/NĐ-CP Điều 19.9).",
                "",
            ),
            LAST,
        ],
        Role::Specialist => [
            (
                paths::DESK,
                "Hồ sơ của tôi",
                "Chỉ hồ sơ đang giao cho mình, gấp trước. Ô số trên cùng lọc theo tình trạng.",
                "↑ ↓ chọn, Enter mở.",
            ),
            (
                paths::HAND_OVERS,
                "Bàn giao",
                "Hồ sơ quầy chuyển đến chờ ở đây; bấm Nhận thì thời gian mới tính cho mình. Mục bên cạnh cho biết mình giao mà chưa ai nhận.",
                "",
            ),
            LIST,
            (
                paths::FORESIGHT,
                "Dự báo trễ",
                "Hồ sơ có thể trễ, đoán từ các hồ sơ tương tự. Xem trước để làm trước hoặc soạn phiếu xin lỗi đúng lúc.",
                "",
            ),
            LAST,
        ],
        Role::Leader => [
            (
                paths::DESK,
                "Hôm nay",
                "Hồ sơ chờ ký đứng đầu. Mở ra xem rồi phê duyệt.",
                "Enter mở, P phê duyệt; ← → sang hồ sơ trước, sau.",
            ),
            (
                paths::APOLOGIES,
                "Phiếu xin lỗi chờ ký",
                "Đọc phiếu rồi ký, phiếu kế tiếp tự hiện. Phiếu phải gửi hôm nay đứng trên cùng.",
                "K là ký và sang phiếu kế tiếp.",
            ),
            LIST,
            (
                paths::REPORT_PROCESSING,
                "Báo cáo",
                "Mỗi số bấm vào là ra danh sách hồ sơ; mỗi tỷ lệ có tử số, mẫu số, cách tính. Thanh trên chuyển sang báo cáo khác.",
                "",
            ),
            LAST,
        ],
        Role::Office => [
            (
                paths::DESK,
                "Bàn làm việc",
                "Việc phải làm của cả bộ phận; ô đỏ là quá hạn hoặc trễ mà chưa xin lỗi.",
                "",
            ),
            (
                paths::REPORTS,
                "Theo dõi",
                "Năm con số của kỳ, kỳ đã chốt hay đang chạy. Bấm vào số để xem hồ sơ đứng sau.",
                "",
            ),
            LIST,
            (
                paths::CALENDAR_CHANGE,
                "Đổi lịch nghỉ",
                "Bão, hoán đổi ngày làm: xem trước hồ sơ nào đổi ngày hẹn rồi mới lưu.",
                "",
            ),
            LAST,
        ],
        Role::Admin => [
            (
                paths::DESK,
                "Bàn làm việc",
                "Quản trị thấy việc của cả cơ quan.",
                "",
            ),
            (
                paths::FIRST_HOUR,
                "Giờ đầu tiên",
                "Tám việc trước khi đón người dân đầu tiên; việc nào xong tự báo xong, có thể bỏ dở rồi quay lại.",
                "",
            ),
            (
                paths::STAFF,
                "Nhân sự",
                "Thêm, khóa tài khoản, cấp mã đặt lại mật khẩu. Chức danh quyết định hồ sơ nào đến tay ai.",
                "",
            ),
            (
                paths::RUNNING,
                "Vận hành",
                "Máy chủ có khỏe không, bản sao lưu đêm qua có dùng được không. Việc đỏ nói rõ phải sửa gì.",
                "",
            ),
            LAST,
        ],
    }
}

/// The stop that a page is, for one who is on the way.
pub fn card(role: Role, at: i32, path: &str) -> Option<Markup> {
    let stops = stops(role);
    let place = usize::try_from(at).ok()?;
    let (page, title, words, keys) = *stops.get(place)?;
    if page != path {
        return None;
    }
    let (number, last) = (place + 1, place + 1 == stops.len());
    let at = place.to_string();
    Some(html! {
        aside.tour aria-label="Làm quen" {
            p { b { "Làm quen " (number) "/" (stops.len()) " · " (title) } }
            p { (words) @if !keys.is_empty() { " " span.by-key { (keys) } } }
            div.row {
                @if !last {
                    (Button::new(&format!("Tiếp: {}", stops[place + 1].1)).sending("Đang mở…").post(paths::TOUR, &[("lam", "tiep"), ("o", &at)]))
                }
                (Button::text(if last { "Xong" } else { "Thôi, không hiện nữa" }).sending("Đang đóng…").post(paths::TOUR, &[("lam", "thoi"), ("o", &at)]))
            }
        }
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// `tiep`, `thoi`; anything else begins anew.
    lam: String,
    /// The stop that it was pressed at: a second press leads to the same next one.
    o: String,
}

pub async fn go(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Sent>,
) -> Result<Redirect, Failure> {
    let stops = stops(staff.actor.role);
    let at = sent
        .o
        .parse()
        .ok()
        .filter(|at| *at < stops.len())
        .unwrap_or(0);
    let (stop, to) = match sent.lam.as_str() {
        "tiep" => {
            let next = (at + 1).min(stops.len() - 1);
            (i32::try_from(next).unwrap_or(OVER), stops[next].0)
        }
        "thoi" => (OVER, stops[at].0),
        _ => (0, stops[0].0),
    };
    go_on_tour::run(&app, staff.account.id, stop).await?;
    Ok(Redirect::to(to))
}
