//! `/co-quan`: names, identifier, telephone and signatories of the agency one works in.
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, checkbox, date_field, error_summary, select, text_field},
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::settle_agency::{self, Signs, Stands},
    app::App,
    domain::time::local_day,
    error::{Error, Kind, Result},
    store::agencies,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    xong: String,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    settle_agency::may(&staff.actor)?;
    let notice = (asked.xong == "1").then(|| Notice::new(NoticeKind::Ok, "Đã lưu."));
    let (stands, signs) = as_it_is(&app, &staff).await?;
    let errors = FormErrors::new();
    Ok(view(&app, &staff, (&stands, &signs), &errors, notice).await?)
}

/// Both forms as they come before anything is typed.
async fn as_it_is(app: &App, staff: &Staff) -> Result<(Stands, Signs)> {
    let today = local_day(app.clock.now());
    let name = agencies::name_by(app.store.read(), staff.actor.agency, today).await?;
    let stands = Stands {
        identifier: name.identifier,
        confirmed: if name.identifier_confirmed { "1" } else { "" }.into(),
        phone: name.phone.unwrap_or_default(),
    };
    let signs = Signs {
        from: parts::day(today),
        ..Signs::default()
    };
    Ok((stands, signs))
}

pub async fn stand(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Stands>,
) -> Result<Response, Failure> {
    let done = settle_agency::stands(&app, &staff.actor, &typed).await;
    let (_, signs) = as_it_is(&app, &staff).await?;
    answer(&app, &staff, done, (&typed, &signs)).await
}

pub async fn sign(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<Signs>,
) -> Result<Response, Failure> {
    let done = settle_agency::signs(&app, &staff.actor, &typed).await;
    let (stands, _) = as_it_is(&app, &staff).await?;
    answer(&app, &staff, done, (&stands, &typed)).await
}

async fn answer(
    app: &App,
    staff: &Staff,
    done: Result<(), Error>,
    typed: (&Stands, &Signs),
) -> Result<Response, Failure> {
    match done {
        Ok(()) => {
            let to = paths::with_query(paths::AGENCY, &[("xong", "1")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let page = view(app, staff, typed, &form_errors(&error), None).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn view(
    app: &App,
    staff: &Staff,
    (stands, signs): (&Stands, &Signs),
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let agency = staff.actor.agency;
    let until = |to: Option<chrono::NaiveDate>| to.map_or_else(|| "nay".into(), parts::day);
    let names = agencies::names(db, agency).await?;
    let names = names.iter().map(|one| {
        vec![
            Cell::Text(format!(
                "{} – {}",
                parts::day(one.valid_from),
                until(one.valid_to)
            )),
            Cell::Text(one.name.clone()),
            Cell::Text(one.parent.clone()),
            Cell::Text(one.identifier.clone()),
        ]
    });
    let signatories = agencies::signatories(db, agency).await?;
    let now = agencies::signatory_on(db, agency, today).await?;
    let signers = signatories.iter().map(|one| {
        let current = now.as_ref().is_some_and(|now| now.id == one.id);
        let who = if one.name.is_empty() {
            "(để trống tên)"
        } else {
            &one.name
        };
        vec![
            Cell::Text(parts::day(one.valid_from)),
            Cell::Markup(html! { (who) @if current { " " span.second { "đang ký" } } }),
            Cell::Text(one.capacity.replace('\n', " / ")),
        ]
    });
    let heads = ["Từ – đến", "Tên", "Cấp trên", "Mã định danh"].map(Column::text);
    let signing = ["Từ ngày", "Người ký", "Quyền hạn"].map(Column::text);
    let ways = [
        ("", "Chọn quyền hạn"),
        ("chairman", "TM. Ủy ban nhân dân, Chủ tịch"),
        ("deputy", "KT. Chủ tịch, Phó Chủ tịch"),
    ];
    Ok(staff.page("Cơ quan", Section::FirstHour, notice, html! {
        nav.crumbs aria-label="Giờ đầu tiên" { a href=(paths::FIRST_HOUR) { "Giờ đầu tiên" } }
        div.head { div { h1 { "Cơ quan, người ký" }
            p { "In ở đầu và cuối mọi giấy tờ. Giấy đã in giữ tên và người ký của ngày ấy." } } }
        (error_summary(errors))
        div.columns.wide {
            section.card { header { h2 { "Mã định danh, điện thoại" } } div.body {
                form method="post" action=(paths::AGENCY) {
                    (text_field(&Field::new("identifier", "Mã định danh", &stands.identifier, errors).maxlength(40)
                        .hint("Đứng đầu mọi mã hồ sơ, ví dụ 000.00.00.H57; mã đã cấp không đổi")))
                    (checkbox(&Field::new("confirmed", "Đã đối chiếu với danh mục mã của tỉnh", "1", errors), stands.confirmed == "1"))
                    (text_field(&Field::new("phone", "Điện thoại", &stands.phone, errors).optional().inputmode("tel").maxlength(40)
                        .hint("Hiện trên trang cho người dân và trên giấy hẹn")))
                    p { (Button::primary("Lưu").submit()) }
                }
            } }
            section.card { header { h2 { "Thêm người ký" } } div.body {
                form method="post" action=(paths::AGENCY_SIGNS) {
                    (text_field(&Field::new("name", "Họ và tên người ký", &signs.name, errors).maxlength(100)))
                    (select(&Field::new("capacity", "Quyền hạn", &signs.capacity, errors), &ways))
                    (date_field(&Field::new("from", "Ký từ ngày", &signs.from, errors).hint("Từ ngày này thay người đang ký")))
                    p { (Button::primary("Thêm người ký").submit()) }
                }
            } }
        }
        section.card { header { h2 { "Người ký theo ngày" } }
            @if signatories.is_empty() { div.body { p { "Chưa có người ký: giấy tờ in ra để trống tên." } } }
            @else { (parts::table(&Table { label: "Người ký theo ngày", columns: &signing, rows: signers.collect(), total: None })) } }
        section.card { header { h2 { "Tên cơ quan theo ngày" } span.small { "Tên mới khi chia tách, sáp nhập do người cài đặt đưa vào" } }
            (parts::table(&Table { label: "Tên cơ quan theo ngày", columns: &heads, rows: names.collect(), total: None })) }
    }))
}
