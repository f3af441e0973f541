//! How is a dossier taken in? One form in four parts; beside it the promised date and the one button.
use chrono::{NaiveDateTime, NaiveTime};
use maud::{Markup, html};

use super::{
    form::{
        Field, FormErrors, Search, checkbox, date_field, error_summary, live_part,
        live_part_of_person, radio_group, search_field, text_field, textarea, time_field,
    },
    icons::{Icon, icon},
    intake::{Count, Typed},
    parts::{self, Button, Notice, NoticeKind, notice},
    paths,
    trace::{basis, lines},
    whys,
};
use crate::{
    domain::{
        dossier::{Channel, DocumentForm},
        procedure::{FourFlag, Procedure},
        time::local_day,
        viet,
    },
    papers::notice_board::fee_words,
    secret,
    store::dossiers::Dossier,
};

/// Keys of the page.
pub const KEYS: &[(&str, &str)] = &[
    ("Enter", "ô kế tiếp"),
    ("1 … 9", "đánh dấu giấy tờ"),
    ("F8", "đủ giấy tờ"),
    ("F9", "tiếp nhận, in"),
    ("Esc", "về bàn làm việc, giữ bản nháp"),
];

/// What the page shows.
pub struct Page<'a> {
    pub typed: &'a Typed,
    pub errors: &'a FormErrors,
    pub procedure: Option<&'a Procedure>,
    /// What the words found, where script did not.
    pub found: &'a [Procedure],
    pub due: Option<&'a Count>,
    pub twins: &'a [Dossier],
    pub now: NaiveDateTime,
    pub cut_off: NaiveTime,
}

pub fn whole(page: &Page) -> Markup {
    let Page {
        typed,
        errors,
        procedure,
        ..
    } = page;
    let key = if typed.key.is_empty() {
        secret::new()
    } else {
        typed.key.clone()
    };
    html! {
        div.head {
            div.row {
                h1 { "Tiếp nhận hồ sơ" }
                p { "Nhận lúc " b { (page.now.format("%H:%M")) ", " (viet::date_with_weekday(page.now.date())) } }
            }
            p.second data-draft-state="" {}
        }
        (error_summary(errors))
        form.split.wide method="post" action=(paths::NEW_DOSSIER) data-draft="tiep-nhan" data-enter-next="" {
            // The first button of the form: what a stray Enter presses without script.
            button.btn.no-script type="submit" name="act" value="date" { "Cập nhật ngày hẹn" }
            input type="hidden" name="key" value=(key);
            div.card {
                (part_procedure(page))
                @if let Some(procedure) = procedure {
                    (part_applicant(page))
                    (part_papers(page, procedure))
                    (part_rest(page, procedure))
                }
            }
            aside.card.sticky aria-label="Ngày hẹn" {
                div.body {
                    (live_part(paths::NEW_DOSSIER_DATE, "thu-tuc received_on received_time", &match page.due {
                        Some(due) => date(due, page.now, page.cut_off),
                        None => no_date(),
                    }))
                    @if page.due.is_some_and(Option::is_none) { (by_hand(typed, errors)) }
                }
                @if procedure.is_some() {
                    footer {
                        div.acts {
                            (Button::primary("Tiếp nhận và in giấy hẹn").icon(Icon::Print).key("F9").value("act", "receive").submit())
                            (Button::new("Lưu, in sau").value("act", "later").submit())
                        }
                    }
                }
            }
            a.sr href=(paths::DESK) data-key="Esc" tabindex="-1" { "Về bàn làm việc, giữ bản nháp" }
        }
    }
}

fn part_procedure(page: &Page) -> Markup {
    let Page {
        typed,
        errors,
        procedure,
        found,
        ..
    } = page;
    let shown = procedure.map_or(typed.procedure_text.as_str(), |procedure| {
        procedure.name.as_str()
    });
    let field = Field::new("procedure_text", "Tên hoặc mã thủ tục", shown, errors);
    let field = if procedure.is_none() {
        field.autofocus()
    } else {
        field
    };
    html! {
        section.part {
            h2 { span.n { "1" } "Thủ tục" }
            (search_field(
                &field.hint("Gõ tên, mã hoặc chữ đầu, không cần dấu: khai sinh, 1.001193"),
                &Search {
                    url: paths::PROCEDURE_SEARCH,
                    into: "thu-tuc",
                    code: &typed.procedure,
                    go: Some(paths::NEW_DOSSIER_FOR),
                },
            ))
            @if let Some(procedure) = procedure {
                p.second.row {
                    span { (procedure.code) }
                    span { (procedure.field) }
                    span { "Thời hạn: " b { @match procedure.limit { Some(limit) => (limit.to_string()), None => "không có thời hạn chung" } } }
                    span { "Thẩm quyền: " (procedure.authority) }
                    @if procedure.four == FourFlag::Yes {
                        span { "4 tại chỗ" @if procedure.four_decision.is_none() { " (chưa có số quyết định)" } }
                    }
                    @if procedure.confidence == "low" { span { "Dữ liệu danh mục chưa kiểm" } }
                }
            } @else if !typed.procedure_text.trim().is_empty() {
                @if found.is_empty() {
                    p { "Không có thủ tục nào khớp. Thử ít từ hơn, ví dụ: khai sinh, chung thuc." }
                } @else {
                    p { (found.len()) " thủ tục" }
                    ul.list { @for procedure in *found {
                        li {
                            a href=(paths::new_dossier_for(&procedure.code)) { (procedure.name) }
                            p.small { (procedure.code) " · " (procedure.field) @if let Some(limit) = procedure.limit { " · " (limit.to_string()) } }
                        }
                    } }
                }
            }
        }
    }
}

fn part_applicant(page: &Page) -> Markup {
    let Page { typed, errors, .. } = page;
    let kind = if typed.kind.is_empty() {
        "citizen"
    } else {
        &typed.kind
    };
    html! {
        section.part {
            h2 { span.n { "2" } "Người nộp hồ sơ" }
            div.fields {
                div.field.wide { (text_field(&Field::new("name", "Họ và tên", &typed.name, errors).autofocus().maxlength(200))) }
                (text_field(&Field::new("id_number", "Số CMND, CCCD", &typed.id_number, errors).inputmode("numeric").optional().maxlength(20)))
                (text_field(&Field::new("phone", "Điện thoại", &typed.phone, errors).inputmode("tel").optional().maxlength(20)))
            }
            (whys::shown(&whys::ID_NUMBER, "Số CMND, CCCD"))
            (live_part_of_person(paths::NEW_DOSSIER_TWINS, "thu-tuc id_number", &twins(page.twins)))
            div.fields {
                div.field.wide { (text_field(&Field::new("address", "Địa chỉ", &typed.address, errors).optional().maxlength(500))) }
                (text_field(&Field::new("email", "Thư điện tử", &typed.email, errors).inputmode("email").optional().maxlength(254)))
            }
            (checkbox(&Field::new("notify", "Người nộp đồng ý nhận thông báo về hồ sơ này", "1", errors)
                .hint("Đã tiếp nhận, cần bổ sung, có kết quả, trễ hẹn: qua thư điện tử, tin nhắn. Ngừng nhận lúc nào cũng được.").why(&whys::CONSENT), !typed.notify.is_empty()))
            (radio_group(&Field::new("kind", "Loại người nộp", kind, errors),
                &[("citizen", "Công dân"), ("household_business", "Hộ kinh doanh"), ("enterprise", "Doanh nghiệp"), ("organisation", "Cơ quan, tổ chức")], false))
        }
    }
}

/// "(nếu có)" marks what is not always required.
fn optional(document: &str) -> bool {
    let folded = viet::fold(document);
    folded.contains("neu co") || folded.contains("neu uy quyen")
}

/// How a paper is usually handed in, read from its name in the catalogue.
fn usual_form(document: &str) -> DocumentForm {
    let folded = viet::fold(document);
    if folded.contains("xuat trinh") || folded.contains("can cuoc") || folded.contains("ho chieu") {
        DocumentForm::Shown
    } else if folded.contains("ban sao") {
        DocumentForm::Copy
    } else {
        DocumentForm::Original
    }
}

fn part_papers(page: &Page, procedure: &Procedure) -> Markup {
    let Page { typed, errors, .. } = page;
    let required = procedure
        .documents
        .iter()
        .filter(|name| !optional(name))
        .count();
    let have = procedure
        .documents
        .iter()
        .enumerate()
        .filter(|(place, name)| !optional(name) && typed.document.contains(place))
        .count();
    html! {
        section.part {
            h2 { span.n { "3" } "Thành phần hồ sơ" @if required > 0 { span.second { "Đã có " b { (have) "/" (required) } " giấy tờ bắt buộc" } } }
            @if let Some(wrong) = errors.of("document_copies") { p.error { (icon(Icon::Warn)) span { (wrong) } } }
            @if procedure.documents.is_empty() {
                p.second { "Danh mục chưa ghi giấy tờ của thủ tục này." }
            } @else {
                table.docs data-ticks="" aria-label="Thành phần hồ sơ" {
                    thead { tr { th scope="col" { "Giấy tờ" } th scope="col" { "Hình thức" } th scope="col" { "Số bản" } } }
                    tbody {
                        @for (place, name) in procedure.documents.iter().enumerate() {
                            @let form = typed.document_form.get(place).and_then(|code| DocumentForm::from_code(code)).unwrap_or_else(|| usual_form(name));
                            @let copies = typed.document_copies.get(place).map_or(if form == DocumentForm::Shown { "0" } else { "1" }, String::as_str);
                            tr {
                                td { label.choice {
                                    @if place < 9 { kbd aria-hidden="true" { (place + 1) } }
                                    input type="checkbox" name="document" value=(place) checked[typed.document.contains(&place)] data-required[!optional(name)];
                                    span { (name) }
                                } }
                                td { select.input name="document_form" aria-label={ "Hình thức: " (name) } {
                                    @for option in DocumentForm::ALL { option value=(option.code()) selected[*option == form] { (option.label()) } }
                                } }
                                td { input.input.short.num name="document_copies" inputmode="numeric" maxlength="3" value=(copies) aria-label={ "Số bản: " (name) }; }
                            }
                        }
                    }
                }
            }
            p.row {
                @if required > 0 {
                    button.btn.js-only type="button" data-key="F8" aria-keyshortcuts="F8" data-tick-required="" { (icon(Icon::Tick)) span { "Đủ giấy tờ bắt buộc" } kbd aria-hidden="true" { "F8" } }
                }
                (Button::new("Thiếu giấy tờ: lập phiếu bổ sung").value("act", "supplement").submit())
            }
        }
    }
}

fn part_rest(page: &Page, procedure: &Procedure) -> Markup {
    let Page { typed, errors, .. } = page;
    let or = |text: &str, default: &'static str| {
        if text.is_empty() {
            default.to_owned()
        } else {
            text.to_owned()
        }
    };
    html! {
        section.part {
            h2 { span.n { "4" } "Nơi nhận, lệ phí" }
            (radio_group(&Field::new("result_channel", "Nhận kết quả", &or(&typed.result_channel, "desk"), errors),
                &[(Channel::Desk.code(), "Tại Bộ phận Một cửa"), (Channel::Post.code(), "Qua bưu chính công ích"), (Channel::Online.code(), "Trực tuyến")], false))
            (radio_group(&Field::new("channel", "Hình thức nộp", &or(&typed.channel, "desk"), errors),
                &[(Channel::Desk.code(), "Trực tiếp"), (Channel::Online.code(), "Trực tuyến"), (Channel::Post.code(), "Bưu chính công ích")], false))
            p.second {
                "Phí, lệ phí: " b { (fee_words(procedure)) }
            }
            details.why open[!typed.received_on.is_empty() || !typed.received_time.is_empty() || errors.of("received_at").is_some() || errors.of("received_on").is_some() || errors.of("received_time").is_some()] {
                summary { "Nhận lúc khác, mã hệ thống khác, ghi chú" }
                @if let Some(wrong) = errors.of("received_at") { p.error id="f-received_at" { (icon(Icon::Warn)) span { (wrong) } } }
                div.fields {
                    (date_field(&Field::new("received_on", "Ngày nhận", &typed.received_on, errors).optional()))
                    (time_field(&Field::new("received_time", "Giờ nhận", &typed.received_time, errors).optional()))
                    (text_field(&Field::new("external_code", "Mã hồ sơ hệ thống khác", &typed.external_code, errors).optional().maxlength(100)))
                }
                (whys::shown(&whys::RECEIVED, "Ngày nhận"))
                (textarea(&Field::new("note", "Ghi chú", &typed.note, errors).optional().maxlength(2000), 2))
            }
        }
    }
}

/// Where the catalogue has no single limit (four procedures): date and reason by hand.
fn by_hand(typed: &Typed, errors: &FormErrors) -> Markup {
    html! {
        (date_field(&Field::new("due_on", "Ngày hẹn trả", &typed.due_on, errors).hint("Ví dụ: 20/4 hoặc 200421").why(&whys::DUE_BY_HAND)))
        (text_field(&Field::new("due_reason", "Lý do của ngày hẹn", &typed.due_reason, errors).maxlength(1000)))
    }
}

/// Nothing chosen yet.
pub fn no_date() -> Markup {
    html! {
        p.second { "Hẹn trả kết quả" }
        p { "Chọn thủ tục để có ngày hẹn." }
    }
}

/// The promised date with its days, before anything is saved.
pub fn date(due: &Count, now: NaiveDateTime, cut_off: NaiveTime) -> Markup {
    html! {
        p.second { "Hẹn trả kết quả" @if matches!(due, Some(Ok(due)) if due.provisional) { " (tạm tính, lịch nghỉ năm này chưa công bố)" } }
        @match due {
            Some(Ok(due)) => {
                (parts::due_line(due.due_at))
                (parts::count_table(&lines(due), now.date()))
                p.small { (due.rule) " " (basis(due)) }
            }
            Some(Err(why)) => { (notice(&Notice::new(NoticeKind::Warn, &why.to_string()))) }
            None => { p { "Thủ tục này không có thời hạn chung: xin đặt ngày hẹn bằng tay và ghi lý do." } }
        }
        @if now.time() > cut_off {
            p.small { "Nhận sau " (parts::hour_words(cut_off)) ": chuyển hồ sơ đầu giờ ngày làm việc tới." }
        }
    }
}

/// Other open dossiers of this person under this procedure.
pub fn twins(rows: &[Dossier]) -> Markup {
    html! {
        @for row in rows {
            div.notice.warn role="status" {
                (icon(Icon::Warn))
                p {
                    "Người này đang có hồ sơ cùng thủ tục: "
                    a href=(paths::dossier(&row.code)) { (parts::code(&row.code, true)) }
                    @if let Some(at) = row.received_at { ", nhận " (parts::day_month(local_day(at))) }
                    @if let Some(due) = row.due_at { ", hẹn trả " (parts::day_month(local_day(due))) }
                    ". Nếu là việc khác, xin cứ tiếp tục."
                }
            }
        }
    }
}
