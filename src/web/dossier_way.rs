//! Where is a dossier on its way, who held it how long, and what was asked of others?
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{
    hand_overs,
    icons::Icon,
    parts::{self, Cell, Column, Table, Tone, status_badge},
    paths,
    session::Staff,
};
use crate::{
    app::App,
    domain::{
        deadline::{OfficeHours, TimeLimit, Unit},
        holding::{self, Pace, pace, unit_length},
        procedure::Procedure,
        role::Role,
        time::{local_day, to_local},
        viet,
        workflow::{Duty, Step, shown},
    },
    error::Result,
    papers,
    store::{
        dossiers::{self, Dossier},
        holdings::{self, Holding},
        transfers::{self, Transfer},
        workflows,
    },
};

/// A dossier's way as far as it went.
pub struct Way {
    steps: Vec<Step>,
    holdings: Vec<Holding>,
    pub transfers: Vec<Transfer>,
    limit: Option<TimeLimit>,
    /// What the hands that hold it used so far, in seconds.
    now_held: Option<i64>,
    hours: OfficeHours,
    /// The reader and those it stands in for.
    accounts: Vec<i64>,
}

impl Way {
    pub async fn load(
        app: &App,
        staff: &Staff,
        dossier: &Dossier,
        procedure: &Procedure,
    ) -> Result<Option<Self>> {
        let Some(received_at) = dossier.received_at else {
            return Ok(None);
        };
        let db = app.store.read();
        let (steps, _) = workflows::of(db, dossier.agency_id, procedure, received_at).await?;
        let mut holdings = holdings::of_dossier(db, dossier.id).await?;
        let transfers = transfers::of_dossier(db, dossier.id).await?;
        let office = app.office_of(dossier).await?;
        if holdings.is_empty() && !dossier.imported && dossier.ended_at.is_none() {
            holdings.push(at_the_desk(
                office.hours(),
                dossier,
                procedure,
                &steps[0],
                received_at,
            ));
        }
        let mut way = Self {
            steps,
            holdings,
            transfers,
            limit: procedure.limit,
            now_held: None,
            hours: *office.hours(),
            accounts: hand_overs::hands(app, staff).await?.accounts,
        };
        if let Some(open) = way.open() {
            let now = app.clock.now();
            let waits = dossiers::waits(db, dossier.id).await?;
            let stood: Vec<_> = waits
                .iter()
                .map(|wait| (to_local(wait.from_at), to_local(wait.to_at.unwrap_or(now))))
                .collect();
            let time = holding::held(
                &office.calendar,
                office.hours(),
                way.limit.map(|limit| limit.unit),
                to_local(open.given_at),
                to_local(now),
                &stood,
            );
            way.now_held = time.ok().map(|time| time.num_seconds());
        }
        Ok(Some(way))
    }

    fn open(&self) -> Option<&Holding> {
        self.holdings.last().filter(|row| row.ended_at.is_none())
    }

    /// The step it stands in; the first where nothing was written down yet.
    pub fn duty(&self) -> Option<Duty> {
        self.open().map(Holding::duty)
    }

    /// Whether it waits to be taken by the reader.
    pub fn to_take(&self, staff: &Staff) -> bool {
        self.open().is_some_and(|row| {
            let role = staff.actor.role;
            let theirs = match row.account_id {
                Some(account) => self.accounts.contains(&account),
                None => {
                    row.duty().role() == role
                        && (row.title.is_empty() || row.title == staff.account.title)
                }
            };
            row.taken_at.is_none() && (theirs || role == Role::Admin)
        })
    }

    /// Whether an agency owes an answer.
    pub fn asked(&self) -> bool {
        self.transfers.iter().any(|row| row.answered_at.is_none())
    }

    /// Who has it, for a heading: "Trương Đức Huy, Thẩm định".
    pub fn holder(&self) -> Option<String> {
        let open = self.open()?;
        let who = if open.holder.is_empty() {
            open.duty().role().label()
        } else {
            &open.holder
        };
        Some(format!("{who}, bước “{}”", open.step_name))
    }
}

/// The desk's first stretch, which is written down with the first act after it.
fn at_the_desk(
    hours: &OfficeHours,
    dossier: &Dossier,
    procedure: &Procedure,
    step: &Step,
    received_at: DateTime<Utc>,
) -> Holding {
    Holding {
        id: 0,
        agency_id: dossier.agency_id,
        dossier_id: dossier.id,
        account_id: dossier.received_by_id,
        seq: 1,
        step: 0,
        duty: step.duty.code().into(),
        step_name: step.name.clone(),
        title: step.title.clone(),
        elsewhere: String::new(),
        holder: dossier.received_by.clone(),
        given_by: String::new(),
        given_by_account: None,
        given_at: received_at,
        pass_by: None,
        taken_by: Some(dossier.received_by.clone()),
        taken_at: Some(received_at),
        ended_at: None,
        allotted_seconds: procedure
            .limit
            .map(|limit| holding::allotted(limit, step.share, hours).num_seconds()),
        held_seconds: None,
        run: 0,
    }
}

/// A time in words: minutes, hours, or days as the limit counts them.
pub fn time_words(hours: &OfficeHours, unit: Option<Unit>, seconds: i64) -> String {
    let day = match unit {
        Some(Unit::Days | Unit::Months | Unit::ClockHours) => unit_length(Unit::Days, hours),
        _ => hours.length(),
    }
    .num_seconds();
    let minutes = seconds / 60;
    if seconds >= day {
        let hundredths = u64::try_from(seconds * 10 / day * 10).unwrap_or(0);
        return format!("{} ngày", shown(hundredths));
    }
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} phút"),
        (hours, 0) => format!("{hours} giờ"),
        (hours, minutes) => format!("{hours} giờ {minutes} phút"),
    }
}

/// The way so far and the steps ahead.
pub fn card(app: &App, dossier: &Dossier, way: &Way) -> Markup {
    let unit = way.limit.map(|limit| limit.unit);
    let words = |seconds: i64| time_words(&way.hours, unit, seconds);
    let columns = [
        Column::text("Bước"),
        Column::text("Ai giữ"),
        Column::text("Giao"),
        Column::text("Đã dùng"),
        Column::text("Được dùng"),
    ];
    let mut rows: Vec<Vec<Cell>> = way.holdings.iter().map(|row| {
        let used = row.held_seconds.or(way.now_held);
        // One share for the step, however many hands had it.
        let before = way.holdings.iter().filter(|other| other.seq < row.seq && (other.step, other.run) == (row.step, row.run));
        let before: i64 = before.filter_map(|other| other.held_seconds).sum();
        let over = used.zip(row.allotted_seconds).map(|(used, most)| pace(before + used, most));
        let when = to_local(row.given_at);
        vec![
            Cell::Markup(html! { (row.step_name) @if row.ended_at.is_none() { p.small { "đang ở đây" } } }),
            Cell::Markup(html! {
                @if row.holder.is_empty() { (row.duty().role().label()) } @else { (row.holder) }
                @if row.taken_at.is_none() && row.ended_at.is_none() { p.small { "chưa nhận bàn giao" } }
            }),
            Cell::Text(format!("{}, {}", when.format("%H:%M"), parts::day_month(when.date()))),
            Cell::Markup(html! {
                (used.map_or_else(|| "–".into(), words))
                @if over == Some(Pace::Late) { " " (status_badge(Tone::Late, Icon::Warn, "quá phần")) }
            }),
            Cell::Markup(html! {
                (row.allotted_seconds.map_or_else(|| "–".into(), words))
                @if before > 0 { p.small { "chung cả bước, trước đó đã dùng " (words(before)) } }
            }),
        ]
    }).collect();
    let next = way
        .holdings
        .last()
        .and_then(|row| usize::try_from(row.step + 1).ok())
        .unwrap_or(0);
    if dossier.ended_at.is_none() {
        for step in way.steps.iter().skip(next) {
            let most = way
                .limit
                .map(|limit| holding::allotted(limit, step.share, &way.hours).num_seconds());
            let who = match step.duty {
                Duty::Consult => step.agency.replace("{cấp trên}", "cấp trên"),
                _ if step.title.is_empty() => step.duty.role().label().to_owned(),
                _ => step.title.clone(),
            };
            rows.push(vec![
                Cell::Markup(html! { span.muted { (step.name) } }),
                Cell::Markup(html! { span.muted { (who) } }),
                Cell::Text("–".into()),
                Cell::Text("–".into()),
                Cell::Text(most.map_or_else(|| "–".into(), words)),
            ]);
        }
    }
    html! {
        section.card {
            header { h2 { "Đường đi của hồ sơ" } a.small href=(paths::workflow_of(dossier.procedure_version_id)) { "Quy trình" } }
            (parts::table(&Table { label: "Đường đi của hồ sơ", columns: &columns, rows, total: None }))
        }
        @if !way.transfers.is_empty() { (asked(app, dossier, &way.transfers)) }
    }
}

/// What other agencies were asked, and what they said.
fn asked(app: &App, dossier: &Dossier, transfers: &[Transfer]) -> Markup {
    let now = app.clock.now();
    html! {
        section.card {
            header { h2 { "Cơ quan khác" } }
            ul.list { @for row in transfers {
                @let slip = format!("{}?viec={}", paths::dossier_letter(&dossier.code, papers::path(crate::domain::paper::PaperKind::Transfer)), row.event_seq);
                li {
                    p { b { (row.to_name) } }
                    p { (row.kind().label()) ": " (row.content) }
                    p.small {
                        a href=(slip) { "Phiếu chuyển" @if let Some(number) = row.number { " số " (format!("{number:02}")) } }
                        ", gửi " (parts::day_month(local_day(row.sent_at)))
                        @if let Some(due) = row.due_at { ", hạn " (viet::moment(to_local(due))) }
                    }
                    @if let Some(at) = row.answered_at {
                        p { "Trả lời " (parts::day_month(local_day(at))) @if let Some(answer) = row.answer.as_deref().filter(|text| !text.is_empty()) { ": " (answer) } }
                    } @else if row.due_at.is_some_and(|due| due < now) {
                        p { (status_badge(Tone::Overdue, Icon::Warn, "Quá hạn trả lời")) }
                    } @else { p.second { "Đang chờ trả lời." } }
                }
            } }
        }
    }
}
