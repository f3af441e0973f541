//! What do people see: every page, its frame, its parts, its addresses.
pub mod assets;
pub mod form;
pub mod icons;
pub mod layout;
pub mod parts;
pub mod paths;
pub mod sample;

use axum::Router;

use crate::app::App;

/// Every page.
pub fn router() -> Router<App> {
    assets::router()
}
