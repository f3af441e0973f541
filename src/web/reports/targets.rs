//! `/chi-tieu`: what did the plan promise, and how far is it? Each with its line of the
//! plan, its state and how it moved; values by hand and quality objectives are entered here.
use std::cmp::Ordering;

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Asked, Chosen, apologies::Links, behind::Behind, file, four_rows::procedures_of, may_measure,
    shown, tabs,
};
use crate::{
    actions::{
        enter_plan::{self, Input, ObjectiveInput},
        import_dossiers,
    },
    app::App,
    domain::{
        feedback::Standing,
        period::Period,
        role::Role,
        scoring::Column as Counted,
        target::{Formula, goal},
        time::local_day,
        viet,
    },
    error::{Error, Kind, Result},
    reports::{
        apologies::Said,
        targets::{self as report, Report, Row},
    },
    web::{
        feedback_list,
        form::{Field, FormErrors, date_field, error_summary, select, text_field, textarea},
        icons::Icon,
        layout::Section,
        parts::{
            self, Button, Cell, Column, Notice, NoticeKind, Table, Tone, counted, fraction,
            status_badge,
        },
        paths,
        session::{Failure, Staff, refused},
        sign_in::form_errors,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Day {
    ngay: String,
    xong: String,
    dang: String,
}

/// What was typed into either form.
#[derive(Default)]
struct Typed {
    value: Input,
    objective: ObjectiveInput,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(day): Query<Day>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let at = match day.ngay.trim() {
        "" => today,
        text => viet::read_date(text, today).map_err(|why| Error::invalid("ngay", why))?,
    };
    let targets = report::build(&app, staff.actor.agency, at).await?;
    let asked = Asked {
        dang: day.dang.clone(),
        ..Asked::default()
    };
    let name = format!("chi-tieu-{at}");
    if let Some(file) = file(&app, &asked, &name, &targets, &targets.sheet())? {
        return Ok(file);
    }
    let notice = (day.xong == "1").then(|| Notice::new(NoticeKind::Ok, "Đã ghi."));
    let body = view(
        &staff,
        &targets,
        &day.ngay,
        &Typed::default(),
        &FormErrors::new(),
    );
    Ok(staff
        .page("Chỉ tiêu", Section::Targets, notice, body)
        .into_response())
}

/// A value by hand.
pub async fn enter(
    State(app): State<App>,
    staff: Staff,
    Form(mut value): Form<Input>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    value.kind = enter_plan::What::Value.code().into();
    let done = enter_plan::run(&app, &staff.actor, &value).await;
    let typed = Typed {
        value,
        ..Typed::default()
    };
    answer(&app, &staff, done, &typed).await
}

/// A quality objective.
pub async fn add_objective(
    State(app): State<App>,
    staff: Staff,
    Form(objective): Form<ObjectiveInput>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let done = enter_plan::objective(&app, &staff.actor, &objective).await;
    let typed = Typed {
        objective,
        ..Typed::default()
    };
    answer(&app, &staff, done, &typed).await
}

async fn answer(
    app: &App,
    staff: &Staff,
    done: Result<()>,
    typed: &Typed,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => {
            let to = paths::with_query(paths::TARGETS, &[("xong", "1")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind == Kind::Invalid => {
            let at = local_day(app.clock.now());
            let targets = report::build(app, staff.actor.agency, at).await?;
            let body = view(staff, &targets, "", typed, &form_errors(&error));
            Ok(refused(
                &error,
                staff.page("Chỉ tiêu", Section::Targets, None, body),
            ))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn view(staff: &Staff, targets: &Report, day: &str, typed: &Typed, errors: &FormErrors) -> Markup {
    let csv = paths::with_query(paths::TARGETS, &[("ngay", day), ("dang", "csv")]);
    let xlsx = paths::with_query(paths::TARGETS, &[("ngay", day), ("dang", "xlsx")]);
    let quiet = FormErrors::new();
    let may = enter_plan::MAY.contains(&staff.actor.role) || staff.actor.role == Role::Admin;
    html! {
        (tabs(paths::TARGETS))
        div.head {
            div { h1 { "Chỉ tiêu của kế hoạch" } p { (targets.plan) " · từ " (parts::day(targets.from)) " đến " (parts::day(targets.at)) } }
            div.row { (Button::new("Nhiệm vụ").link(paths::PLAN)) (Button::new("Báo cáo quý").link(paths::REPORT_QUARTERLY)) (Button::new("Excel").icon(Icon::Download).link(&xlsx)) (Button::new("CSV").icon(Icon::Download).link(&csv)) }
        }
        (error_summary(errors))
        form.card.filter method="get" action=(paths::TARGETS) { div.body { div.fields {
            (date_field(&Field::new("ngay", "Tính đến ngày", day, &quiet).quiet()))
            div.field { (Button::new("Xem").submit()) }
        } } }
        (rows(targets, "Chỉ tiêu của kế hoạch", &targets.targets))
        @if targets.objectives.is_empty() {
            section.card { header { h2 { "Mục tiêu chất lượng (TCVN ISO 9001:2015)" } } div.body { p.second { "Chưa nhập mục tiêu chất lượng của năm." } } }
        } @else {
            (rows(targets, "Mục tiêu chất lượng (TCVN ISO 9001:2015)", &targets.objectives))
            p { a href=(paths::with_query(paths::OBJECTIVES_REPORT, &[("den", day)])) { "Báo cáo kết quả thực hiện mục tiêu chất lượng" } }
        }
        @if import_dossiers::may(&staff.actor).is_ok() { p.small { "Kế hoạch năm mới: tải tệp Excel ở đây, sửa năm và mức cần, rồi nạp ở trang " a href=(paths::IMPORTS) { "Nhập từ tệp" } "." } }
        @if may { div.columns.wide { (value_form(targets, &typed.value, errors)) (objective_form(&typed.objective, errors)) } }
    }
}

fn rows(targets: &Report, title: &str, rows: &[Row]) -> Markup {
    let heads = [
        "Chỉ tiêu",
        "Cần",
        "Đạt được",
        "Tháng trước",
        "Tình trạng",
        "Cách tính, nguồn",
    ]
    .map(Column::text);
    let lines = rows.iter().map(|row| {
        let state = match row.met {
            Some(true) => status_badge(Tone::Good, Icon::Tick, "Đạt"),
            Some(false) => status_badge(Tone::Late, Icon::Warn, "Chưa đạt"),
            None => status_badge(Tone::Dashed, Icon::Info, "Không đủ dữ liệu"),
        };
        let trend = match row.trend() {
            Some(Ordering::Greater) => "tăng",
            Some(Ordering::Less) => "giảm",
            Some(Ordering::Equal) => "giữ nguyên",
            None => "",
        };
        let value = |value, at| {
            html! {
                @if let Some(behind) = behind(targets.from, at, row.formula) { (counted(shown(value), &behind)) }
                @else if value.denominator == 0 { "–" } @else { (fraction(shown(value))) }
            }
        };
        let before = match targets.before {
            Some(day) if row.before.denominator > 0 => {
                html! { (value(row.before, day)) p.small { (trend) } }
            }
            _ => html! { "–" },
        };
        vec![
            Cell::Markup(html! { (row.label) @if !row.officer.is_empty() { p.small { (row.officer) } } }),
            Cell::Text(goal(row.goal.numerator, row.above)),
            Cell::Markup(value(row.value, targets.at)),
            Cell::Markup(before),
            Cell::Markup(state),
            Cell::Markup(html! { p.second { (row.definition) @if row.formula == Formula::BallotsOfSample { " " a href=(paths::REPORT_SATISFACTION) { "Xem mức độ hài lòng" } } }
                @if let Some(evidence) = &row.evidence { p.small { "Căn cứ " (evidence) } }
                p.small { (row.source) } }),
        ]
    });
    html! { section.card { header { h2 { (title) } } (parts::table(&Table { label: title, columns: &heads, rows: lines.collect(), total: None })) } }
}

/// Where the rows are of both numbers of a figure.
pub fn behind(from: NaiveDate, at: NaiveDate, formula: Formula) -> Option<[String; 2]> {
    let period = Period { from, to: at };
    let (asked, chosen) = (Asked::between(period), Chosen::between(period));
    let (asked, chosen) = (&asked, &chosen);
    Some(match formula {
        Formula::DeclaredFourOnTheSpot => {
            ["khai-bao", "tat-ca"].map(|heap| procedures_of(from, at, heap))
        }
        Formula::OnTimeWithOverdue => {
            Behind { asked, chosen }.share(Counted::Kept, Counted::Judged)
        }
        Formula::Apologised => {
            [Said::Apologised, Said::Late].map(|said| Links { asked, chosen }.of(said))
        }
        // The rows behind it, as the staff's list shows them.
        Formula::FeedbackInTime => {
            [Some(Standing::InTime), None].map(|how| feedback_list::due(from, at, how))
        }
        // A ballot belongs to no dossier; a value by hand has its evidence beside it.
        Formula::BallotsOfSample | Formula::Entered => return None,
    })
}

fn value_form(targets: &Report, typed: &Input, errors: &FormErrors) -> Markup {
    let by_hand: Vec<(&str, &str)> = targets
        .targets
        .iter()
        .chain(&targets.objectives)
        .filter(|row| row.formula == Formula::Entered)
        .map(|row| (row.code.as_str(), row.label.as_str()))
        .collect();
    html! {
        section.card { header { h2 { "Ghi giá trị chỉ tiêu" } } div.body {
            @if by_hand.is_empty() { p.second { "Mọi chỉ tiêu đều do chương trình tính." } } @else {
                form method="post" action=(paths::TARGETS) {
                    (select(&Field::new("item", "Chỉ tiêu", &typed.item, errors), &by_hand))
                    (text_field(&Field::new("numerator", "Tử số", &typed.numerator, errors).inputmode("numeric").hint("Ví dụ: văn bản gửi qua mạng")))
                    (text_field(&Field::new("denominator", "Mẫu số", &typed.denominator, errors).inputmode("numeric").hint("Ví dụ: tất cả văn bản gửi đi; với “tăng so với năm trước” là số của năm trước")))
                    (date_field(&Field::new("on_day", "Tính đến ngày", &typed.on_day, errors).optional().hint("Bỏ trống: hôm nay")))
                    (textarea(&Field::new("evidence", "Căn cứ", &typed.evidence, errors).maxlength(1000), 2))
                    p.row { (Button::primary("Ghi giá trị").submit()) }
                }
            }
        } }
    }
}

fn objective_form(typed: &ObjectiveInput, errors: &FormErrors) -> Markup {
    let formulas: Vec<(&str, &str)> = Formula::ALL
        .iter()
        .filter(|formula| **formula != Formula::Entered)
        .map(|formula| (formula.code(), formula.label()))
        .collect();
    html! {
        section.card { header { h2 { "Thêm mục tiêu chất lượng" } } div.body {
            form method="post" action=(paths::OBJECTIVES) {
                (text_field(&Field::new("label", "Mục tiêu", &typed.label, errors).maxlength(500)))
                (text_field(&Field::new("goal_percent", "Cần đạt (%)", &typed.goal_percent, errors).inputmode("numeric")))
                (select(&Field::new("formula", "Cách tính", &typed.formula, errors).optional().hint("Không chọn: giá trị được ghi bằng tay"), &formulas))
                (text_field(&Field::new("officer", "Người chịu trách nhiệm", &typed.officer, errors).maxlength(200)))
                (text_field(&Field::new("source", "Văn bản ban hành", &typed.source, errors).maxlength(300)))
                p.row { (Button::primary("Thêm mục tiêu").submit()) }
            }
        } }
    }
}
