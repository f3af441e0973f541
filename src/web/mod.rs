//! What do people see: every page, its frame, its parts, its addresses.
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::{actions::offer_form, app::App};

mod account;
mod agency;
mod apologies;
mod apology_batch;
mod apology_lists;
pub mod assets;
mod ballots;
mod books;
mod calendar;
mod calendar_change;
mod calendar_scope;
mod cookies;
mod count_date;
pub mod crowds;
mod desk;
mod dossier;
mod dossier_act_form;
mod dossier_acts;
mod dossier_cards;
mod dossier_deadline;
mod dossier_papers;
mod dossier_place;
mod dossier_way;
mod erasures;
mod failure;
mod feedback;
mod feedback_entry;
mod feedback_files;
mod feedback_follow;
pub(crate) mod feedback_list;
mod feedback_one;
mod first_hour;
mod foresight;
pub mod form;
mod guide;
mod hand_overs;
mod history;
mod home;
pub mod icons;
mod identities;
mod import_columns;
mod import_preview;
mod import_run;
mod import_whole;
mod imports;
mod intake;
mod intake_form;
mod kiosk;
mod late_return;
pub mod layout;
mod leaves;
mod letter;
mod list_columns;
pub mod looks;
mod lookup;
mod lookup_proven;
mod many;
mod menu;
mod notices;
mod office;
mod office_hours;
mod on_the_spot;
mod palette;
pub mod parts;
pub mod paths;
pub mod patience;
mod pause_form;
mod pauses;
mod people;
mod person;
mod place_of_work;
mod printing;
mod procedure_forms;
mod procedure_terms;
mod procedures;
#[cfg(feature = "oidc")]
mod provider;
mod public;
mod reads;
mod receivers;
mod reconciliation;
pub mod refusals;
mod register;
mod register_asked;
mod register_files;
pub(crate) mod reports;
mod reset_password;
mod rows;
mod running;
pub mod sample;
mod saved_filters;
mod scoreboard;
mod second;
mod session;
mod sign_in;
mod stop_notices;
mod survey;
mod tour;
mod trace;
mod transfers;
mod trial;
mod visitor;
mod waiting;
pub mod whys;
mod workflow_form;
mod workflows;
mod works;

/// The way to the province's identity provider and back, where the program has one.
fn by_provider() -> Router<App> {
    #[cfg(feature = "oidc")]
    let ways = Router::new()
        .route(paths::PROVIDER, get(provider::begin))
        .route(paths::PROVIDER_BACK, get(provider::finish));
    #[cfg(not(feature = "oidc"))]
    let ways = Router::new();
    ways
}

/// Every page.
pub fn router() -> Router<App> {
    Router::new()
        .merge(by_provider())
        .merge(assets::router())
        .route(paths::HOME, get(home::page))
        .route(paths::CHOOSE_AGENCY, get(visitor::page))
        .route("/tai/{key}", get(visitor::visit))
        .route(paths::PROCEDURES, get(procedures::list))
        .route(paths::PROCEDURE_SEARCH, get(procedures::search))
        .route(paths::PROCEDURE_CHANGES, get(procedures::changes))
        .route(paths::POSTER, get(procedures::poster))
        .route("/thu-tuc/{code}", get(procedures::one))
        .route("/thu-tuc/{code}/niem-yet.pdf", get(procedures::sheet))
        .route("/thu-tuc/{code}/to-khai/{id}", get(procedures::form))
        .route(paths::COUNT_DATE, get(count_date::page))
        .route(paths::DESK, get(desk::page))
        .route(
            paths::DOSSIERS,
            get(register::register).post(register::search),
        )
        .route(paths::PALETTE, post(palette::find))
        .route(paths::NEW_DOSSIER, get(intake::page).post(intake::receive))
        .route(paths::NEW_DOSSIER_DATE, get(intake::date_part))
        .route(paths::NEW_DOSSIER_TWINS, post(intake::twins_part))
        .route(
            "/ho-so/{code}/tai-cho",
            get(on_the_spot::page).post(on_the_spot::act),
        )
        .route("/ho-so/{code}", get(dossier::page))
        .route(
            "/ho-so/{code}/{act}",
            get(dossier::act_page).post(dossier::act),
        )
        .route("/ho-so/{code}/phieu-tra", get(dossier_papers::result_slip))
        .route("/ho-so/{code}/in/{letter}", get(dossier_papers::letter))
        .route(paths::SAVED_FILTERS, post(saved_filters::save))
        .route("/ho-so/loc/{id}/xoa", post(saved_filters::forget))
        .route(paths::LIST_COLUMNS, post(list_columns::save))
        .route(paths::MANY, post(many::preview))
        .route(paths::MANY_DO, post(many::start))
        .route("/ho-so/nhieu/{id}", get(many::page))
        .route("/ho-so/nhieu/{id}/tiep", post(many::go_on))
        .route(paths::REGISTER_FILE, get(register_files::file))
        .route(paths::REGISTER_BOOK, get(register_files::book))
        .route(
            paths::IMPORTS,
            get(imports::page)
                .post(imports::upload)
                .layer(DefaultBodyLimit::max(imports::MOST_BYTES)),
        )
        .route("/nhap/{id}", get(imports::preview))
        .route("/nhap/{id}/cot", post(import_columns::save))
        .route("/nhap/{id}/nhap", post(import_run::run))
        .route("/nhap/{id}/sai", get(imports::rejects))
        .route("/nhap/{id}/doi-chieu", get(reconciliation::download))
        .route(paths::HAND_OVERS, get(hand_overs::page))
        .route(paths::LEAVES, get(leaves::page).post(leaves::add))
        .route("/nghi-phep/{id}/huy", post(leaves::cancel))
        .route(paths::TRANSFERS, get(transfers::page))
        .route("/lien-thong/{id}/tra-loi", post(transfers::answer))
        .route(paths::TRANSFER_ANSWERS, post(transfers::answers))
        .route(paths::WORKFLOWS, get(workflows::page).post(workflows::load))
        .route(paths::WORKFLOW_FILE, get(workflows::file))
        .route(
            "/quy-trinh/{version}",
            get(workflows::one).post(workflows::save),
        )
        .route(paths::BOOKS, get(books::page))
        .route(
            "/so-van-ban/{kind}/{year}/{number}/huy",
            get(books::ask).post(books::cancel),
        )
        .route(paths::PAUSES, get(pauses::page))
        .route(paths::PRINT_JOBS, post(printing::start))
        .route(paths::WORKS, get(works::list))
        .route("/viec/{name}", get(works::page))
        .route("/viec/{name}/tep", get(works::file))
        .route(paths::APOLOGIES, get(apologies::page))
        .route(
            paths::APOLOGY_BATCH,
            get(apology_batch::page).post(apology_batch::sign),
        )
        .route("/xin-loi/{code}", get(apologies::one).post(apologies::sign))
        .route(paths::ACCOUNT, get(account::page))
        .route("/tai-khoan/phien/{id}", post(account::end_session))
        .route(paths::DIGEST, post(account::digest))
        .route(paths::STAFF, get(people::page).post(people::add))
        .route(
            "/nhan-su/{username}/khoa",
            get(people::ask_disable).post(people::disable),
        )
        .route(
            "/nhan-su/{username}/tai-khoan-tinh",
            get(identities::page).post(identities::set),
        )
        .route(
            "/nhan-su/{username}/mat-khau",
            get(reset_password::ask).post(reset_password::offer),
        )
        .route(paths::CATALOGUE, get(office::catalogue))
        .route(
            "/danh-muc/{code}/to-khai",
            get(procedure_forms::page)
                .post(procedure_forms::offer)
                .layer(DefaultBodyLimit::max(offer_form::MOST_BYTES + 64 * 1024)),
        )
        .route(
            "/danh-muc/{code}/to-khai/{id}/go",
            post(procedure_forms::withdraw),
        )
        .route(
            "/danh-muc/{code}/o-day",
            get(procedure_terms::page).post(procedure_terms::decide),
        )
        .route(paths::CALENDAR, get(calendar::page))
        .route(
            paths::CALENDAR_HOURS,
            get(office_hours::page).post(office_hours::change),
        )
        .route(
            paths::CALENDAR_CHANGE,
            get(calendar_change::page).post(calendar_change::change),
        )
        .route(paths::LOG, get(office::log))
        .route(paths::READS, get(reads::page))
        .route(paths::PERSON, get(person::page).post(person::file))
        .route(paths::ERASURES, get(erasures::page).post(erasures::draw_up))
        .route("/xoa-du-lieu/{id}", get(erasures::one))
        .route("/xoa-du-lieu/{id}/{act}", post(erasures::act))
        .route(paths::RUNNING, get(running::page))
        .route(paths::FIRST_HOUR, get(first_hour::page))
        .route(paths::AGENCY, get(agency::page).post(agency::stand))
        .route(paths::AGENCY_SIGNS, post(agency::sign))
        .route(paths::FIRST_MAIL, post(first_hour::mail))
        .route(paths::TRIAL, get(trial::page).post(trial::begin))
        .route(paths::TRIAL_CLOSE, post(trial::end))
        .route(paths::BACKUP, post(running::make))
        .route(paths::GUIDE, get(guide::page))
        .route(paths::TOUR, post(tour::go))
        .route("/huong-dan/hinh/{name}", get(guide::picture))
        .route(paths::REPORTS, get(reports::overview::page))
        .route(paths::REPORT_PROCESSING, get(reports::processing::page))
        .route(paths::REPORT_PROCESSING_ROWS, get(reports::rows::page))
        .route(
            paths::REPORT_FOUR_ON_THE_SPOT,
            get(reports::four_on_the_spot::page),
        )
        .route(paths::REPORT_FOUR_ROWS, get(reports::four_rows::page))
        .route(
            paths::REPORT_FOUR_TO_REACH,
            get(reports::four_to_reach::page),
        )
        .route(paths::REPORT_SCORE, get(reports::service_score::page))
        .route(paths::REPORT_RHYTHM, get(reports::rhythm::page))
        .route(
            paths::REPORT_RADAR,
            get(reports::radar::page).post(reports::radar::review),
        )
        .route(paths::REPORT_REVIEW, get(reports::review::page))
        .route(paths::REPORT_TIMELINESS, get(reports::timeliness::page))
        .route(paths::REPORT_SATISFACTION, get(reports::satisfaction::page))
        .route(
            paths::REPORT_ACCOUNTABILITY,
            get(reports::accountability::page),
        )
        .route(
            paths::REPORT_ACCOUNTABILITY_ROWS,
            get(reports::accountability::rows),
        )
        .route(paths::FORESIGHT, get(foresight::page))
        .route(paths::REPORT_APOLOGIES, get(reports::apologies::page))
        .route(
            paths::REPORT_CLOSED,
            get(reports::closed::page).post(reports::closed::close),
        )
        .route("/bao-cao/chot-so/{id}", get(reports::closed::one))
        .route(
            paths::TARGETS,
            get(reports::targets::page).post(reports::targets::enter),
        )
        .route(paths::OBJECTIVES, post(reports::targets::add_objective))
        .route(
            paths::OBJECTIVES_REPORT,
            get(reports::quarterly::objectives),
        )
        .route(paths::REPORT_AGENCIES, get(reports::agencies::page))
        .route(
            "/bao-cao/don-vi/{key}/ho-so",
            get(reports::agencies::dossiers),
        )
        .route(paths::WORK_IN, post(account::work_in))
        .route(paths::REPORT_QUARTERLY, get(reports::quarterly::page))
        .route(
            paths::PLAN,
            get(reports::plan::page).post(reports::plan::enter),
        )
        .route(paths::BALLOTS, get(ballots::page).post(ballots::save))
        .route(paths::SCOREBOARD, get(scoreboard::page))
        .route(paths::KIOSKS, get(kiosk::staff_page))
        .route(paths::KIOSK_PIN, post(kiosk::choose_pin))
        .route("/kiosk/dong/{id}", post(kiosk::close))
        .route(paths::NOTICES, get(notices::page))
        .route("/thong-bao/{id}/phieu", get(notices::slip))
        .route("/thong-bao/{id}/{act}", post(notices::act))
        .route(paths::FEEDBACK_PUBLISHED, get(feedback_follow::published))
        .route(
            paths::FEEDBACK_ENTRY,
            get(feedback_entry::page).post(feedback_entry::save),
        )
        .route(paths::FEEDBACK_LIST, get(feedback_list::page))
        .route(paths::FEEDBACK_FILE, get(feedback_files::file))
        .route("/phan-anh/danh-sach/{code}", get(feedback_one::page))
        .route(
            "/phan-anh/danh-sach/{code}/{act}",
            get(feedback_one::act_page).post(feedback_one::act),
        )
        .route(paths::LOGOUT, post(sign_in::sign_out))
        .merge(open_forms())
        .fallback(nowhere)
}

/// Forms that anybody may send: none is long.
fn open_forms() -> Router<App> {
    Router::new()
        .route(paths::LOOKUP, get(lookup::page).post(lookup::prove))
        .route(paths::LOOKUP_LETTER, post(lookup_proven::letter))
        .route(paths::LOGIN, get(sign_in::page).post(sign_in::sign_in))
        .route(
            paths::RESET_PASSWORD,
            get(reset_password::page).post(reset_password::reset),
        )
        .route(paths::SECOND, get(second::page).post(second::check))
        .route(
            paths::CONFIRM,
            get(second::confirm_page).post(second::confirm),
        )
        .route(paths::PASSWORD, post(account::change))
        .route(paths::KIOSK, get(kiosk::page).post(kiosk::tap))
        .route(paths::KIOSK_OPEN, post(kiosk::open))
        .route(
            paths::STOP_NOTICES,
            get(stop_notices::page).post(stop_notices::stop),
        )
        .route(paths::FEEDBACK, get(feedback::page).post(feedback::send))
        .route(
            paths::FEEDBACK_FOLLOW,
            get(feedback_follow::page).post(feedback_follow::show),
        )
        .route(paths::FEEDBACK_ADD, post(feedback_follow::add))
        .route(paths::SURVEY, get(survey::page).post(survey::answer))
        .route(paths::SETUP, get(sign_in::setup_page).post(sign_in::setup))
        .layer(DefaultBodyLimit::max(crowds::MOST_BYTES))
}

/// A mistyped address is answered in words, not with the browser's own blank page.
async fn nowhere() -> session::Failure {
    session::Failure(crate::error::Error::not_found(
        "Không có trang này. Xin xem lại địa chỉ.",
    ))
}
