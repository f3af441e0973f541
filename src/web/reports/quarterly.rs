//! `/bao-cao/quy`: the report of the Office to UBND xã and huyện, read here, sent as Word
//! or PDF; `/chi-tieu/muc-tieu`: the same of the quality objectives.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{Asked, chosen, current_quarter, document, may_measure, period_bar, span, tabs};
use crate::{
    app::App,
    documents::{
        statement::{Block, Statement},
        told::Told,
    },
    domain::{time::local_day, viet},
    error::{Error, Result},
    papers::{
        Format,
        quarterly::{self, Addressee},
        statements,
    },
    web::{
        form::{Field, FormErrors, select},
        icons::Icon,
        layout::Section,
        parts::Button,
        paths,
        session::{Failure, Staff},
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let agency = staff.actor.agency;
    let to = match asked.gui.as_str() {
        COMMUNE => Addressee::Commune,
        _ => Addressee::Above,
    };
    let report = quarterly::quarterly(&app, agency, chosen.period, &chosen.title, to).await?;
    let name = format!("bao-cao-{}-{}", chosen.period.from, chosen.period.to);
    if let Some(file) = sent(&asked.dang, &name, &report).await? {
        return Ok(file);
    }
    let link = |kind| {
        let mut pairs = asked.pairs(&chosen.name);
        pairs.push(("dang", kind));
        paths::with_query(paths::REPORT_QUARTERLY, &pairs)
    };
    let title = format!("Báo cáo {}", chosen.within());
    let body = html! {
        (tabs(paths::REPORT_QUARTERLY))
        div.head { div { h1 { (title) } (span(&app, chosen.period)) } (buttons(&link("docx"), &link("pdf"))) }
        (period_bar(&app, paths::REPORT_QUARTERLY, &asked, &chosen, &addressee(&asked)))
        (read(&report))
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

/// What names the report that the Office makes to UBND xã.
const COMMUNE: &str = "xa";

fn addressee(asked: &Asked) -> Markup {
    let errors = FormErrors::new();
    let options = [
        ("", "Cấp trên (UBND xã ký)"),
        (COMMUNE, "UBND xã (Văn phòng ký)"),
    ];
    html! { (select(&Field::new("gui", "Gửi", &asked.gui, &errors).quiet(), &options)) }
}

/// The report on the quality objectives up to a day (`den`), of its reporting year.
pub async fn objectives(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    may_measure(&staff)?;
    let today = local_day(app.clock.now());
    let at = match asked.den.trim() {
        "" => today,
        text => viet::read_date(text, today).map_err(|why| Error::invalid("den", why))?,
    };
    let report = quarterly::objectives(&app, staff.actor.agency, at).await?;
    if let Some(file) = sent(&asked.dang, &format!("muc-tieu-chat-luong-{at}"), &report).await? {
        return Ok(file);
    }
    let link = |kind| {
        paths::with_query(
            paths::OBJECTIVES_REPORT,
            &[("den", &asked.den), ("dang", kind)],
        )
    };
    let body = html! {
        nav.crumbs aria-label="Chỉ tiêu" { a href=(paths::TARGETS) { "Chỉ tiêu" } }
        div.head { div { h1 { "Kết quả thực hiện mục tiêu chất lượng" } } (buttons(&link("docx"), &link("pdf"))) }
        (read(&report))
    };
    Ok(staff
        .page("Mục tiêu chất lượng", Section::Targets, None, body)
        .into_response())
}

async fn sent(kind: &str, name: &str, report: &Statement) -> Result<Option<Response>> {
    let format = match kind {
        "docx" => Format::Docx,
        "pdf" => Format::Pdf,
        _ => return Ok(None),
    };
    let bytes = statements::file(report.clone(), format).await?;
    Ok(Some(document(name, format, bytes)))
}

fn buttons(word: &str, pdf: &str) -> Markup {
    html! { div.row { (Button::new("Word").icon(Icon::Download).link(word)) (Button::new("PDF").icon(Icon::Print).link(pdf)) } }
}

/// The report as it reads on the screen.
fn read(report: &Statement) -> Markup {
    html! {
        section.card { header { h2 { (report.about) } } div.body {
            @for block in &report.blocks { (part(block)) }
        } }
    }
}

/// The figures in the words are trail to their rows.
fn told(words: &Told) -> Markup {
    html! { @for (words, href) in words.parts() { @match href { Some(href) => a href=(href) { (words) }, None => (words) } } }
}

fn part(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Heading { text } => h3 { (text) },
            Block::Text { text } => p { (told(text)) },
            Block::Table { head, numeric, rows, .. } => div.scroll tabindex="0" role="region" aria-label=(head.join(", ")) { table.data {
                thead { tr { @for (place, words) in head.iter().enumerate() { th.num[numeric[place]] scope="col" { (words) } } } }
                tbody { @for row in rows { tr { @for (place, words) in row.iter().enumerate() {
                    @if place == 0 { th scope="row" { (told(words)) } } @else { td.num[numeric[place]] { (told(words)) } }
                } } } }
            } },
            Block::Bars { caption, most, bars } => {
                p { b { (caption) } }
                div.scroll tabindex="0" role="region" aria-label=(caption) { table.data {
                    caption.sr { (caption) }
                    tbody { @for bar in bars { tr { th scope="row" { (bar.label) }
                        td { svg.share.bar width="240" height="10" aria-hidden="true" { rect.value.fill x="0" y="0" width=(width(bar.value, *most)) height="10" {} } }
                        td.num { (told(&bar.words)) } } } }
                } }
            }
        }
    }
}

fn width(value: u64, most: u64) -> String {
    format!("{}%", value.min(most) * 100 / most.max(1))
}
