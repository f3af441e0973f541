//! `/dang-nhap/ma`, `/tai-khoan/ma`, `/xac-nhan`: the code from the telephone, and the
//! password once more.
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{
    cookies::cookie,
    form::{Field, FormErrors, not_done, password_field, text_field},
    layout::{Shell, citizen_page},
    parts::Button,
    paths,
    session::{Failure, HalfSigned, is_confirmed, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{second_factor, sign_in},
    app::App,
    domain::viet,
    error::{Error, Kind, Result},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Given {
    ma: String,
    password: String,
    ve: String,
}

fn frame(half: &HalfSigned, title: &str, body: Markup) -> Markup {
    let shell = Shell {
        title,
        agency_name: &half.agency_name,
        parent_line: Some("Bộ phận Một cửa"),
        demo: half.demo.as_deref(),
        ..Shell::default()
    };
    citizen_page(&shell, body)
}

/// The code is asked for; where there is no secret yet, the telephone gets one first.
pub async fn page(
    State(app): State<App>,
    half: HalfSigned,
    Query(given): Query<Given>,
) -> Result<Response, Failure> {
    // Another browser of this account may look at the secret only before it is in force.
    let strong = half.session.second_at.is_some();
    if strong && half.account.totp_since.is_some() {
        return Ok(Redirect::to(paths::back(&given.ve)).into_response());
    }
    if let Some(first) = confirm_first(&app, &half) {
        return Ok(first.into_response());
    }
    Ok(view(&app, &half, &given, &FormErrors::new())
        .await?
        .into_response())
}

/// A first secret is for whoever gave the password a moment ago, at the door or again:
/// a screen left open must not be tied to somebody else's telephone.
fn confirm_first(app: &App, half: &HalfSigned) -> Option<Redirect> {
    let first = half.account.totp_since.is_none();
    (first && !is_confirmed(app, &half.session))
        .then(|| Redirect::to(&paths::with_query(paths::CONFIRM, &[("ve", paths::SECOND)])))
}

async fn view(app: &App, half: &HalfSigned, given: &Given, errors: &FormErrors) -> Result<Markup> {
    let first = half.account.totp_since.is_none();
    let started = if first {
        let (url, secret) = second_factor::begin(app, &half.account).await?;
        let code = fast_qr::QRBuilder::new(url)
            .build()
            .map_err(|why| Error::internal(why.to_string()))?;
        let picture = fast_qr::convert::svg::SvgBuilder::default().to_str(&code);
        Some((picture, secret))
    } else {
        None
    };
    Ok(frame(
        half,
        "Mã trên điện thoại",
        html! {
            h1 { "Mã trên điện thoại" }
            (not_done(errors, "Chưa xong"))
            @if let Some((picture, secret)) = &started {
                p { "Tài khoản này cần thêm một mã ngoài mật khẩu. Mở ứng dụng xác thực trên điện thoại (Google Authenticator, Microsoft Authenticator, Aegis…), chọn thêm tài khoản, quét hình này." }
                div.qr role="img" aria-label="Mã QR để thêm tài khoản vào ứng dụng xác thực" { (PreEscaped(picture)) }
                p { "Không quét được: nhập tay khóa " code { (secret) } }
            }
            form method="post" action=(paths::SECOND) {
                input type="hidden" name="ve" value=(given.ve);
                (text_field(&Field::new("ma", "Mã sáu chữ số", "", errors).autocomplete("one-time-code").hint("Mã đổi mỗi 30 giây; mỗi mã dùng một lần").autofocus()))
                p { (Button::primary("Xác nhận mã").submit()) }
            }
            form method="post" action=(paths::LOGOUT) { p { (Button::new("Đăng xuất").submit()) } }
        },
    ))
}

pub async fn check(
    State(app): State<App>,
    half: HalfSigned,
    Form(given): Form<Given>,
) -> Result<Response, Failure> {
    if let Some(first) = confirm_first(&app, &half) {
        return Ok(first.into_response());
    }
    match second_factor::check(&app, &half.account, &half.secret, &given.ma).await {
        Ok(session) => {
            Ok((cookie(&app, &session), Redirect::to(paths::back(&given.ve))).into_response())
        }
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::TooMany) => {
            let mut errors = form_errors(&error);
            if error.kind == Kind::TooMany {
                errors.add("ma", error.detail.clone());
            }
            let page = view(&app, &half, &given, &errors).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// The password once more.
pub async fn confirm_page(half: HalfSigned, Query(given): Query<Given>) -> Markup {
    confirm_view(&half, &given, &FormErrors::new())
}

fn confirm_view(half: &HalfSigned, given: &Given, errors: &FormErrors) -> Markup {
    frame(
        half,
        "Xác nhận mật khẩu",
        html! {
            h1 { "Xác nhận mật khẩu" }
            p { "Việc sắp làm hệ trọng hoặc không lấy lại được. Nhập lại mật khẩu của " b { (half.account.name) } " rồi làm tiếp." }
            (not_done(errors, "Chưa xong"))
            form method="post" action=(paths::CONFIRM) {
                input type="hidden" name="ve" value=(given.ve);
                (password_field(&Field::new("password", "Mật khẩu", "", errors).autocomplete("current-password")))
                p { (Button::primary("Xác nhận").submit()) }
            }
        },
    )
}

pub async fn confirm(
    State(app): State<App>,
    half: HalfSigned,
    Form(given): Form<Given>,
) -> Result<Response, Failure> {
    match sign_in::confirm(&app, &half.account, &half.secret, &given.password).await {
        Ok(session) => {
            Ok((cookie(&app, &session), Redirect::to(paths::back(&given.ve))).into_response())
        }
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::TooMany) => {
            let mut errors = form_errors(&error);
            if error.kind == Kind::TooMany {
                errors.add("password", error.detail.clone());
            }
            Ok(refused(&error, confirm_view(&half, &given, &errors)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// How the second factor of an account stands, for its own page.
pub fn state(account: &crate::store::accounts::Account) -> Markup {
    html! {
        @match account.totp_since {
            Some(since) => { "đang dùng, từ " (viet::moment(crate::domain::time::to_local(since))) },
            None => { a href=(paths::SECOND) { "Bật mã trên điện thoại" } },
        }
    }
}
