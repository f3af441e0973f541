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
}

#[derive(Clone, Debug)]
pub struct DossierGroup<'a> {
    /// Empty: rows without a group head (the register).
    pub title: &'a str,
    /// The true number, which may be more than the rows shown.
    pub total: usize,
    pub rows: Vec<DossierRow<'a>>,
}

/// The table. `label` says it to screen readers; arrows walk the rows where script runs.
/// Roles are written out since the phone's layout takes the table's own away.
pub fn dossier_table(label: &str, groups: &[DossierGroup]) -> Markup {
    html! {
        div.card.bare {
            div.scroll tabindex="0" role="region" aria-label=(label) {
                table.data.rows role="table" data-rows="" {
                    caption.sr { (label) }
                    thead role="rowgroup" {
                        tr role="row" {
                            @for head in ["Tình trạng", "Mã hồ sơ", "Người nộp", "Thủ tục", "Đang ở"] {
                                th scope="col" role="columnheader" { (head) }
                            }
                            th.num.due scope="col" role="columnheader" { "Hẹn trả" }
                        }
                    }
                    @for group in groups {
                        tbody.group role="rowgroup" {
                            @if !group.title.is_empty() {
                                tr role="row" {
                                    th scope="rowgroup" role="rowheader" colspan="6" { (group.title) " · " (group.total) }
                                }
                            }
                            @for row in &group.rows { (dossier_row(row)) }
                        }
                    }
                }
            }
        }
    }
}

fn dossier_row(row: &DossierRow) -> Markup {
    html! {
        tr role="row" {
            td.standing role="cell" {
                @match row.standing { Some(standing) => (badge(standing)), None => span.second { (row.status) } }
            }
            td.id role="cell" { (code(row.code, true)) }
            td.who role="cell" { (row.applicant) }
            td.what role="cell" {
                a.open href=(row.href) { (row.procedure) span.sr { ", " (row.applicant) } }
            }
            td.where.none[row.holder.is_empty()] role="cell" {
                (row.holder)
                @for act in row.acts { " " a.sr href=(act.href) data-key=(act.key) tabindex="-1" { (act.label) } }
            }
            td.num.due role="cell" { (row.due) @if !row.put_off.is_empty() { p.small { "hẹn lại " (row.put_off) } } }
        }
    }
}
