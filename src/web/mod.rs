//! What do people see: every page, its frame, its parts, its addresses.
use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};

use crate::app::App;

pub mod assets;
mod ballots;
mod dossier;
mod dossier_acts;
pub mod form;
pub mod icons;
mod intake;
pub mod layout;
mod lookup;
pub mod parts;
pub mod paths;
mod public;
mod register;
pub mod sample;
mod session;
mod sign_in;
mod survey;

/// Every page.
pub fn router() -> Router<App> {
    Router::new()
        .merge(assets::router())
        .route(paths::HOME, get(|| async { Redirect::to(paths::LOOKUP) }))
        .route(paths::LOOKUP, get(lookup::page))
        .route(paths::LOGIN, get(sign_in::page).post(sign_in::sign_in))
        .route(paths::DESK, get(register::desk))
        .route(paths::DOSSIERS, get(register::register))
        .route(paths::NEW_DOSSIER, get(intake::page).post(intake::receive))
        .route("/ho-so/{code}", get(dossier::page))
        .route(
            "/ho-so/{code}/{act}",
            get(dossier::act_page).post(dossier::act),
        )
        .route("/ho-so/{code}/in/{letter}", get(dossier::letter))
        .route(paths::BALLOTS, get(ballots::page).post(ballots::save))
        .route("/khao-sat/{token}", get(survey::page).post(survey::answer))
        .route(paths::LOGOUT, post(sign_in::sign_out))
        .route(
            "/thiet-lap/{token}",
            get(sign_in::setup_page).post(sign_in::setup),
        )
}
