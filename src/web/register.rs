//! `/ho-so`: which dossiers are there?
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, select, text_field},
    icons::Icon,
    layout::Section,
    list_columns, many,
    parts::{Button, empty},
    paths,
    rows::{Group, Listed, Look, by_new_date},
    saved_filters,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{code, dossier::Status, standing::Standing, time::local_day, viet},
    error::{FieldErrors, Result},
    lists::List,
    store::{
        dossiers,
        lists::{self, SavedFilter},
        procedures,
        register::{self, Filter},
    },
};

const PAGE: u64 = 50;

#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
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
    /// In which order: `hen`, `-hen`.
    #[serde(default)]
    sap: String,
    /// A saved filter, which says all of the above but the order.
    loc: Option<i64>,
    after: Option<i64>,
    /// `csv`, `xlsx` or `json`, for the file.
    #[serde(default)]
    pub dang: String,
}

impl Asked {
    /// With what the saved filter says, where one is opened, and that filter.
    pub async fn opened(self, app: &App, staff: &Staff) -> Result<(Self, Option<SavedFilter>)> {
        let Some(id) = self.loc else {
            return Ok((self, None));
        };
        let saved = lists::filter_of(app.store.read(), staff.account.id, id).await?;
        let mut kept = saved_filters::read(&saved.query);
        kept.sap = Some(self.sap)
            .filter(|sap| !sap.is_empty())
            .unwrap_or(kept.sap);
        let asked = Self {
            loc: self.loc,
            after: self.after,
            dang: self.dang,
            ..kept
        };
        Ok((asked, Some(saved)))
    }

    /// What a saved filter keeps: everything but the place in the list.
    pub fn pairs(&self) -> [(&'static str, &str); 8] {
        [
            ("q", &self.q),
            ("standing", &self.standing),
            ("status", &self.status),
            ("field", &self.field),
            ("from", &self.from),
            ("to", &self.to),
            ("viec", &self.viec),
            ("sap", &self.sap),
        ]
    }
}

pub async fn register(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    // A whole code, typed or scanned, opens its dossier.
    let typed = code::typed(&asked.q);
    if typed.contains('-')
        && let Ok(dossier) = dossiers::by_code(app.store.read(), staff.actor.agency, &typed).await
    {
        return Ok(Redirect::to(&paths::dossier(&dossier.code)).into_response());
    }
    let (asked, saved) = asked.opened(&app, &staff).await?;
    Ok(list(&app, &staff, &asked, saved.as_ref())
        .await?
        .into_response())
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
        order: list_columns::order(&asked.sap),
        ..Filter::default()
    };
    (filter, errors)
}

async fn list(
    app: &App,
    staff: &Staff,
    asked: &Asked,
    saved: Option<&SavedFilter>,
) -> Result<Markup> {
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
        _ if saved.is_some() => format!("Hồ sơ: {}", saved.map_or("", |saved| &saved.name)),
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
    let chosen = list_columns::chosen(app, staff).await?;
    let here = with_filter(paths::DOSSIERS, asked, "", "");
    let look = Look {
        columns: list_columns::columns(chosen.as_ref(), filter.order, |word| {
            let asked = Asked {
                sap: word.to_owned(),
                ..asked.clone()
            };
            with_filter(paths::DOSSIERS, &asked, "", "")
        }),
        choose: true,
    };
    let list = List {
        title: title.clone(),
        back: here.clone(),
        filter: filter.clone(),
    };
    let group = Group {
        title: String::new(),
        total,
        rows,
        list: app.lists.keep(staff.account.id, list),
    };
    let table = listed.table(&title, &[group], &look);
    let filters = lists::filters(app.store.read(), staff.account.id).await?;
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
        (saved_filters::row(&filters, asked.loc))
        form.card.filter method="get" action=(paths::DOSSIERS) role="search" {
            @if filter.to_approve { input type="hidden" name="viec" value="cho-ky"; }
            div.body { div.fields {
                div.field.wide { (text_field(&Field::new("q", "Mã hồ sơ, họ tên, số giấy tờ hoặc thủ tục", &asked.q, &errors).quiet())) }
                (select(&Field::new("standing", "Tình trạng", &asked.standing, &errors).quiet(), &standings))
                (select(&Field::new("status", "Trạng thái", &asked.status, &errors).quiet(), &statuses))
                (select(&Field::new("field", "Lĩnh vực", &asked.field, &errors).quiet(), &fields))
                (date_field(&Field::new("from", "Nhận từ ngày", &asked.from, &errors).quiet()))
                (date_field(&Field::new("to", "Đến ngày", &asked.to, &errors).quiet()))
                div.field { (Button::new("Lọc").submit()) " " a href=(paths::DOSSIERS) { "Bỏ lọc" } }
            } }
        }
        div.row.asides {
            (saved_filters::form(asked, saved))
            details { summary { "Chọn cột" } (list_columns::form(chosen.as_ref(), &here)) }
        }
        @if none {
            (nothing(asked))
        } @else {
            (table)
            (many::chooser(staff, &here))
        }
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

/// Why the list is empty, and the way on.
fn nothing(asked: &Asked) -> Markup {
    let narrowed = asked
        .pairs()
        .iter()
        .any(|(name, value)| *name != "sap" && !value.is_empty());
    if asked.viec == "cho-ky" {
        return empty(
            "Không có hồ sơ chờ ký.",
            "Hồ sơ thẩm định xong sẽ hiện ở đây.",
            Some((paths::DOSSIERS, "Xem mọi hồ sơ")),
        );
    }
    if !narrowed {
        return empty(
            "Chưa có hồ sơ nào.",
            "Bấm F2 để tiếp nhận hồ sơ đầu tiên; sổ cũ thì Văn phòng nhập từ tệp.",
            Some((paths::NEW_DOSSIER, "Tiếp nhận hồ sơ")),
        );
    }
    let words = if asked.q.is_empty() {
        "Thử bớt một điều kiện lọc."
    } else {
        "Thử bớt từ khóa; gõ không dấu cũng tìm được."
    };
    empty(
        "Không có hồ sơ nào khớp bộ lọc.",
        words,
        Some((paths::DOSSIERS, "Bỏ lọc")),
    )
}

fn next_page(asked: &Asked, after: i64) -> String {
    with_filter(paths::DOSSIERS, asked, "after", &after.to_string())
}

/// The same filter elsewhere, with one more parameter.
fn with_filter(path: &str, asked: &Asked, name: &str, value: &str) -> String {
    let pairs = [
        ("q", asked.q.as_str()),
        ("standing", &asked.standing),
        ("status", &asked.status),
        ("field", &asked.field),
        ("from", &asked.from),
        ("to", &asked.to),
        ("viec", &asked.viec),
        ("sap", &asked.sap),
        (name, value),
    ];
    let loc = asked.loc.map(|id| id.to_string()).unwrap_or_default();
    let saved = [("loc", loc.as_str()), ("sap", &asked.sap), (name, value)];
    // A saved filter is named; what it holds stands in no address.
    let pairs = if asked.loc.is_some() {
        &saved[..]
    } else {
        &pairs[..]
    };
    let given: Vec<(&str, &str)> = pairs
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    paths::with_query(path, &given)
}
