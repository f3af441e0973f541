//! `/bao-cao/giai-quyet/ho-so`: the dossiers that a number of a report counts.
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use maud::html;

use super::{Asked, behind::Behind, chosen, current_quarter, file, may_measure, processing::by};
use crate::{
    app::App,
    documents::sheet::{Cell as SheetCell, Sheet},
    domain::{
        scoring::{Arrival, Column},
        time::{local_day, to_local},
        viet,
    },
    error::{Error, Result},
    reports::{
        behind::{self, Trait},
        processing::{self as report, Counted},
    },
    store::agencies,
    web::{
        icons::Icon,
        layout::Section,
        parts::{self, Button, Cell, Column as Head, Pager, Table, pager},
        paths,
        session::{Failure, Staff},
    },
};

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    const PAGE: usize = 100;
    may_measure(&staff)?;
    let chosen = chosen(&app, &asked, &current_quarter(&app))?;
    let column = Column::from_code(&asked.o)
        .ok_or_else(|| Error::invalid("o", "Không có ô này trong biểu."))?;
    let agency = agencies::name_by(app.store.read(), staff.actor.agency, chosen.period.to)
        .await
        .map_or("–".into(), |name| name.name);
    let mut found: Vec<Counted> = report::counted(&app, staff.actor.agency, chosen.period)
        .await?
        .into_iter()
        .filter(|one| column.holds(one.cell))
        .filter(|one| asked.cut().holds(&one.dossier))
        .filter(|one| {
            // Whoever asks for an hour counts what came within the period.
            asked.luc.is_empty()
                || one.cell.arrival != Arrival::CarriedOver
                    && asked.at_hour(one.dossier.facts.received_at)
        })
        .filter(|one| {
            asked.nhom.is_empty() || report::label(&one.dossier, by(&asked), &agency) == asked.nhom
        })
        .collect();
    let which = match asked.voi.as_str() {
        "" => None,
        code => Some(
            Trait::from_code(code)
                .ok_or_else(|| Error::invalid("voi", "Không có số liệu này. Mở lại từ báo cáo."))?,
        ),
    };
    if let Some(which) = which {
        found = behind::only(&app, &staff.actor.viewer(), chosen.period, which, found).await?;
    }
    found.sort_by(|a, b| a.dossier.code.cmp(&b.dossier.code));
    let name = format!("ho-so-{}-{}", column.code(), chosen.period.to);
    let sheet = sheet(&found);
    if asked.dang != "json"
        && let Some(file) = file(&app, &asked, &name, &(), &sheet)?
    {
        return Ok(file);
    }
    let total = found.len();
    let page = usize::try_from(asked.trang.max(1))
        .unwrap_or(1)
        .min(total.div_ceil(PAGE).max(1));
    let trail = Behind {
        asked: &asked,
        chosen: &chosen,
    };
    let here = trail.rows(column, &[("nhom", &asked.nhom), ("voi", &asked.voi)]);
    let mut title = column.label().to_owned();
    for words in [which.map_or("", Trait::label), &asked.nhom] {
        if !words.is_empty() {
            title = format!("{title}: {words}");
        }
    }
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| {
        Cell::Text(at.map_or_else(|| "–".into(), |at| parts::day(local_day(at))))
    };
    let heads = [
        "Mã hồ sơ",
        "Thủ tục",
        "Cán bộ",
        "Nhận",
        "Hẹn lần đầu",
        "Kết thúc",
    ]
    .map(Head::text);
    let shown = found.iter().skip((page - 1) * PAGE).take(PAGE).map(|one| {
        let d = &one.dossier;
        vec![
            Cell::Markup(
                html! { a href=(paths::dossier(&d.code)) { (parts::code(&d.code, false)) } },
            ),
            Cell::Text(d.procedure_name.clone()),
            Cell::Text(d.officer.clone()),
            moment(d.facts.received_at),
            moment(d.promises.last().and_then(|(_, due)| *due)),
            moment(d.facts.ended_at),
        ]
    });
    let back = paths::with_query(paths::REPORT_PROCESSING, &asked.pairs(&chosen.name));
    let body = html! {
        nav.crumbs aria-label="Báo cáo" { a href=(back) { "Biểu II.06a, " (chosen.within()) } }
        div.head {
            div { h1 { (title) } p { b { (viet::number(total)) } " hồ sơ, " (chosen.within()) @if !asked.cut().is_whole() { "; " (asked.cut().words()) } } }
            div.row { (Button::new("Excel").icon(Icon::Download).link(&format!("{here}&dang=xlsx"))) (Button::new("CSV").icon(Icon::Download).link(&format!("{here}&dang=csv"))) }
        }
        section.card {
            (parts::table(&Table { label: &title, columns: &heads, rows: shown.collect(), total: None }))
            (pager(&Pager { path: &here, page: page as u64, per_page: PAGE as u64, total: total as u64 }))
        }
    };
    Ok(staff
        .page(&title, Section::Reports, None, body)
        .into_response())
}

fn sheet(found: &[Counted]) -> Sheet {
    Sheet {
        head: vec![
            "Mã hồ sơ",
            "Mã thủ tục",
            "Thủ tục",
            "Lĩnh vực",
            "Cán bộ",
            "Nhận lúc",
            "Hẹn lần đầu",
            "Kết thúc lúc",
        ],
        rows: found
            .iter()
            .map(|one| {
                let d = &one.dossier;
                let promised = d.promises.last().and_then(|(_, due)| *due);
                vec![
                    d.code.clone().into(),
                    d.procedure_code.clone().into(),
                    d.procedure_name.clone().into(),
                    d.field.clone().into(),
                    d.officer.clone().into(),
                    SheetCell::Moment(d.facts.received_at.map(to_local)),
                    SheetCell::Moment(promised.map(to_local)),
                    SheetCell::Moment(d.facts.ended_at.map(to_local)),
                ]
            })
            .collect(),
        definitions: Vec::new(),
    }
}
