//! `/huong-dan`: how is this used? One page a role can read in two minutes, with pictures
//! that a command takes of the demo (`tests/run pictures`).
use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    layout::Section,
    parts::{Button, Standing, badge},
    paths,
    session::{Failure, Staff},
};
use crate::error::Error;

/// Our own pages, small; kept true by `tests/browser/guide_pictures.rs`.
const PICTURES: [(&str, &[u8]); 5] = [
    (
        "tiep-nhan",
        include_bytes!("../../config/guide/tiep-nhan.png"),
    ),
    (
        "ban-lam-viec",
        include_bytes!("../../config/guide/ban-lam-viec.png"),
    ),
    ("xin-loi", include_bytes!("../../config/guide/xin-loi.png")),
    (
        "danh-sach",
        include_bytes!("../../config/guide/danh-sach.png"),
    ),
    ("bao-cao", include_bytes!("../../config/guide/bao-cao.png")),
];

pub async fn page(staff: Staff) -> Markup {
    staff.page(
        "Hướng dẫn",
        Section::Other,
        None,
        html! {
            div.head {
                div { h1 { "Hướng dẫn" } p { "Hình chụp từ bản dùng thử, người và việc đều là giả." } }
                (Button::new("Đi một vòng làm quen").sending("Đang mở…").post(paths::TOUR, &[("lam", "tu-dau")]))
            }
            div.columns.wide {
                (card("Tiếp nhận một hồ sơ", &html! {
                    (shown("tiep-nhan", "Trang tiếp nhận: thủ tục, người nộp, giấy tờ ở bên trái; ngày hẹn có đếm từng ngày ở bên phải"))
                    ol.steps-list {
                        li { "Bấm " kbd { "F2" } " ở bất kỳ trang nào. Gõ tên thủ tục, không cần dấu, rồi " kbd { "Enter" } "." }
                        li { "Gõ họ tên; " kbd { "Enter" } " sang ô kế tiếp. " kbd { "F8" } " đánh dấu đủ giấy tờ bắt buộc." }
                        li { "Xem ngày hẹn ở cột phải, có giải thích từng ngày. " kbd { "F9" } " tiếp nhận và in giấy hẹn." }
                        li { "Thủ tục 4 tại chỗ: bốn thẻ hiện ra, " kbd { "Enter" } " cho từng việc; " kbd { "L" } " cho người kế tiếp." }
                    }
                }))
                (card("Tình trạng hồ sơ đọc thế nào", &html! {
                    (shown("ban-lam-viec", "Bàn làm việc: ô số trên cùng, dưới là hồ sơ quá hạn rồi hồ sơ hẹn hôm nay, mỗi dòng một nhãn tình trạng"))
                    ul.plain {
                        li { (badge(Standing::InTime { days: 3 })) " số ngày làm việc sau hôm nay đến ngày hẹn." }
                        li { (badge(Standing::Overdue { days: 2 })) " số ngày làm việc sau ngày hẹn. Ngày hẹn chưa phải là trễ." }
                        li { (badge(Standing::Waiting)) " chờ người nộp; không tính vào thời hạn." }
                        li { (badge(Standing::Undated)) " thủ tục không có thời hạn chung; không bao giờ tính là đúng hạn." }
                    }
                }))
                (card("Khi sẽ trễ hẹn", &html! {
                    (shown("xin-loi", "Trang Xin lỗi, mở mục đã trễ mà chưa xin lỗi; các mục khác: chờ ký, sắp trễ, đã ký"))
                    ol.steps-list {
                        li { "Mục " a href=(paths::APOLOGIES) { "Xin lỗi" } " liệt kê hồ sơ sắp trễ từ ngày làm việc trước hạn." }
                        li { "Soạn phiếu: nguyên nhân, lý do, ngày hẹn lại (có đề xuất). Chỉ hẹn lại một lần." }
                        li { "Lãnh đạo ký bằng " kbd { "K" } ": cấp số, đổi ngày hẹn, gửi thư nếu người nộp có địa chỉ. Số liệu vẫn tính theo ngày hẹn lần đầu." }
                    }
                }))
                (card("Danh sách và nhiều hồ sơ một lúc", &html! {
                    (shown("danh-sach", "Danh sách hồ sơ có ô đánh dấu đầu dòng; dưới cùng chọn việc làm với các hồ sơ đã đánh dấu"))
                    ol.steps-list {
                        li { "Lọc ở trang " a href=(paths::DOSSIERS) { "Hồ sơ" } ", lưu bộ lọc dưới một tên, chọn cột; tệp Excel có đúng các cột ấy. Bấm đầu cột để sắp xếp; “Người nộp” xếp theo tên gọi." }
                        li { kbd { "↑" } " " kbd { "↓" } " đến dòng, phím cách để đánh dấu. Chọn việc rồi “Xem trước”: trang nói từng hồ sơ sẽ ra sao, hồ sơ nào không làm được và vì sao. “Gom giấy in” gom giấy hẹn của các hồ sơ ấy vào một tệp." }
                        li { "Việc lâu (xuất, nhập, in nhiều) có thanh tiến độ; rời trang rồi xem lại ở " a href=(paths::WORKS) { "Việc chạy lâu của tôi" } "." }
                        li { "Trong hồ sơ mở từ danh sách, " kbd { "←" } " " kbd { "→" } " sang hồ sơ trước, sau." }
                    }
                }))
                (card("Số liệu", &html! {
                    (shown("bao-cao", "Báo cáo: các con số của kỳ, mỗi số có cách tính và dẫn đến hồ sơ"))
                    ul.plain {
                        li { "Mỗi tỷ lệ có tử số, mẫu số và cách tính; mỗi số bấm vào là ra danh sách hồ sơ." }
                        li { "Biểu II.06a tính tại 24 giờ ngày cuối kỳ; kỳ từ ngày 15 đến ngày 14 (sửa được trong cấu hình)." }
                        li { "Hồ sơ không có ngày hẹn đứng ở ô riêng." }
                        li { "Kế hoạch năm mới: tải tệp Excel ở trang " a href=(paths::TARGETS) { "Chỉ tiêu" } " và trang " a href=(paths::PLAN) { "Nhiệm vụ" } ", sửa thành năm mới, rồi nạp ở trang " a href=(paths::IMPORTS) { "Nhập từ tệp" } ". Năm cũ giữ kế hoạch của năm cũ." }
                    }
                }))
            }
        },
    )
}

fn card(title: &str, body: &Markup) -> Markup {
    html! { section.card { header { h2 { (title) } } div.body { (body) } } }
}

/// A picture, and what it shows for those who do not see it.
fn shown(name: &str, alt: &str) -> Markup {
    html! { img.shown src=(paths::guide_picture(name)) alt=(alt) width="960" height="600" loading="lazy"; }
}

/// One of the pictures.
pub async fn picture(_staff: Staff, Path(name): Path<String>) -> Result<Response, Failure> {
    let known = PICTURES.iter().find(|(known, _)| *known == name);
    let (_, bytes) = known.ok_or_else(|| Failure(Error::not_found("Không có hình này.")))?;
    Ok(([(header::CONTENT_TYPE, "image/png")], *bytes).into_response())
}
