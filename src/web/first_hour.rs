//! `/khoi-dau`: what must a new office look at before the first citizen comes? Each step
//! says by itself whether it is done, so that one may leave and come back.
use axum::{
    extract::{Query, State},
    response::Redirect,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    icons::Icon,
    layout::Section,
    parts::{Button, Notice, NoticeKind, Tone, status_badge},
    paths,
    public::hours_words,
    session::{Failure, Staff},
    trial,
};
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, Result},
    mail,
    store::{accounts, agencies, papers, procedures},
    upkeep::doctor::{self, Grade},
};

/// One of them.
struct Step {
    name: &'static str,
    /// `None` where the program cannot know and a person must look.
    done: Option<bool>,
    words: String,
    /// Where it is done, and the words of the link.
    to: (String, &'static str),
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    thu: String,
}

fn may(staff: &Staff) -> Result<()> {
    if staff.actor.role == Role::Admin {
        return Ok(());
    }
    Err(Error::forbidden("Giờ đầu tiên dành cho: Quản trị."))
}

/// How many steps are left.
pub async fn left(app: &App, staff: &Staff) -> Result<usize> {
    let steps = steps(app, staff).await?;
    Ok(steps.iter().filter(|step| step.done == Some(false)).count())
}

async fn steps(app: &App, staff: &Staff) -> Result<Vec<Step>> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let agency = staff.actor.agency;
    let name = agencies::name_by(db, agency, today).await?;
    let signatory = agencies::signatory_on(db, agency, today).await?;
    let signatory = signatory.filter(|one| !one.name.is_empty());
    let able = accounts::enabled(db, agency).await?;
    let of = |role: Role| able.iter().filter(|account| account.role() == role).count();
    let catalogue = procedures::search(db, "", None, today).await?;
    let unsure = catalogue
        .iter()
        .filter(|one| one.confidence == "low")
        .count();
    let checks = doctor::run(app, false).await?;
    let office = app.office(agency).await?;
    let (mut calendar, mut post) = (None, None);
    for check in checks {
        match check.name {
            doctor::CALENDAR => calendar = Some(check),
            doctor::MAIL => post = Some(check),
            _ => {}
        }
    }
    let good =
        |check: &Option<doctor::Check>| check.as_ref().is_some_and(|one| one.grade == Grade::Good);
    let words = |check: Option<doctor::Check>| check.map(|one| one.words).unwrap_or_default();
    Ok(vec![
        Step {
            name: "Tên cơ quan, mã định danh",
            done: Some(name.identifier_confirmed),
            words: format!(
                "{}, cấp trên: {}. Mã {}: {}.",
                name.name,
                name.parent,
                name.identifier,
                if name.identifier_confirmed {
                    "đã xác nhận"
                } else {
                    "chưa ai xác nhận, in trên mọi mã hồ sơ"
                }
            ),
            to: (paths::AGENCY.into(), "Xem, sửa mã và điện thoại"),
        },
        Step {
            name: "Người ký",
            done: Some(signatory.is_some()),
            words: signatory.map_or_else(
                || "Chưa có người ký hôm nay: phiếu in ra để trống tên.".into(),
                |one| format!("{}, {}.", one.name, one.capacity.replace('\n', " / ")),
            ),
            to: (paths::AGENCY.into(), "Thêm người ký"),
        },
        Step {
            name: "Giờ làm việc",
            done: None,
            words: format!(
                "{}. Ngày hẹn tính theo giờ này.",
                hours_words(office.hours())
            ),
            to: (paths::CALENDAR_HOURS.into(), "Xem, sửa giờ làm việc"),
        },
        Step {
            name: "Nhân sự",
            done: Some(of(Role::Receptionist) > 0 && of(Role::Leader) > 0),
            words: format!(
                "{} công chức một cửa, {} chuyên môn, {} lãnh đạo, {} văn phòng.",
                of(Role::Receptionist),
                of(Role::Specialist),
                of(Role::Leader),
                of(Role::Office)
            ),
            to: (paths::STAFF.into(), "Thêm tài khoản"),
        },
        Step {
            name: "Lịch nghỉ",
            done: Some(good(&calendar)),
            words: words(calendar),
            to: (paths::CALENDAR.into(), "Xem lịch"),
        },
        Step {
            name: "Danh mục thủ tục",
            done: Some(!catalogue.is_empty() && unsure == 0),
            words: format!(
                "{} thủ tục đang có hiệu lực, {unsure} thủ tục dữ liệu chưa kiểm. Đối chiếu với quyết định công bố của tỉnh.",
                catalogue.len()
            ),
            to: (paths::CATALOGUE.into(), "Xem danh mục"),
        },
        Step {
            name: "Máy in",
            done: Some(papers::any_printed(db, agency).await?),
            words: "In thử một tờ có mã QR, quét bằng điện thoại. Xong khi in giấy hẹn đầu tiên."
                .into(),
            to: (paths::POSTER.into(), "Mở tờ in thử"),
        },
        Step {
            name: "Thư điện tử",
            done: Some(good(&post)),
            words: if app.settings.mail.smtp_url.is_empty() {
                "Chưa nối máy chủ thư: thư được giữ tại máy chủ, chưa đến người nhận. Người cài đặt khai báo máy chủ thư.".into()
            } else {
                words(post)
            },
            to: (paths::ACCOUNT.into(), "Địa chỉ của tôi"),
        },
    ])
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may(&staff)?;
    let steps = steps(&app, &staff).await?;
    let left = steps.iter().filter(|step| step.done == Some(false)).count();
    let notice = match asked.thu.as_str() {
        "" => None,
        "da-gui" => Some((
            NoticeKind::Ok,
            "Thư thử đã giao cho máy chủ thư. Mở hộp thư xem đã đến chưa.",
        )),
        "khong-dia-chi" => Some((
            NoticeKind::Err,
            "Tài khoản này chưa có thư điện tử. Ghi địa chỉ ở trang Tài khoản rồi thử lại.",
        )),
        _ => Some((
            NoticeKind::Err,
            "Thư thử không gửi được. Xin báo người cài đặt xem lại máy chủ thư; lý do ghi trong nhật ký máy chủ.",
        )),
    };
    let notice = notice.map(|(kind, words)| Notice::new(kind, words));
    Ok(staff.page("Giờ đầu tiên", Section::FirstHour, notice, html! {
        div.head { div { h1 { "Giờ đầu tiên" }
            p { @if left == 0 { "Máy không thấy việc nào chưa xong." } @else { "Còn " b { (left) } " việc trong " (steps.len()) ". Bỏ dở lúc nào cũng được, mở lại trang này làm tiếp." } } } }
        @for step in &steps {
            section.card {
                header { h2 { (step.name) }
                    @match step.done {
                        Some(true) => (status_badge(Tone::Good, Icon::Tick, "Xong")),
                        Some(false) => (status_badge(Tone::Wait, Icon::Info, "Chưa xong")),
                        None => span.second { "Cần người xem" },
                    } }
                div.body { p { (step.words) } p { a href=(step.to.0) { (step.to.1) } } }
            }
        }
        div.row {
            (Button::new("Gửi thư thử cho tôi").post(paths::FIRST_MAIL, &[]))
        }
        @if app.settings.trial.is_on() { section.card { header { h2 { "Bản dùng thử" } } div.body { (trial::offer()) } } }
    }))
}

/// A mail to oneself, at once.
pub async fn mail(State(app): State<App>, staff: Staff) -> Result<Redirect, Failure> {
    may(&staff)?;
    let said = match staff.account.email.as_deref() {
        None | Some("") => "khong-dia-chi",
        Some(to) => match mail::trial(&app, to).await {
            Ok(()) => "da-gui",
            Err(undelivered) => {
                tracing::warn!(why = undelivered.why, "the trial mail did not leave");
                "loi"
            }
        },
    };
    Ok(Redirect::to(&paths::with_query(
        paths::FIRST_HOUR,
        &[("thu", said)],
    )))
}
