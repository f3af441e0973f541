//! Can every text be read on its ground, in both themes? Read from the stylesheet itself.
#![expect(
    clippy::unwrap_used,
    reason = "in a test's helper a panic is the message"
)]
use std::collections::HashMap;

use motcua::web::assets;

type Tokens = HashMap<String, [f64; 3]>;

/// The `--name: #RRGGBB` of the block that begins with `selector`, over those of `base`.
fn tokens(selector: &str, mut base: Tokens) -> Tokens {
    let sheet = assets::sheet();
    let start = sheet
        .find(selector)
        .unwrap_or_else(|| panic!("no {selector}"));
    let block = &sheet[start..];
    let block = &block[..block.find('}').unwrap()];
    for declaration in block.split([';', '{']) {
        let declaration = declaration.rsplit("*/").next().unwrap().trim();
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (Some(name), Some(hex)) = (name.strip_prefix("--"), value.trim().strip_prefix('#'))
        else {
            continue;
        };
        let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
        base.insert(name.to_owned(), [channel(0), channel(2), channel(4)]);
    }
    base
}

/// WCAG 2 relative luminance and contrast.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour.map(|channel| {
            let share = channel / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Text on its ground, and the least ratio.
const TEXT: &[(&str, &[&str], f64)] = &[
    (
        "ink",
        &[
            "canvas",
            "surface",
            "sunken",
            "accent-tint",
            "info-tint",
            "good-tint",
            "today-tint",
            "overdue-tint",
        ],
        7.0,
    ),
    (
        "ink2",
        &["canvas", "surface", "sunken", "accent-tint", "info-tint"],
        4.5,
    ),
    ("ink3", &["canvas", "surface", "sunken"], 4.5),
    (
        "link",
        &[
            "canvas",
            "surface",
            "info-tint",
            "good-tint",
            "today-tint",
            "overdue-tint",
            "accent-tint",
        ],
        4.5,
    ),
    ("on-accent", &["accent", "accent-hover"], 7.0),
    ("accent", &["surface", "canvas", "accent-tint"], 4.5),
    ("on-bar", &["bar"], 7.0),
    ("on-overdue", &["overdue"], 4.5),
    ("overdue", &["surface", "canvas", "overdue-tint"], 4.5),
    ("on-today", &["today"], 7.0),
    ("today-line", &["surface"], 4.5),
    ("wait", &["wait-tint", "surface"], 4.5),
    ("good", &["surface", "good-tint", "canvas"], 4.5),
    ("on-gold", &["gold"], 4.5),
    ("agency", &["surface", "canvas"], 4.5),
    // borders of controls and graphics
    ("control", &["surface", "canvas"], 3.0),
    ("focus", &["bar"], 3.0),
    ("d-early", &["surface", "sunken", "d-ontime"], 3.0),
    ("d-late", &["surface", "d-ontime"], 3.0),
    ("d-wait", &["surface"], 3.0),
    ("d-none", &["surface"], 3.0),
];

#[test]
fn every_pair_of_tokens_is_readable_in_both_themes() {
    let light = tokens(":root {", Tokens::new());
    let dark = tokens(":root[data-theme=\"dark\"] {", light.clone());
    assert!(contrast(light["canvas"], dark["canvas"]) > 7.0);
    let mut failed = Vec::new();
    for (theme, tokens) in [("light", &light), ("dark", &dark)] {
        for (text, grounds, least) in TEXT {
            for ground in *grounds {
                let ratio = contrast(tokens[*text], tokens[*ground]);
                if ratio < *least {
                    failed.push(format!("{theme}: {text} on {ground} is {ratio:.2}"));
                }
            }
        }
        // Of the two rings of the focus one is always seen.
        for ground in ["surface", "canvas", "accent"] {
            let ring = contrast(tokens["focus"], tokens[ground])
                .max(contrast(tokens["focus-ink"], tokens[ground]));
            if ring < 3.0 {
                failed.push(format!("{theme}: focus on {ground} is {ring:.2}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
