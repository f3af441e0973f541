//! `/nhan-su/{username}/mat-khau` hands out a code; `/dat-lai-mat-khau` takes it. No
//! secret stands in an address.
use axum::{
    Form,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    form::{Field, FormErrors, not_done, password_field, text_field},
    layout::{Section, Shell, citizen_page},
    parts::{self, Button, Notice, NoticeKind, notice},
    paths, people,
    session::{Failure, Staff, refused},
    sign_in::{agency_name, form_errors},
};
use crate::{
    actions::reset_password::{self, Input},
    app::App,
    error::Kind,
};

/// The question before a code is handed out.
pub async fn ask(
    State(app): State<App>,
    staff: Staff,
    Path(username): Path<String>,
) -> Result<Markup, Failure> {
    people::may_change(&staff)?;
    let person = people::own(&app, &staff, &username).await?;
    let page = parts::confirm(
        &format!("Cấp mã đặt lại mật khẩu cho {}?", person.name),
        "Mã dùng được một lần, trong 24 giờ. Mật khẩu cũ còn dùng được đến khi người này đặt mật khẩu mới. Chỉ đưa mã cho chính người ấy.",
        &paths::reset_password(&username),
        &html! {},
        "Cấp mã",
        (paths::STAFF, "Quay lại"),
    );
    Ok(staff.page("Cấp mã đặt lại mật khẩu", Section::Staff, None, page))
}

/// Shows the code, this once.
pub async fn offer(
    State(app): State<App>,
    staff: Staff,
    Path(username): Path<String>,
) -> Result<Response, Failure> {
    people::may_change(&staff)?;
    let person = people::own(&app, &staff, &username).await?;
    staff.confirmed(&paths::reset_password(&username))?;
    let code = reset_password::offer(&app, &username).await?;
    Ok(handed_out(&staff, &person.name, &code))
}

/// The code, shown this once.
pub(super) fn handed_out(staff: &Staff, name: &str, code: &str) -> Response {
    let page = staff.page("Mã đặt mật khẩu", Section::Staff, None, html! {
        div.head { h1 { "Mã đặt mật khẩu của " (name) } }
        section.card { div.body {
            p.due-date { b { (code) } }
            p { "Đưa mã cho chính " (name) ", trên giấy hoặc qua điện thoại. Mã chỉ hiện lần này, dùng được một lần, trong 24 giờ." }
            p { "Người ấy mở trang đăng nhập, chọn “Quên mật khẩu”, rồi nhập tên đăng nhập, mã này và mật khẩu mới." }
            p.row { (Button::new("Về danh sách nhân sự").link(paths::STAFF)) }
        } }
    });
    ([(header::CACHE_CONTROL, "no-store")], page).into_response()
}

pub async fn page(State(app): State<App>) -> Result<Markup, Failure> {
    Ok(form(&app, &Input::default(), &FormErrors::new()).await?)
}

pub async fn reset(State(app): State<App>, Form(given): Form<Input>) -> Result<Response, Failure> {
    let error = match reset_password::run(&app, &given).await {
        Ok(()) => return Ok(done(&app).await?.into_response()),
        Err(error) => error,
    };
    if !matches!(error.kind, Kind::Invalid | Kind::TooMany) {
        return Err(Failure(error));
    }
    let mut errors = form_errors(&error);
    if error.kind == Kind::TooMany {
        errors.add("code", error.detail.clone());
    }
    let page = form(&app, &given, &errors).await?;
    Ok(refused(&error, page))
}

async fn form(app: &App, given: &Input, errors: &FormErrors) -> crate::error::Result<Markup> {
    let title = "Đặt lại mật khẩu";
    public(app, title, html! {
        h1 { (title) }
        p { "Quên mật khẩu thì nhờ người quản trị của cơ quan cấp mã đặt lại, rồi nhập mã vào đây." }
        (not_done(errors, "Chưa xong"))
        form method="post" action=(paths::RESET_PASSWORD) {
            (text_field(&Field::new("username", "Tên đăng nhập", &given.username, errors).autocomplete("username")))
            (text_field(&Field::new("code", "Mã đặt lại", &given.code, errors).hint("16 chữ và số, gạch ngang ghi hay không đều được").autocomplete("one-time-code").maxlength(40)))
            (password_field(&Field::new("new", "Mật khẩu mới", "", errors).hint("Ít nhất 10 ký tự; một câu ngắn dễ nhớ là tốt nhất").autocomplete("new-password")))
            p.row { (Button::primary("Đặt mật khẩu mới").submit()) (Button::text("Về trang đăng nhập").link(paths::LOGIN)) }
        }
    }).await
}

async fn done(app: &App) -> crate::error::Result<Markup> {
    let title = "Đã đặt mật khẩu mới";
    public(app, title, html! {
        h1 { (title) }
        (notice(&Notice::new(NoticeKind::Ok, "Mật khẩu mới dùng được ngay. Các máy đang đăng nhập đều đã bị đăng xuất.")))
        p { (Button::primary("Đăng nhập").link(paths::LOGIN)) }
    }).await
}

/// A page before anybody is signed in.
async fn public(app: &App, title: &str, body: Markup) -> crate::error::Result<Markup> {
    let agency = agency_name(app).await?;
    let shell = Shell {
        title,
        agency_name: &agency,
        parent_line: Some("Bộ phận Một cửa"),
        demo: app.demo.as_deref(),
        ..Shell::default()
    };
    Ok(citizen_page(&shell, body))
}
