//! `/ho-so/nhieu`: one act on many dossiers. First what would become of each, then, when it
//! is wanted, what became of each; the page of a batch survives a reload, a lost session
//! and a restart.
use std::sync::atomic::Ordering;

use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};
use maud::{Markup, html};

use super::{
    form::{Field, FormErrors, select},
    icons::Icon,
    layout::Section,
    list_columns::back_to,
    parts::{self, Button, CHOSEN_FORM, Cell, Column, Notice, NoticeKind, Table, empty, notice},
    paths, printing,
    receivers::offered,
    session::{Failure, Staff},
    works,
};
use crate::{
    actions::{
        act_on_many::{self, Seen},
        assign,
        perform::Foreseen,
    },
    app::App,
    domain::{dossier::Act, paper::PaperKind, time::to_local, viet},
    error::{Error, Result},
    in_hand, jobs, papers,
    store::{
        accounts,
        batches::{self, Batch, Row, State as Fate},
        dossiers::{self, Dossier},
        leases, procedures,
    },
};

/// Below a list: what to do with the rows that are ticked, and what to print of them.
pub fn chooser(staff: &Staff, back: &str) -> Markup {
    let acts = act_on_many::acts(staff.actor.role);
    let errors = FormErrors::new();
    let options: Vec<(&str, &str)> = acts.iter().map(|act| (act.code(), act.label())).collect();
    let kinds = printing::OF_MANY.map(|kind| (papers::path(kind), kind.label()));
    html! {
        form.card.many id=(CHOSEN_FORM) method="post" action=(paths::MANY) {
            input type="hidden" name="ve" value=(back);
            div.body.row {
                @if !options.is_empty() {
                    (select(&Field::new("viec", "Với các hồ sơ đã đánh dấu", "", &errors), &options))
                    (Button::new("Xem trước").sending("Đang xem…").submit())
                }
                (select(&Field::new("giay", "In của các hồ sơ đã đánh dấu", papers::path(PaperKind::Receipt), &errors), &kinds))
                (Button::new("Gom giấy in").icon(Icon::Print).sending("Đang gom…").submit_to(paths::PRINT_JOBS))
            }
        }
    }
}

/// What was ticked.
#[derive(Default)]
struct Asked {
    act: Option<Act>,
    receiver: String,
    back: String,
    seen: Vec<Seen>,
}

impl Asked {
    fn read(sent: &[(String, String)]) -> Self {
        let mut asked = Self::default();
        for (name, value) in sent {
            match name.as_str() {
                "viec" => asked.act = Act::from_code(value),
                "to" => asked.receiver.clone_from(value),
                "ve" => back_to(value).clone_into(&mut asked.back),
                "hs" => {
                    let (code, version) = value.rsplit_once(':').unwrap_or((value, ""));
                    asked.seen.push(Seen {
                        code: code.to_owned(),
                        version: version.parse().unwrap_or(-1),
                    });
                }
                _ => {}
            }
        }
        asked
    }

    fn act(&self) -> Result<Act> {
        self.act.ok_or_else(|| {
            Error::invalid(
                "viec",
                "Chưa chọn việc. Chọn một việc trong danh sách rồi xem lại.",
            )
        })
    }
}

/// What would become of each.
pub async fn preview(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Markup, Failure> {
    let asked = Asked::read(&sent);
    let act = asked.act()?;
    act_on_many::check(&staff.actor, act, &asked.seen)?;
    let mut of = Vec::with_capacity(asked.seen.len());
    for seen in &asked.seen {
        of.push(dossiers::by_code(app.store.read(), staff.actor.agency, &seen.code).await?);
    }
    let people = match act {
        Act::Assign => receivers(&app, &staff, &of).await?,
        _ => Vec::new(),
    };
    let receiver = match people.as_slice() {
        // Where there is one only, nobody has to choose.
        [(only, _)] => only.clone(),
        _ => asked.receiver.clone(),
    };
    let asks = act == Act::Assign && receiver.is_empty();
    let foreseen = if asks {
        Vec::new()
    } else {
        act_on_many::foresee(&app, &staff.actor, act, &receiver, &asked.seen).await?
    };
    let able = foreseen.iter().filter(|one| one.is_ok()).count();
    let refused = foreseen.len() - able;
    let title = format!("{}: {} hồ sơ đã chọn", act.label(), asked.seen.len());
    let errors = FormErrors::new();
    let choices: Vec<(&str, &str)> = people
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    Ok(staff.page(&title, Section::Dossiers, None, html! {
        nav.crumbs aria-label="Danh sách" { a href=(back_to(&asked.back)) { "Về danh sách" } }
        div.head { div { h1 { (title) } p { "Chưa có gì được lưu." } } }
        @if act == Act::Assign && people.is_empty() {
            (empty("Chưa có tài khoản nào làm được bước của các hồ sơ này.", "Quản trị thêm ở trang Nhân sự.", None))
        } @else if act == Act::Assign {
            form.card method="post" action=(paths::MANY) {
                div.body.row {
                    (hidden(act, "", &asked.back))
                    @for seen in &asked.seen { input type="hidden" name="hs" value={ (seen.code) ":" (seen.version) }; }
                    (select(&Field::new("to", "Giao cho", &receiver, &errors), &choices))
                    (Button::new("Xem trước").sending("Đang xem…").submit())
                }
            }
        }
        @if !asks {
            form method="post" action=(paths::MANY_DO) {
                (hidden(act, &receiver, &asked.back))
                @if refused > 0 {
                    (notice(&Notice::new(NoticeKind::Warn, &format!("{refused} hồ sơ không làm được, lý do ghi ở từng dòng. Các hồ sơ khác vẫn làm được."))))
                }
                section.card { (foreseen_rows(&of, &asked.seen, &foreseen, act)) }
                p.row {
                    @if able > 0 { (Button::primary(&format!("{} {able} hồ sơ", act.label())).sending("Đang bắt đầu…").submit()) }
                    @else { b { "Không hồ sơ nào làm được việc này." } }
                    (Button::text("Về danh sách, không làm gì").key("Esc").link(back_to(&asked.back)))
                }
            }
        }
    }))
}

fn hidden(act: Act, receiver: &str, back: &str) -> Markup {
    html! {
        input type="hidden" name="viec" value=(act.code());
        input type="hidden" name="ve" value=(back);
        @if !receiver.is_empty() { input type="hidden" name="to" value=(receiver); }
    }
}

/// Whom the dossiers can be given to: who can do the step of at least one of them.
async fn receivers(app: &App, staff: &Staff, of: &[Dossier]) -> Result<Vec<(String, String)>> {
    let db = app.store.read();
    let mut all: Vec<(String, String)> = Vec::new();
    let mut asked: Vec<(i64, String)> = Vec::new();
    for dossier in of {
        let procedure = procedures::get(db, dossier.procedure_version_id).await?;
        let step = assign::goes_to(db, dossier, &procedure, Act::Assign).await?;
        let about = (dossier.procedure_version_id, step.name.clone());
        if asked.contains(&about) {
            continue;
        }
        asked.push(about);
        let able = assign::able(db, dossier.agency_id, &step).await?;
        for choice in offered(app, staff, &able).await? {
            if !all.contains(&choice) {
                all.push(choice);
            }
        }
    }
    Ok(all)
}

fn foreseen_rows(of: &[Dossier], seen: &[Seen], foreseen: &[Result<Foreseen>], act: Act) -> Markup {
    let columns = ["Làm", "Hồ sơ", "Đang là", "Sẽ ra sao"].map(Column::text);
    let rows = of.iter().zip(seen).zip(foreseen).map(|((dossier, seen), foreseen)| {
        let id = format!("hs-{}", seen.code);
        vec![
            Cell::Markup(html! {
                @if foreseen.is_ok() {
                    label.choice for=(id) {
                        input id=(id) type="checkbox" name="hs" value={ (seen.code) ":" (seen.version) } checked;
                        span.sr { "Làm với hồ sơ " (seen.code) }
                    }
                } @else { span.muted { "không" } }
            }),
            Cell::Markup(html! { a href=(paths::dossier(&dossier.code)) { (dossier.applicant_name) } p.small { (parts::code(&dossier.code, true)) } }),
            Cell::Text(dossier.status().label().to_owned()),
            Cell::Markup(match foreseen {
                Err(error) => html! { b.bad { "Không làm được: " } (error.detail) },
                Ok(to) => html! {
                    (to.to.label())
                    @if let Some(step) = &to.step { ", sang bước “" (step) "”" }
                    @if let Some(holder) = &to.holder { ", " b { (holder) } " giữ" }
                    @if act == Act::ReturnResult && dossier.ended_late() { p.small { "Kết quả trễ hẹn: xem phiếu xin lỗi ở mục Xin lỗi." } }
                },
            }),
        ]
    });
    parts::table(&Table {
        label: "Từng hồ sơ sẽ ra sao",
        columns: &columns,
        rows: rows.collect(),
        total: None,
    })
}

/// Begins; the page of the batch follows.
pub async fn start(
    State(app): State<App>,
    staff: Staff,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let asked = Asked::read(&sent);
    let act = asked.act()?;
    let account = staff.account.id;
    let id = act_on_many::open(
        &app,
        &staff.actor,
        account,
        act,
        &asked.receiver,
        &asked.seen,
    )
    .await?;
    go(app, staff, id).await?;
    Ok(Redirect::to(&paths::batch(id)))
}

/// Does what a restart left waiting.
pub async fn go_on(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Redirect, Failure> {
    batches::of(app.store.read(), staff.account.id, id).await?;
    go(app, staff, id).await?;
    Ok(Redirect::to(&paths::batch(id)))
}

/// Goes on whether or not somebody waits for the answer.
pub async fn go(app: App, staff: Staff, id: i64) -> Result<()> {
    if app.ending.load(Ordering::Relaxed) {
        return Err(jobs::ending());
    }
    // In hand before the page of the batch can be asked for.
    let Some(hold) = in_hand::take(&app, in_hand::batch(id)).await? else {
        return Ok(());
    };
    tokio::spawn(async move {
        let account = staff.account.id;
        if let Err(error) = act_on_many::run(&app, &staff.actor, account, id, hold).await {
            tracing::error!(%error, "an act on many broke off");
        }
    });
    Ok(())
}

/// How far it is, and what became of each.
pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<i64>,
) -> Result<Markup, Failure> {
    let batch = batches::of(app.store.read(), staff.account.id, id).await?;
    // Asked before the rows are read: until it is let go of, it may still change.
    let now = app.clock.now();
    let runs = leases::held(app.store.read(), &in_hand::batch(id), now).await?;
    let rows = batches::rows(app.store.read(), id).await?;
    let receiver = match batch.receiver.as_str() {
        "" => None,
        username => accounts::by_username(app.store.read(), username).await?,
    };
    let waiting = rows.iter().filter(|row| row.state == Fate::Waiting).count();
    let body = html! {
        @if section(&batch) == Section::Apologies {
            nav.crumbs aria-label="Xin lỗi" { a href=(paths::APOLOGIES) { "Xin lỗi và hẹn lại ngày trả" } }
        } @else {
            nav.crumbs aria-label="Danh sách" { a href=(paths::DOSSIERS) { "Hồ sơ" } }
        }
        (heading(&batch, &rows, receiver.map(|account| account.name)))
        @if runs {
            (works::following(&title(&batch), rows.len() - waiting, rows.len(), "hồ sơ"))
        } @else if waiting > 0 {
            (notice(&Notice::new(NoticeKind::Warn, &format!("Việc bị dừng giữa chừng (máy chủ khởi động lại): {} hồ sơ chưa làm, ghi “chưa làm” ở bảng dưới.", viet::number(waiting)))))
            p.row { (Button::primary(&format!("Làm tiếp {} hồ sơ", viet::number(waiting))).post(&paths::batch_go_on(id), &[])) }
        }
        section.card { (result_rows(&rows, act_of(&batch))) }
        @if !runs && act_of(&batch) == Some(Act::SignApology) && rows.iter().any(|row| row.state == Fate::Done) {
            (Button::primary("In phiếu chưa in, một tệp").icon(Icon::Print).post(paths::PRINT_JOBS, &[("viec", "chua-in")]))
        }
    };
    let title = title(&batch);
    let section = section(&batch);
    Ok(if runs {
        staff.page_that_follows(&title, section, body)
    } else {
        staff.page(&title, section, None, body)
    })
}

fn act_of(batch: &Batch) -> Option<Act> {
    Act::from_code(&batch.act)
}

fn title(batch: &Batch) -> String {
    match act_of(batch) {
        Some(Act::SignApology) => "Ký nhiều phiếu xin lỗi".to_owned(),
        act => format!("{} nhiều hồ sơ", act.map_or("–", Act::label)),
    }
}

fn section(batch: &Batch) -> Section {
    match act_of(batch) {
        Some(Act::SignApology) => Section::Apologies,
        _ => Section::Dossiers,
    }
}

fn heading(batch: &Batch, rows: &[Row], receiver: Option<String>) -> Markup {
    let count = |fate: Fate| rows.iter().filter(|row| row.state == fate).count();
    let refused = count(Fate::Refused);
    html! {
        div.head { div {
            h1 { (title(batch)) }
            p {
                "Bắt đầu " (viet::moment(to_local(batch.started_at)))
                @if let Some(name) = receiver { " · giao cho " b { (name) } }
                " · " b { (count(Fate::Done)) } " xong"
                @if refused > 0 { ", " b.bad { (refused) " không làm được" } }
            }
        } }
    }
}

fn result_rows(rows: &[Row], act: Option<Act>) -> Markup {
    let columns = ["Hồ sơ", "Kết quả"].map(Column::text);
    let shown = rows.iter().map(|row| {
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&row.code)) { (parts::code(&row.code, false)) } },
            ),
            Cell::Markup(match row.state {
                Fate::Done if act == Some(Act::SignApology) => html! { "Đã ký · " a href=(paths::dossier_letter(&row.code, papers::path(PaperKind::Apology))) { "in phiếu" } },
                Fate::Done => html! { "Xong" },
                Fate::Waiting => html! { span.muted { "Chưa làm" } },
                Fate::Refused => html! { b.bad { "Không làm được: " } (row.said) },
            }),
        ]
    });
    parts::table(&Table {
        label: "Kết quả từng hồ sơ",
        columns: &columns,
        rows: shown.collect(),
        total: None,
    })
}
