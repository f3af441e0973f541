//! `/ban-giao`: what was given to me and not taken, what I gave and nobody took, what
//! I hold, what lies at other agencies.
use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Table, Tone, empty, status_badge, tile, tiles},
    paths,
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{
        dossier::Act,
        time::{local_day, to_local},
        viet,
    },
    error::Result,
    store::{
        holdings::{self, Hands, Hop, Hops},
        leaves,
    },
};

/// Rows shown; the number above them is the true one.
const MOST: u64 = 100;

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    muc: String,
}

/// Whose lists a member of staff reads: one's own, and those stood in for today.
pub async fn hands(app: &App, staff: &Staff) -> Result<Hands> {
    let today = local_day(app.clock.now());
    let mut accounts = vec![staff.account.id];
    accounts.extend(
        leaves::stood_in_for(
            app.store.read(),
            staff.actor.agency,
            staff.account.id,
            today,
        )
        .await?,
    );
    Ok(Hands {
        agency: staff.actor.agency,
        role: staff.actor.role,
        title: staff.account.title.clone(),
        accounts,
    })
}

const HEAPS: [(&str, &str, Hops); 4] = [
    ("nhan", "Chờ tôi nhận", Hops::ToTake),
    ("giao", "Tôi giao, chưa ai nhận", Hops::NotTaken),
    ("giu", "Tôi đang giữ", Hops::Held),
    ("ngoai", "Ở cơ quan khác", Hops::Elsewhere),
];

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let hands = hands(&app, &staff).await?;
    let now = app.clock.now();
    let chosen = HEAPS
        .iter()
        .position(|(name, ..)| *name == asked.muc)
        .unwrap_or(0);
    let mut cards = Vec::new();
    let mut shown = (Vec::new(), 0);
    for (place, (name, words, which)) in HEAPS.iter().enumerate() {
        let most = if place == chosen { MOST } else { 0 };
        let (rows, total) = holdings::hops(app.store.read(), &hands, *which, most).await?;
        let href = paths::with_query(paths::HAND_OVERS, &[("muc", name)]);
        let count = usize::try_from(total).unwrap_or(usize::MAX);
        cards.push(tile(&href, count, words, place == chosen, false));
        if place == chosen {
            shown = (rows, total);
        }
    }
    let (_, words, which) = HEAPS[chosen];
    let (rows, total) = shown;
    let stood_in = hands.accounts.len() > 1;
    Ok(staff.page("Bàn giao hồ sơ", Section::HandOvers, None, html! {
        div.head {
            div {
                h1 { "Bàn giao hồ sơ" }
                p { "Hồ sơ chuyển trong ngày; nhận sau 15 giờ thì chuyển vào đầu giờ ngày làm việc tiếp theo (NĐ 61/2018/NĐ-CP Điều 18.2)." }
                @if stood_in { p { "Gồm cả hồ sơ của người tôi đang thay." } }
            }
            div.row { (Button::new("Nghỉ phép, người thay").link(paths::LEAVES)) (Button::new("Liên thông").link(paths::TRANSFERS)) }
        }
        (tiles("Lọc bàn giao", &cards))
        @if rows.is_empty() { (empty("Không có hồ sơ nào ở mục này.", "Chọn mục khác ở trên.", Some((paths::DESK, "Về bàn làm việc")))) }
        @else { (list(words, which, &rows, now)) }
        @if total > MOST { p.second { "Hiện " (MOST) " hồ sơ giao sớm nhất trong " (total) "." } }
    }))
}

fn list(label: &str, which: Hops, rows: &[Hop], now: DateTime<Utc>) -> Markup {
    let columns = [
        "Hồ sơ",
        "Thủ tục",
        "Bước",
        "Giao",
        if which == Hops::Held {
            "Hẹn trả"
        } else {
            "Phải nhận trước"
        },
        "Việc",
    ]
    .map(Column::text);
    let rows = rows.iter().map(|hop| {
        let given = to_local(hop.given_at);
        let whom = if hop.holder.is_empty() { "bộ phận phụ trách" } else { &hop.holder };
        let late = which != Hops::Held && hop.pass_by.is_some_and(|by| by < now);
        let by = if which == Hops::Held { hop.due_at } else { hop.pass_by };
        let version = hop.version.to_string();
        vec![
            Cell::Markup(html! { a href=(paths::dossier(&hop.code)) { (hop.applicant_name) } p.small { (parts::code(&hop.code, true)) } }),
            Cell::Text(hop.procedure_name.clone()),
            Cell::Markup(html! { (hop.step_name) p.small { (whom) } }),
            Cell::Markup(html! { (given.format("%H:%M")) ", " (parts::day_month(given.date())) @if !hop.given_by.is_empty() { p.small { (hop.given_by) } } }),
            Cell::Markup(html! {
                @if let Some(by) = by { (viet::moment(to_local(by))) } @else { "–" }
                @if late { p { (status_badge(Tone::Overdue, Icon::Warn, "quá giờ nhận")) } }
                @if hop.waiting { p.small { "đồng hồ đang dừng" } }
            }),
            Cell::Markup(html! {
                @if which == Hops::ToTake && !hop.waiting {
                    (Button::new("Nhận").post(&paths::dossier_act(&hop.code, Act::Take.code()), &[("expected_version", &version), ("ve", paths::HAND_OVERS)]))
                } @else { a href=(paths::dossier(&hop.code)) { "Mở hồ sơ" } }
            }),
        ]
    });
    html! { section.card { (parts::table(&Table { label, columns: &columns, rows: rows.collect(), total: None })) } }
}
