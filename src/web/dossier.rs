//! `/ho-so/{code}`: where is it, when is it due, what may I do?
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    dossier_act_form::ActForm,
    dossier_acts::{self, Come, Letter, Offer, needs_fields},
    dossier_cards::{applicant_card, feedback_card, notices_card},
    dossier_deadline, dossier_papers,
    dossier_place::Place,
    dossier_way::{self, Way},
    form::FormErrors,
    history::timeline_of,
    late_return,
    layout::Section,
    parts::{self, Notice, NoticeKind},
    paths,
    pauses::card as pause_card,
    rows::Listed,
    session::{Failure, Staff, refused},
    sign_in::form_errors,
};
use crate::{
    actions::{charge, note_read, perform},
    app::App,
    domain::{
        dossier::{Act, next},
        role::Role,
        standing::Standing,
        time::{local_day, to_local},
    },
    error::{Error, Kind, Result},
    store::{
        apologies,
        dossiers::{self, Dossier},
        papers, pauses,
    },
};

#[derive(Default, Deserialize)]
pub struct Asked {
    /// Just received: `in` prints the receipt.
    #[serde(default)]
    moi: String,
    /// The list that it was opened from.
    #[serde(default)]
    ds: String,
}

impl Asked {
    /// Said on the page that follows the intake, whichever it is: the draft of what
    /// is saved now must not wait for the next person.
    pub fn received(&self) -> Option<Notice<'static>> {
        (!self.moi.is_empty())
            .then(|| Notice::new(NoticeKind::Ok, "Đã tiếp nhận hồ sơ.").wipe_draft("tiep-nhan"))
    }
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    note_read::run(&app, &staff.actor, &dossier, "page").await?;
    let procedure = app.procedure_of(&dossier).await?;
    let again = paths::new_dossier_for(&procedure.code);
    let notice = asked
        .received()
        .map(|notice| notice.link(&again, "Lặp lại thủ tục này"));
    let print = if asked.moi == "in" {
        Print::Now
    } else {
        Print::OnRequest
    };
    Ok(view(&app, &staff, &dossier, &asked.ds, notice, print).await?)
}

/// The page of one act that asks for something.
pub async fn act_page(
    State(app): State<App>,
    staff: Staff,
    Path((code, act)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    note_read::run(&app, &staff.actor, &dossier, "page").await?;
    let act = Act::from_code(&act).ok_or_else(|| Error::not_found("Không có việc này."))?;
    staff.actor.may(act, staff.actor.role.at_desk())?;
    let today = local_day(app.clock.now());
    charge::check(app.store.read(), &staff.actor, act, &dossier, today).await?;
    Ok(act_view(
        &app,
        &staff,
        &dossier,
        act,
        &Come {
            typed: &ActForm::default(),
            errors: &FormErrors::new(),
            list: &asked.ds,
        },
        asked.received(),
    )
    .await?)
}

/// Does an act. A wrong field brings its page back as typed; a stale version or
/// state brings the dossier as it is now.
pub async fn act(
    State(app): State<App>,
    staff: Staff,
    Path((code, act)): Path<(String, String)>,
    Query(Asked { ds, .. }): Query<Asked>,
    Form(mut typed): Form<ActForm>,
) -> Result<Response, Failure> {
    let letter = late_return::asked_for(&act, &mut typed);
    let office = app.office(staff.actor.agency).await?;
    let done = match typed.input(&app, &office, &act) {
        Ok(input) => perform::run(&app, &staff.actor, &code, &input).await,
        Err(error) => Err(error),
    };
    let error = match done {
        Ok(()) => {
            let drafted = match letter {
                Some(letter) => late_return::draft(&app, &staff.actor, &code, letter).await,
                None => Ok(()),
            };
            let to = match drafted {
                Ok(()) => typed.back(&code, &ds),
                // The result is handed over; the letter is asked for on its own page.
                Err(_) => paths::in_list(&paths::dossier_act(&code, Act::DraftApology.code()), &ds),
            };
            return Ok(Redirect::to(&to).into_response());
        }
        Err(error) => error,
    };
    let known =
        Act::from_code(&act).filter(|_| matches!(error.kind, Kind::Invalid | Kind::Conflict));
    let Some(act) = known else {
        return Err(Failure(error));
    };
    let dossier = dossiers::by_code(app.store.read(), staff.actor.agency, &code).await?;
    let list = ds.as_str();
    let with = |typed, errors| Come {
        typed,
        errors,
        list,
    };
    let page = if error.kind == Kind::Invalid {
        let errors = form_errors(&error);
        act_view(&app, &staff, &dossier, act, &with(&typed, &errors), None).await?
    } else if error.code == "stale_version"
        && needs_fields(act, staff.actor.role)
        && next(act, dossier.position()).is_ok()
    {
        // What was typed is worth a second look at what changed.
        typed.expected_version = Some(dossier.version);
        let (errors, notice) = (
            FormErrors::new(),
            Notice::new(NoticeKind::Err, &error.detail),
        );
        act_view(
            &app,
            &staff,
            &dossier,
            act,
            &with(&typed, &errors),
            Some(notice),
        )
        .await?
    } else {
        view(
            &app,
            &staff,
            &dossier,
            &ds,
            Some(Notice::new(NoticeKind::Err, &error.detail)),
            Print::OnRequest,
        )
        .await?
    };
    Ok(refused(&error, page))
}

async fn act_view(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    act: Act,
    come: &Come<'_>,
    notice: Option<Notice<'_>>,
) -> Result<Markup> {
    let form = dossier_acts::form(app, staff, dossier, act, come).await?;
    Ok(staff.page(act.label(), Section::Dossiers, notice, html! {
        h1 { (act.label()) }
        p { (parts::code(&dossier.code, false)) " · " (dossier.applicant_name) " · " (dossier.status().label()) }
        section.card { div.body { (form) } }
    }))
}

async fn view(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    ds: &str,
    notice: Option<Notice<'_>>,
    print: Print,
) -> Result<Markup> {
    let db = app.store.read();
    let place = Place::load(app, staff, ds, dossier).await?;
    let procedure = app.procedure_of(dossier).await?;
    let letters = apologies::of_dossier(db, dossier.id).await?;
    let letter = match letters.last() {
        None => Letter::None,
        Some(letter) if letter.signed_at.is_none() => Letter::Drafted,
        Some(_) => Letter::Signed,
    };
    let four = procedure.declared(local_day(app.clock.now()));
    let pauses = pauses::of_dossier(db, dossier.id).await?;
    let arrived = pauses
        .last()
        .is_some_and(|pause| pause.to_at.is_none() && pause.arrived_at.is_some());
    let way = Way::load(app, staff, dossier, &procedure).await?;
    let overdue = dossier.standing(false, app.clock.now()) == Standing::Overdue;
    let today = local_day(app.clock.now());
    let elsewhere = charge::elsewhere(db, &staff.actor, dossier, today).await?;
    let offer = Offer {
        four,
        letter,
        arrived,
        way: way.as_ref(),
        overdue,
        place: &place,
        elsewhere: elsewhere.as_deref(),
    };
    let acts = dossier_acts::buttons(staff, dossier, &offer);
    let events = dossiers::events(db, dossier.id).await?;
    let printed = papers::of_dossier(db, dossier.id).await?;
    let listed = Listed::load(app, dossier.agency_id, std::iter::once(dossier)).await?;
    let holder = way
        .as_ref()
        .filter(|_| !dossier.status().is_waiting())
        .and_then(Way::holder)
        .unwrap_or_else(|| listed.holder(dossier));
    let received = dossier.received_at.map(to_local);
    let body = html! {
        (place.crumbs())
        div.head {
            div {
                h1 { (procedure.name) }
                p { (parts::code(&dossier.code, false)) " · " b { (dossier.applicant_name) }
                    @if let Some(at) = received { " · Nhận " (at.format("%H:%M")) ", " (parts::day(at.date())) } }
            }
            div.holder { b { (dossier.status().label()) } @if holder != dossier.status().label() { p.second { (holder) } } }
        }
        @if four && dossier.status().is_open() && !dossier.status().is_waiting() && staff.actor.role == Role::Receptionist {
            p { a href=(paths::on_the_spot(&dossier.code)) { "Làm bốn việc tại quầy" } }
        }
        div.split.flow {
            div {
                (dossier_deadline::card(app, dossier, &procedure).await?)
                @if let Some(way) = &way { (dossier_way::card(app, dossier, way)) }
                (pause_card(app, dossier, pauses).await?)
                section.card { header { h2 { "Diễn biến" } } div.body { (timeline_of(dossier, &events, app.clock.now())) } }
            }
            aside {
                section.card.do { header { h2 { "Việc làm được lúc này" } } div.body.acts { (acts) } }
                (applicant_card(dossier))
                (feedback_card(app, staff, dossier).await?)
                (notices_card(app, dossier).await?)
                (dossier_papers::card(dossier, &events, &printed, print == Print::Now)?)
            }
        }
    };
    Ok(staff.page_with_keys(&procedure.name, Section::Dossiers, notice, KEYS, body))
}

/// Whether the receipt is printed as soon as the page is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Print {
    Now,
    OnRequest,
}

const KEYS: &[(&str, &str)] = &[
    ("← →", "hồ sơ trước, sau"),
    ("G", "in giấy hẹn"),
    ("T", "trả kết quả"),
    ("B", "yêu cầu bổ sung"),
    ("X", "xin lỗi, hẹn lại"),
    ("N", "nhận"),
    ("C", "chuyển hồ sơ"),
    ("P", "phê duyệt"),
    ("H", "thẩm định xong"),
    ("V", "có kết quả"),
    ("K", "ký phiếu xin lỗi"),
    ("L", "ghi trả lời"),
    ("M", "yêu cầu nộp phí"),
    ("F2", "tiếp nhận hồ sơ"),
];
