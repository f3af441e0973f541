//! `/dang-nhap`, `/dang-xuat` and the first set-up `/thiet-lap/{token}`.
use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    cookies::{cookie, cookies, marks_of, session_secret},
    form::{Field, FormErrors, not_done, password_field, text_field},
    layout::{Shell, citizen_page},
    parts::{Button, Notice, NoticeKind, problem},
    paths,
    session::{Failure, refused},
    trial,
};
use crate::{
    actions::{add_account, sign_in},
    app::App,
    browsers::Browser,
    domain::role::Role,
    error::{Error, Kind},
    secret,
    store::agencies,
};

#[derive(Default, Deserialize)]
pub struct Back {
    #[serde(default)]
    pub(super) ve: String,
}

#[derive(Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    ve: String,
}

pub(super) async fn agency_name(app: &App) -> Result<String, Error> {
    let agency = app.home_agency().await?;
    Ok(app.agency_name(agency).await?.name.clone())
}

pub async fn page(State(app): State<App>, Query(back): Query<Back>) -> Result<Markup, Failure> {
    let given = Given {
        ve: back.ve,
        ..Given::default()
    };
    Ok(login_form(&app, &agency_name(&app).await?, &given, None).await?)
}

/// The page again, with what went wrong elsewhere.
#[cfg(feature = "oidc")]
pub(super) async fn again(app: &App, wrong: &str) -> Result<Markup, Failure> {
    let agency = agency_name(app).await?;
    Ok(login_form(app, &agency, &Given::default(), Some(wrong)).await?)
}

pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(given): Form<Given>,
) -> Result<Response, Failure> {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let marks = marks_of(&app, &jar);
    let browser = Browser {
        agent,
        marks: &marks,
    };
    match sign_in::run(&app, &given.username, &given.password, browser).await {
        Ok(signed_in) => {
            let to = Redirect::to(paths::back(&given.ve));
            Ok((cookies(&app, &signed_in), to).into_response())
        }
        Err(error) if matches!(error.kind, Kind::Unauthenticated | Kind::TooMany) => {
            let agency = agency_name(&app).await?;
            let page = login_form(&app, &agency, &given, Some(&error.detail)).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn login_form(
    app: &App,
    agency: &str,
    given: &Given,
    wrong: Option<&str>,
) -> Result<Markup, Error> {
    // Until there is something real, one may try on something made up.
    let trial = trial::is_offered(app).await?;
    let oidc = &app.settings.oidc;
    let errors = FormErrors::new();
    let shell = Shell {
        title: "Đăng nhập",
        agency_name: agency,
        parent_line: Some("Bộ phận Một cửa"),
        demo: app.demo.as_deref(),
        notice: wrong.map(|text| Notice::new(NoticeKind::Err, text)),
        ..Shell::default()
    };
    Ok(citizen_page(
        &shell,
        html! {
            h1 { "Đăng nhập" }
            form method="post" action=(paths::LOGIN) {
                input type="hidden" name="ve" value=(given.ve);
                (text_field(&Field::new("username", "Tên đăng nhập", &given.username, &errors).autocomplete("username").autofocus()))
                (password_field(&Field::new("password", "Mật khẩu", "", &errors).autocomplete("current-password")))
                p { (Button::primary("Đăng nhập").submit()) }
            }
            p { a href=(paths::RESET_PASSWORD) { "Quên mật khẩu" } }
            @if oidc.is_on() {
                p { (Button::new(&oidc.label).link(&paths::with_query(paths::PROVIDER, &[("ve", &given.ve)]))) }
            }
            @if trial { (trial::offer()) }
        },
    ))
}

pub async fn sign_out(State(app): State<App>, jar: CookieJar) -> Result<Response, Failure> {
    if let Some(session) = session_secret(&app, &jar) {
        let write = app.store.write().await?;
        write.close_session(&secret::hash(&session)).await?;
        write.commit().await?;
    }
    // Going back must not show the last person's pages to the next.
    let forget = [(
        header::HeaderName::from_static("clear-site-data"),
        "\"cache\"",
    )];
    Ok((cookie(&app, ""), forget, Redirect::to(paths::LOGIN)).into_response())
}

pub async fn setup_page(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<Markup, Failure> {
    let agency = agency_name(&app).await?;
    match add_account::link_is_good(app.store.read(), &token, app.clock.now()).await {
        Ok(()) => Ok(setup_form(
            &agency,
            &token,
            &add_account::Input::default(),
            &FormErrors::new(),
        )),
        Err(error) if error.code == add_account::LINK_USED => Ok(link_over(&agency, &error)),
        Err(error) => Err(Failure(error)),
    }
}

/// Where a set-up link that makes nothing any more leads.
fn link_over(agency: &str, error: &Error) -> Markup {
    let shell = Shell {
        title: "Thiết lập",
        agency_name: agency,
        ..Shell::default()
    };
    let ways = [(paths::LOGIN, "Đăng nhập")];
    let title = "Đường dẫn không còn dùng được";
    citizen_page(&shell, problem(title, &error.detail, &ways))
}

pub async fn setup(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(input): Form<add_account::Input>,
) -> Result<Response, Failure> {
    let agency = agencies::first(app.store.read()).await?;
    match add_account::run(&app, agency, Role::Admin, &input, Some(&token)).await {
        Ok(()) => {
            let browser = Browser::default();
            let signed_in = sign_in::run(&app, &input.username, &input.password, browser).await?;
            Ok((cookies(&app, &signed_in), Redirect::to(paths::DESK)).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let errors = form_errors(&error);
            Ok(refused(
                &error,
                setup_form(&agency_name(&app).await?, &token, &input, &errors),
            ))
        }
        Err(error) if error.code == add_account::LINK_USED => {
            let page = link_over(&agency_name(&app).await?, &error);
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn setup_form(
    agency: &str,
    token: &str,
    input: &add_account::Input,
    errors: &FormErrors,
) -> Markup {
    let shell = Shell {
        title: "Thiết lập lần đầu",
        agency_name: agency,
        ..Shell::default()
    };
    citizen_page(
        &shell,
        html! {
            h1 { "Thiết lập lần đầu" }
            p { "Tạo tài khoản quản trị đầu tiên. Đường dẫn này chỉ dùng được một lần." }
            (not_done(errors, "Chưa tạo được tài khoản"))
            form method="post" action=(paths::setup(token)) {
                (text_field(&Field::new("name", "Họ và tên", &input.name, errors).autocomplete("name").autofocus()))
                (text_field(&Field::new("title", "Chức danh", &input.title, errors).optional()))
                (text_field(&Field::new("username", "Tên đăng nhập", &input.username, errors).hint("Chữ không dấu, chữ số; ví dụ: hoa.vp").autocomplete("username")))
                (password_field(&Field::new("password", "Mật khẩu", "", errors).hint("Ít nhất 10 ký tự; một câu ngắn dễ nhớ là tốt nhất").autocomplete("new-password")))
                p { (Button::primary("Tạo tài khoản quản trị").submit()) }
            }
            p { a href=(paths::LOGIN) { "Đã có tài khoản, hoặc muốn mở bản dùng thử" } }
        },
    )
}

/// The fields of an error, for a form.
pub fn form_errors(error: &Error) -> FormErrors {
    let mut errors = FormErrors::new();
    for field in &error.errors {
        errors.add(&field.field, field.message.clone());
    }
    errors
}
