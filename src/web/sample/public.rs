//! What do the citizens' pages look like? Look-up, survey and kiosk, as the design drew them.
use maud::{Markup, html};

use super::{april, at, pages::BASIS, shell, trace};
use crate::web::{
    icons::{Icon, icon},
    layout::{Section, Shell, call_box, citizen_page, kiosk_page},
    parts::{self, Button, Deadline},
    paths,
};

fn public(title: &'static str) -> Shell<'static> {
    Shell {
        user: None,
        keys: &[],
        parent_line: Some("Bộ phận Một cửa"),
        ..shell(title, Section::Other, &[])
    }
}

/// The citizen's look-up.
pub fn lookup() -> Markup {
    let trace = trace();
    let due = at(april(26), 17, 0);
    citizen_page(
        &public("Hồ sơ của ông/bà"),
        html! {
            h1 { "Hồ sơ của ông/bà" }
            p { span.second { "Mã hồ sơ" } br; b { "000.21.33.H57-210415-0007" } }
            section.state-card aria-label="Tình trạng" {
                p { (icon(Icon::Clock)) "Đang giải quyết" }
                div { p { "Hẹn trả kết quả" } (parts::promised(due)) p.second { "Còn 3 ngày làm việc nữa." } }
            }
            (parts::steps(&["Đã nhận", "Đang giải quyết", "Có kết quả", "Đã trả"], 1))
            (parts::why(&Deadline { due, today: april(20), provisional: false, trace: &trace, rule: "Thời hạn 5 ngày làm việc, không tính ngày nhận và ngày nghỉ.", basis: BASIS }, true))
            h2 { "Khi đến nhận, xin mang theo" }
            ul.bullets { li { "Giấy tiếp nhận hồ sơ và hẹn trả" } li { "Căn cước hoặc chứng minh nhân dân" } }
            (call_box("0234 300 0000"))
            (Button::new("Xem chi tiết").link(paths::LOOKUP))
        },
    )
}

fn answers() -> Markup {
    let words = [
        "Rất không hài lòng",
        "Không hài lòng",
        "Bình thường",
        "Hài lòng",
        "Rất hài lòng",
    ];
    html! {
        div.answers {
            @for (value, word) in (1_u8..).zip(words) {
                button type="submit" name="answer" value=(value) data-key=(value) { (icon(Icon::Face(value))) span { (word) } }
            }
        }
    }
}

/// One question of the survey.
pub fn survey() -> Markup {
    citizen_page(
        &public("Khảo sát"),
        html! {
            div.progress { span { "Câu 2 trong 6" } svg viewBox="0 0 6 1" preserveAspectRatio="none" aria-hidden="true" { rect.track width="6" height="1" {} rect.value width="2" height="1" {} } }
            h1 { "Ông/bà có hài lòng với thời gian giải quyết hồ sơ không?" }
            form method="post" action="/khao-sat/x" data-tap-guard="" {
                (answers())
                div.answers { button.skip-answer type="submit" name="answer" value="" { "Không có ý kiến, sang câu sau" } }
            }
            p.row.spread { a href="/khao-sat/x?cau=1" { "Câu trước" } a href="/khao-sat/x?gui=1" { "Gửi luôn, dừng ở đây" } }
            (parts::notice(&parts::Notice::new(parts::NoticeKind::Info, "Phiếu không ghi tên, không nối với hồ sơ. Cán bộ không biết ai trả lời.")))
        },
    )
}

/// The screen on the counter.
pub fn kiosk() -> Markup {
    let shell = Shell {
        parent_line: Some("Bộ phận Tiếp nhận và Trả kết quả"),
        ..public("Ông/bà có hài lòng không?")
    };
    kiosk_page(
        &shell,
        "Quầy 1",
        Some((paths::KIOSK, 20)),
        html! {
            h1 { "Hôm nay, ông/bà có hài lòng với việc phục vụ tại quầy không?" }
            p.second { "Xin chạm vào một ô" }
            form method="post" action=(paths::KIOSK) data-tap-guard="" { (answers()) }
        },
    )
}
