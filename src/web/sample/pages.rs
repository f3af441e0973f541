//! What do the staff's pages look like? Desk, intake and dossier, as the design drew them.
use maud::{Markup, html};

use super::{april, at, shell, trace};
use crate::web::{
    form::{self, Field, FormErrors, Search},
    icons::{Icon, icon},
    layout::{Section, staff_page},
    parts::{
        self, Button, Deadline, DossierGroup, DossierRow, DossierTable, Event, EventState, Kind,
        LIST_COLUMNS, RowAct, Standing, badge, code, tile,
    },
    paths,
};

const RULE: &str = "5 ngày làm việc, không tính ngày nhận. Đồng hồ dừng ngày 19/4 (phiếu bổ sung số 07) nên ngày hẹn chuyển từ 23/4 sang 26/4.";
pub(super) const BASIS: &str =
    "Bộ luật Dân sự 2015, Điều 147: không tính ngày đầu. Lịch nghỉ 2021, đã xác nhận.";

const ACTS: &[RowAct] = &[RowAct {
    key: "T",
    label: "Trả kết quả",
    href: "/ho-so/x/tra-ket-qua",
}];

fn row(
    standing: Standing,
    code: &'static str,
    applicant: &'static str,
    procedure: &'static str,
    holder: &'static str,
    due: &'static str,
) -> DossierRow<'static> {
    DossierRow {
        standing: Some(standing),
        status: "",
        code,
        href: "/ho-so/000.21.33.H57-210413-0009",
        applicant,
        procedure,
        holder,
        due,
        put_off: "",
        acts: ACTS,
        more: &[],
        version: 1,
    }
}

/// The desk.
pub fn desk() -> Markup {
    let today = Standing::DueToday {
        at: at(april(20), 17, 0).time(),
    };
    let groups = [
        DossierGroup {
            title: "Quá hạn, chưa xong",
            total: 2,
            rows: vec![
                row(
                    Standing::Overdue { days: 2 },
                    "000.21.33.H57-210413-0009",
                    "Phạm Thị Mỹ Phượng",
                    "Đăng ký thay đổi, cải chính hộ tịch",
                    "Trương Đức Huy",
                    "16/4",
                ),
                row(
                    Standing::Overdue { days: 1 },
                    "000.21.33.H57-210415-0011",
                    "Lê Ly",
                    "Chứng thực hợp đồng, giao dịch",
                    "Chờ ký: Văn Bá Hùng",
                    "19/4",
                ),
            ],
        },
        DossierGroup {
            title: "Hẹn hôm nay",
            total: 2,
            rows: vec![
                row(
                    today,
                    "000.21.33.H57-210419-0012",
                    "Nguyễn Trọng Quý",
                    "Đăng ký khai tử",
                    "Trương Đức Huy",
                    "20/4",
                ),
                row(
                    today,
                    "000.21.33.H57-210415-0004",
                    "Trần Quốc Phú",
                    "Cấp Giấy xác nhận tình trạng hôn nhân",
                    "Tại quầy",
                    "20/4",
                ),
            ],
        },
        DossierGroup {
            title: "Hẹn ngày làm việc tới, thứ Năm 22/4",
            total: 1,
            rows: vec![row(
                Standing::InTime { days: 1 },
                "000.21.33.H57-210414-0010",
                "Nguyễn Thị Thu Ở",
                "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
                "Đặng Thị Kim Hằng",
                "22/4",
            )],
        },
    ];
    let quick = [
        ("1", "Chứng thực bản sao", "4 tại chỗ · trong ngày"),
        ("2", "Chứng thực chữ ký", "4 tại chỗ · trong ngày"),
        (
            "3",
            "Xác nhận tình trạng hôn nhân",
            "3 ngày làm việc · hẹn 26/4",
        ),
        ("L", "Lặp lại thủ tục vừa rồi", ""),
    ];
    staff_page(
        &shell(
            "Bàn làm việc",
            Section::Desk,
            &[
                ("↑ ↓", "chọn dòng"),
                ("Enter", "mở"),
                ("T", "trả kết quả"),
                ("B", "yêu cầu bổ sung"),
                ("X", "xin lỗi, hẹn lại"),
                ("G", "in giấy hẹn"),
            ],
        ),
        html! {
            div.head {
                div { h1 { "Thứ Ba, 20/4/2021" } p { "Mai nghỉ Giỗ Tổ Hùng Vương (21/4). Ngày làm việc tới: " b { "thứ Năm 22/4" } "." } }
                div.row {
                    (Button::new("Trả kết quả").key("T").link("/ho-so"))
                    (Button::primary("Tiếp nhận hồ sơ").icon(Icon::Plus).key("F2").accesskey("n").link(paths::NEW_DOSSIER))
                }
            }
            (parts::tiles("Lọc việc", &[
                tile("/ban-lam-viec", 9, "Cần làm ngay", true, false),
                tile("/ban-lam-viec?loc=qua-han", 2, "Quá hạn", false, true),
                tile("/ban-lam-viec?loc=hom-nay", 4, "Hẹn hôm nay", false, false),
                tile("/ban-lam-viec?loc=cho", 5, "Chờ bổ sung", false, false),
                tile("/ban-lam-viec?loc=tra", 7, "Có kết quả, chờ trả", false, false),
                tile("/ban-lam-viec?loc=xin-loi", 1, "Trễ, chưa xin lỗi", false, false),
            ]))
            div.split {
                div { (parts::dossier_table(&DossierTable { label: "Hồ sơ cần làm ngay", columns: &LIST_COLUMNS, choose: false, groups: &groups })) }
                aside {
                    section.card {
                        header { h2 { "Tiếp nhận nhanh" } span.small { "bấm số" } }
                        ul.list.quick {
                            @for (key, name, limit) in quick {
                                li { a href=(paths::NEW_DOSSIER) data-key=(key) { kbd { (key) } span { b { (name) } span.small { (limit) } } } }
                            }
                        }
                    }
                    section.card {
                        header { h2 { "Hôm nay" } span.small { "đến 09:42" } }
                        div.body { dl.facts.counts { dt { "Tiếp nhận" } dd { "11" } dt { "Trả kết quả" } dd { "9" } dt { "Xong 4 tại chỗ" } dd { "6 / 9" } } }
                    }
                }
            }
        },
    )
}

/// Intake.
pub fn intake() -> Markup {
    let errors = FormErrors::new();
    let field = |name, label, value| Field::new(name, label, value, &errors);
    let documents = [
        (
            "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân",
            "original",
            true,
        ),
        ("CMND, CCCD hoặc hộ chiếu còn hạn", "shown", true),
        (
            "Trích lục ly hôn hoặc khai tử của vợ, chồng (nếu có)",
            "copy",
            false,
        ),
    ];
    let forms = [
        ("original", "Bản chính"),
        ("copy", "Bản sao"),
        ("shown", "Xuất trình"),
    ];
    staff_page(
        &shell(
            "Tiếp nhận hồ sơ",
            Section::Desk,
            &[
                ("Enter", "ô kế tiếp"),
                ("1 … 9", "đánh dấu giấy tờ"),
                ("F8", "đủ giấy tờ"),
                ("F9", "tiếp nhận, in"),
                ("Esc", "về bàn làm việc, giữ bản nháp"),
            ],
        ),
        html! {
            div.head { div.row { h1 { "Tiếp nhận hồ sơ" } p { "Nhận lúc " b { "09:42, thứ Ba 20/4/2021" } } } p.second data-draft-state="" {} }
            form.split.wide method="post" action=(paths::NEW_DOSSIER) data-draft="tiep-nhan" data-enter-next="" {
                div.card {
                    section.part {
                        h2 { span.n { "1" } "Thủ tục" }
                        (form::search_field(
                            &field("procedure_text", "Tên hoặc mã thủ tục", "Cấp Giấy xác nhận tình trạng hôn nhân"),
                            &Search { url: paths::PROCEDURE_SEARCH, into: "procedure", code: "1.004873", go: Some("/ho-so/moi?thu-tuc=") },
                        ))
                    }
                    section.part {
                        h2 { span.n { "2" } "Người nộp hồ sơ" }
                        div.fields {
                            div.field.wide { (form::text_field(&field("name", "Họ và tên", "Cao Thị Hồng Lệ"))) }
                            (form::text_field(&field("id_number", "Số CMND, CCCD", "046303001208").inputmode("numeric")))
                            (form::text_field(&field("phone", "Điện thoại", "0935 412 6").inputmode("tel")))
                        }
                        div.fields {
                            (form::select(&field("village", "Thôn", "a"), &[("a", "Tân Mỹ A")]))
                            (form::text_field(&field("address", "Địa chỉ", "").optional()))
                            (form::text_field(&field("email", "Thư điện tử", "").optional()))
                        }
                        (form::radio_group(&field("kind", "Loại người nộp", "citizen"), &[("citizen", "Công dân"), ("household_business", "Hộ kinh doanh"), ("organisation", "Tổ chức, doanh nghiệp")], false))
                    }
                    section.part {
                        h2 { span.n { "3" } "Thành phần hồ sơ" span.second { "Đã có " b { "2/2" } " giấy tờ bắt buộc" } }
                        table.docs data-ticks="" aria-label="Thành phần hồ sơ" {
                            thead { tr { th scope="col" { "Giấy tờ" } th scope="col" { "Hình thức" } th scope="col" { "Số bản" } } }
                            tbody {
                                @for (place, (name, form, required)) in documents.iter().enumerate() {
                                    tr {
                                        td { label.choice { kbd aria-hidden="true" { (place + 1) } input type="checkbox" name="document" value=(place) checked[*required] data-required[*required]; span { (name) } } }
                                        td { select.input name="document_form" aria-label={ "Hình thức: " (name) } { @for (value, words) in forms { option value=(value) selected[value == *form] { (words) } } } }
                                        td { input.input.short.num name="document_copies" inputmode="numeric" value="1" aria-label={ "Số bản: " (name) }; }
                                    }
                                }
                            }
                        }
                        p.row {
                            button.btn.js-only type="button" data-key="F8" data-tick-required="" { (icon(Icon::Tick)) "Đủ giấy tờ bắt buộc" kbd { "F8" } }
                            (Button::new("Thiếu giấy tờ: lập phiếu bổ sung").value("act", "supplement").submit())
                        }
                    }
                }
                aside.card.sticky aria-label="Ngày hẹn" {
                    div.body {
                        (form::live_part(paths::NEW_DOSSIER_DATE, "procedure received received_time", &html! {
                            p.second { "Hẹn trả kết quả" }
                            (parts::due_line(at(april(26), 17, 0)))
                            (parts::count_table(&trace()[5..], april(20)))
                            p.small { (BASIS) }
                        }))
                    }
                    footer {
                        div.acts {
                            (Button::primary("Tiếp nhận và in giấy hẹn").icon(Icon::Print).key("F9").submit())
                            (Button::new("Lưu, in sau").submit())
                            (Button::danger("Từ chối nhận…").value("act", "reject").submit())
                        }
                    }
                }
            }
        },
    )
}

/// A dossier.
pub fn dossier() -> Markup {
    let trace = trace();
    let event = |state, when, title, detail| Event {
        state,
        when,
        datetime: None,
        title,
        detail,
    };
    let events = [
        event(
            EventState::Ahead,
            "22/4",
            "Phê duyệt",
            "Phó Chủ tịch Văn Bá Hùng · 1 ngày làm việc",
        ),
        event(
            EventState::Now,
            "20/4, hôm nay",
            "Đang thẩm định",
            "Trương Đức Huy · đã dùng 1 trong 3 ngày làm việc được giao",
        ),
        event(
            EventState::Done,
            "19/4, 09:10",
            "Nhận đủ giấy tờ bổ sung, đồng hồ chạy lại",
            "Bản sao học bạ có ghi ngày sinh · Hoàng Thị Kim Hoa nhận tại quầy",
        ),
        event(
            EventState::Paused,
            "16/4, 10:15",
            "Yêu cầu bổ sung lần 1, đồng hồ dừng",
            "Phiếu số 07/2021 · Thiếu bản sao giấy tờ có nội dung khai sinh · Trương Đức Huy",
        ),
        Event {
            datetime: Some("2021-04-15T08:40:00+07:00"),
            ..event(
                EventState::Done,
                "15/4, 08:40",
                "Tiếp nhận tại quầy 1",
                "Đã in giấy tiếp nhận và hẹn trả (mẫu 01), hẹn 23/4 · Hoàng Thị Kim Hoa",
            )
        },
    ];
    let act = |label, key, kind| {
        Button {
            kind,
            ..Button::new(label).key(key)
        }
        .link("/ho-so/x/viec")
    };
    staff_page(
        &shell(
            "Đăng ký lại khai sinh",
            Section::Dossiers,
            &[
                ("P", "trình phê duyệt"),
                ("C", "chuyển"),
                ("B", "bổ sung"),
                ("X", "xin lỗi"),
                ("G", "in giấy"),
                ("← →", "hồ sơ trước, sau"),
            ],
        ),
        html! {
            nav.crumbs aria-label="Danh sách" { a href=(paths::DOSSIERS) { "Hồ sơ của tôi" } span { "3 trong 12" } a href="/ho-so/a" data-key="←" { "Trước " kbd { "←" } } a href="/ho-so/b" data-key="→" { "Sau " kbd { "→" } } }
            div.head {
                div { h1 { "Đăng ký lại khai sinh" } p { (code("000.21.33.H57-210415-0007", false)) " · " b { "Nguyễn Thị Thu Ở" } ", thôn Vĩnh Tu · Nộp trực tiếp" } }
                div.holder { b { "Đang thẩm định" } p.second { "Trương Đức Huy giữ từ 19/4, 09:10" } }
            }
            div.split.flow {
                div {
                    (parts::deadline(&Deadline { due: at(april(26), 17, 0), today: april(20), provisional: false, trace: &trace, rule: RULE, basis: BASIS }, &badge(Standing::InTime { days: 3 })))
                    section.card { header { h2 { "Diễn biến" } a href="/ho-so/x/in/phieu-kiem-soat" { "In phiếu kiểm soát (mẫu 05)" } } div.body { (parts::timeline(&events)) } }
                }
                aside {
                    section.card.do {
                        header { h2 { "Việc làm được lúc này" } }
                        div.body.acts {
                            (act("Trình phê duyệt", "P", Kind::Primary))
                            (act("Chuyển người khác…", "C", Kind::Secondary))
                            (act("Xin lỗi, hẹn lại…", "X", Kind::Secondary))
                            (act("Từ chối giải quyết…", "H", Kind::Danger))
                        }
                    }
                    section.card {
                        header { h2 { "Người nộp" } a href="/ho-so/x/sua" { "Sửa" } }
                        div.body { (parts::definition_list(&[("Họ và tên", html! { "Nguyễn Thị Thu Ở" }), ("Số CCCD", html! { "•••• •••• 2207" }), ("Điện thoại", html! { "0905 318 227" })])) }
                    }
                    section.card {
                        header { h2 { "Giấy tờ đã nộp" } span.small { "2" } }
                        ul.body.ticks { li { (icon(Icon::Tick)) span { "Tờ khai " span.muted { "· bản chính" } } } li { (icon(Icon::Tick)) span { "Bản sao học bạ " span.muted { "· bổ sung 19/4" } } } }
                    }
                }
            }
        },
    )
}
