//! `/xoa-du-lieu`: whose time is over by which rule, the lists drawn up, signed by the
//! head, and carried out. Nothing is erased before a signature.
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    icons::Icon,
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, empty, status_badge},
    paths,
    session::{Failure, Staff},
};
use crate::{
    actions::{drop_erasure_list, erase, list_for_erasure, sign_erasure_list},
    app::App,
    domain::{
        role::Role,
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    store::erasures::{self, Line, List},
};

fn may_look(staff: &Staff) -> Result<()> {
    if matches!(staff.actor.role, Role::Leader | Role::Office | Role::Admin) {
        return Ok(());
    }
    Err(staff.actor.refused(
        "Danh sách xóa dữ liệu",
        &[Role::Leader, Role::Office, Role::Admin],
    ))
}

fn draws_up(staff: &Staff) -> bool {
    list_for_erasure::MAY.contains(&staff.actor.role)
}

fn state(list: &List) -> Markup {
    if list.erased_at.is_some() {
        status_badge(Tone::Good, Icon::Tick, "Đã xóa")
    } else if list.dropped_at.is_some() {
        status_badge(Tone::Dashed, Icon::Close, "Đã bỏ")
    } else if list.signed_at.is_some() {
        status_badge(Tone::Wait, Icon::Clock, "Đã ký, chờ xóa")
    } else {
        status_badge(Tone::Plain, Icon::Clock, "Chờ lãnh đạo ký")
    }
}

fn number(list: &List) -> String {
    match (list.number, list.year) {
        (Some(number), Some(year)) => format!("{number:02}/{year}"),
        _ => "chưa có".into(),
    }
}

pub async fn page(State(app): State<App>, staff: Staff) -> Result<Markup, Failure> {
    may_look(&staff)?;
    let db = app.store.read();
    let over = list_for_erasure::lines(&app, db, staff.actor.agency).await?;
    let lists = erasures::lists(db, staff.actor.agency).await?;
    let rules = &app.settings.retention.years;
    let heads = ["Thủ tục", "Lưu", "Hết thời gian lưu"].map(Column::text);
    let rows = rules.iter().map(|(procedure, years)| {
        let count = over.iter().filter(|line| line.procedure_code == *procedure);
        vec![
            Cell::Text(procedure.clone()),
            Cell::Text(format!("{years} năm sau khi kết thúc")),
            Cell::Text(format!("{} hồ sơ", viet::number(count.count()))),
        ]
    });
    let list_heads = ["Lập lúc", "Người lập", "Số", "Người ký", "Tình trạng"].map(Column::text);
    let lines = lists.iter().map(|list| {
        vec![
            Cell::Markup(html! { a href=(paths::erasure(list.id)) { (viet::moment(to_local(list.made_at))) } }),
            Cell::Text(list.made_by.clone()),
            Cell::Text(number(list)),
            Cell::Text(list.signed_by.clone().unwrap_or_else(|| "–".into())),
            Cell::Markup(state(list)),
        ]
    });
    Ok(staff.page("Xóa dữ liệu hết thời gian lưu", Section::Privacy, None, html! {
        div.head { div { h1 { "Xóa dữ liệu hết thời gian lưu" }
            p { "Phần mềm không tự xóa. Văn phòng lập danh sách theo cài đặt, lãnh đạo ký, rồi mới xóa tên, số giấy tờ, địa chỉ và lời ghi; mã hồ sơ, ngày và kết quả giữ lại nên số liệu không đổi." } } }
        section.card {
            header { h2 { "Quy tắc đang đặt" }
                @if draws_up(&staff) && !over.is_empty() { (Button::new("Lập danh sách").post(paths::ERASURES, &[])) } }
            @if rules.is_empty() { div.body { p.second { "Chưa đặt thời gian lưu cho thủ tục nào: mọi hồ sơ được giữ. Người cài đặt đặt thời gian lưu cho từng thủ tục, theo quy định của lĩnh vực." } } }
            @else { (parts::table(&Table { label: "Quy tắc lưu", columns: &heads, rows: rows.collect(), total: None })) }
        }
        @if lists.is_empty() { (empty("Chưa lập danh sách nào.", "Danh sách lập được khi có hồ sơ hết thời gian lưu.", None)) }
        @else { section.card { header { h2 { "Các danh sách" } } (parts::table(&Table { label: "Danh sách xóa dữ liệu", columns: &list_heads, rows: lines.collect(), total: None })) } }
    }))
}

/// Draws up a list of what is over now.
pub async fn draw_up(State(app): State<App>, staff: Staff) -> Result<Redirect, Failure> {
    may_look(&staff)?;
    let id = list_for_erasure::run(&app, &staff.actor).await?;
    Ok(Redirect::to(&paths::erasure(id)))
}

/// One list: what would be erased by which rule, and what was done with it.
pub async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Markup, Failure> {
    may_look(&staff)?;
    let db = app.store.read();
    let list = erasures::list(db, staff.actor.agency, id).await?;
    let lines = erasures::lines(db, id).await?;
    let title = format!("Danh sách xóa dữ liệu, {} hồ sơ", viet::number(lines.len()));
    let whole = erasures::digest(&lines) == list.digest;
    let broken = Notice::new(
        NoticeKind::Err,
        "Danh sách không còn như lúc lập. Không ký, không xóa; báo quản trị.",
    );
    Ok(staff.page(&title, Section::Privacy, (!whole).then_some(broken), html! {
        nav.crumbs aria-label="Xóa dữ liệu" { a href=(paths::ERASURES) { "Xóa dữ liệu" } }
        div.head { div { h1 { (title) } p { (state(&list)) } } div.row { (acts(&staff, &list, whole)) } }
        section.card { div.body { (facts(&list)) } }
        section.card { header { h2 { "Hồ sơ" } } (rows(&lines)) }
    }))
}

fn facts(list: &List) -> Markup {
    let when = |at: Option<chrono::DateTime<chrono::Utc>>, by: &Option<String>| {
        html! { @match at {
            Some(at) => { (by.as_deref().unwrap_or_default()) ", " (viet::moment(to_local(at))) },
            None => "chưa",
        } }
    };
    let mut facts = vec![
        (
            "Lập",
            html! { (list.made_by) ", " (viet::moment(to_local(list.made_at))) },
        ),
        ("Số", html! { (number(list)) }),
        ("Lãnh đạo ký", when(list.signed_at, &list.signed_by)),
        ("Xóa", when(list.erased_at, &list.erased_by)),
    ];
    if list.dropped_at.is_some() {
        facts.push(("Bỏ", when(list.dropped_at, &list.dropped_by)));
    }
    facts.push(("Dấu của danh sách", html! { code.wrap { (list.digest) } }));
    parts::definition_list(&facts)
}

fn rows(lines: &[Line]) -> Markup {
    let heads = ["Hồ sơ", "Thủ tục", "Kết thúc", "Theo quy tắc"].map(Column::text);
    let rows = lines.iter().map(|line| {
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&line.code)) { (parts::code(&line.code, false)) } },
            ),
            Cell::Text(line.procedure_code.clone()),
            Cell::Text(parts::day(local_day(line.ended_at))),
            Cell::Text(format!("quá {} năm sau khi kết thúc", line.years)),
        ]
    });
    parts::table(&Table {
        label: "Hồ sơ trong danh sách",
        columns: &heads,
        rows: rows.collect(),
        total: None,
    })
}

/// What the reader may do with it now. Signing and erasing want the password again first,
/// so that what was decided is not lost on the way.
fn acts(staff: &Staff, list: &List, whole: bool) -> Markup {
    let at = paths::erasure(list.id);
    let open = list.dropped_at.is_none() && list.erased_at.is_none();
    let signs = staff.actor.role == Role::Leader && list.signed_at.is_none();
    let erases = draws_up(staff) && list.signed_at.is_some();
    let act = |label: &str, act: &str| match staff.must_confirm(&at) {
        Some(confirm) => html! { (Button::new("Nhập lại mật khẩu để làm tiếp").link(&confirm)) },
        None => Button::danger(label).post(&paths::erasure_act(list.id, act), &[]),
    };
    html! { @if open {
        @if whole && signs { (act("Ký danh sách", "ky")) }
        @if whole && erases { (act("Xóa theo danh sách đã ký", "xoa")) }
        (Button::new("Bỏ danh sách").post(&paths::erasure_act(list.id, "bo"), &[]))
    } }
}

/// Signs, erases or drops.
pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path((id, act)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    may_look(&staff)?;
    let at = paths::erasure(id);
    match act.as_str() {
        "ky" => {
            staff.confirmed(&at)?;
            sign_erasure_list::run(&app, &staff.actor, id).await?;
        }
        "xoa" => {
            staff.confirmed(&at)?;
            erase::run(&app, &staff.actor, id).await?;
        }
        "bo" => drop_erasure_list::run(&app, &staff.actor, id).await?,
        _ => return Err(Failure(Error::not_found("Không có việc này."))),
    }
    Ok(Redirect::to(&at).into_response())
}
