//! `/ho-so`: which dossiers are there?
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, select, text_field},
    icons::Icon,
    layout::Section,
    parts::{Button, empty},
    paths,
    rows::{Listed, by_new_date},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{code, dossier::Status, standing::Standing, time::local_day, viet},
    error::{Error, FieldErrors, Result},
    store::{
        dossiers, procedures,
        register::{self, Filter},
    },
    vault,
};

const PAGE: u64 = 50;

/// More of the words that are looked for is no search.
const MOST_WORDS: usize = 200;

#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// Words as typed. They name people: a form posts them, and no address holds them.
    #[serde(default)]
    q: String,
    /// The same words covered, as they stand in an address.
    #[serde(default)]
    tim: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    viec: String,
    after: Option<i64>,
    /// `csv`, `xlsx` or `json`, for the file.
    #[serde(default)]
    pub dang: String,
}

impl Asked {
    /// What an address asks, its words readable again.
    pub fn uncovered(mut self, app: &App, staff: &Staff) -> Result<Self> {
        if !self.tim.is_empty() {
            let words = vault::uncover(&app.settings, staff.actor.agency, &self.tim)?;
            self.q = words.ok_or_else(|| {
                Error::invalid(
                    "q",
                    "Không đọc lại được từ khóa trong địa chỉ này. Mời mở lại trang Hồ sơ và gõ từ khóa.",
                )
            })?;
        }
        Ok(self)
    }

    /// What was typed, its words covered for the addresses of the list that follows.
    fn covered(mut self, app: &App, staff: &Staff) -> Result<Self> {
        let words: String = self.q.trim().chars().take(MOST_WORDS).collect();
        self.tim = match words.as_str() {
            "" => String::new(),
            words => vault::cover(&app.settings, staff.actor.agency, words)?,
        };
        Ok(self)
    }
}

/// The list of what these words find, as the box at the top names it.
pub fn list_of(app: &App, staff: &Staff, words: &str) -> Result<String> {
    let asked = Asked {
        q: words.to_owned(),
        ..Asked::default()
    };
    Ok(with_filter(
        paths::DOSSIERS,
        &asked.covered(app, staff)?,
        "",
        "",
    ))
}

/// The filter as posted: on to the address of its list.
pub async fn search(
    State(app): State<App>,
    staff: Staff,
    Form(asked): Form<Asked>,
) -> Result<Response, Failure> {
    look_for(&app, &staff, asked).await
}

pub async fn register(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    // A scanned code comes in the address; words of an old bookmark leave it.
    if !asked.q.trim().is_empty() {
        return look_for(&app, &staff, asked).await;
    }
    let asked = asked.uncovered(&app, &staff)?;
    Ok(list(&app, &staff, &asked).await?.into_response())
}

async fn look_for(app: &App, staff: &Staff, asked: Asked) -> Result<Response, Failure> {
    // A whole code, typed or scanned, opens its dossier.
    let typed = code::typed(&asked.q);
    if typed.contains('-')
        && let Ok(dossier) = dossiers::by_code(app.store.read(), staff.actor.agency, &typed).await
    {
        return Ok(Redirect::to(&paths::dossier(&dossier.code)).into_response());
    }
    let list = with_filter(paths::DOSSIERS, &asked.covered(app, staff)?, "", "");
    Ok(Redirect::to(&list).into_response())
}

/// What was asked, as the query takes it; the days that could not be read are named.
pub fn filter(app: &App, staff: &Staff, asked: &Asked) -> (Filter, FormErrors) {
    let today = local_day(app.clock.now());
    let mut wrong = FieldErrors::default();
    let mut day = |name: &str, text: &str| match text.trim() {
        "" => None,
        text => wrong.keep(name, viet::read_date(text, today)),
    };
    let (from, to) = (day("from", &asked.from), day("to", &asked.to));
    let mut errors = FormErrors::new();
    for error in &wrong.into_error().errors {
        errors.add(&error.field, error.message.clone());
    }
    let filter = Filter {
        agency: staff.actor.agency,
        words: asked.q.clone(),
        standing: Standing::from_code(&asked.standing),
        status: Status::from_code(&asked.status),
        field: Some(asked.field.replace('\0', "")).filter(|field| !field.is_empty()),
        from,
        to,
        to_approve: asked.viec == "cho-ky",
        after_id: asked.after,
        ..Filter::default()
    };
    (filter, errors)
}

async fn list(app: &App, staff: &Staff, asked: &Asked) -> Result<Markup> {
    let now = app.clock.now();
    let today = local_day(now);
    let (filter, errors) = filter(app, staff, asked);
    let (rows, total) =
        register::page(app.store.read(), &filter, by_new_date(app), now, PAGE).await?;
    let next = rows
        .last()
        .filter(|_| rows.len() as u64 == PAGE)
        .map(|row| next_page(asked, row.id));
    let fields = procedures::fields(app.store.read(), today).await?;
    let fields: Vec<(&str, &str)> = fields.iter().map(|f| (f.as_str(), f.as_str())).collect();
    let standings: Vec<(&str, &str)> = Standing::ALL
        .iter()
        .filter(|standing| **standing != Standing::None)
        .map(|standing| (standing.code(), standing.label()))
        .collect();
    let statuses: Vec<(&str, &str)> = Status::ALL
        .iter()
        .map(|status| (status.code(), status.label()))
        .collect();
    let title = match (filter.standing, filter.to_approve) {
        (_, true) => "Hồ sơ chờ lãnh đạo ký".to_owned(),
        (Some(standing), _) => format!("Hồ sơ: {}", standing.label().to_lowercase()),
        _ => "Hồ sơ".to_owned(),
    };
    let section = if filter.to_approve {
        Section::Approvals
    } else {
        Section::Dossiers
    };
    let listed = Listed::load(app, rows.iter()).await?;
    let none = rows.is_empty();
    let table = listed.table(&title, &[(String::new(), total, rows)]);
    Ok(staff.page_with_keys(&title, section, None, KEYS, html! {
        div.head {
            div { h1 { (title) } p { b { (viet::number(i64::try_from(total).unwrap_or(i64::MAX))) } " hồ sơ" } }
            div.row {
                @for (words, kind) in [("Excel", "xlsx"), ("CSV", "csv")] {
                    (Button::new(words).icon(Icon::Download).link(&with_filter(paths::REGISTER_FILE, asked, "dang", kind)))
                }
                (Button::new("Sổ theo dõi").icon(Icon::Print).link(&paths::with_query(paths::REGISTER_BOOK, &[("tu", &asked.from), ("den", &asked.to)])))
                (Button::primary("Tiếp nhận hồ sơ").key("F2").link(paths::NEW_DOSSIER))
            }
        }
        form.card.filter method="post" action=(paths::DOSSIERS) role="search" {
            @if filter.to_approve { input type="hidden" name="viec" value="cho-ky"; }
            div.body { div.fields {
                div.field.wide { (text_field(&Field::new("q", "Mã hồ sơ, họ tên, số giấy tờ hoặc thủ tục", &asked.q, &errors).quiet())) }
                (select(&Field::new("standing", "Tình trạng", &asked.standing, &errors).quiet(), &standings))
                (select(&Field::new("status", "Trạng thái", &asked.status, &errors).quiet(), &statuses))
                (select(&Field::new("field", "Lĩnh vực", &asked.field, &errors).quiet(), &fields))
                (date_field(&Field::new("from", "Nhận từ ngày", &asked.from, &errors).quiet()))
                (date_field(&Field::new("to", "Đến ngày", &asked.to, &errors).quiet()))
                div.field { (Button::new("Lọc").sending("Đang lọc…").submit()) " " a href=(paths::DOSSIERS) { "Bỏ lọc" } }
            } }
        }
        @if none {
            (empty("Không có hồ sơ nào.", "Thử bớt từ khóa; gõ không dấu cũng tìm được.", Some((paths::DOSSIERS, "Bỏ lọc"))))
        } @else { (table) }
        @if let Some(next) = next { p { a href=(next) { "Xem " (PAGE) " hồ sơ tiếp theo" } } }
    }))
}

/// Keys of a list.
pub const KEYS: &[(&str, &str)] = &[
    ("↑ ↓", "chọn dòng"),
    ("Enter", "mở"),
    ("T", "trả kết quả"),
    ("B", "yêu cầu bổ sung"),
    ("X", "xin lỗi, hẹn lại"),
    ("G", "in giấy hẹn"),
];

fn next_page(asked: &Asked, after: i64) -> String {
    with_filter(paths::DOSSIERS, asked, "after", &after.to_string())
}

/// The same filter elsewhere, with one more parameter.
fn with_filter(path: &str, asked: &Asked, name: &str, value: &str) -> String {
    let pairs = [
        ("tim", asked.tim.as_str()),
        ("standing", &asked.standing),
        ("status", &asked.status),
        ("field", &asked.field),
        ("from", &asked.from),
        ("to", &asked.to),
        ("viec", &asked.viec),
        (name, value),
    ];
    let given: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    paths::with_query(path, &given)
}
