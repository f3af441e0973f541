//! `/nhan-su/{username}/tai-khoan-tinh`: which person of the province's identity provider
//! is this account?
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, error_summary, text_field},
    layout::Section,
    parts::Button,
    paths,
    people::{may_change, own_or_oneself},
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::link_identity,
    app::App,
    domain::{time::to_local, viet},
    error::{Kind, Result},
    store::{
        accounts::Account,
        identities::{self, Identity},
    },
};

#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    subject: String,
    /// `bo` unlinks.
    #[serde(default)]
    lam: String,
}

async fn linked(app: &App, person: &Account) -> Result<Option<Identity>> {
    identities::of_account(app.store.read(), &app.settings.oidc.issuer, person.id).await
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(username): Path<String>,
) -> Result<Markup, Failure> {
    may_change(&staff)?;
    let person = own_or_oneself(&app, &staff, &username).await?;
    let link = linked(&app, &person).await?;
    let subject = link.as_ref().map_or("", |link| link.subject.as_str());
    let errors = FormErrors::new();
    Ok(view(&app, &staff, &person, link.as_ref(), subject, &errors))
}

fn view(
    app: &App,
    staff: &Staff,
    person: &Account,
    link: Option<&Identity>,
    subject: &str,
    errors: &FormErrors,
) -> Markup {
    let action = paths::identity(&person.username);
    let issuer = &app.settings.oidc.issuer;
    staff.page("Tài khoản của tỉnh", Section::Staff, None, html! {
        div.head { h1 { "Tài khoản của tỉnh của " (person.name) } }
        section.card { div.body {
            @if issuer.is_empty() {
                p { "Chưa nối với hệ thống đăng nhập của tỉnh nên chưa nối được tài khoản nào. Người cài đặt khai báo hệ thống ấy tại máy chủ." }
            } @else {
                p { "Hệ thống đăng nhập: " b { (issuer) } }
                @match link {
                    Some(link) => p { "Đang nối với mã định danh " code { (link.subject) } ", từ " (viet::moment(to_local(link.linked_at))) "." },
                    None => p { "Chưa nối. Ai đăng nhập bằng tài khoản của tỉnh mà chưa nối thì trang đăng nhập cho biết mã định danh để báo quản trị." },
                }
                (error_summary(errors))
                form method="post" action=(action) {
                    (text_field(&Field::new("subject", "Mã định danh (sub)", subject, errors)
                        .hint("Chép đúng như trang đăng nhập báo, hoặc lấy ở hệ thống của tỉnh").maxlength(255)))
                    p.row { (Button::primary("Nối tài khoản").submit()) }
                }
                @if link.is_some() {
                    form method="post" action=(action) {
                        input type="hidden" name="lam" value="bo";
                        p { "Bỏ nối thì người này bị đăng xuất mọi nơi; mật khẩu vẫn dùng được." }
                        p.row { (Button::danger("Bỏ nối").submit()) }
                    }
                }
            }
            p.row { (Button::text("Về danh sách nhân sự").link(paths::STAFF)) }
        } }
    })
}

pub async fn set(
    State(app): State<App>,
    staff: Staff,
    Path(username): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    may_change(&staff)?;
    let person = own_or_oneself(&app, &staff, &username).await?;
    staff.confirmed(&paths::identity(&person.username))?;
    let (done, word) = if typed.lam == "bo" {
        (
            link_identity::unlink(&app, &person.username).await,
            "bo-noi",
        )
    } else {
        let subject = &typed.subject;
        (
            link_identity::link(&app, &person.username, subject).await,
            "noi",
        )
    };
    match done {
        Ok(()) => {
            let said = [("xong", word), ("ai", person.username.as_str())];
            Ok(Redirect::to(&paths::with_query(paths::STAFF, &said)).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let link = linked(&app, &person).await?;
            let errors = form_errors(&error);
            let page = view(
                &app,
                &staff,
                &person,
                link.as_ref(),
                &typed.subject,
                &errors,
            );
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}
