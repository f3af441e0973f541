//! `/tai-khoan`: who am I, where am I signed in, and how do I change my password?
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    cookies::session_secret,
    form::{Field, FormErrors, checkbox, error_summary, password_field, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, definition_list},
    paths, second,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
    waiting,
};
use crate::{
    actions::{change_password, set_digest, work_in},
    app::App,
    browsers,
    domain::{
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::{Kind, Result},
    secret,
    store::{accounts, agencies, memberships, sessions},
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    jar: CookieJar,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let notice = match asked.xong.as_str() {
        "mat-khau" => Some("Đã đổi mật khẩu. Các phiên khác đã đăng xuất."),
        "co-quan" => Some("Đã chuyển cơ quan: mọi trang từ đây là của cơ quan này."),
        "phien" => Some("Đã đăng xuất phiên đó."),
        "nhac-viec" => Some("Đã lưu nơi nhận thư nhắc việc."),
        _ => None,
    };
    let notice = notice.map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(view(
        &app,
        &staff,
        &current(&app, &jar),
        &FormErrors::new(),
        notice,
    )
    .await?)
}

/// Hash of the session that looks.
fn current(app: &App, jar: &CookieJar) -> String {
    session_secret(app, jar).map_or_else(String::new, |session| secret::hash(&session))
}

async fn view(
    app: &App,
    staff: &Staff,
    current: &str,
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let account = &staff.account;
    let open = sessions::open_of(app.store.read(), account.id, app.clock.now()).await?;
    let heads = ["Máy, trình duyệt", "Đăng nhập lúc", "Dùng gần nhất", ""].map(Column::text);
    let rows = open.iter().map(|session| {
        let end = format!("{}/phien/{}", paths::ACCOUNT, session.id);
        vec![
            Cell::Text(browsers::called(&session.agent)),
            Cell::Text(viet::moment(to_local(session.created_at))),
            Cell::Text(viet::moment(to_local(session.seen_at))),
            Cell::Markup(if session.token_hash == current {
                html! { "phiên này" }
            } else {
                Button::new("Đăng xuất").post(&end, &[])
            }),
        ]
    });
    let facts = [
        ("Họ và tên", html! { (account.name) }),
        ("Tên đăng nhập", html! { (account.username) }),
        ("Vai trò", html! { (staff.actor.role.label()) }),
        (
            "Chức danh",
            html! { @if account.title.is_empty() { "–" } @else { (account.title) } },
        ),
        ("Mã trên điện thoại", second::state(account)),
    ];
    Ok(staff.page("Tài khoản", Section::Other, notice, html! {
        div.head { h1 { "Tài khoản" } }
        (error_summary(errors))
        div.columns.wide {
            section.card { header { h2 { (account.name) } } div.body { (definition_list(&facts)) } }
            section.card { header { h2 { "Đổi mật khẩu" } } div.body {
                form method="post" action=(paths::PASSWORD) {
                    (password_field(&Field::new("old", "Mật khẩu hiện tại", "", errors).autocomplete("current-password")))
                    (password_field(&Field::new("new", "Mật khẩu mới", "", errors).autocomplete("new-password").hint("Ít nhất 10 ký tự; một câu ngắn dễ nhớ là tốt nhất")))
                    p.row { (Button::primary("Đổi mật khẩu").submit()) }
                }
            } }
        }
        (agencies_card(app, staff).await?)
        section.card { header { h2 { "Thư nhắc việc" } } div.body {
            form method="post" action=(paths::DIGEST) {
                (text_field(&Field::new("email", "Thư điện tử", account.email.as_deref().unwrap_or_default(), errors).inputmode("email").autocomplete("email").optional().maxlength(254)))
                (checkbox(&Field::new("wanted", "Gửi mỗi sáng: hồ sơ của tôi đến hạn, quá hạn; mỗi tuần: nhiệm vụ kế hoạch của tôi", "1", errors), account.digest))
                p.row { (Button::new("Lưu").submit()) }
            }
        } }
        section.card {
            header { h2 { "Đang đăng nhập ở" } }
            div.body { p { "Nhiều nhất " (app.settings.security.sessions_per_account) " phiên cùng lúc; đăng nhập thêm thì phiên lâu không dùng nhất kết thúc." } }
            (parts::table(&Table { label: "Các phiên đang đăng nhập", columns: &heads, rows: rows.collect(), total: None }))
        }
    }))
}

/// What waits for this account in an agency, as its menu there would say.
async fn waits_there(app: &App, staff: &Staff, agency: i64) -> Result<String> {
    let there = accounts::as_in(app.store.read(), staff.account.id, agency).await?;
    let Some(there) = there else {
        return Ok("–".into());
    };
    let waits = waiting::of(app, &there).await?;
    let all = [
        (waits.approvals, "chờ duyệt"),
        (waits.apologies, "phiếu xin lỗi"),
        (waits.feedback, "phản ánh"),
        (waits.notices, "báo tin"),
        (waits.hand_overs, "chưa nhận"),
    ];
    let said: Vec<String> = all
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    Ok(if said.is_empty() {
        "không".into()
    } else {
        said.join(", ")
    })
}

/// Where one works now, and where else one may; nothing for who works in one place.
async fn agencies_card(app: &App, staff: &Staff) -> Result<Markup> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let mut places = Vec::new();
    if let Some(home) = accounts::by_id(db, staff.account.id).await? {
        places.push((home.agency_id, home.role(), home.title));
    }
    for other in memberships::of(db, staff.account.id).await? {
        let role = Role::from_code(&other.role).unwrap_or(Role::Receptionist);
        places.push((other.agency_id, role, other.title));
    }
    if places.len() < 2 {
        return Ok(html! {});
    }
    let heads = ["Cơ quan", "Vai trò", "Chức danh", "Đang chờ", ""].map(Column::text);
    let mut rows = Vec::new();
    for (agency, role, title) in places {
        let name = agencies::name_by(db, agency, today).await?;
        let key = agencies::key(db, agency).await?;
        rows.push(vec![
            Cell::Text(name.name.clone()),
            Cell::Text(role.label().to_owned()),
            Cell::Text(title),
            Cell::Text(waits_there(app, staff, agency).await?),
            Cell::Markup(if agency == staff.actor.agency {
                html! { b { "đang làm việc ở đây" } }
            } else {
                let words = format!("Chuyển sang {}", name.name);
                Button::new(&words).post(paths::WORK_IN, &[("agency", &key)])
            }),
        ]);
    }
    Ok(html! {
        section.card {
            header { h2 { "Cơ quan đang làm việc" } }
            (parts::table(&Table { label: "Các cơ quan của tài khoản này", columns: &heads, rows, total: None }))
        }
    })
}

#[derive(Deserialize)]
pub struct Place {
    #[serde(default)]
    agency: String,
}

/// Works in another of one's agencies from here on.
pub async fn work_in(
    State(app): State<App>,
    staff: Staff,
    jar: CookieJar,
    Form(given): Form<Place>,
) -> Result<Redirect, Failure> {
    let here = current(&app, &jar);
    work_in::run(&app, staff.account.id, &here, &given.agency).await?;
    let back = paths::with_query(paths::ACCOUNT, &[("xong", "co-quan")]);
    Ok(Redirect::to(&back))
}

#[derive(Deserialize)]
pub struct Passwords {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
}

pub async fn change(
    State(app): State<App>,
    staff: Staff,
    jar: CookieJar,
    Form(given): Form<Passwords>,
) -> Result<Response, Failure> {
    let here = current(&app, &jar);
    match change_password::run(&app, &staff.account, &given.old, &given.new, &here).await {
        Ok(()) => Ok(
            Redirect::to(&paths::with_query(paths::ACCOUNT, &[("xong", "mat-khau")]))
                .into_response(),
        ),
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::TooMany) => {
            let mut errors = form_errors(&error);
            if error.kind == Kind::TooMany {
                errors.add("old", error.detail.clone());
            }
            let page = view(&app, &staff, &here, &errors, None).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// Ends one of one's own sessions.
pub async fn end_session(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Redirect, Failure> {
    staff.confirmed(paths::ACCOUNT)?;
    let write = app.store.write().await?;
    write.end_session(staff.account.id, id).await?;
    write.commit().await?;
    Ok(Redirect::to(&paths::with_query(
        paths::ACCOUNT,
        &[("xong", "phien")],
    )))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    email: String,
    wanted: String,
}

/// Where the morning's mail goes; unticked it stops.
pub async fn digest(
    State(app): State<App>,
    mut staff: Staff,
    jar: CookieJar,
    Form(typed): Form<Wanted>,
) -> Result<Response, Failure> {
    match set_digest::run(&app, &staff.account, &typed.email, !typed.wanted.is_empty()).await {
        Ok(()) => Ok(
            Redirect::to(&paths::with_query(paths::ACCOUNT, &[("xong", "nhac-viec")]))
                .into_response(),
        ),
        Err(error) if error.kind == Kind::Invalid => {
            staff.account.email = Some(typed.email);
            let errors = form_errors(&error);
            let page = view(&app, &staff, &current(&app, &jar), &errors, None).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}
