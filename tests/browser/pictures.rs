//! A page kept as pictures, for people to look at.
use serde_json::json;

use crate::driver::Browser;

/// The page as pictures: each width, dark, enlarged, printed.
pub async fn keep(browser: &Browser, folder: &std::path::Path, path: &str) {
    std::fs::create_dir_all(folder).unwrap();
    let name: String = path
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let name = name.trim_matches('-');
    let views: [(&str, u32, f64, &str, &str); 7] = [
        ("360", 360, 1.0, "light", "screen"),
        ("768", 768, 1.0, "light", "screen"),
        ("1280", 1280, 1.0, "light", "screen"),
        ("1920", 1920, 1.0, "light", "screen"),
        ("dark", 1280, 1.0, "dark", "screen"),
        ("200-percent", 640, 2.0, "light", "screen"),
        ("print", 794, 1.0, "light", "print"),
    ];
    for (view, width, scale, scheme, media) in views {
        // A colour on its way from the dark is no colour of the page.
        let scheme = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        browser
            .devtools(
                "Emulation.setEmulatedMedia",
                json!({ "media": media, "features": scheme }),
            )
            .await;
        let size = |height: u64| json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        browser
            .devtools("Emulation.setDeviceMetricsOverride", size(900))
            .await;
        let tall = browser
            .script("return document.documentElement.scrollHeight")
            .await;
        let tall = tall.as_u64().unwrap_or(900).clamp(600, 6000);
        browser
            .devtools("Emulation.setDeviceMetricsOverride", size(tall))
            .await;
        let picture = browser.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.{view}.png")), picture).unwrap();
    }
    browser
        .devtools(
            "Emulation.setEmulatedMedia",
            json!({ "media": "", "features": [] }),
        )
        .await;
    browser
        .devtools("Emulation.clearDeviceMetricsOverride", json!({}))
        .await;
}
