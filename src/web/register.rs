//! `/ho-so`: which dossiers are there?
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    form::{Field, date_field, select, text_field},
    icons::Icon,
    layout::Section,
    list_columns, many,
    parts::{Button, empty, filter_head, fold},
    paths,
    register_asked::{Asked, filter, with_filter},
    rows::{Group, Listed, Look, by_new_date, how_many},
    saved_filters,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{code, dossier::Status, standing::Standing, time::local_day, viet},
    error::Result,
    lists::List,
    store::{
        dossiers,
        lists::{self, SavedFilter},
        procedures, register,
    },
};

const PAGE: u64 = 50;

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
    let (asked, saved) = asked.opened(&app, &staff).await?;
    Ok(list(&app, &staff, &asked, saved.as_ref())
        .await?
        .into_response())
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

async fn list(
    app: &App,
    staff: &Staff,
    asked: &Asked,
    saved: Option<&SavedFilter>,
) -> Result<Markup> {
    let now = app.clock.now();
    let today = local_day(now);
    let (filter, errors) = filter(app, staff, asked);
    let (rows, found) =
        register::shown(app.store.read(), &filter, by_new_date(app), now, PAGE).await?;
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
    let listed = Listed::load(app, staff.actor.agency, rows.iter()).await?;
    let none = rows.is_empty();
    let chosen = list_columns::chosen(app, staff).await?;
    let here = with_filter(paths::DOSSIERS, asked, "", "");
    let look = Look {
        role: staff.actor.role,
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
        total: found.counted,
        rows,
        list: list.write(&app.settings, staff.account.id)?,
    };
    let table = listed.table(&title, &[group], &look);
    let filters = lists::filters(app.store.read(), staff.account.id).await?;
    Ok(staff.page_with_keys(&title, section, None, KEYS, html! {
        div.head {
            div { h1 { (title) } p { b { (viet::sentence(&how_many(found))) } " hồ sơ" @if found.more { ", gõ thêm từ để tìm hẹp lại" } } }
            div.row {
                @for (words, kind) in [("Excel", "xlsx"), ("CSV", "csv")] {
                    (Button::new(words).icon(Icon::Download).link(&with_filter(paths::REGISTER_FILE, asked, "dang", kind)))
                }
                (Button::new("Sổ theo dõi").icon(Icon::Print).link(&paths::with_query(paths::REGISTER_BOOK, &[("tu", &asked.from), ("den", &asked.to)])))
                (Button::primary("Tiếp nhận hồ sơ").key("F2").link(paths::NEW_DOSSIER))
            }
        }
        (saved_filters::row(&filters, asked.loc))
        (fold(&filter_head(conditions(asked)), &html! { form.card.filter method="post" action=(paths::DOSSIERS) role="search" {
            @if filter.to_approve { input type="hidden" name="viec" value="cho-ky"; }
            @if !asked.sap.is_empty() { input type="hidden" name="sap" value=(asked.sap); }
            div.body { div.fields {
                div.field.wide { (text_field(&Field::new("q", "Mã hồ sơ, họ tên, số giấy tờ hoặc thủ tục", &asked.q, &errors).quiet())) }
                (select(&Field::new("standing", "Tình trạng", &asked.standing, &errors).quiet(), &standings))
                (select(&Field::new("status", "Trạng thái", &asked.status, &errors).quiet(), &statuses))
                (select(&Field::new("field", "Lĩnh vực", &asked.field, &errors).quiet(), &fields))
                (date_field(&Field::new("from", "Nhận từ ngày", &asked.from, &errors).quiet()))
                (date_field(&Field::new("to", "Đến ngày", &asked.to, &errors).quiet()))
                div.field { (Button::new("Lọc").sending("Đang lọc…").submit()) @if conditions(asked) > 0 { " " a href=(paths::DOSSIERS) { "Bỏ lọc" } } }
            } }
        } }))
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

/// How much of the filter is set; the order narrows nothing.
fn conditions(asked: &Asked) -> usize {
    let pairs = asked.pairs();
    let narrows = pairs.iter().filter(|(name, _)| *name != "sap");
    narrows.filter(|(_, value)| !value.is_empty()).count()
}

/// Why the list is empty, and the way on.
fn nothing(asked: &Asked) -> Markup {
    if asked.viec == "cho-ky" {
        return empty(
            "Không có hồ sơ chờ ký.",
            "Hồ sơ thẩm định xong sẽ hiện ở đây.",
            Some((paths::DOSSIERS, "Xem mọi hồ sơ")),
        );
    }
    if conditions(asked) == 0 {
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
