//! `/ban-lam-viec`: what must leave my hands now?
use axum::extract::{Query, State};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    first_hour,
    icons::Icon,
    layout::Section,
    parts::{self, Button, Notice, NoticeKind, empty, tile, tiles},
    paths,
    register::KEYS,
    rows::{Group, Listed, Look, by_new_date},
    session::{Failure, Staff},
};
use crate::{
    app::App,
    domain::{
        calendar::Calendar,
        dossier::Status,
        procedure::Procedure,
        role::Role,
        standing::Standing,
        time::{day_start, local_day, to_local},
    },
    error::Result,
    lists::List,
    reports::apologies::unsaid,
    store::{
        desk::{self, Today},
        pauses, procedures,
        register::{self, Filter, Order},
    },
};

/// Rows of a group on the desk; the rest is one link away.
const MOST: u64 = 20;

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    loc: String,
}

/// What a tile counts and lists.
struct Heap {
    /// In the address.
    name: &'static str,
    words: &'static str,
    bad: bool,
    groups: Vec<(String, Filter)>,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    Ok(view(&app, &staff, &asked.loc).await?)
}

async fn view(app: &App, staff: &Staff, chosen: &str) -> Result<Markup> {
    let now = app.clock.now();
    let today = local_day(now);
    let office = app.office(staff.actor.agency).await?;
    let calendar = &office.calendar;
    let next = calendar.next_working_day(today).ok();
    let heaps = heaps(staff, next);
    let chosen = heaps
        .iter()
        .position(|heap| heap.name == chosen)
        .unwrap_or(0);
    let mut cards = Vec::new();
    let mut lists: Vec<Group> = Vec::new();
    for (place, heap) in heaps.iter().enumerate() {
        let mut count = 0;
        for (title, filter) in &heap.groups {
            if place == chosen {
                let (rows, total) =
                    register::page(app.store.read(), filter, by_new_date(app), now, MOST).await?;
                count += total;
                if total > 0 {
                    let list = List {
                        title: title.clone(),
                        back: paths::with_query(paths::DESK, &[("loc", heap.name)]),
                        filter: filter.clone(),
                    };
                    lists.push(Group {
                        title: title.clone(),
                        total,
                        rows,
                        list: list.write(&app.settings, staff.account.id)?,
                    });
                }
            } else {
                count += register::count(app.store.read(), filter, by_new_date(app), now).await?;
            }
        }
        let href = paths::with_query(paths::DESK, &[("loc", heap.name)]);
        let shown = usize::try_from(count).unwrap_or(usize::MAX);
        cards.push(tile(
            &href,
            shown,
            heap.words,
            place == chosen,
            heap.bad && count > 0,
        ));
    }
    let unsaid = usize::try_from(unsaid(app, staff.actor.agency).await?).unwrap_or(usize::MAX);
    let href = paths::with_query(paths::APOLOGIES, &[("muc", "tre")]);
    cards.push(tile(&href, unsaid, "Trễ, chưa xin lỗi", false, unsaid > 0));
    let standing = pauses::standing(app.store.read(), Some(staff.actor.agency)).await?;
    if !standing.is_empty() {
        let words = "Giấy đã đến, đồng hồ còn dừng";
        cards.push(tile(
            paths::PAUSES_STANDING,
            standing.len(),
            words,
            false,
            true,
        ));
    }
    let listed = Listed::load(
        app,
        staff.actor.agency,
        lists.iter().flat_map(|group| &group.rows),
    )
    .await?;
    let counts = desk::today(app.store.read(), staff.actor.agency, day_start(today)).await?;
    let upcoming = if lists.is_empty() {
        upcoming(app, staff).await?
    } else {
        None
    };
    let receives = matches!(staff.actor.role, Role::Receptionist | Role::Admin);
    let quick = if receives {
        quick(app, staff, now).await?
    } else {
        Vec::new()
    };
    let first = match staff.actor.role {
        Role::Admin => first_hour::left(app, staff).await?,
        _ => 0,
    };
    let first_words = format!("Giờ đầu tiên: còn {first} việc nên xem trước khi nhận hồ sơ.");
    let first = (first > 0).then(|| {
        Notice::new(NoticeKind::Info, &first_words).link(paths::FIRST_HOUR, "Xem từng việc")
    });
    Ok(staff.page_with_keys("Bàn làm việc", Section::Desk, first, KEYS, html! {
        div.head {
            div { h1 { (parts::date_words(today)) } p { (ahead(calendar, today, next)) } }
            @if receives {
                div.row { (Button::primary("Tiếp nhận hồ sơ").icon(Icon::Plus).key("F2").accesskey("n").link(paths::NEW_DOSSIER)) }
            }
        }
        (tiles("Lọc việc", &cards))
        div.split {
            div {
                @if lists.is_empty() {
                    (empty("Không còn việc phải làm ngay.", &upcoming.unwrap_or_default(), None))
                } @else { (listed.table(heaps[chosen].words, &lists, &Look::of(staff.actor.role))) }
            }
            aside {
                @if !quick.is_empty() { (quick_card(&quick)) }
                (today_card(&counts, now))
            }
        }
    }))
}

/// The tiles of a role; the first is what is open when one comes in.
fn heaps(staff: &Staff, next: Option<NaiveDate>) -> Vec<Heap> {
    let base = Filter {
        agency: staff.actor.agency,
        order: Order::DUE,
        // A specialist sees what he holds.
        assigned_to: staff.account.id.into(),
        ..Filter::default()
    };
    let base = if staff.actor.role == Role::Specialist {
        base
    } else {
        Filter {
            assigned_to: None,
            ..base
        }
    };
    let standing = |standing| Filter {
        standing: Some(standing),
        ..base.clone()
    };
    let status = |status| Filter {
        status: Some(status),
        ..base.clone()
    };
    let overdue = ("Quá hạn, chưa xong".to_owned(), standing(Standing::Overdue));
    let today = ("Hẹn hôm nay".to_owned(), standing(Standing::DueToday));
    let sign = (
        "Chờ lãnh đạo ký".to_owned(),
        Filter {
            to_approve: true,
            ..base.clone()
        },
    );
    let mut now = vec![overdue.clone(), today.clone()];
    if let Some(next) = next {
        let title = format!(
            "Hẹn ngày làm việc tới, {} {}",
            parts::dates::weekday(next.weekday()),
            parts::day_month(next)
        );
        now.push((
            title,
            Filter {
                due_on: Some(next),
                ..base.clone()
            },
        ));
    }
    now.push((
        "Nộp trực tuyến, chờ tiếp nhận".to_owned(),
        status(Status::Registered),
    ));
    let heap = |name, words, bad, groups| Heap {
        name,
        words,
        bad,
        groups,
    };
    let first = if staff.actor.role == Role::Leader {
        heap("cho-ky", "Chờ ký", false, vec![sign])
    } else {
        heap("ngay", "Cần làm ngay", false, now)
    };
    vec![
        first,
        heap("qua-han", "Quá hạn", true, vec![overdue]),
        heap("hom-nay", "Hẹn hôm nay", false, vec![today]),
        heap(
            "cho",
            "Chờ bổ sung",
            false,
            vec![(
                "Chờ bổ sung, chờ nộp phí".to_owned(),
                standing(Standing::Waiting),
            )],
        ),
        heap(
            "tra",
            "Có kết quả, chờ trả",
            false,
            vec![("Có kết quả, chờ trả".to_owned(), status(Status::Processed))],
        ),
    ]
}

/// "Mai nghỉ Giỗ Tổ Hùng Vương (21/4). Ngày làm việc tới: thứ Năm 22/4."
fn ahead(calendar: &Calendar, today: NaiveDate, next: Option<NaiveDate>) -> Markup {
    let Some(next) = next else {
        return html! { "Chưa có lịch nghỉ của ngày làm việc tới. Báo Văn phòng nhập lịch." };
    };
    let tomorrow = today.succ_opt().unwrap_or(today);
    let named = calendar.name(tomorrow).filter(|_| tomorrow < next);
    html! {
        @if let Some(name) = named { "Mai nghỉ " (name) " (" (parts::day_month(tomorrow)) "). " }
        "Ngày làm việc tới: " b { (parts::dates::weekday(next.weekday())) " " (parts::day_month(next)) } "."
    }
}

/// So many procedures are one key away.
const QUICK: usize = 5;

/// The procedures received most in three months; where they are fewer, the first of the
/// four-on-the-spot ones.
async fn quick(app: &App, staff: &Staff, now: DateTime<Utc>) -> Result<Vec<Procedure>> {
    let db = app.store.read();
    let today = local_day(now);
    let office = app.office(staff.actor.agency).await?;
    let since = now - TimeDelta::days(90);
    let often = procedures::most_received(db, staff.actor.agency, since, QUICK as u64).await?;
    let known = procedures::of_codes(db, &often, today).await?;
    let mut chosen = office.offered(known, today);
    chosen.sort_by_key(|known| often.iter().position(|code| *code == known.code));
    if chosen.len() < QUICK {
        let in_force = office.offered(procedures::search(db, "", None, today).await?, today);
        let declared = in_force.into_iter().filter(|more| more.declared(today));
        let more: Vec<Procedure> = declared
            .filter(|more| chosen.iter().all(|known| known.code != more.code))
            .take(QUICK - chosen.len())
            .collect();
        chosen.extend(more);
    }
    Ok(chosen)
}

fn quick_card(quick: &[Procedure]) -> Markup {
    html! {
        section.card {
            header { h2 { "Tiếp nhận nhanh" } span.small { "bấm số" } }
            ul.list.quick {
                @for (place, procedure) in quick.iter().enumerate() {
                    @let key = (place + 1).to_string();
                    li { a href=(paths::new_dossier_for(&procedure.code)) data-key=(key) {
                        kbd { (key) }
                        span {
                            b { (procedure.name) }
                            span.small {
                                @if procedure.four == crate::domain::procedure::FourFlag::Yes { "4 tại chỗ · " }
                                @match procedure.limit { Some(limit) => (limit.to_string()), None => "không có thời hạn chung" }
                            }
                        }
                    } }
                }
            }
        }
    }
}

fn today_card(counts: &Today, now: DateTime<Utc>) -> Markup {
    html! {
        section.card {
            header { h2 { "Hôm nay" } span.small { "đến " (to_local(now).format("%H:%M")) } }
            div.body { dl.facts.counts {
                dt { "Tiếp nhận" } dd { (counts.received) }
                dt { "Trả kết quả" } dd { (counts.returned) }
                dt { "Xong 4 tại chỗ" } dd { (counts.on_the_spot) " / " (counts.finished) }
            } }
        }
    }
}

/// When the desk is empty: the nearest promise.
async fn upcoming(app: &App, staff: &Staff) -> Result<Option<String>> {
    let filter = Filter {
        agency: staff.actor.agency,
        standing: Some(Standing::InTime),
        order: Order::DUE,
        ..Filter::default()
    };
    let (rows, _) = register::page(
        app.store.read(),
        &filter,
        by_new_date(app),
        app.clock.now(),
        1,
    )
    .await?;
    Ok(rows.first().and_then(|row| row.due_at).map(|due| {
        let day = local_day(due);
        format!(
            "Hồ sơ hẹn gần nhất: {} {}.",
            parts::dates::weekday(day.weekday()),
            parts::day_month(day)
        )
    }))
}
