//! Where do the pages' look and script come from: our own files, embedded, at addresses that change with them.
use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};

/// The dark values stand once in `dark.css` and are used twice: where the
/// machine asks for them, and where the account does.
const SHEET: &str = concat!(
    include_str!("assets/tokens.css"),
    "@media (prefers-color-scheme: dark) {\n:root:not([data-theme=\"light\"]) {\n",
    include_str!("assets/dark.css"),
    "}\n}\n:root[data-theme=\"dark\"] {\n",
    include_str!("assets/dark.css"),
    "}\n",
    include_str!("assets/base.css"),
    include_str!("assets/parts.css"),
    include_str!("assets/deadline.css"),
    include_str!("assets/form.css"),
    include_str!("assets/citizen.css"),
    include_str!("assets/print.css"),
);

/// The door mark in the browser's tab; without it every first visit asks for `/favicon.ico`.
const MARK: &str = concat!(
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">",
    "<rect width=\"32\" height=\"32\" rx=\"6\" fill=\"#1F3D73\"/>",
    "<path d=\"M10 25V8h8v17M18 8l5 2v15M6 25h20\" fill=\"none\" stroke=\"#FFF\" ",
    "stroke-width=\"2\" stroke-linejoin=\"round\"/></svg>",
);

/// One embedded file as it is served.
struct Asset {
    url: String,
    content_type: &'static str,
    text: String,
}

impl Asset {
    fn new(name: &str, content_type: &'static str, text: String) -> Self {
        // Eight bytes are plenty to tell one build's file from another's.
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest
            .iter()
            .take(8)
            .fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        Self {
            url: format!("/assets/{hash:016x}/{name}"),
            content_type,
            text,
        }
    }

    /// The address changes with the content, so a browser may keep it for ever.
    fn answer(&'static self) -> Response {
        (
            StatusCode::OK,
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static(self.content_type),
                ),
                (
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("public, max-age=31536000, immutable"),
                ),
                (
                    header::X_CONTENT_TYPE_OPTIONS,
                    HeaderValue::from_static("nosniff"),
                ),
            ],
            self.text.as_str(),
        )
            .into_response()
    }
}

static CSS: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("motcua.css", "text/css; charset=utf-8", packed(SHEET)));

static JS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "desk.js",
        "text/javascript; charset=utf-8",
        include_str!("assets/desk.js").to_owned(),
    )
});

static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("motcua.svg", "image/svg+xml", MARK.to_owned()));

/// Takes out comments and the spaces that mean nothing: a commune's line is thin.
fn packed(sheet: &str) -> String {
    let mut bare = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let text: String = bare.lines().map(str::trim).collect();
    // What stands in quotes is read by people: every second piece, left as it is.
    let pieces = text.split('"').enumerate();
    let pieces: Vec<String> = pieces
        .map(|(place, piece)| match place % 2 {
            0 => tight(piece),
            _ => piece.to_owned(),
        })
        .collect();
    pieces.join("\"")
}

fn tight(piece: &str) -> String {
    let mut text = piece.to_owned();
    for (long, short) in [
        (" {", "{"),
        ("{ ", "{"),
        ("; ", ";"),
        (";}", "}"),
        ("} ", "}"),
        (": ", ":"),
        (", ", ","),
        (" > ", ">"),
    ] {
        text = text.replace(long, short);
    }
    text.replace(";}", "}")
}

/// Address of the stylesheet.
pub fn css_url() -> &'static str {
    &CSS.url
}

/// Address of the script.
pub fn js_url() -> &'static str {
    &JS.url
}

/// Address of the mark in the browser's tab.
pub fn icon_url() -> &'static str {
    &ICON.url
}

/// The routes of the embedded files; they need no state and no account.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    [&CSS, &JS, &ICON]
        .into_iter()
        .fold(Router::new(), |router, asset| {
            router.route(&asset.url, get(move || async move { asset.answer() }))
        })
}

/// The whole stylesheet, for tests that read its tokens.
pub fn sheet() -> &'static str {
    SHEET
}
