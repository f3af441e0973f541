//! `/thong-bao`: who was told, and who still has to be told by hand?
use axum::{
    Form,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    icons::Icon,
    layout::Section,
    parts::{
        self, Button, Cell, Column, Notice, NoticeKind, Pager, Table, Tone, empty, pager,
        status_badge,
    },
    paths,
    session::{Failure, Staff, refused},
};
use crate::{
    actions::{note_read, settle_notice},
    app::App,
    domain::{
        notice::{Channel, Kind, State as Stand, Told},
        time::to_local,
        viet,
    },
    error::{self, Error, Result},
    papers::{self, notice_slip, telling},
    store::{
        feedback,
        notices::{self, Listed, Which},
        outbox::Outgoing,
    },
};

const PAGE: u64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    xem: String,
    trang: u64,
    xong: String,
}

const VIEWS: [(&str, &str, Which); 3] = [
    ("", "Chưa báo được", Which::Undelivered),
    ("cho-gui", "Đang chờ gửi", Which::Queued),
    ("da-gui", "Đã xong", Which::Done),
];

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let notice = match asked.xong.as_str() {
        "gui-lai" => Some("Đã xếp vào hàng chờ gửi lại."),
        "da-bao" => Some("Đã ghi là đã báo."),
        _ => None,
    };
    let notice = notice.map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(view(&app, &staff, &asked, notice).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    asked: &Asked,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let (name, title, which) = VIEWS
        .into_iter()
        .find(|(name, ..)| *name == asked.xem)
        .unwrap_or(VIEWS[0]);
    let at = asked.trang.max(1);
    let viewer = staff.actor.viewer();
    let (rows, total) = notices::page(app.store.read(), &viewer, which, at - 1, PAGE).await?;
    let acts = which == Which::Undelivered && settle_notice::allowed(staff.actor.role);
    let mut heads = ["Việc", "Báo qua", "Tình trạng", "Lúc"]
        .map(Column::text)
        .to_vec();
    if acts {
        heads.push(Column::text("Làm gì"));
    }
    let lines = rows.iter().map(|one| line(one, acts));
    let path = paths::with_query(paths::NOTICES, &[("xem", name)]);
    let (none, help) = match which {
        Which::Undelivered => (
            "Không còn ai chưa được báo.",
            "Thư không đến và người không để lại địa chỉ hiện ở đây.",
        ),
        Which::Queued => ("Không có thông báo nào chờ gửi.", ""),
        Which::Done => ("Chưa có thông báo nào.", ""),
    };
    Ok(staff.page("Báo tin", Section::Notices, notice, html! {
        div.head { div { h1 { "Báo tin" } p { (title) ": " b { (total) } } } }
        nav.tabs aria-label="Xem" { @for (view, words, _) in VIEWS {
            a href=(paths::with_query(paths::NOTICES, &[("xem", view)])) aria-current=[(view == name).then_some("page")] { (words) }
        } }
        @if rows.is_empty() { (empty(none, help, None)) }
        @else { section.card {
            (parts::table(&Table { label: title, columns: &heads, rows: lines.collect(), total: None }))
            (pager(&Pager { path: &path, page: at, per_page: PAGE, total }))
        } }
    }))
}

fn line(one: &Listed, acts: bool) -> Vec<Cell> {
    let Listed {
        row,
        code,
        name,
        phone,
    } = one;
    let to = if row.recipient.is_empty() {
        phone.as_deref().unwrap_or_default()
    } else {
        &row.recipient
    };
    let mut cells = vec![
        Cell::Markup(
            html! { (row.kind().map_or("–", Kind::label)) @if !code.is_empty() { p.small { (about(row, code)) } } },
        ),
        Cell::Markup(
            html! { (row.channel().label()) @if !name.is_empty() || !to.is_empty() { p.small { (name) @if !name.is_empty() && !to.is_empty() { br; } (to) } } },
        ),
        Cell::Markup(state(row)),
        Cell::Text(viet::moment(to_local(row.queued_at))),
    ];
    if acts {
        cells.push(Cell::Markup(buttons(row)));
    }
    cells
}

fn about(row: &Outgoing, code: &str) -> Markup {
    let href = if row.dossier_id.is_some() {
        paths::dossier(code)
    } else {
        paths::feedback(code)
    };
    html! { a href=(href) { (code) } }
}

/// Where it stands, in words; why it did not arrive, and when it is tried again.
pub fn state(row: &Outgoing) -> Markup {
    let stand = row.state();
    let (tone, sign) = match stand {
        Stand::Queued => (Tone::Plain, Icon::Clock),
        Stand::Sent | Stand::Delivered => (Tone::Good, Icon::Tick),
        Stand::Settled => (Tone::Good, Icon::User),
        Stand::Failed => (Tone::Late, Icon::Warn),
        Stand::Waiting => (Tone::Wait, Icon::Print),
        Stand::Stopped => (Tone::Dashed, Icon::Close),
        Stand::Over => (Tone::Plain, Icon::Close),
    };
    let moment =
        |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| viet::moment(to_local(at)));
    let when = match stand {
        Stand::Sent => moment(row.sent_at),
        Stand::Delivered => moment(row.delivered_at),
        Stand::Settled => moment(row.settled_at),
        Stand::Failed => moment(row.failed_at),
        Stand::Queued if row.attempts > 0 => {
            moment(Some(row.due_at)).map(|at| format!("thử lại {at}"))
        }
        _ => None,
    };
    let how = row
        .settled_how
        .as_deref()
        .and_then(Told::from_code)
        .map(Told::label);
    html! {
        (status_badge(tone, sign, stand.label()))
        @if let Some(when) = when { p.small { (when) @if row.attempts > 1 { ", đã thử " (row.attempts) " lần" } } }
        @if let (Some(how), Some(by)) = (how, &row.settled_by) { p.small { (by) ": " (how) } }
        @if let Some(why) = row.last_error.as_deref().filter(|_| matches!(stand, Stand::Queued | Stand::Failed)) { p.small { (why) } }
    }
}

fn buttons(row: &Outgoing) -> Markup {
    let told = paths::notice_act(row.id, "da-bao");
    html! {
        div.row {
            a href=(paths::notice_slip(row.id)) { "In phiếu" span.sr { " số " (row.id) } }
            (Button::new("Đã đưa phiếu").post(&told, &[("how", Told::Paper.code())]))
            (Button::new("Đã gọi điện").post(&told, &[("how", Told::Telephone.code())]))
            @if row.channel() != Channel::Slip && row.failed_at.is_some() {
                (Button::new("Gửi lại").post(&paths::notice_act(row.id, "gui-lai"), &[]))
            }
        }
    }
}

/// The paper that tells it: its own form where the law has one, else a slip.
pub async fn slip(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = notices::by_id(app.store.read(), &staff.actor.viewer(), id).await?;
    if matches!(row.kind(), Some(Kind::Digest | Kind::Plan)) {
        return Err(Failure(Error::not_found(
            "Thư nhắc việc không có phiếu giấy.",
        )));
    }
    let words = telling::words(&app, &row).await?;
    if let (Some((kind, seq)), Some(dossier)) = (&words.paper, &words.dossier) {
        let mut to = paths::dossier_letter(&dossier.code, papers::path(*kind));
        if let Some(seq) = seq {
            to = paths::with_query(&to, &[("viec", &seq.to_string())]);
        }
        return Ok(Redirect::to(&to).into_response());
    }
    match (&words.dossier, row.feedback_id) {
        (Some(dossier), _) => note_read::run(&app, &staff.actor, dossier, "paper").await?,
        (None, Some(id)) => {
            let row = feedback::by_id(app.store.read(), id).await?;
            note_read::feedback(&app, &staff.actor, &row).await?;
        }
        (None, None) => {}
    }
    let bytes = notice_slip::pdf(&app, &row, &staff.actor.name).await?;
    let head = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"thong-bao-{id}.pdf\""),
        ),
    ];
    Ok((head, bytes).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct How {
    how: String,
}

pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path((id, act)): Path<(i64, String)>,
    Form(typed): Form<How>,
) -> Result<Response, Failure> {
    let done = match act.as_str() {
        "gui-lai" => settle_notice::again(&app, &staff.actor, id).await,
        "da-bao" => match Told::from_code(&typed.how) {
            Some(how) => settle_notice::told(&app, &staff.actor, id, how).await,
            None => Err(Error::invalid("how", "Chưa chọn đã báo bằng cách nào.")),
        },
        _ => Err(Error::not_found("Không có việc này.")),
    };
    match done {
        Ok(()) => {
            Ok(Redirect::to(&paths::with_query(paths::NOTICES, &[("xong", &act)])).into_response())
        }
        Err(error) if matches!(error.kind, error::Kind::Conflict | error::Kind::Invalid) => {
            let notice = Notice::new(NoticeKind::Err, &error.detail);
            let page = view(&app, &staff, &Asked::default(), Some(notice)).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}
