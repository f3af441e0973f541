//! How are rows and facts laid out? In a labelled region that the keyboard can scroll.
use maud::{Markup, html};

use crate::domain::viet::number;
use crate::web::paths;

#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    pub head: &'a str,
    pub numeric: bool,
}

impl<'a> Column<'a> {
    pub const fn text(head: &'a str) -> Self {
        Self {
            head,
            numeric: false,
        }
    }

    pub const fn number(head: &'a str) -> Self {
        Self {
            head,
            numeric: true,
        }
    }
}

/// What stands in a cell. Figures above 0 open their rows.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    Count(u64),
    /// A count and the address of the rows behind it.
    Linked(u64, String),
    /// A late one: red and bold, and still a number.
    Late(u64, String),
    Markup(Markup),
}

impl Cell {
    fn show(&self) -> Markup {
        html! {
            @match self {
                Self::Text(text) => (text),
                Self::Count(count) => (number(*count)),
                Self::Linked(0, _) | Self::Late(0, _) => span.muted { "0" },
                Self::Linked(count, href) => a href=(href) { (number(*count)) },
                Self::Late(count, href) => a.bad href=(href) { (number(*count)) },
                Self::Markup(markup) => (markup),
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// What the table shows; its region's name.
    pub label: &'a str,
    pub columns: &'a [Column<'a>],
    /// The first cell of a row names it.
    pub rows: Vec<Vec<Cell>>,
    pub total: Option<Vec<Cell>>,
}

/// More letters than a narrow column holds in two lines.
const LONG: usize = 24;

/// A data table; wide ones scroll within their region, never the page.
pub fn table(table: &Table) -> Markup {
    let numeric = |place: usize| {
        table
            .columns
            .get(place)
            .is_some_and(|column| column.numeric)
    };
    // A column of long words keeps room for them where the screen is narrow.
    let long = |place: usize| {
        let words = |row: &Vec<Cell>| match row.get(place) {
            Some(Cell::Text(text)) => text.chars().count() > LONG,
            _ => false,
        };
        table.rows.iter().any(words)
    };
    let long: Vec<bool> = (0..table.columns.len()).map(long).collect();
    // Heads without a row say less than a sentence.
    if table.rows.is_empty() && table.total.is_none() {
        return html! { div.body { p.second { "Chưa có dòng nào." } } };
    }
    // What is words rather than figures is read row by row on a telephone: each row a card,
    // each cell under its head. Roles keep it a table where `display` is another.
    let figures = table.columns.iter().filter(|column| column.numeric).count();
    let stack = table.total.is_none() && table.columns.len() > 2 && figures <= 2;
    let role = |name: &'static str| stack.then_some(name);
    let head = |place: usize| {
        let column = table.columns.get(place).filter(|_| stack)?;
        Some(column.head).filter(|head| !head.is_empty())
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(table.label) {
            table.data.stack[stack] role=[role("table")] {
                caption.sr { (table.label) }
                thead role=[role("rowgroup")] { tr role=[role("row")] {
                    @for column in table.columns { th.num[column.numeric] scope="col" role=[role("columnheader")] { (column.head) } }
                } }
                tbody role=[role("rowgroup")] {
                    @for row in &table.rows {
                        tr role=[role("row")] {
                            @for (place, cell) in row.iter().enumerate() {
                                @if place == 0 { th scope="row" role=[role("rowheader")] { (cell.show()) } }
                                @else { td.num[numeric(place)].long[long.get(place) == Some(&true)] role=[role("cell")] data-head=[head(place)] { (cell.show()) } }
                            }
                        }
                    }
                }
                @if let Some(total) = &table.total {
                    tfoot {
                        tr {
                            @for (place, cell) in total.iter().enumerate() {
                                @if place == 0 { th scope="row" { (cell.show()) } }
                                @else { td.num[numeric(place)] { (cell.show()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names and values; a fact that is not known is left out by the caller, not shown empty.
pub fn definition_list(facts: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (name, value) in facts { dt { (name) } dd { (value) } } } }
}

/// Where one is among the pages of a list.
#[derive(Clone, Copy, Debug)]
pub struct Pager<'a> {
    /// Address of the list with its filters, without the page.
    pub path: &'a str,
    /// From 1.
    pub page: u64,
    pub per_page: u64,
    pub total: u64,
}

/// Above this many rows only "Trước" and "Sau" are offered.
const MANY: u64 = 10_000;

/// Trước 1 **2** 3 … 41 Sau, and "51–100 / 2.014".
pub fn pager(pager: &Pager) -> Markup {
    let Pager {
        path,
        page,
        per_page,
        total,
    } = *pager;
    // The page comes from the address: nothing there may make the arithmetic fail.
    let page = page.clamp(1, total.div_ceil(per_page.max(1)).max(1));
    let last = total.div_ceil(per_page.max(1)).max(1);
    let href = |page: u64| paths::with_query(path, &[("trang", &page.to_string())]);
    let shown: Vec<u64> = if total > MANY {
        Vec::new()
    } else {
        let near = |at: &u64| *at == 1 || *at == last || at.abs_diff(page) <= 1;
        (1..=last).filter(near).collect()
    };
    html! {
        @if total > per_page {
            nav.pager aria-label="Trang" {
                ol {
                    @if page > 1 { li { a href=(href(page - 1)) rel="prev" { "Trước" } } }
                    @for (place, at) in shown.iter().enumerate() {
                        @if place > 0 && shown[place - 1] + 1 < *at { li aria-hidden="true" { "…" } }
                        li {
                            @if *at == page { span aria-current="page" { (number(*at)) } }
                            @else { a href=(href(*at)) { (number(*at)) } }
                        }
                    }
                    @if page < last { li { a href=(href(page + 1)) rel="next" { "Sau" } } }
                }
                p.second { (number((page - 1) * per_page + 1)) "–" (number((page * per_page).min(total))) " / " (number(total)) }
            }
        }
    }
}
