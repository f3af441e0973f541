//! `/quy-trinh`: who does what, for how long, in which procedure?
use axum::{
    Form,
    extract::{Multipart, Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{FormErrors, error_summary},
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table},
    paths,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
    workflow_form::{self, Typed},
};
use crate::{
    actions::set_workflow,
    app::App,
    domain::{
        deadline::TimeLimit,
        procedure::Procedure,
        time::{local_day, to_local},
        viet,
        workflow::{Duty, Step, shown, usual, whole},
        workflow_file::write,
    },
    error::{Error, FieldErrors, Kind, Result},
    store::{
        procedures,
        workflows::{self, Origin},
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    xong: String,
}

fn sets(staff: &Staff) -> bool {
    set_workflow::ROLES.contains(&staff.actor.role)
}

/// The unit in words: "ngày làm việc"; same-day work has one day to share.
fn unit(limit: Option<TimeLimit>) -> &'static str {
    use crate::domain::deadline::Unit;
    match limit.map(|limit| limit.unit) {
        None => "thủ tục không có thời hạn chung",
        Some(Unit::SameDay) => "ngày",
        Some(unit) => unit.label(),
    }
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let notice = (!asked.xong.is_empty()).then(|| format!("Đã nạp {} quy trình.", asked.xong));
    let notice = notice
        .as_deref()
        .map(|words| Notice::new(NoticeKind::Ok, words));
    Ok(list(&app, &staff, &asked.q, notice).await?)
}

async fn list(app: &App, staff: &Staff, q: &str, notice: Option<Notice<'_>>) -> Result<Markup> {
    let db = app.store.read();
    let today = local_day(app.clock.now());
    let found = procedures::search(db, q, None, today).await?;
    let newest = workflows::newest(db, staff.actor.agency).await?;
    let titles = workflows::titles(db, staff.actor.agency).await?;
    let columns = ["Thủ tục", "Lĩnh vực", "Thời hạn", "Các bước", "Đặt bởi"].map(Column::text);
    let mut rows = Vec::new();
    for procedure in &found {
        let own = newest.get(&procedure.id);
        let (steps, by) = if let Some(row) = own {
            let by = format!("{}, lần {}", row.set_by, row.revision);
            (row.steps()?, by)
        } else {
            let title = titles.get(&procedure.field).map_or("", String::as_str);
            (usual(procedure.limit, title), "mặc định".into())
        };
        rows.push(vec![
            Cell::Markup(html! { a href=(paths::workflow_of(procedure.id)) { (procedure.name) } p.small { (procedure.code) } }),
            Cell::Text(procedure.field.clone()),
            Cell::Text(procedure.limit.map_or_else(|| "không có".into(), |limit| limit.to_string())),
            Cell::Markup(html! { (in_a_line(&steps)) }),
            Cell::Text(by),
        ]);
    }
    Ok(staff.page("Quy trình", Section::Workflows, notice, html! {
        div.head {
            div {
                h1 { "Quy trình giải quyết" }
                p { "Mỗi bước có người làm và phần thời gian trong thời hạn. Thủ tục chưa đặt đi theo mặc định của chương trình: quầy, chuyên môn, lãnh đạo, quầy." }
                p { "Quyết định phê duyệt quy trình nội bộ của xã chưa có trong chương trình; quy trình nạp sẵn là đề xuất." }
            }
            div.row { (Button::new("Tải tệp quy trình").icon(Icon::Download).link(paths::WORKFLOW_FILE)) }
        }
        form.card.filter method="get" action=(paths::WORKFLOWS) role="search" { div.body { div.fields {
            div.field { label for="f-q" { "Tìm thủ tục" } input.input id="f-q" name="q" type="search" value=(q); }
            div.field { (Button::new("Tìm").submit()) }
        } } }
        section.card { (parts::table(&Table { label: "Quy trình theo thủ tục", columns: &columns, rows, total: None })) }
        @if sets(staff) {
            section.card { header { h2 { "Nạp từ tệp" } } div.body {
                p { "Tệp TOML như tệp tải ở trên. Sai một bước thì không nạp gì." }
                form method="post" action=(paths::WORKFLOWS) enctype="multipart/form-data" {
                    div.field { label for="f-file" { "Tệp quy trình" } input.input id="f-file" type="file" name="file" accept=".toml" required; }
                    p.row { (Button::new("Nạp tệp").submit()) }
                }
            } }
        }
    }))
}

/// "Quầy 0,5 · Tư pháp – Hộ tịch 3 · lãnh đạo 1 · quầy 0,5".
fn in_a_line(steps: &[Step]) -> String {
    let who = |step: &Step| match step.duty {
        Duty::Receive | Duty::Return => "quầy".to_owned(),
        Duty::Approve => "lãnh đạo".to_owned(),
        Duty::Consult => step.agency.replace("{cấp trên}", "cấp trên"),
        Duty::Appraise if step.title.is_empty() => "chuyên môn".to_owned(),
        Duty::Appraise => step.title.clone(),
    };
    steps
        .iter()
        .map(|step| format!("{} {}", who(step), shown(u64::from(step.share))))
        .collect::<Vec<_>>()
        .join(" · ")
}

pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let procedure = procedures::find_version(app.store.read(), version).await?;
    let notice = (!asked.xong.is_empty()).then(|| {
        Notice::new(
            NoticeKind::Ok,
            "Đã lưu. Hồ sơ nhận từ lúc này đi theo quy trình mới; hồ sơ đang giải quyết giữ quy trình cũ.",
        )
    });
    Ok(view(&app, &staff, &procedure, None, &FormErrors::new(), notice).await?)
}

async fn view(
    app: &App,
    staff: &Staff,
    procedure: &Procedure,
    typed: Option<&Typed>,
    errors: &FormErrors,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let db = app.store.read();
    let revisions = workflows::revisions(db, staff.actor.agency, procedure.id).await?;
    let (steps, origin) = workflows::of(db, staff.actor.agency, procedure, app.clock.now()).await?;
    let last = revisions.first().map_or(0, |row| row.revision);
    let own = workflow_form::typed(&steps);
    let shown_typed = typed.unwrap_or(&own);
    let note = typed
        .and_then(|typed| typed.get("note").cloned())
        .or_else(|| revisions.first().map(|row| row.note.clone()))
        .unwrap_or_default();
    let columns = ["Bước", "Ai làm", "Cơ quan khác", "Thời gian"].map(Column::text);
    let rows = steps.iter().map(|step| {
        let who = if step.title.is_empty() {
            step.duty.role().label()
        } else {
            &step.title
        };
        vec![
            Cell::Markup(html! { (step.name) p.small { (step.duty.label()) } }),
            Cell::Text(who.to_owned()),
            Cell::Text(
                step.agency
                    .replace("{cấp trên}", "cấp trên của ngày chuyển"),
            ),
            Cell::Text(format!(
                "{} {}",
                shown(u64::from(step.share)),
                unit(procedure.limit)
            )),
        ]
    });
    let sum: u64 = steps.iter().map(|step| u64::from(step.share)).sum();
    Ok(staff.page("Quy trình", Section::Workflows, notice, html! {
        nav.crumbs aria-label="Danh sách" { a href=(paths::WORKFLOWS) { "Quy trình" } }
        div.head { div {
            h1 { (procedure.name) }
            p { (procedure.code) " · " (procedure.field) " · Thời hạn: "
                @match procedure.limit { Some(limit) => (limit.to_string()), None => "không có thời hạn chung" } }
            p { @match origin {
                Origin::Own(revision) => { "Quy trình đặt lần " (revision) @if let Some(row) = revisions.iter().find(|row| row.revision == revision) { ", " (viet::moment(to_local(row.set_at))) ", " (row.set_by) @if !row.note.is_empty() { ". " (row.note) } } "." }
                Origin::Earlier(_) => { "Theo quy trình của phiên bản trước của thủ tục, vẫn vừa thời hạn này." }
                Origin::Usual => { "Chưa đặt: đi theo mặc định của chương trình." }
            } }
        } }
        section.card {
            (parts::table(&Table { label: "Các bước", columns: &columns, rows: rows.collect(), total: None }))
            div.body { p.small {
                "Cộng " (shown(sum)) @if let Some(limit) = procedure.limit { " / " (shown(u64::from(whole(limit)))) } " " (unit(procedure.limit)) "."
            } }
        }
        (error_summary(errors))
        @if sets(staff) {
            section.card { header { h2 { "Sửa quy trình" } } div.body {
                p { "Xóa tên bước để bỏ bước; đổi số thứ tự để đổi chỗ. Cơ quan khác: viết {cấp trên} ở chỗ tên UBND cấp trên, chương trình ghi tên của ngày chuyển." }
                (workflow_form::form(&paths::workflow_of(procedure.id), last, unit(procedure.limit), shown_typed, &note, errors))
            } }
        }
    }))
}

pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let procedure = procedures::find_version(app.store.read(), version).await?;
    let mut errors = FieldErrors::default();
    let rows = workflow_form::read(&typed, &mut errors);
    let steps: Vec<Step> = rows.iter().map(|(_, step)| step.clone()).collect();
    let seen = typed.get("seen").and_then(|seen| seen.parse().ok());
    let note = typed.get("note").map_or("", String::as_str);
    let done = match errors.finish() {
        Ok(()) => {
            let seen = seen.unwrap_or(-1);
            set_workflow::run(&app, &staff.actor, &procedure, seen, &steps, note).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&paths::with_query(
            &paths::workflow_of(version),
            &[("xong", "1")],
        ))
        .into_response()),
        Err(error) if matches!(error.kind, Kind::Invalid | Kind::Conflict) => {
            let errors = in_rows(&form_errors(&error), &rows);
            let words = error.detail.clone();
            let notice =
                (error.kind == Kind::Conflict).then(|| Notice::new(NoticeKind::Err, &words));
            let page = view(&app, &staff, &procedure, Some(&typed), &errors, notice).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What is wrong with a step stands at the row it was typed in.
fn in_rows(errors: &FormErrors, rows: &[(usize, Step)]) -> FormErrors {
    let mut placed = FormErrors::new();
    for (field, message) in errors.iter() {
        let row = field.split_once('.').and_then(|(name, place)| {
            let place: usize = place.parse().ok()?;
            Some(format!("{name}.{}", rows.get(place)?.0))
        });
        placed.add(row.as_deref().unwrap_or(field), message);
    }
    placed
}

/// Every way that was set, as the file that sets it.
pub async fn file(State(app): State<App>, staff: Staff) -> Result<Response, Failure> {
    let text = write(&workflows::exported(app.store.read(), staff.actor.agency).await?);
    let head = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"quy-trinh.toml\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, text).into_response())
}

pub async fn load(
    State(app): State<App>,
    staff: Staff,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    if !sets(&staff) {
        return Err(Failure(
            staff.actor.refused("Nạp quy trình", &set_workflow::ROLES),
        ));
    }
    let broken = |error: axum::extract::multipart::MultipartError| {
        Error::invalid("file", format!("Không nhận đủ tệp ({}).", error.status()))
    };
    let mut text = String::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() == Some("file") {
            let body = part.bytes().await.map_err(broken)?;
            text = String::from_utf8_lossy(&body).into_owned();
        }
    }
    match set_workflow::load(&app, staff.actor.agency, &staff.actor.name, &text).await {
        Ok(count) => Ok(Redirect::to(&paths::with_query(
            paths::WORKFLOWS,
            &[("xong", &count.to_string())],
        ))
        .into_response()),
        Err(error) if error.kind == Kind::Invalid => {
            let words = error.detail.clone();
            let page = list(&app, &staff, "", Some(Notice::new(NoticeKind::Err, &words))).await?;
            Ok(refused(&error, page))
        }
        Err(error) => Err(Failure(error)),
    }
}
