//! The steps of a way as a form: rows that are put in order by their number.
use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{
    form::{Field, FormErrors, select, text_field},
    parts::Button,
};
use crate::{
    domain::{
        viet::tidy,
        workflow::{Duty, Hundredths, Step, read_share, shown},
    },
    error::FieldErrors,
};

/// What was typed, by `field.row`.
pub type Typed = BTreeMap<String, String>;

/// Empty rows offered below the last step.
const SPARE: usize = 2;

/// Steps as they are typed.
pub fn typed(steps: &[Step]) -> Typed {
    let mut typed = Typed::new();
    for (row, step) in steps.iter().enumerate() {
        for (field, value) in [
            ("order", (row + 1).to_string()),
            ("duty", step.duty.code().to_owned()),
            ("name", step.name.clone()),
            ("title", step.title.clone()),
            ("agency", step.agency.clone()),
            ("share", shown(u64::from(step.share))),
        ] {
            typed.insert(format!("{field}.{row}"), value);
        }
    }
    typed
}

fn rows(typed: &Typed) -> usize {
    typed
        .keys()
        .filter_map(|key| key.strip_prefix("name.")?.parse::<usize>().ok())
        .map(|row| row + 1)
        .max()
        .unwrap_or(0)
        .min(crate::domain::workflow::MOST_STEPS + SPARE)
}

fn value<'a>(typed: &'a Typed, field: &str, row: usize) -> &'a str {
    typed
        .get(&format!("{field}.{row}"))
        .map_or("", String::as_str)
}

/// The steps in the order of their numbers, each with the row it was typed in; a
/// row without a name is none.
pub fn read(typed: &Typed, errors: &mut FieldErrors) -> Vec<(usize, Step)> {
    let mut all: Vec<(u32, usize, Step)> = Vec::new();
    for row in 0..rows(typed) {
        let of = |field: &str| tidy(value(typed, field, row));
        if of("name").is_empty() {
            continue;
        }
        let order = of("order").parse().unwrap_or(u32::MAX);
        let duty = Duty::from_code(&of("duty"));
        if duty.is_none() {
            errors.add(&format!("duty.{row}"), "Chọn loại bước.");
        }
        let share: Hundredths = match of("share").as_str() {
            "" => 0,
            text => errors
                .keep(&format!("share.{row}"), read_share(text))
                .unwrap_or(0),
        };
        all.push((
            order,
            row,
            Step {
                duty: duty.unwrap_or(Duty::Appraise),
                name: of("name"),
                title: of("title"),
                agency: of("agency"),
                share,
            },
        ));
    }
    all.sort_by_key(|(order, row, _)| (*order, *row));
    all.into_iter().map(|(_, row, step)| (row, step)).collect()
}

/// The form itself.
pub fn form(
    action: &str,
    revision: i32,
    unit: &str,
    typed: &Typed,
    note: &str,
    errors: &FormErrors,
) -> Markup {
    let duties: Vec<(&str, &str)> = std::iter::once(("", "–"))
        .chain(Duty::ALL.iter().map(|duty| (duty.code(), duty.label())))
        .collect();
    let share = format!("Thời gian ({unit})");
    html! {
        form method="post" action=(action) {
            input type="hidden" name="seen" value=(revision);
            @for row in 0..rows(typed) + SPARE {
                @let name = |field: &str| format!("{field}.{row}");
                fieldset.bare {
                    legend { @if value(typed, "name", row).is_empty() { "Thêm bước" } @else { "Bước " (row + 1) } }
                    div.fields.close {
                        (text_field(&Field::new(&name("order"), "Thứ tự", value(typed, "order", row), errors).inputmode("numeric").maxlength(3).quiet()))
                        (select(&Field::new(&name("duty"), "Loại bước", value(typed, "duty", row), errors).quiet(), &duties))
                        (text_field(&Field::new(&name("name"), "Tên bước", value(typed, "name", row), errors).maxlength(200).quiet()))
                        (text_field(&Field::new(&name("title"), "Chức danh", value(typed, "title", row), errors).maxlength(200).quiet()))
                        (text_field(&Field::new(&name("agency"), "Cơ quan khác", value(typed, "agency", row), errors).maxlength(300).quiet()))
                        (text_field(&Field::new(&name("share"), &share, value(typed, "share", row), errors).inputmode("decimal").maxlength(8).quiet()))
                    }
                }
            }
            (text_field(&Field::new("note", "Căn cứ", note, errors).optional().maxlength(500).hint("Quyết định phê duyệt quy trình nội bộ, số và ngày")))
            p.row { (Button::primary("Lưu quy trình").submit()) }
        }
    }
}
