//! `/bao-cao/…`: figures that stand in a meeting. What all of them share: who may
//! look, which period, the file instead of the page.
pub mod accountability;
pub mod agencies;
pub mod apologies;
pub mod behind;
pub mod closed;
pub mod cut;
pub mod four_on_the_spot;
pub mod four_rows;
pub mod four_to_reach;
pub mod overview;
pub mod plan;
pub mod processing;
pub mod quarterly;
pub mod radar;
pub mod review;
pub mod rhythm;
pub mod rows;
pub mod satisfaction;
pub mod service_score;
pub mod targets;
pub mod timeliness;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, date_field, select},
    parts::{self, Button, Share as Shown},
    paths,
    session::Staff,
};
use crate::{
    app::App,
    documents::sheet::Sheet,
    domain::{period::Period, share::Share, time::local_day, viet},
    error::{Error, Result},
    reports::{
        access,
        file::{self, Kind},
    },
};

/// What every report page may be asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A period by name: 2021-Q1, 2021-04, 2021.
    pub ky: String,
    /// Or any two days.
    pub tu: String,
    pub den: String,
    /// By what the rows are told apart.
    pub theo: String,
    /// Which dossiers: of a field, a procedure, an officer, a channel.
    #[serde(rename = "linh-vuc")]
    pub linh_vuc: String,
    #[serde(rename = "thu-tuc")]
    pub thu_tuc: String,
    #[serde(rename = "can-bo")]
    pub can_bo: String,
    pub kenh: String,
    /// At which agency, where others hold dossiers too.
    #[serde(rename = "co-quan")]
    pub co_quan: String,
    /// Weekday and hour of receipt: `0-9` is Monday from nine to ten.
    pub luc: String,
    /// To whom a report goes.
    pub gui: String,
    /// Row and cell whose dossiers are wanted.
    pub nhom: String,
    pub o: String,
    /// What the dossiers behind a number have in common.
    pub voi: String,
    pub trang: u64,
    /// A file instead of the page.
    pub dang: String,
}

impl Asked {
    /// Everything between two days.
    pub fn between(period: Period) -> Self {
        Self {
            tu: parts::day(period.from),
            den: parts::day(period.to),
            ..Self::default()
        }
    }
}

/// The period that is shown, and how it is called.
pub struct Chosen {
    pub period: Period,
    pub title: String,
    pub name: String,
}

impl Chosen {
    /// A period without a name.
    pub fn between(period: Period) -> Self {
        Self {
            period,
            title: String::new(),
            name: String::new(),
        }
    }

    /// The title within a sentence: `quý IV năm 2021`.
    pub fn within(&self) -> String {
        let mut letters = self.title.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_lowercase().chain(letters).collect()
        })
    }
}

/// Figures are for the Office, leaders and administrators.
pub fn may_measure(staff: &Staff) -> Result<()> {
    access::may_measure(staff.actor.role)
}

/// The period asked for; with nothing asked, the one `default` names.
pub fn chosen(app: &App, asked: &Asked, default: &str) -> Result<Chosen> {
    let today = local_day(app.clock.now());
    if !asked.tu.trim().is_empty() || !asked.den.trim().is_empty() {
        let day = |field: &str, text: &str| {
            viet::read_date(text, today).map_err(|why| Error::invalid(field, why))
        };
        let (from, to) = (day("tu", &asked.tu)?, day("den", &asked.den)?);
        let period = Period::new(from, to).map_err(|why| Error::invalid("tu", why.to_string()))?;
        let title = format!("từ {} đến {}", parts::day(from), parts::day(to));
        return Ok(Chosen {
            period,
            title,
            name: String::new(),
        });
    }
    let name = if asked.ky.is_empty() {
        default
    } else {
        &asked.ky
    };
    let start = app.settings.figures.period_start_day;
    let period = Period::parse(name, start).map_err(|why| Error::invalid("ky", why.to_string()))?;
    Ok(Chosen {
        period,
        title: Period::title(name),
        name: name.to_owned(),
    })
}

/// The name of the month, or quarter, that today falls into.
pub fn current_month(app: &App) -> String {
    let period = Period::month_of(
        local_day(app.clock.now()),
        app.settings.figures.period_start_day,
    );
    let month = period.to;
    format!("{}-{:02}", month.year(), month.month())
}

pub fn current_quarter(app: &App) -> String {
    let period = Period::quarter_of(
        local_day(app.clock.now()),
        app.settings.figures.period_start_day,
    );
    format!("{}-Q{}", period.to.year(), period.to.month().div_ceil(3))
}

/// Names of the periods of this reporting year and the one before, newest first.
pub fn names(today: NaiveDate, start: u32) -> Vec<String> {
    let year = Period::year_of(today, start).to.year();
    let mut names = Vec::new();
    for year in [year, year - 1] {
        names.push(year.to_string());
        names.extend(["9M", "H1", "Q4", "Q3", "Q2", "Q1"].map(|part| format!("{year}-{part}")));
        names.extend((1..=12).rev().map(|month| format!("{year}-{month:02}")));
    }
    names
}

/// Period, days, and what else a report asks for, as one GET form.
pub fn period_bar(app: &App, path: &str, asked: &Asked, chosen: &Chosen, more: &Markup) -> Markup {
    let today = local_day(app.clock.now());
    let start = app.settings.figures.period_start_day;
    let mut all: Vec<(String, String)> = names(today, start)
        .into_iter()
        .map(|name| (name.clone(), Period::title(&name)))
        .collect();
    if !chosen.name.is_empty() && !all.iter().any(|(name, _)| *name == chosen.name) {
        all.push((chosen.name.clone(), chosen.title.clone()));
    }
    let options: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_str()))
        .collect();
    let errors = FormErrors::new();
    html! {
        (parts::fold(&format!("Kỳ: {}", chosen.within()), &html! { form.card.filter method="get" action=(path) {
            div.body { div.fields {
                (select(&Field::new("ky", "Kỳ báo cáo", &chosen.name, &errors).quiet(), &options))
                (date_field(&Field::new("tu", "Hoặc từ ngày", &asked.tu, &errors).quiet()))
                (date_field(&Field::new("den", "đến ngày", &asked.den, &errors).quiet()))
                (more)
                div.field { (Button::new("Xem").submit()) }
            } }
        } }))
    }
}

/// `Từ 15/3/2021 đến 14/4/2021`, and whether it still runs.
pub fn span(app: &App, period: Period) -> Markup {
    let today = local_day(app.clock.now());
    html! {
        p {
            "Từ " (parts::day(period.from)) " đến " (parts::day(period.to))
            @if period.to >= today { " · Đang chạy, số liệu đến " (parts::day(today)) }
        }
    }
}

/// Download buttons of a report.
pub fn files(path: &str, asked: &Asked, chosen: &Chosen) -> Markup {
    let pairs = asked.pairs(&chosen.name);
    let with = |kind| {
        let mut pairs = pairs.clone();
        pairs.push(("dang", kind));
        paths::with_query(path, &pairs)
    };
    html! {
        (Button::new("Excel").icon(crate::web::icons::Icon::Download).link(&with("xlsx")))
        (Button::new("CSV").icon(crate::web::icons::Icon::Download).link(&with("csv")))
        (Button::new("JSON").icon(crate::web::icons::Icon::Download).link(&with("json")))
    }
}

/// The file that was asked for, or `None` for the page.
pub fn file(
    app: &App,
    asked: &Asked,
    name: &str,
    report: &impl serde::Serialize,
    sheet: &Sheet,
) -> Result<Option<Response>> {
    let Some(kind) = Kind::from_code(&asked.dang) else {
        return Ok(None);
    };
    let head = [
        (header::CONTENT_TYPE, kind.content_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{}\"", kind.extension()),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let bytes = file::bytes(app, kind, report, sheet)?;
    Ok(Some((head, bytes).into_response()))
}

/// A Word file.
pub fn docx(name: &str, bytes: Vec<u8>) -> Response {
    document(name, crate::papers::Format::Docx, bytes)
}

/// A report as a document to be kept.
pub fn document(name: &str, format: crate::papers::Format, bytes: Vec<u8>) -> Response {
    let head = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{}\"", format.extension()),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (head, bytes).into_response()
}

/// A share as the parts of a page draw it.
pub fn shown(share: Share) -> Shown {
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Shown {
        numerator: few(share.numerator),
        denominator: few(share.denominator),
    }
}

/// The tabs of the reports: address, words.
pub const TABS: [(&str, &str); 14] = [
    (paths::REPORT_PROCESSING, "Biểu II.06a"),
    (paths::REPORT_TIMELINESS, "Đúng hạn"),
    (paths::REPORT_FOUR_ON_THE_SPOT, "4 tại chỗ"),
    (paths::REPORT_APOLOGIES, "Trễ và xin lỗi"),
    (paths::REPORT_ACCOUNTABILITY, "Trách nhiệm"),
    (paths::REPORT_SATISFACTION, "Hài lòng"),
    (paths::REPORT_SCORE, "Chấm điểm"),
    (paths::REPORT_RHYTHM, "Nhịp làm việc"),
    (paths::REPORT_REVIEW, "Rà soát"),
    (paths::REPORT_RADAR, "Cần xem lại"),
    (paths::REPORT_CLOSED, "Chốt số liệu"),
    (paths::REPORT_QUARTERLY, "Báo cáo quý"),
    (paths::TARGETS, "Chỉ tiêu"),
    (paths::PLAN, "Nhiệm vụ"),
];

/// The row of tabs; the table of the agencies has one only where somebody is on it.
pub fn tabs(current: &str) -> Markup {
    html! {
        (parts::fold("Các báo cáo khác", &html! { nav.tabs aria-label="Báo cáo" {
            @if current == paths::REPORT_AGENCIES { a href=(current) aria-current="page" { "Các đơn vị" } }
            @for (path, words) in TABS { a href=(path) aria-current=[(path == current).then_some("page")] { (words) } }
        } }))
    }
}
