//! axe-core with every rule of WCAG 2.2 A and AA on the page as it stands. A page
//! passes when axe really ran and found nothing, and when it does not scroll sideways.
use std::{path::PathBuf, sync::OnceLock};

use serde_json::{Value, json};

use crate::driver::{Browser, Screen};

const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Fewer rules than this were never run on a page with words.
const LEAST_RULES: u64 = 10;

fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let file = std::env::var_os("MOTCUA_AXE").map_or_else(
            || {
                PathBuf::from(std::env::var_os("HOME").unwrap_or_default())
                    .join(".cache/motcua-axe/node_modules/axe-core/axe.min.js")
            },
            PathBuf::from,
        );
        std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!(
                "axe-core is missing ({}: {error}); run: npm install --prefix ~/.cache/motcua-axe axe-core",
                file.display()
            )
        })
    })
}

/// What axe found: a line for every violation, and how many rules had something to look at.
pub async fn examine(browser: &Browser) -> (Vec<String>, u64) {
    run_on(browser, json!({ "type": "tag", "values": TAGS })).await
}

async fn run_on(browser: &Browser, only: Value) -> (Vec<String>, u64) {
    browser
        .client
        .execute(source(), Vec::new())
        .await
        .expect("axe-core could not be loaded into the page");
    let run = "const [only, done] = arguments; \
        if (typeof axe === 'undefined') { done({ error: 'axe is not there' }); return; } \
        axe.run(document, { runOnly: only }).then(found => done({ \
            rules: found.violations.length + found.passes.length + found.incomplete.length, \
            violations: found.violations.map(v => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html + ' | ' + n.failureSummary) })) \
        }), wrong => done({ error: String(wrong) }));";
    let found = browser
        .client
        .execute_async(run, vec![only])
        .await
        .expect("axe-core did not answer");
    assert!(
        found.get("error").is_none(),
        "axe-core failed: {}",
        found["error"]
    );
    let rules = found["rules"].as_u64().unwrap_or_default();
    let lines = found["violations"].as_array().map_or_else(Vec::new, |all| {
        all.iter()
            .map(|one| {
                let nodes: Vec<&str> = one["nodes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                format!(
                    "{}: {}\n    {}",
                    one["id"].as_str().unwrap_or_default(),
                    one["help"].as_str().unwrap_or_default(),
                    nodes.join("\n    ")
                )
            })
            .collect()
    });
    (lines, rules)
}

/// The contrasts of the page in the dark.
pub async fn in_the_dark(browser: &Browser) -> Vec<String> {
    let media = |scheme: &str| {
        json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            // A colour on its way from the light is no colour of the page.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] })
    };
    let set = "Emulation.setEmulatedMedia";
    browser.devtools(set, media("dark")).await;
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let dark = browser.script(ground).await;
    let (found, rules) = run_on(
        browser,
        json!({ "type": "rule", "values": ["color-contrast"] }),
    )
    .await;
    assert!(rules >= 1, "axe looked at no contrast");
    browser.devtools(set, media("light")).await;
    assert_ne!(browser.script(ground).await, dark, "it was not dark");
    browser.devtools(set, json!({ "features": [] })).await;
    let place = browser.place().await;
    found
        .iter()
        .map(|rule| format!("{place} in the dark: {rule}"))
        .collect()
}

/// How far the page is wider than the window, and how wide that is.
pub async fn widths(browser: &Browser) -> (u64, u64) {
    let found = browser
        .script("return [document.documentElement.scrollWidth, window.innerWidth]")
        .await;
    (
        found[0].as_u64().unwrap_or_default(),
        found[1].as_u64().unwrap_or_default(),
    )
}

/// The same where scripts run; axe is a script itself.
pub async fn passes_if_scripts_run(browser: &Browser) {
    if browser.screen != Screen::PhoneWithoutScript {
        passes(browser).await;
    }
}

/// The page in front of the person is one that everybody can use.
pub async fn passes(browser: &Browser) {
    let wrong = problems(browser).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What keeps somebody from using the page.
pub async fn problems(browser: &Browser) -> Vec<String> {
    let place = browser.place().await;
    let (page, window) = widths(browser).await;
    assert_eq!(window, browser.screen.width(), "the window of {place}");
    let mut wrong = Vec::new();
    if page > window {
        wrong.push(format!(
            "{place} scrolls sideways: {page} px in a window of {window} px"
        ));
    }
    let (violations, rules) = examine(browser).await;
    assert!(
        rules >= LEAST_RULES,
        "axe ran only {rules} rules on {place}"
    );
    wrong.extend(violations.iter().map(|rule| format!("{place}: {rule}")));
    wrong
}
