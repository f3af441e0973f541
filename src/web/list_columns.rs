//! Which columns does the register show, and what stands in them? Chosen by each account
//! for itself; the files hold the same.
use axum::{Form, extract::State, response::Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{
    parts::{Button, LIST_COLUMNS, ListColumn, ListOrder},
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::keep_list_columns,
    app::App,
    domain::{
        dossier::{ApplicantKind, Channel, Outcome},
        mask::last_four,
        procedure::Procedure,
        time::to_local,
        viet,
    },
    error::Result,
    reports::register::{COLUMNS, Chosen},
    store::{
        dossiers::Dossier,
        lists,
        register::{By, Order},
    },
};

/// Without these a row could not be told from the next, nor opened.
const ALWAYS: [&str; 3] = ["code", "applicant_name", "procedure_name"];

/// The columns an account chose; ours where it never did.
pub async fn chosen(app: &App, staff: &Staff) -> Result<Option<Chosen>> {
    let kept = lists::columns(app.store.read(), staff.account.id).await?;
    Ok(kept.map(|names| Chosen::named(names.split(',').chain(ALWAYS))))
}

/// What a column is ordered by, and the word for it in an address.
const ORDERS: [(&str, &str, By); 8] = [
    ("code", "ma", By::Entered),
    ("applicant_name", "ten", By::Name),
    ("received_at", "nhan", By::Received),
    ("original_due_at", "hen", By::FirstDue),
    ("due_at", "hen-dang-co", By::Due),
    ("processed_at", "xong", By::Ended),
    ("returned_at", "tra", By::Returned),
    ("waiting_since", "cho", By::Waiting),
];

/// The order that an address asks for: `hen` upwards, `-hen` downwards.
pub fn order(asked: &str) -> Order {
    let (word, down) = match asked.strip_prefix('-') {
        Some(word) => (word, true),
        None => (asked, false),
    };
    let known = ORDERS.iter().find(|(_, of, _)| *of == word);
    known.map_or(Order::NEWEST, |(.., by)| Order { by: *by, down })
}

/// The columns in the order of the screen, each with the way to order by it.
pub fn columns(
    chosen: Option<&Chosen>,
    order: Order,
    href: impl Fn(&str) -> String,
) -> Vec<ListColumn> {
    let wanted = |name: &str| match chosen {
        Some(chosen) => chosen.has(name),
        None => LIST_COLUMNS.iter().any(|column| column.name == name),
    };
    let all = LIST_COLUMNS;
    let (front, back) = all.split_at(4);
    let known = |name: &str| LIST_COLUMNS.iter().any(|column| column.name == name);
    let further = COLUMNS
        .iter()
        .filter(|column| !known(column.name))
        .map(|column| ListColumn {
            name: column.name,
            head: column.label,
            order: None,
        });
    front
        .iter()
        .cloned()
        .chain(further)
        .chain(back.iter().cloned())
        .filter(|column| wanted(column.name))
        .map(|column| {
            let by = ORDERS.iter().find(|(name, ..)| *name == column.name);
            let order = by.map(|(_, word, by)| {
                let now = (order.by == *by).then_some(order.down);
                let turned = now == Some(false);
                let word = if turned {
                    format!("-{word}")
                } else {
                    (*word).to_owned()
                };
                ListOrder {
                    href: href(&word),
                    now,
                }
            });
            ListColumn { order, ..column }
        })
        .collect()
}

/// What stands in a further column; nothing in those that the list itself writes.
pub fn words_of(name: &str, row: &Dossier, procedure: Option<&Procedure>) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let moment =
        |at: Option<DateTime<Utc>>| at.map(|at| viet::moment(to_local(at))).unwrap_or_default();
    match name {
        "procedure_code" => procedure.map(|of| of.code.clone()).unwrap_or_default(),
        "applicant_kind" => ApplicantKind::from_code(&row.applicant_kind)
            .map_or("", ApplicantKind::label)
            .to_owned(),
        "id_number" => row.id_number.as_deref().map(last_four).unwrap_or_default(),
        "phone" => text(&row.phone),
        "email" => text(&row.email),
        "address" => text(&row.address),
        "channel" => Channel::from_code(&row.channel)
            .map_or("", Channel::label)
            .to_owned(),
        "received_at" => moment(Some(row.came_at())),
        "due_at" => moment(row.due_at),
        "processed_at" => moment(row.ended_at),
        "returned_at" => moment(row.returned_at),
        "status" => row.status().label().to_owned(),
        "outcome" => row
            .outcome
            .as_deref()
            .and_then(Outcome::from_code)
            .map_or("", Outcome::label)
            .to_owned(),
        "note" => row.note.clone(),
        "waiting_since" => moment(row.wait_from),
        "external_code" => text(&row.external_code),
        _ => String::new(),
    }
}

/// Where they are chosen; `back` is the list as it stands.
pub fn form(chosen: Option<&Chosen>, back: &str) -> Markup {
    let ticked = |name: &str| match chosen {
        Some(chosen) => chosen.has(name),
        None => LIST_COLUMNS.iter().any(|column| column.name == name),
    };
    html! {
        form method="post" action=(paths::LIST_COLUMNS) {
            input type="hidden" name="ve" value=(back);
            fieldset.field {
                legend { "Cột của danh sách" }
                p.hint { "Tệp Excel, CSV tải từ trang này có đúng các cột đã chọn. Số giấy tờ trên màn hình chỉ hiện bốn số cuối." }
                div.choices {
                    @for column in &COLUMNS {
                        label.choice {
                            input type="checkbox" name="cot" value=(column.name) checked[ticked(column.name)]
                                disabled[ALWAYS.contains(&column.name)];
                            span { (column.label) }
                        }
                    }
                }
            }
            p.row {
                (Button::primary("Lưu các cột").submit())
                (Button::text("Về các cột ban đầu, tệp đủ cột").value("ban-dau", "1").submit())
            }
        }
    }
}

/// Keeps them, and shows the list again.
pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let of = |name: &'static str| {
        let named = sent.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    };
    let names: Vec<&str> = of("cot").collect();
    let ours = of("ban-dau").next().is_some();
    let chosen = (!ours).then(|| Chosen::named(names.into_iter().chain(ALWAYS)));
    keep_list_columns::run(
        &app,
        staff.account.id,
        chosen.as_ref().map(|chosen| {
            let names: Vec<&str> = chosen.columns().map(|column| column.name).collect();
            names.join(",")
        }),
    )
    .await?;
    let back = of("ve").next().unwrap_or_default();
    Ok(Redirect::to(back_to(back)))
}

/// Back to the list that a form stood on, and nowhere else.
pub fn back_to(asked: &str) -> &str {
    let ours = asked
        .strip_prefix(paths::DOSSIERS)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
    if ours { asked } else { paths::DOSSIERS }
}
