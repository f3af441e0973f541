//! `/xin-loi`: read, sign, next. What is or will be late, what waits for the head's
//! signature, what was said.
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    apology_lists::{day, drafts, listed, standing},
    icons::Icon,
    layout::Section,
    letter,
    parts::{self, Button, Notice, NoticeKind, badge, empty},
    paths,
    session::{Failure, Staff, refused},
};
use crate::{
    actions::{note_read, perform},
    app::App,
    domain::{
        calendar::Calendar,
        dossier::{Act, allowed},
        notice::Kind as NoticeOf,
        paper::PaperKind,
        role::Role,
        time::local_day,
    },
    error::{Kind, Result},
    papers::{self, signature},
    reports::apologies::{OwedNow, owed, year_start},
    store::{
        apologies::{self, Case, Which},
        dossiers, notices,
    },
};

const KEYS: &[(&str, &str)] = &[
    ("K", "ký, sang phiếu sau"),
    ("S", "sửa bản thảo"),
    ("Tab Enter", "chọn phiếu"),
];

/// More letters than anyone signs at a sitting; the true number stands on the tab.
const MOST: u64 = 200;

#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    muc: String,
    #[serde(default, rename = "ho-so")]
    code: String,
    /// The letter signed just now.
    #[serde(default)]
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let done =
        (!asked.xong.is_empty()).then(|| format!("Đã ký phiếu xin lỗi của hồ sơ {}.", asked.xong));
    let href = paths::dossier_letter(&asked.xong, "xin-loi");
    let notice = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text).link(&href, "In phiếu"));
    Ok(view(&app, &staff, &asked, notice).await?)
}

/// One letter: the same page with it open.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    if let Ok(dossier) = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await {
        note_read::run(&app, &staff.actor, &dossier, "page").await?;
    }
    let asked = Asked {
        muc: "cho-ky".into(),
        code,
        ..Asked::default()
    };
    Ok(view(&app, &staff, &asked, None).await?)
}

#[derive(Deserialize)]
pub struct Sent {
    expected_version: Option<i64>,
}

/// Signs, then shows the next letter.
pub async fn sign(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    let input = perform::Input {
        action: Act::SignApology.code().into(),
        expected_version: sent.expected_version,
        ..perform::Input::default()
    };
    match perform::run(&app, &staff.actor, &code, &input).await {
        Ok(()) => {
            let to = paths::with_query(paths::APOLOGIES, &[("muc", "cho-ky"), ("xong", &code)]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Conflict => {
            let asked = Asked {
                muc: "cho-ky".into(),
                code,
                ..Asked::default()
            };
            let notice = Notice::new(NoticeKind::Err, &error.detail);
            let page = view(&app, &staff, &asked, Some(notice)).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// Everything the five tabs count.
struct Heaps {
    to_sign: (Vec<Case>, u64),
    owed: OwedNow,
    ended_late: (Vec<Case>, u64),
    late_again: (Vec<Case>, u64),
    signed: (Vec<Case>, u64),
}

async fn heaps(app: &App, agency: i64) -> Result<Heaps> {
    let db = app.store.read();
    let now = app.clock.now();
    let year = year_start(app);
    let of = |which| apologies::cases(db, agency, which, MOST);
    Ok(Heaps {
        to_sign: of(Which::ToSign).await?,
        owed: owed(app, agency).await?,
        ended_late: of(Which::EndedLate { since: year }).await?,
        late_again: of(Which::LateAgain { now }).await?,
        signed: of(Which::Signed { since: year }).await?,
    })
}

async fn view(
    app: &App,
    staff: &Staff,
    asked: &Asked,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let heaps = heaps(app, staff.actor.agency).await?;
    let tab = match asked.muc.as_str() {
        known @ ("cho-ky" | "soan" | "tre" | "lai" | "da-ky") => known,
        _ if staff.actor.role == Role::Leader => "cho-ky",
        _ => "soan",
    };
    let late = heaps.owed.late.len() as u64 + heaps.ended_late.1;
    let tabs = [
        ("cho-ky", "Chờ ký", heaps.to_sign.1),
        ("soan", "Sắp trễ, cần soạn", heaps.owed.soon.len() as u64),
        ("tre", "Đã trễ, chưa xin lỗi", late),
        ("lai", "Hẹn lại mà vẫn trễ", heaps.late_again.1),
        ("da-ky", "Đã ký trong năm", heaps.signed.1),
    ];
    let office = app.office(staff.actor.agency).await?;
    let calendar = &office.calendar;
    let today = local_day(app.clock.now());
    let told = async |cases: &[Case]| {
        let ids = cases.iter().map(|case| case.dossier_id);
        notices::about(app.store.read(), ids, NoticeOf::Apology).await
    };
    let body = match tab {
        "cho-ky" => to_sign(app, staff, &heaps.to_sign.0, &asked.code, calendar, today).await?,
        "soan" => html! {
            @if heaps.owed.soon.is_empty() { (empty("Không có hồ sơ sắp trễ.", "Hồ sơ hẹn ngày làm việc tới mà chưa xong sẽ hiện ở đây.", None)) }
            @else { (drafts("Hồ sơ sắp trễ, cần soạn phiếu xin lỗi", &heaps.owed.soon, calendar, today, staff.actor.role)) }
        },
        "tre" => html! {
            @if late == 0 { (empty("Không có hồ sơ trễ mà chưa xin lỗi.", "Hồ sơ quá hẹn sẽ hiện ở đây để soạn phiếu.", None)) }
            @if !heaps.owed.late.is_empty() {
                h2 { "Quá hạn, chưa xong · " (heaps.owed.late.len()) }
                (drafts("Hồ sơ quá hạn chưa xong, chưa xin lỗi", &heaps.owed.late, calendar, today, staff.actor.role))
            }
            @if heaps.ended_late.1 > 0 {
                h2 { "Đã xong, trễ mà không có phiếu xin lỗi · " (heaps.ended_late.1) }
                (drafts("Hồ sơ xong trễ, không có phiếu xin lỗi", &heaps.ended_late.0, calendar, today, staff.actor.role))
            }
        },
        "lai" => html! {
            @if heaps.late_again.1 == 0 { (empty("Không có hồ sơ nào trễ sau khi hẹn lại.", "Chỉ được hẹn lại một lần (NĐ 61/2018/NĐ-CP Điều 19.9).", None)) }
            @else { (listed("Hồ sơ trễ sau khi hẹn lại", &heaps.late_again.0, &told(&heaps.late_again.0).await?, calendar, today)) }
        },
        _ => html! {
            @if heaps.signed.1 == 0 { (empty("Chưa ký phiếu nào trong năm báo cáo.", "Phiếu lãnh đạo đã ký hiện ở đây để in, gửi.", None)) }
            @else {
                div.row {
                    (Button::new("In phiếu chưa in").icon(Icon::Print).post(paths::PRINT_JOBS, &[("viec", "chua-in")]))
                    (Button::new("In tất cả, một tệp").icon(Icon::Print).post(paths::PRINT_JOBS, &[("viec", "xin-loi")]))
                }
                (listed("Phiếu xin lỗi đã ký", &heaps.signed.0, &told(&heaps.signed.0).await?, calendar, today))
            }
        },
    };
    Ok(staff.page_with_keys("Xin lỗi và hẹn lại ngày trả", Section::Apologies, notice, KEYS, html! {
        div.head { h1 { "Xin lỗi và hẹn lại ngày trả" } }
        nav.tabs aria-label="Mục" {
            @for (name, words, count) in tabs {
                a href=(paths::with_query(paths::APOLOGIES, &[("muc", name)])) aria-current=[(tab == name).then_some("page")] {
                    (words) span.pill { (count) }
                }
            }
        }
        (body)
    }))
}

/// Left the letters in the order they press; right the chosen one, ready to sign.
async fn to_sign(
    app: &App,
    staff: &Staff,
    cases: &[Case],
    chosen: &str,
    calendar: &Calendar,
    today: NaiveDate,
) -> Result<Markup> {
    let Some(open) = cases
        .iter()
        .find(|case| case.code == chosen)
        .or_else(|| cases.first())
    else {
        return Ok(empty(
            "Không có phiếu chờ ký.",
            "Phiếu được soạn từ hồ sơ sắp trễ hoặc đã trễ.",
            None,
        ));
    };
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &open.code).await?;
    let letter = papers::apology::latest(app, &dossier).await?;
    let mut words = papers::letter(app, &dossier, PaperKind::Apology).await?;
    if staff.actor.role == Role::Leader {
        // As it will stand when the reader signs.
        let (db, agency) = (app.store.read(), staff.actor.agency);
        words.right = signature::by_leader(db, agency, today, &staff.account).await?;
    }
    let (overdue, soon): (Vec<&Case>, Vec<&Case>) = cases
        .iter()
        .partition(|case| local_day(case.original_due_at) < today);
    let may = allowed(Act::SignApology, staff.actor.role, true);
    let group = |title: &str, about: &str, cases: &[&Case]| {
        html! {
            @if !cases.is_empty() {
                header { h2 { (title) } span.small { (about) } }
                @for case in cases { (case_link(case, case.code == open.code, calendar, today)) }
            }
        }
    };
    Ok(html! {
        @if !chosen.is_empty() && open.code != chosen {
            (parts::notice(&Notice::new(NoticeKind::Info, "Hồ sơ vừa hỏi không có phiếu chờ ký; dưới đây là phiếu đầu tiên đang chờ.").link(&paths::dossier(chosen), "Mở hồ sơ ấy")))
        }
        div.split.even {
            section.card aria-label="Phiếu chờ ký" {
                @if may && cases.len() > 1 { header { a href=(paths::APOLOGY_BATCH) { "Ký nhiều phiếu một lần" } } }
                (group("Phải gửi trước hạn", "luật yêu cầu gửi trước hạn ít nhất 01 ngày", &soon))
                (group("Đã quá hạn", "gửi ngay, báo cáo sẽ ghi “xin lỗi sau hạn”", &overdue))
            }
            section.card aria-label="Phiếu xin lỗi, bản thảo" {
                header {
                    h2 { "Phiếu xin lỗi, bản thảo" }
                    span.small { "Soạn: " (letter.drafted_by) ", " (parts::day_month(local_day(letter.drafted_at))) " "
                        a href=(paths::dossier_act(&open.code, Act::DraftApology.code())) data-key="S" { "Sửa" } }
                }
                (letter::on_paper(&words))
                footer { div.acts {
                    @if may {
                        form method="post" action=(paths::apology(&open.code)) {
                            input type="hidden" name="expected_version" value=(dossier.version);
                            (Button::primary("Ký phiếu này").icon(Icon::Pencil).key("K").submit())
                        }
                        p.small { "Ký xong: cấp số" @if !letter.after_end { ", ngày hẹn đổi sang ngày mới" }
                            @if dossier.email.is_some() { ", gửi thư điện tử cho người nộp" } @else { ", người nộp không có thư điện tử: in và trao tại quầy" } "." }
                    } @else { p { "Phiếu chờ lãnh đạo ký." } }
                    p { a href=(paths::dossier(&open.code)) { "Mở hồ sơ" } " · " a href=(paths::dossier_letter(&open.code, "xin-loi")) { "Xem bản in" } }
                } }
            }
        }
    })
}

fn case_link(case: &Case, current: bool, calendar: &Calendar, today: NaiveDate) -> Markup {
    let href = paths::with_query(
        paths::APOLOGIES,
        &[("muc", "cho-ky"), ("ho-so", &case.code)],
    );
    html! {
        a.case href=(href) aria-current=[current.then_some("true")] {
            span.spread { span { b { (case.applicant_name) } " " (parts::code(&case.code, true)) } (badge(standing(case, calendar, today))) }
            span.second { (case.procedure_name) }
            span { "Hẹn " (day(case.original_due_at, today)) ", " @match case.new_date() {
                Some(at) => { "xin hẹn lại " b { (day(at, today)) } },
                None => b { "không hẹn lại vì đã có kết quả" },
            } " · " (case.reason.as_deref().unwrap_or_default()) }
        }
    }
}
