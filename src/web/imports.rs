//! `/nhap`: a file in, shown row by row before anything is written.
use std::sync::Arc;

use axum::{
    extract::{Multipart, Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, select},
    icons::Icon,
    import_columns::mapping,
    import_preview::{self, Planned},
    import_whole,
    layout::Section,
    parts::{self, Button, Cell, Column, Notice, NoticeKind, Table, notice, tile, tiles},
    paths, reconciliation,
    session::{Failure, Staff, refused},
};
use crate::{
    actions::import_dossiers::{
        self, Fate, Line, Plan,
        columns::{self, KNOWN, Layout},
    },
    app::App,
    documents::workbook::{self, Grid},
    domain::viet,
    error::{Error, Kind, Result},
    reports::import_rejects::rejected,
    store::imports::{self, Upload},
};

/// The most that a file may hold.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Rows of a heap on the page; the rest is in the file.
const SHOWN: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// So many were written just now.
    xong: String,
    /// Which heap is open: `moi`, `da-co`, `sai`.
    xem: String,
}

pub async fn page(staff: Staff, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    import_dossiers::may(&staff.actor)?;
    let done = (!asked.xong.is_empty()).then(|| format!("Đã nhập {}.", asked.xong));
    let notice = done
        .as_deref()
        .map(|text| Notice::new(NoticeKind::Ok, text));
    Ok(form(&staff, None, notice))
}

fn form(staff: &Staff, wrong: Option<&str>, done: Option<Notice<'_>>) -> Markup {
    let errors = FormErrors::new();
    let kinds = [
        ("dossiers", "Hồ sơ (sổ theo dõi cũ)"),
        ("catalogue", "Danh mục thủ tục"),
        ("calendar", "Lịch nghỉ"),
        ("tasks", "Nhiệm vụ của kế hoạch năm"),
        ("targets", "Chỉ tiêu của kế hoạch năm"),
        ("compare", "Danh sách của hệ thống khác, để đối chiếu"),
    ];
    staff.page("Nhập từ tệp", Section::Imports, done, html! {
        div.head { div { h1 { "Nhập từ tệp" } p { "Tệp Excel (.xlsx) hoặc CSV UTF-8. Xem trước từng dòng, chưa ghi gì cho đến khi bấm nhập." } } }
        @if let Some(wrong) = wrong { (notice(&Notice::new(NoticeKind::Err, wrong))) }
        section.card { div.body {
            form method="post" action=(paths::IMPORTS) enctype="multipart/form-data" {
                div.fields {
                    (select(&Field::new("kind", "Tệp chứa", "dossiers", &errors), &kinds))
                    div.field.wide {
                        label for="file" { "Tệp" }
                        input id="file" type="file" name="file" accept=".xlsx,.csv,text/csv" required;
                    }
                }
                p.row { (Button::primary("Xem trước").submit()) }
            }
        } }
        section.card { header { h2 { "Các cột của sổ hồ sơ" } } div.body {
            p.second { "Đầu bảng có thể là tên của chương trình, tên tiếng Việt dưới đây, hoặc tên khác: chọn một lần ở trang xem trước, lần sau chương trình tự nhận." }
            p { @for (place, known) in KNOWN.iter().enumerate() { @if place > 0 { " · " } (known.label) } }
            p.second { "Cần có: mã hồ sơ, thủ tục, người nộp, ngày nhận. Ô hẹn trả trống thì tính theo thời hạn. Nhập sổ cũ không gửi thư, không làm phiếu xin lỗi, không tạo phiếu khảo sát." }
        } }
    })
}

pub async fn upload(
    State(app): State<App>,
    staff: Staff,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    import_dossiers::may(&staff.actor)?;
    let (mut kind, mut name, mut body) = (String::from("dossiers"), String::new(), Vec::new());
    let broken = |error: axum::extract::multipart::MultipartError| {
        let detail = format!(
            "Không nhận đủ tệp ({}). Tệp lớn nhất 64 MB.",
            error.status()
        );
        Error::invalid("file", detail)
    };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("kind") => kind = part.text().await.map_err(broken)?,
            Some("file") => {
                name = part
                    .file_name()
                    .unwrap_or("tệp")
                    .chars()
                    .take(120)
                    .collect();
                body = part.bytes().await.map_err(broken)?.to_vec();
            }
            _ => {}
        }
    }
    let told = if body.is_empty() {
        Err("Chưa chọn tệp.".to_owned())
    } else {
        let given = std::mem::take(&mut body);
        let read = tokio::task::spawn_blocking(move || (workbook::read(&given).map(drop), given));
        let (read, given) = read.await.map_err(Error::internal)?;
        body = given;
        read.map_err(|error| format!("Không đọc được {name}: {}.", error.0))
    };
    if let Err(why) = told {
        let error = Error::invalid("file", why);
        return Ok(refused(&error, form(&staff, Some(&error.detail), None)));
    }
    let write = app.store.write().await?;
    let row = Upload {
        id: 0,
        agency_id: staff.actor.agency,
        account_id: staff.account.id,
        kind,
        name: name.replace('\0', ""),
        body,
        uploaded_at: app.clock.now(),
    };
    let id = write.insert_upload(row).await?;
    write.commit().await?;
    Ok(Redirect::to(&paths::import(id)).into_response())
}

/// An upload, its rows in place of its bytes, and where its columns are.
pub struct Opened {
    pub upload: Upload,
    pub grid: Grid,
    pub layout: Layout,
}

pub async fn open(app: &App, staff: &Staff, id: i64) -> Result<Opened> {
    import_dossiers::may(&staff.actor)?;
    let db = app.store.read();
    let mut upload = imports::upload_of(db, staff.account.id, id).await?;
    if upload.agency_id != staff.actor.agency {
        return Err(Error::not_found(
            "Tệp này đã tải lên ở cơ quan khác. Chuyển cơ quan ở trang Tài khoản, hoặc tải lên lại.",
        ));
    }
    let body = std::mem::take(&mut upload.body);
    let grid = tokio::task::spawn_blocking(move || workbook::read(&body))
        .await
        .map_err(Error::internal)?
        .map_err(|error| Error::invalid("file", error.0))?;
    let remembered = imports::remembered(db, staff.actor.agency).await?;
    let layout = columns::find(&grid, &remembered);
    Ok(Opened {
        upload,
        grid,
        layout,
    })
}

pub async fn preview(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let opened = Arc::new(open(&app, &staff, id).await?);
    let title = format!("Xem trước: {}", opened.upload.name);
    let body = if opened.upload.kind == "dossiers" {
        match import_preview::plan(&app, &staff, &opened).await {
            Ok(Planned::UnderWay(work)) => {
                return Ok(Redirect::to(&paths::work(&work)).into_response());
            }
            Ok(Planned::Ready(plan)) => {
                html! { (heaps(&opened, &plan, &asked.xem)) (mapping(&opened)) }
            }
            Err(error) if error.kind == Kind::Invalid => html! {
                (notice(&Notice::new(NoticeKind::Err, &error.detail)))
                (mapping(&opened))
            },
            Err(error) => return Err(Failure(error)),
        }
    } else if opened.upload.kind == "compare" {
        match reconciliation::view(&app, &staff, &opened, &asked.xem).await {
            Ok(view) => html! { (view) (mapping(&opened)) },
            Err(error) if error.kind == Kind::Invalid => html! {
                (notice(&Notice::new(NoticeKind::Err, &error.detail)))
                (mapping(&opened))
            },
            Err(error) => return Err(Failure(error)),
        }
    } else if let Some(kind) = import_whole::plan_kind(&opened.upload.kind) {
        import_whole::of_year(&app, &opened, kind).await?
    } else {
        import_whole::view(&app, &staff, &opened).await?
    };
    let page = staff.page(
        &title,
        Section::Imports,
        None,
        html! {
            nav.crumbs aria-label="Nhập" { a href=(paths::IMPORTS) { "Nhập từ tệp" } }
            div.head { h1 { (title) } }
            (body)
        },
    );
    Ok(page.into_response())
}

fn heaps(opened: &Opened, plan: &Plan, chosen: &str) -> Markup {
    let id = opened.upload.id;
    let (new, known, wrong) = (plan.new_ones(), plan.known(), plan.wrong());
    let chosen = match chosen {
        known @ ("moi" | "da-co" | "sai") => known,
        _ if wrong > 0 => "sai",
        _ => "moi",
    };
    let cards = [
        ("moi", new, "Mới, sẽ nhập", false),
        ("da-co", known, "Đã có, bỏ qua", false),
        ("sai", wrong, "Sai, không nhập", true),
    ]
    .map(|(name, count, words, bad)| {
        let href = paths::with_query(&paths::import(id), &[("xem", name)]);
        tile(&href, count, words, name == chosen, bad && count > 0)
    });
    let holds = |line: &&Line| match (&line.fate, chosen) {
        (Fate::New(_), "moi") | (Fate::Known, "da-co") => true,
        (Fate::Wrong(_), name) => name == "sai",
        _ => false,
    };
    let heads = ["Dòng", "Mã hồ sơ", "Người nộp", "Sẽ thành"].map(Column::text);
    let rows: Vec<Vec<Cell>> = plan
        .lines
        .iter()
        .filter(holds)
        .take(SHOWN)
        .map(line)
        .collect();
    html! {
        (tiles("Các dòng của tệp", &cards))
        section.card { div.body { div.row {
            @if wrong == 0 && new > 0 {
                (Button::primary(&format!("Nhập {} hồ sơ", viet::number(new))).post(&paths::import_run(id), &[("lam", "nhap")]))
            } @else if new > 0 {
                (Button::primary(&format!("Nhập {} dòng đúng, để lại {} dòng sai", viet::number(new), viet::number(wrong))).post(&paths::import_run(id), &[("lam", "dong-dung")]))
            } @else { p { "Không có hồ sơ mới để nhập." } }
            @if wrong > 0 { (Button::new("Tải các dòng sai, kèm lý do").icon(Icon::Download).link(&paths::import_rejects(id))) }
        } } }
        section.card {
            (parts::table(&Table { label: "Các dòng", columns: &heads, rows, total: None }))
            @if plan.lines.iter().filter(holds).count() > SHOWN { p.small { "Chỉ hiện " (SHOWN) " dòng đầu." } }
        }
    }
}

fn line(line: &Line) -> Vec<Cell> {
    let what = match &line.fate {
        Fate::New(dossier) => html! {
            (dossier.status().label())
            @if let Some(due) = dossier.due_at { ", hẹn " (parts::day(crate::domain::time::local_day(due))) }
            @if dossier.due_at.is_none() && dossier.received_at.is_some() { ", chưa có ngày hẹn" }
        },
        Fate::Known => html! { "Sổ đã có mã này" },
        Fate::Wrong(wrong) => html! {
            @for (column, why) in wrong {
                p { b { (columns::by_name(column).map_or(*column, |known| known.label)) } ": " (why) }
            }
        },
    };
    vec![
        Cell::Text(line.number.to_string()),
        Cell::Text(line.code.clone()),
        Cell::Text(line.applicant.clone()),
        Cell::Markup(what),
    ]
}

/// The wrong rows as they came, each with its reasons in a column of its own.
pub async fn rejects(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let opened = open(&app, &staff, id).await?;
    let plan = import_dossiers::plan(&app, &staff.actor, &opened.grid, &opened.layout).await?;
    let file = rejected(
        &opened.grid,
        &opened.layout,
        &plan,
        app.settings.files.separator(),
    );
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"dong-sai.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, file).into_response())
}
