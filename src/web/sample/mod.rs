//! What do the parts look like? Every part with invented people and numbers, and no database.
mod pages;
mod public;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use maud::{Markup, html};

pub use pages::{desk, dossier, intake};
pub use public::{kiosk, lookup, survey};

use crate::web::{
    form::{self, Field, FormErrors, Search},
    icons::Icon,
    layout::{Menu, Section, Shell, UserLine, Waiting, staff_page},
    parts::{
        self, Button, Cell, Column, Day, Event, EventState, Notice, NoticeKind, Pager, Share,
        Standing, Table, Tone, TraceLine, badge, chart, notice, status_badge,
    },
    paths, whys,
};

/// A day of April 2021.
fn april(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 4, day).unwrap_or_default()
}

fn at(date: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    date.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
}

fn shell(title: &'static str, active: Section, keys: &'static [(&str, &str)]) -> Shell<'static> {
    Shell {
        title,
        agency_name: "UBND xã Quảng Ngạn",
        parent_line: Some("xã Quảng Ngạn"),
        user: Some(UserLine {
            username: "hoa",
            name: "Hoàng Thị Kim Hoa",
            role_label: "Tiếp nhận · Quầy 1",
            menu: Menu::Desk,
            waiting: Waiting {
                apologies: 2,
                ..Waiting::default()
            },
            letters_off: false,
        }),
        active,
        keys,
        phone: Some("0234 300 0000"),
        hours: Some("Thứ Hai đến thứ Sáu, 7:30–11:30 và 13:30–17:00"),
        ..Shell::default()
    }
}

/// Twelve days around Giỗ Tổ Hùng Vương 2021, with one day on which the clock stood still.
fn trace() -> Vec<TraceLine> {
    let line = |day, kind, number, text: &str, note: &str| TraceLine {
        date: april(day),
        day: kind,
        number,
        text: text.to_owned(),
        note: note.to_owned(),
    };
    vec![
        line(15, Day::Received, None, "Ngày nhận hồ sơ", ""),
        line(16, Day::Counted, Some(1), "Ngày làm việc", ""),
        line(17, Day::Off, None, "Nghỉ cuối tuần", ""),
        line(18, Day::Off, None, "Nghỉ cuối tuần", ""),
        line(19, Day::Paused, None, "Tạm dừng, chờ bổ sung giấy tờ", ""),
        line(20, Day::Counted, Some(2), "Ngày làm việc", ""),
        line(21, Day::Holiday, None, "Nghỉ Giỗ Tổ Hùng Vương", "Giỗ Tổ"),
        line(22, Day::Counted, Some(3), "Ngày làm việc", ""),
        line(23, Day::Counted, Some(4), "Ngày làm việc", ""),
        line(24, Day::Off, None, "Nghỉ cuối tuần", ""),
        line(25, Day::Off, None, "Nghỉ cuối tuần", ""),
        line(26, Day::Due, Some(5), "Trả kết quả trước 17 giờ", ""),
    ]
}

fn sheet(title: &str, inside: &Markup) -> Markup {
    html! { section.card { header { h2 { (title) } } div.body { (inside) } } }
}

/// Every part on one page.
pub fn gallery() -> Markup {
    let mut shell = shell(
        "Mẫu giao diện",
        Section::Desk,
        &[("↑ ↓", "chọn dòng"), ("Enter", "mở"), ("T", "trả kết quả")],
    );
    shell.demo = Some("Bản dùng thử: dữ liệu giả, ngày 20/4/2021");
    shell.notice = Some(
        Notice::new(NoticeKind::Ok, "Đã tiếp nhận hồ sơ 210420-0012.")
            .link("/ho-so/210420-0012/in/giay-hen", "In lại giấy hẹn")
            .wipe_draft("tiep-nhan"),
    );
    staff_page(
        &shell,
        html! {
            div.head { h1 { "Mẫu giao diện: Ở, Ễ, Ẫ, Ỗ, Ặ, Ự" } }
            div.columns.wide {
                (sheet("Tình trạng", &badges()))
                (sheet("Nút", &buttons()))
                (sheet("Thông báo", &notices()))
                (sheet("Ô nhập", &fields()))
                (sheet("Lựa chọn", &choices()))
                (sheet("Khi chưa có gì", &parts::empty("Không còn hồ sơ quá hạn.", "Hồ sơ hẹn gần nhất: thứ Năm 22/4, 3 hồ sơ.", Some((paths::DOSSIERS, "Xem hồ sơ hẹn 22/4")))))
                (parts::confirm(
                    "Từ chối tiếp nhận hồ sơ này?",
                    "Sẽ in phiếu từ chối (mẫu 03). Không cấp mã hồ sơ. Việc này không hoàn tác được.",
                    "/ho-so/210420-0012/tu-choi",
                    &form::textarea(&Field::new("reason", "Lý do", "", &FormErrors::new()), 3),
                    "Từ chối và in phiếu",
                    ("/ho-so/210420-0012", "Quay lại, giữ hồ sơ"),
                ))
            }
            h2 { "Số liệu" }
            (figures())
            (sheet("Bảng", &data()))
            h2 { "Thời hạn dài, có ngày chưa chắc" }
            (long_deadline())
            h2 { "Diễn biến, các bước, việc dài" }
            div.columns.wide {
                (sheet("Diễn biến", &happened()))
                (sheet("Các bước của người dân", &parts::steps(&["Đã nhận", "Đang giải quyết", "Có kết quả", "Đã trả"], 1)))
                (sheet("Việc dài", &parts::progress("Nhập hồ sơ từ so-cu.csv", "Đã xong 1.200 / 4.000 dòng.", 1200, 4000)))
                (sheet("Biểu đồ", &chart::bars("Trễ hẹn giảm dần", "hồ sơ", &[("2".into(), 5), ("3".into(), 3), ("4".into(), 1)])))
            }
            h2 { "Không làm được" }
            (parts::problem("Việc này dành cho lãnh đạo", "Đang chờ: Văn Bá Hùng.", &[(paths::DESK, "Về bàn làm việc")]))
        },
    )
}

fn happened() -> Markup {
    let event = |state, when, title, detail| Event {
        state,
        when,
        datetime: None,
        title,
        detail,
    };
    parts::timeline(&[
        event(EventState::Ahead, "26/4", "Trả kết quả", ""),
        event(
            EventState::Now,
            "20/4, 09:42",
            "Thẩm định",
            "Trương Đức Huy đang giữ",
        ),
        event(
            EventState::Paused,
            "19/4, 08:00",
            "Yêu cầu bổ sung",
            "Phiếu số 03",
        ),
        event(
            EventState::Done,
            "15/4, 10:05",
            "Tiếp nhận",
            "Hoàng Thị Kim Hoa",
        ),
    ])
}

fn badges() -> Markup {
    html! {
        p.row {
            (badge(Standing::Overdue { days: 2 }))
            (badge(Standing::DueToday { at: at(april(20), 17, 0).time() }))
            (badge(Standing::InTime { days: 3 }))
            (badge(Standing::Waiting))
            (badge(Standing::Early { days: 1 }))
            (badge(Standing::OnTime))
            (badge(Standing::Late { days: 1 }))
            (badge(Standing::Undated))
            (badge(Standing::Provisional { year: 2022 }))
            (status_badge(Tone::Info, Icon::Lock, "Đã chốt ngày 15/4"))
        }
    }
}

fn buttons() -> Markup {
    html! {
        form.row action="/" {
            (Button::primary("Tiếp nhận").key("F9").icon(Icon::Print).submit())
            (Button::new("Lưu, in sau").submit())
            (Button::danger("Từ chối nhận…").link("/"))
            (Button::text("Bỏ qua").link("/"))
        }
    }
}

fn notices() -> Markup {
    html! {
        (notice(&Notice::new(NoticeKind::Info, "Lịch nghỉ năm 2022 chưa công bố. Ngày hẹn là tạm tính.")))
        (notice(&Notice::new(NoticeKind::Warn, "Người này đang có hồ sơ cùng thủ tục.")))
        (notice(&Notice::new(NoticeKind::Err, "Hồ sơ vừa được Trương Đức Huy sửa lúc 09:40.").link("/", "Xem bản mới")))
    }
}

/// A refused form, with the summary on top.
fn refused() -> FormErrors {
    let mut errors = FormErrors::new();
    errors.add("id_number", "Số căn cước có 12 chữ số, đang có 11.");
    errors.add("kind", "Chưa chọn loại người nộp.");
    errors
}

fn fields() -> Markup {
    let errors = refused();
    html! {
        form action="/" {
            (form::error_summary(&errors))
            (form::search_field(
                &Field::new("procedure_text", "Thủ tục", "khai s", &errors).hint("Tên, mã hoặc chữ đầu: khai sinh, 1.001193, ctbs"),
                &Search { url: paths::PROCEDURE_SEARCH, into: "procedure", code: "", go: None },
            ))
            (form::text_field(&Field::new("name", "Họ và tên", "Công Tằng Tôn Nữ Diệu Khuê", &errors).hint("Ghi như trên căn cước, có dấu")))
            (form::text_field(&Field::new("id_number", "Số căn cước", "04630300120", &errors).inputmode("numeric").why(&whys::ID_NUMBER)))
            (form::date_field(&Field::new("received", "Ngày nhận", "20/4/2021", &errors)))
            (form::time_field(&Field::new("received_time", "Giờ nhận", "09:42", &errors)))
            (form::text_field(&Field::new("email", "Thư điện tử", "", &errors).optional().inputmode("email")))
            (form::password_field(&Field::new("password", "Mật khẩu", "", &errors).autocomplete("current-password")))
        }
    }
}

fn choices() -> Markup {
    let errors = refused();
    html! {
        (form::radio_group(&Field::new("kind", "Người nộp", "", &errors), &[("citizen", "Công dân"), ("household_business", "Hộ kinh doanh"), ("organisation", "Tổ chức, doanh nghiệp")], false))
        (form::checkbox(&Field::new("proxy", "Nộp thay theo ủy quyền", "1", &errors).hint("Kèm văn bản ủy quyền"), true))
        (form::select(&Field::new("village", "Thôn", "tan-my-a", &errors), &[("tan-my-a", "Tân Mỹ A"), ("vinh-tu", "Vĩnh Tu")]))
        (form::select(&Field::new("result", "Nơi nhận kết quả", "", &errors).optional(), &[("desk", "Tại Bộ phận Một cửa")]))
    }
}

fn figures() -> Markup {
    let share = |numerator, denominator| Share {
        numerator,
        denominator,
    };
    let card = |title, share, noun, definition, rows, sign| {
        parts::figure(&parts::Figure {
            title,
            share,
            noun,
            definition,
            behind: None,
            rows,
            sign,
        })
    };
    html! {
        div.columns {
            (card("Giải quyết trước và đúng hạn", share(162, 166), "hồ sơ", "Hồ sơ giải quyết xong trong kỳ; so ngày xong với ngày hẹn lần đầu.", Some(("/", "Xem 4 hồ sơ trễ hẹn")), Some(Icon::Warn)))
            (card("Xin lỗi đúng lúc khi trễ", share(4, 6), "hồ sơ", "Phiếu xin lỗi gửi trước hạn ít nhất 01 ngày.", None, None))
            (card("Phản ánh trả lời đúng hạn", share(0, 0), "phản ánh", "Phản ánh đến hạn trả lời trong kỳ.", None, None))
            (card("Thủ tục “4 tại chỗ”", share(16, 138), "thủ tục", "Thủ tục có quyết định, thuộc thẩm quyền UBND xã.", Some(("/", "Chỉ tiêu 20 %: thiếu 12")), Some(Icon::Warn)))
        }
        div.card { div.body { p { "Đã có quyết định: " (parts::fraction(share(16, 138))) } (parts::goal_bar(share(16, 138), 28, "thủ tục")) } }
    }
}

fn data() -> Markup {
    let text = |words: &str| Cell::Text(words.to_owned());
    let rows = || "/ho-so?field=ho-tich".to_owned();
    html! {
        (parts::table(&Table {
            label: "Giải quyết theo lĩnh vực",
            columns: &[Column::text("Lĩnh vực"), Column::number("Tiếp nhận"), Column::number("Đã giải quyết"), Column::number("Quá hạn"), Column::text("Tỷ lệ")],
            rows: vec![
                vec![text("Chứng thực"), Cell::Count(1084), Cell::Linked(84, rows()), Cell::Late(0, rows()), Cell::Markup(parts::small_bar(Share { numerator: 5, denominator: 6 }))],
                vec![text("Hộ tịch"), Cell::Count(65), Cell::Linked(53, rows()), Cell::Late(2, rows()), Cell::Markup(parts::small_bar(Share { numerator: 1, denominator: 6 }))],
            ],
            total: Some(vec![text("Tổng cộng"), Cell::Count(1149), Cell::Count(137), Cell::Count(2), text("")]),
        }))
        (parts::pager(&Pager { path: "/ho-so?q=an", page: 2, per_page: 50, total: 2014 }))
    }
}

fn long_deadline() -> Markup {
    let mut trace = trace();
    for day in 27..=30 {
        trace.push(TraceLine {
            date: april(day),
            day: if day == 30 { Day::Holiday } else { Day::Due },
            number: (day < 30).then(|| day - 21),
            text: if day == 30 {
                "Nghỉ Ngày Chiến thắng"
            } else {
                "Ngày làm việc"
            }
            .to_owned(),
            note: if day == 30 { "30/4" } else { "" }.to_owned(),
        });
    }
    for line in &mut trace {
        if line.day == Day::Due && line.date != april(29) {
            line.day = Day::Counted;
        }
    }
    parts::deadline(
        &parts::Deadline {
            due: at(april(29), 17, 0),
            today: april(20),
            provisional: true,
            trace: &trace,
            rule: "8 ngày làm việc, không tính ngày nhận.",
            basis: "Bộ luật Dân sự 2015, Điều 147. Lịch nghỉ 2021, chưa xác nhận.",
        },
        &badge(Standing::Provisional { year: 2021 }),
    )
}
