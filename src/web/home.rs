//! `/`: where does a citizen go from here?
use maud::{Markup, html};

use super::{
    layout::call_box,
    parts::Button,
    paths,
    public::Frame,
    session::Failure,
    visitor::{Visitor, choice},
};

pub async fn page(Visitor(app): Visitor) -> Result<Markup, Failure> {
    let frame = Frame::load(&app).await?;
    let directory = app.directory().await?;
    let body = html! {
        h1 { "Bộ phận Tiếp nhận và Trả kết quả" }
        p { "Thân thiện, đơn giản, đúng hẹn." }
        p { (Button::primary("Tra cứu hồ sơ").link(paths::LOOKUP)) }
        @if frame.many && !frame.chosen {
            h2 { "Chọn đơn vị của ông/bà" }
            p { "Thủ tục, ngày hẹn và kết quả của mỗi đơn vị có thể khác nhau." }
            (choice(&directory, None, ""))
            h2 { (frame.agency.name) }
        }
        p { (Button::new("Xem thủ tục cần giấy tờ gì, bao lâu, lệ phí bao nhiêu").link(paths::PROCEDURES)) }
        p { (Button::new("Tính ngày hẹn trả").link(paths::COUNT_DATE)) }
        p { (Button::new("Kết quả phục vụ hằng tháng").link(paths::SCOREBOARD)) }
        p { (Button::new("Gửi phản ánh, kiến nghị").link(paths::FEEDBACK)) }
        @if let Some(phone) = &frame.agency.phone { (call_box(phone)) }
        p.second { a href=(paths::LOGIN) { "Cán bộ đăng nhập" } }
    };
    Ok(frame.page("Trang đầu", None, body))
}
