//! Which dossiers need a hand? The list by standing; on a phone each row is a card.
use maud::{Markup, html};

use super::badge::{Standing, badge, code};

/// A key that works on the chosen row: `T` → where it leads.
#[derive(Clone, Copy, Debug)]
pub struct RowAct<'a> {
    pub key: &'a str,
    pub label: &'a str,
    pub href: &'a str,
}

#[derive(Clone, Debug)]
pub struct DossierRow<'a> {
    pub standing: Option<Standing>,
    /// Where there is no standing: "Đã gửi, chờ tiếp nhận".
    pub status: &'a str,
    pub code: &'a str,
    pub href: &'a str,
    pub applicant: &'a str,
    pub procedure: &'a str,
    /// Who holds it now.
    pub holder: &'a str,
    /// `16/4`; empty where there is none.
    pub due: &'a str,
    /// The day an apology put it off to; empty where none did.
    pub put_off: &'a str,
    pub acts: &'a [RowAct<'a>],
    /// What stands in the further columns, by their names.
    pub more: &'a [(&'a str, String)],
    /// Sent when the row is chosen.
    pub version: i64,
}

#[derive(Clone, Debug)]
pub struct DossierGroup<'a> {
    /// Empty: rows without a group head (the register).
    pub title: &'a str,
    /// The true number, which may be more than the rows shown.
    pub total: usize,
    pub rows: Vec<DossierRow<'a>>,
}

/// A column of the list.
#[derive(Clone, Debug)]
pub struct ListColumn {
    /// As the register's files name it.
    pub name: &'static str,
    pub head: &'static str,
    pub order: Option<ListOrder>,
}

/// How a column puts the list in order.
#[derive(Clone, Debug)]
pub struct ListOrder {
    /// The list in this order; the other way where it is in it already.
    pub href: String,
    /// Whether it is, and then downwards.
    pub now: Option<bool>,
}

/// The columns that every list has.
pub const LIST_COLUMNS: [ListColumn; 6] = [
    plain("standing", "Tình trạng"),
    plain("code", "Mã hồ sơ"),
    plain("applicant_name", "Người nộp"),
    plain("procedure_name", "Thủ tục"),
    plain("officer", "Đang ở"),
    plain("original_due_at", "Hẹn trả"),
];

const fn plain(name: &'static str, head: &'static str) -> ListColumn {
    ListColumn {
        name,
        head,
        order: None,
    }
}

/// The form that chosen rows are sent by; it stands below the table.
pub const CHOSEN_FORM: &str = "chon";

#[derive(Clone, Debug)]
pub struct DossierTable<'a> {
    /// Said to screen readers.
    pub label: &'a str,
    pub columns: &'a [ListColumn],
    /// Whether rows can be chosen for an act on many.
    pub choose: bool,
    pub groups: &'a [DossierGroup<'a>],
}

/// The class of a column's cells.
fn class(name: &str) -> &'static str {
    match name {
        "standing" => "standing",
        "code" => "id",
        "applicant_name" => "who",
        "procedure_name" => "what",
        "officer" => "where",
        "original_due_at" => "num due",
        _ => "more",
    }
}

/// The table; arrows walk the rows where script runs. Roles are written out since the
/// phone's layout takes the table's own away.
pub fn dossier_table(table: &DossierTable) -> Markup {
    let wide = table.columns.len() + usize::from(table.choose);
    html! {
        div.card.bare {
            div.scroll tabindex="0" role="region" aria-label=(table.label) {
                table.data.rows role="table" data-rows="" {
                    caption.sr { (table.label) }
                    thead role="rowgroup" {
                        tr role="row" {
                            @if table.choose {
                                th.pick scope="col" role="columnheader" {
                                    label.choice.js-only { input type="checkbox" data-all=""; span.sr { "Chọn mọi hồ sơ trên trang" } }
                                    span.sr { "Chọn" }
                                }
                            }
                            @for column in table.columns { (head(column)) }
                        }
                    }
                    @for group in table.groups {
                        tbody.group role="rowgroup" {
                            @if !group.title.is_empty() {
                                tr role="row" {
                                    th scope="rowgroup" role="rowheader" colspan=(wide) { (group.title) " · " (group.total) }
                                }
                            }
                            @for row in &group.rows { (dossier_row(row, table)) }
                        }
                    }
                }
            }
        }
    }
}

fn head(column: &ListColumn) -> Markup {
    let class = if column.name == "original_due_at" {
        Some("num due")
    } else {
        None
    };
    let now = column.order.as_ref().and_then(|order| order.now);
    let sorted = now.map(|down| if down { "descending" } else { "ascending" });
    html! {
        th class=[class] scope="col" role="columnheader" aria-sort=[sorted] {
            @match &column.order {
                None => (column.head),
                Some(order) => a.sort href=(order.href) {
                    (column.head)
                    @if let Some(down) = order.now { span aria-hidden="true" { @if down { " ↓" } @else { " ↑" } } }
                    span.sr { ", sắp xếp" }
                },
            }
        }
    }
}

fn dossier_row(row: &DossierRow, table: &DossierTable) -> Markup {
    html! {
        tr role="row" {
            @if table.choose {
                td.pick role="cell" {
                    label.choice {
                        input type="checkbox" name="hs" value={ (row.code) ":" (row.version) } form=(CHOSEN_FORM);
                        span.sr { "Chọn hồ sơ " (row.code) ", " (row.applicant) }
                    }
                }
            }
            @for column in table.columns {
                td.(class(column.name)).none[column.name == "officer" && row.holder.is_empty()] role="cell" { (cell(row, column)) }
            }
        }
    }
}

fn cell(row: &DossierRow, column: &ListColumn) -> Markup {
    html! {
        @match column.name {
            "standing" => {
                @match row.standing { Some(standing) => (badge(standing)), None => span.second { (row.status) } }
            }
            "code" => (code(row.code, true)),
            "applicant_name" => (row.applicant),
            "procedure_name" => {
                a.open href=(row.href) { (row.procedure) span.sr { ", " (row.applicant) } }
                @for act in row.acts { " " a.sr href=(act.href) data-key=(act.key) tabindex="-1" { (act.label) } }
            }
            "officer" => (row.holder),
            "original_due_at" => { (row.due) @if !row.put_off.is_empty() { p.small { "hẹn lại " (row.put_off) } } }
            name => {
                @if let Some((_, words)) = row.more.iter().find(|(of, words)| *of == name && !words.is_empty()) {
                    span.head-word { (column.head) ": " } (words)
                }
            }
        }
    }
}
