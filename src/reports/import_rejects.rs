//! Which rows of a file did not come in, and why? A file that can be mended and brought in again.
use crate::{
    actions::import_dossiers::{
        Fate, Plan,
        columns::{self, Layout},
    },
    documents::{
        sheet::{BOM, Cell, lines},
        workbook::Grid,
    },
};

/// The wrong rows of a plan as a file that can be mended and brought in again.
pub fn rejected(grid: &Grid, layout: &Layout, plan: &Plan, separator: u8) -> String {
    let guarded = |row: &[String]| -> Vec<String> {
        row.iter()
            .map(|cell| Cell::from(cell.as_str()).text())
            .collect()
    };
    let width = grid.get(layout.head_row).map_or(0, Vec::len);
    let line = |row: &[String], reason: String| {
        let mut cells = guarded(row);
        cells.resize(width, String::new());
        cells.push(reason);
        cells
    };
    let head = grid
        .get(layout.head_row)
        .map(|row| line(row, "Lý do".into()));
    let rows = plan.lines.iter().filter_map(|one| {
        let Fate::Wrong(wrong) = &one.fate else {
            return None;
        };
        let reasons: Vec<String> = wrong
            .iter()
            .map(|(column, why)| {
                format!(
                    "{}: {why}",
                    columns::by_name(column).map_or(*column, |known| known.label)
                )
            })
            .collect();
        Some(line(grid.get(one.number - 1)?, reasons.join(" ")))
    });
    format!("{BOM}{}", lines(separator, head.into_iter().chain(rows)))
}
