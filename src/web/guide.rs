//! `/huong-dan`: how is this used? One page a role can read in two minutes.
use maud::{Markup, html};

use super::{
    layout::Section,
    parts::{Standing, badge},
    paths,
    session::Staff,
};

pub async fn page(staff: Staff) -> Markup {
    staff.page(
        "Hướng dẫn",
        Section::Other,
        None,
        html! {
            div.head { h1 { "Hướng dẫn" } }
            div.columns.wide {
                (card("Tiếp nhận một hồ sơ", &html! {
                    ol.steps-list {
                        li { "Bấm " kbd { "F2" } " ở bất kỳ trang nào. Gõ tên thủ tục, không cần dấu, rồi " kbd { "Enter" } "." }
                        li { "Gõ họ tên; " kbd { "Enter" } " sang ô kế tiếp. " kbd { "F8" } " đánh dấu đủ giấy tờ bắt buộc." }
                        li { "Xem ngày hẹn ở cột phải, có giải thích từng ngày. " kbd { "F9" } " tiếp nhận và in giấy hẹn." }
                        li { "Thủ tục 4 tại chỗ: bốn thẻ hiện ra, " kbd { "Enter" } " cho từng việc; " kbd { "L" } " cho người kế tiếp." }
                    }
                }))
                (card("Tình trạng hồ sơ đọc thế nào", &html! {
                    ul.plain {
                        li { (badge(Standing::InTime { days: 3 })) " số ngày làm việc sau hôm nay đến ngày hẹn." }
                        li { (badge(Standing::Overdue { days: 2 })) " số ngày làm việc sau ngày hẹn. Ngày hẹn chưa phải là trễ." }
                        li { (badge(Standing::Waiting)) " chờ người nộp; không tính vào thời hạn." }
                        li { (badge(Standing::Undated)) " thủ tục không có thời hạn chung; không bao giờ tính là đúng hạn." }
                    }
                }))
                (card("Khi sẽ trễ hẹn", &html! {
                    ol.steps-list {
                        li { "Mục " a href=(paths::APOLOGIES) { "Xin lỗi" } " liệt kê hồ sơ sắp trễ từ ngày làm việc trước hạn." }
                        li { "Soạn phiếu: nguyên nhân, lý do, ngày hẹn lại (có đề xuất). Chỉ hẹn lại một lần." }
                        li { "Lãnh đạo ký bằng " kbd { "K" } ": cấp số, đổi ngày hẹn, gửi thư nếu người nộp có địa chỉ. Số liệu vẫn tính theo ngày hẹn lần đầu." }
                    }
                }))
                (card("Số liệu", &html! {
                    ul.plain {
                        li { "Mỗi tỷ lệ có tử số, mẫu số và cách tính; mỗi số bấm vào là ra danh sách hồ sơ." }
                        li { "Biểu II.06a tính tại 24 giờ ngày cuối kỳ; kỳ từ ngày 15 đến ngày 14 (sửa được trong cấu hình)." }
                        li { "Hồ sơ không có ngày hẹn đứng ở ô riêng." }
                    }
                }))
            }
        },
    )
}

fn card(title: &str, body: &Markup) -> Markup {
    html! { section.card { header { h2 { (title) } } div.body { (body) } } }
}
