//! `/nhan-su`: who may come in, and what may they do?
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, error_summary, password_field, select, text_field},
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, status_badge},
    paths,
    reset_password::handed_out,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{add_account, disable_account, reset_password},
    app::App,
    domain::{
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Kind, Result},
    secret,
    store::{
        accounts::{self, Account},
        agencies, identities, memberships, mergers,
    },
};

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    xong: String,
    /// Whose account it was.
    #[serde(default)]
    ai: String,
}

#[derive(Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    role: String,
    #[serde(flatten)]
    account: add_account::Input,
}

fn may_look(staff: &Staff) -> Result<()> {
    if matches!(staff.actor.role, Role::Office | Role::Admin) {
        return Ok(());
    }
    Err(Error::forbidden("Nhân sự dành cho: Văn phòng, Quản trị."))
}

pub(super) fn may_change(staff: &Staff) -> Result<()> {
    if staff.actor.role == Role::Admin {
        return Ok(());
    }
    Err(Error::forbidden("Thêm, khóa tài khoản dành cho: Quản trị."))
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    may_look(&staff)?;
    let person = own(&app, &staff, &asked.ai).await.ok();
    let words = person.and_then(|person| match asked.xong.as_str() {
        "them" => Some(format!("Đã thêm tài khoản {}.", person.username)),
        "khoa" => Some(format!("Đã khóa tài khoản {}.", person.username)),
        "noi" => Some(format!(
            "Đã nối tài khoản {} với tài khoản của tỉnh.",
            person.username
        )),
        "bo-noi" => Some(format!("Đã bỏ nối tài khoản {}.", person.username)),
        _ => None,
    });
    let notice = words
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(view(&app, &staff, &Typed::default(), &FormErrors::new(), notice).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    typed: &Typed,
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let changes = may_change(staff).is_ok();
    let everybody = accounts::all(app.store.read()).await?;
    let guests = guests(app, staff, &everybody).await?;
    let people = everybody
        .iter()
        .filter(|person| person.agency_id == staff.actor.agency);
    let issuer = &app.settings.oidc.issuer;
    let linked = identities::at(app.store.read(), issuer).await?;
    let by_province = !issuer.is_empty();
    let mut heads = [
        "Họ và tên",
        "Tên đăng nhập",
        "Vai trò",
        "Chức danh",
        "Tạo lúc",
        "Tình trạng",
    ]
    .map(Column::text)
    .to_vec();
    if by_province {
        heads.push(Column::text("Tài khoản của tỉnh"));
    }
    heads.push(Column::text(""));
    let rows = people.map(|person| {
        let state = if person.disabled {
            status_badge(Tone::Dashed, Icon::Lock, "Đã khóa")
        } else {
            status_badge(Tone::Good, Icon::Tick, "Đang dùng")
        };
        let mut cells = vec![
            Cell::Text(person.name.clone()),
            Cell::Text(person.username.clone()),
            Cell::Text(person.role().label().to_owned()),
            Cell::Text(person.title.clone()),
            Cell::Text(viet::moment(to_local(person.created_at))),
            Cell::Markup(state),
        ];
        if by_province {
            let link = linked.get(&person.id);
            let words = link.map_or("chưa nối", |link| link.subject.as_str());
            cells.push(Cell::Markup(html! {
                @if changes && !person.disabled { a href=(paths::identity(&person.username)) { (words) } }
                @else { (words) }
            }));
        }
        cells.push(
            Cell::Markup(html! {
                @if changes && !person.disabled && person.id != staff.account.id {
                    a href=(format!("{}/{}/khoa", paths::STAFF, paths::encode(&person.username))) { "Khóa…" }
                    " · " a href=(paths::reset_password(&person.username)) { "Quên mật khẩu…" }
                }
            }),
        );
        cells
    });
    let are_guests = !guests.is_empty();
    let rows = rows.chain(guests.into_iter().map(|mut cells| {
        cells.resize_with(heads.len(), || Cell::Text(String::new()));
        cells
    }));
    let roles: Vec<(&str, &str)> = Role::ALL
        .iter()
        .map(|role| (role.code(), role.label()))
        .collect();
    let input = &typed.account;
    Ok(staff.page("Nhân sự", Section::Staff, notice, html! {
        div.head { h1 { "Nhân sự" } }
        section.card { (parts::table(&Table { label: "Các tài khoản", columns: &heads, rows: rows.collect(), total: None }))
            @if are_guests { div.body { p.second { "Người của cơ quan khác thôi làm việc ở đây bằng lệnh motcua staff leave tại máy chủ." } } }
        }
        @if changes {
            (error_summary(errors))
            section.card { header { h2 { "Thêm tài khoản" } } div.body {
                form method="post" action=(paths::STAFF) {
                    div.fields {
                        (text_field(&Field::new("name", "Họ và tên", &input.name, errors).maxlength(200)))
                        (text_field(&Field::new("title", "Chức danh", &input.title, errors).optional().maxlength(200)))
                        (select(&Field::new("role", "Vai trò", &typed.role, errors), &roles))
                    }
                    div.fields {
                        (text_field(&Field::new("username", "Tên đăng nhập", &input.username, errors).hint("Chữ không dấu, chữ số").maxlength(40)))
                        (text_field(&Field::new("email", "Thư điện tử", &input.email, errors).hint("Nhận thư nhắc việc mỗi sáng").inputmode("email").optional().maxlength(254)))
                        (password_field(&Field::new("password", "Mật khẩu ban đầu", "", errors).hint("Bỏ trống: cấp mã để người ấy tự đặt").optional().autocomplete("new-password")))
                    }
                    p.row { (Button::primary("Thêm tài khoản").submit()) }
                }
            } }
        }
    }))
}

/// Who works here beside an agency of their own: they see what everybody here sees.
async fn guests(app: &App, staff: &Staff, everybody: &[Account]) -> Result<Vec<Vec<Cell>>> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let mut rows = Vec::new();
    for guest in mergers::guests(db, staff.actor.agency).await? {
        let Some(person) = everybody.iter().find(|one| one.id == guest.account_id) else {
            continue;
        };
        let home = agencies::name_by(db, person.agency_id, today).await?.name;
        let role = Role::from_code(&guest.role).map_or("–", Role::label);
        rows.push(vec![
            Cell::Text(person.name.clone()),
            Cell::Text(person.username.clone()),
            Cell::Text(role.to_owned()),
            Cell::Text(guest.title),
            Cell::Text("–".to_owned()),
            Cell::Text(format!("Người của {home}")),
        ]);
    }
    Ok(rows)
}

pub async fn add(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    may_change(&staff)?;
    staff.confirmed(paths::STAFF)?;
    let Some(role) = Role::from_code(&typed.role) else {
        let error = Error::invalid("role", "Chưa chọn vai trò.");
        let page = view(&app, &staff, &typed, &form_errors(&error), None).await?;
        return Ok(refused(&error, page));
    };
    // Without a password the newcomer sets one by a code: nobody else ever knows it.
    let by_code = typed.account.password.is_empty();
    let mut account = typed.account.clone();
    if by_code {
        account.password = secret::new();
    }
    match add_account::run(&app, staff.actor.agency, role, &account, None).await {
        Ok(()) if by_code => {
            let username = account.username.trim().to_lowercase();
            let code = reset_password::offer(&app, &username).await?;
            Ok(handed_out(&staff, account.name.trim(), &code))
        }
        Ok(()) => {
            let username = account.username.trim().to_lowercase();
            let done = [("xong", "them"), ("ai", username.as_str())];
            Ok(Redirect::to(&paths::with_query(paths::STAFF, &done)).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let page = view(&app, &staff, &typed, &form_errors(&error), None).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// The question before an account is locked.
pub async fn ask_disable(
    State(app): State<App>,
    staff: Staff,
    Path(username): Path<String>,
) -> Result<Markup, Failure> {
    may_change(&staff)?;
    let person = own(&app, &staff, &username).await?;
    let action = format!("{}/{}/khoa", paths::STAFF, paths::encode(&username));
    let page = parts::confirm(
        &format!("Khóa tài khoản của {}?", person.name),
        "Người này bị đăng xuất mọi nơi và không đăng nhập được nữa. Việc đã làm vẫn giữ tên người làm.",
        &action,
        &html! {},
        "Khóa tài khoản",
        (paths::STAFF, "Quay lại"),
    );
    Ok(staff.page("Khóa tài khoản", Section::Staff, None, page))
}

pub async fn disable(
    State(app): State<App>,
    staff: Staff,
    Path(username): Path<String>,
) -> Result<Redirect, Failure> {
    may_change(&staff)?;
    own(&app, &staff, &username).await?;
    staff.confirmed(&format!(
        "{}/{}/khoa",
        paths::STAFF,
        paths::encode(&username)
    ))?;
    disable_account::run(&app, &username).await?;
    Ok(Redirect::to(&paths::with_query(
        paths::STAFF,
        &[("xong", "khoa"), ("ai", &username)],
    )))
}

/// An account of the same agency, not one's own.
pub(super) async fn own(app: &App, staff: &Staff, username: &str) -> Result<accounts::Account> {
    let person = own_or_oneself(app, staff, username).await?;
    if person.id == staff.account.id {
        return Err(no_account());
    }
    Ok(person)
}

/// An account of the same agency, one's own too.
pub(super) async fn own_or_oneself(
    app: &App,
    staff: &Staff,
    username: &str,
) -> Result<accounts::Account> {
    let known = username.replace('\0', "");
    let person = accounts::by_username(app.store.read(), &known).await?;
    let person = person
        .filter(|person| person.agency_id == staff.actor.agency)
        .ok_or_else(no_account)?;
    // Whoever holds the account works in the other agency too: not for one of them to hand out.
    if person.id != staff.account.id
        && !memberships::of(app.store.read(), person.id)
            .await?
            .is_empty()
    {
        return Err(Error::forbidden(
            "Tài khoản này còn làm việc ở cơ quan khác: người cài đặt sửa tại máy chủ.",
        ));
    }
    Ok(person)
}

fn no_account() -> Error {
    Error::not_found("Không có tài khoản này.")
}
