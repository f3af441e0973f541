//! The acts that role and state allow, each as a button with its key or as a small form.
use chrono::NaiveDate;
use maud::{Markup, html};

use super::{
    dossier_act_form::ActForm,
    dossier_place::Place,
    dossier_way::Way,
    form::{Field, FormErrors, date_field, error_summary, select, text_field, textarea},
    late_return,
    parts::{Button, Kind},
    paths, pause_form,
    receivers::{able, offered},
    session::Staff,
    whys,
};
use crate::{
    actions::promise,
    app::App,
    domain::{
        apology::{Reason, new_date},
        dossier::{Act, allowed, next},
        role::Role,
        time::to_local,
        viet,
        workflow::Duty,
    },
    error::Result,
    store::{accounts, dossiers::Dossier, transfers},
};

/// In which order acts are offered: what moves the dossier on first, what ends it
/// without a result last. Keys are initials that Telex and VNI leave alone: no vowel, no D, no W.
const ORDER: [(Act, &str); 23] = [
    (Act::Accept, "N"),
    (Act::SupplementReceived, "N"),
    (Act::SupplementArrived, ""),
    (Act::PaymentReceived, "N"),
    (Act::SignApology, "K"),
    (Act::Take, "N"),
    (Act::AgencyAnswered, "L"),
    (Act::ReturnResult, "T"),
    (Act::Process, "V"),
    (Act::Approve, "P"),
    (Act::Appraise, "H"),
    (Act::HandOver, "C"),
    (Act::Assign, ""),
    (Act::RequestSupplement, "B"),
    (Act::RequestPayment, "M"),
    (Act::AskAgency, ""),
    (Act::SendBack, ""),
    (Act::DraftApology, "X"),
    (Act::Reject, ""),
    (Act::Refuse, ""),
    (Act::Withdraw, ""),
    (Act::Stop, ""),
    (Act::Receive, ""),
];

/// How far the apology is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    None,
    Drafted,
    Signed,
}

/// What the acts on offer depend on, besides role and state.
pub struct Offer<'a> {
    /// Declared "4 tại chỗ".
    pub four: bool,
    pub letter: Letter,
    /// The papers asked for have come.
    pub arrived: bool,
    pub way: Option<&'a Way>,
    pub overdue: bool,
    pub place: &'a Place,
    /// Why it is a colleague's to act on.
    pub elsewhere: Option<&'a str>,
}

/// Ends the dossier without a result: shown apart, asked on a page of its own.
fn ends(act: Act) -> bool {
    matches!(act, Act::Reject | Act::Refuse | Act::Withdraw | Act::Stop)
}

/// Moves the dossier on: may be the one filled button.
fn leads(act: Act) -> bool {
    !matches!(
        act,
        Act::RequestSupplement
            | Act::RequestPayment
            | Act::SupplementArrived
            | Act::DraftApology
            | Act::AskAgency
            | Act::SendBack
    )
}

/// A button for every act that may be done now: at once, or by way of its page.
/// The desk appraises and approves only what is done on the spot (`four`);
/// elsewhere these are offered last, since they belong to others.
pub fn buttons(staff: &Staff, dossier: &Dossier, offer: &Offer) -> Markup {
    let Offer {
        four,
        letter,
        arrived,
        way,
        overdue,
        place,
        elsewhere,
    } = *offer;
    if let Some(why) = elsewhere {
        return html! { p { (why) } };
    }
    let role = staff.actor.role;
    let acts: Vec<(Act, &str)> = ORDER
        .into_iter()
        .filter(|(act, _)| {
            allowed(*act, role, role.at_desk()) && next(*act, dossier.position()).is_ok()
        })
        .filter(|(act, _)| match act {
            Act::SignApology => letter == Letter::Drafted,
            // A second re-appointment is refused (NĐ 61/2018/NĐ-CP Điều 19.9).
            Act::DraftApology => letter != Letter::Signed && dossier.due_at.is_some(),
            // Said once; the card of the pauses leads to the second time.
            Act::SupplementArrived => !arrived,
            // Not receiving it now would take it out of every figure: it is refused instead.
            Act::Reject => !overdue,
            Act::Take => way.is_some_and(|way| way.to_take(staff)),
            // What is declared "4 tại chỗ" stays at the desk.
            Act::HandOver => !four && way.is_some_and(|way| way.duty() == Some(Duty::Receive)),
            Act::SendBack => way.is_some_and(|way| way.duty() == Some(Duty::Approve)),
            Act::AgencyAnswered => way.is_some_and(Way::asked),
            _ => true,
        })
        .collect();
    let version = dossier.version.to_string();
    let others = |act: Act| {
        let theirs = matches!(act, Act::Appraise | Act::Approve | Act::Process);
        role == Role::Receptionist && !four && theirs
    };
    let mut going: Vec<_> = acts.iter().filter(|(act, _)| !ends(*act)).collect();
    // A promise that broke is answered for first (NĐ 61/2018/NĐ-CP Điều 19.9).
    let owed = |act: Act| act == Act::DraftApology && overdue && letter == Letter::None;
    going.sort_by_key(|(act, _)| (others(*act), !owed(*act)));
    let ending: Vec<_> = acts.iter().filter(|(act, _)| ends(*act)).collect();
    html! {
        @if acts.is_empty() { p { "Không có việc nào dành cho " (role.label().to_lowercase()) " lúc này." } }
        @for (place_in, (act, key)) in going.iter().enumerate() {
            @let first = place_in == 0 && (leads(*act) || owed(*act)) && !others(*act);
            @if others(*act) && going.get(place_in.wrapping_sub(1)).is_none_or(|(before, _)| !others(*before)) {
                p.second { "Người khác đã làm trên giấy, ghi thay:" }
            }
            @let words = if needs_fields(*act, role) { format!("{}…", act.label()) } else { act.label().to_owned() };
            @let button = Button { kind: if first { Kind::Primary } else { Kind::Secondary }, ..Button::new(&words).key(key) };
            @let href = place.keep(&paths::dossier_act(&dossier.code, act.code()));
            @if needs_fields(*act, role) { (button.link(&href)) }
            @else { (button.post(&href, &[("expected_version", &version)])) }
        }
        @if !ending.is_empty() {
            p.row.ending {
                @for (act, _) in &ending { a href=(place.keep(&paths::dossier_act(&dossier.code, act.code()))) { (act.label()) "…" } }
            }
        }
    }
}

/// What an act's form comes with.
pub struct Come<'a> {
    pub typed: &'a ActForm,
    pub errors: &'a FormErrors,
    /// The list that the dossier was opened from.
    pub list: &'a str,
}

/// The form of one act.
pub async fn form(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    act: Act,
    come: &Come<'_>,
) -> Result<Markup> {
    let Come {
        typed,
        errors,
        list,
    } = *come;
    let colleagues = accounts::enabled(app.store.read(), staff.actor.agency).await?;
    let able = match act {
        Act::Assign => Some(able(app, dossier, act).await?),
        _ => None,
    };
    let people = match &able {
        Some(able) => offered(app, staff, able).await?,
        None => Vec::new(),
    };
    let leaders: Vec<(String, String)> = colleagues
        .iter()
        .filter(|person| person.role() == Role::Leader)
        .map(|person| (person.username.clone(), person.name.clone()))
        .collect();
    let version = typed.expected_version.unwrap_or(dossier.version);
    let proposed = match act {
        Act::DraftApology => proposed(app, dossier).await?,
        _ => None,
    };
    let open: Vec<(String, String)> = transfers::of_dossier(app.store.read(), dossier.id)
        .await?
        .iter()
        .filter(|row| row.answered_at.is_none())
        .map(|row| {
            (
                row.id.to_string(),
                format!("{}: {}", row.to_name, row.content),
            )
        })
        .collect();
    let asks = Asks {
        typed,
        errors,
        people: &people,
        leaders: &leaders,
        transfers: &open,
        proposed,
    };
    let button = if ends(act) {
        Button::danger(act.label())
    } else {
        Button::primary(act.label())
    };
    let inside = match pause_form::fields(app, staff, dossier, act, typed, errors).await? {
        Some(inside) => Some(inside),
        None => match late_return::fields(app, dossier, act, typed, errors).await? {
            Some(inside) => Some(inside),
            None => asks.fields(act, staff.actor.role),
        },
    };
    Ok(html! {
        (error_summary(errors))
        @if let Some(words) = warning(act) { p { (words) } }
        form method="post" action=(paths::in_list(&paths::dossier_act(&dossier.code, act.code()), list)) {
            input type="hidden" name="expected_version" value=(version);
            @if let Some(able) = &able { p { (viet::sentence(&able.whose())) ". " @if able.people.is_empty() { (able.who()) "." } } }
            @if let Some(inside) = inside { (inside) }
            p.row {
                (button.submit())
                (Button::text("Quay lại, giữ hồ sơ như cũ").key("Esc").link(&paths::in_list(&paths::dossier(&dossier.code), list)))
            }
        }
    })
}

/// What cannot be undone is said before it is done.
fn warning(act: Act) -> Option<&'static str> {
    Some(match act {
        Act::Reject => {
            "Hồ sơ không được tiếp nhận và không tính vào số liệu. Việc này không hoàn tác được."
        }
        Act::Refuse => {
            "Hồ sơ kết thúc với kết quả từ chối giải quyết, phải làm trong thời hạn (NĐ 61/2018/NĐ-CP Điều 19.8). Việc này không hoàn tác được."
        }
        Act::Withdraw => "Hồ sơ kết thúc theo yêu cầu của người nộp. Việc này không hoàn tác được.",
        Act::Stop => "Hồ sơ dừng giải quyết. Việc này không hoàn tác được.",
        Act::RequestSupplement => {
            "Đồng hồ dừng từ lúc này đến khi nhận đủ giấy tờ. Xin ghi đủ trong một lần (NĐ 61/2018/NĐ-CP Điều 15.3)."
        }
        _ => return None,
    })
}

/// The new date as it would be.
async fn proposed(app: &App, dossier: &Dossier) -> Result<Option<NaiveDate>> {
    let procedure = app.procedure_of(dossier).await?;
    let office = app.office_of(dossier).await?;
    let (rules, _) = promise::rules(app, &office, &procedure);
    let now = to_local(app.clock.now());
    let date = new_date(
        &office.calendar,
        &rules,
        now,
        dossier.due_at.map_or(now, to_local),
        procedure.limit,
    );
    Ok(date.ok().map(|at| at.date()))
}

pub fn needs_fields(act: Act, role: Role) -> bool {
    let asks = Asks {
        typed: &ActForm::default(),
        errors: &FormErrors::new(),
        people: &[],
        leaders: &[],
        transfers: &[],
        proposed: None,
    };
    asks.fields(act, role).is_some()
}

/// What the fields of a form are made of.
struct Asks<'a> {
    typed: &'a ActForm,
    errors: &'a FormErrors,
    people: &'a [(String, String)],
    leaders: &'a [(String, String)],
    transfers: &'a [(String, String)],
    proposed: Option<NaiveDate>,
}

impl Asks<'_> {
    fn fields(&self, act: Act, role: Role) -> Option<Markup> {
        let Self { typed, errors, .. } = *self;
        let asked = |label| Field::new("reason", label, &typed.reason, errors).maxlength(2000);
        let reason = |label| textarea(&asked(label), 3);
        let choose = |name, label, value: &str, all: &[(String, String)]| {
            // Where there is one only, nobody has to choose it.
            let value = match all {
                [(only, _)] if value.is_empty() => only,
                _ => value,
            };
            let pairs: Vec<(&str, &str)> = all
                .iter()
                .map(|(value, words)| (value.as_str(), words.as_str()))
                .collect();
            select(&Field::new(name, label, value, errors), &pairs)
        };
        Some(match act {
            Act::Reject | Act::Refuse => textarea(&asked("Lý do").why(&whys::REFUSAL), 3),
            Act::Stop => textarea(&asked("Lý do").why(&whys::STOP), 3),
            Act::Withdraw => reason("Lý do"),
            Act::SendBack => reason("Cần làm rõ điều gì"),
            Act::AskAgency => html! {
                (text_field(&Field::new("agency", "Cơ quan được hỏi", &typed.agency, errors).maxlength(300)
                    .hint("Ví dụ: Công an xã, Phòng Tư pháp")))
                (reason("Nội dung lấy ý kiến"))
                (date_field(&Field::new("due_at", "Hạn trả lời", &typed.due_at, errors)
                    .hint("Đến hết giờ làm việc của ngày này (NĐ 61/2018/NĐ-CP Điều 19.5)").why(&whys::ANSWER_BY)))
            },
            Act::AgencyAnswered => html! {
                (choose("transfer", "Trả lời phiếu", &typed.transfer, self.transfers))
                (textarea(&Field::new("note", "Nội dung trả lời", &typed.note, errors).optional().maxlength(2000), 3))
            },
            Act::Assign => choose("to", "Giao cho", &typed.to, self.people),
            Act::Approve if role == Role::Receptionist => choose(
                "approved_by",
                "Lãnh đạo đã ký",
                &typed.approved_by,
                self.leaders,
            ),
            // See `pause_form`.
            Act::RequestSupplement | Act::RequestPayment => html! {},
            // See `late_return`.
            Act::ReturnResult => html! {},
            Act::DraftApology => self.apology(),
            _ => return None,
        })
    }

    fn apology(&self) -> Markup {
        let Self {
            typed,
            errors,
            proposed,
            ..
        } = *self;
        let reasons: Vec<(&str, &str)> = Reason::ALL
            .iter()
            .map(|reason| (reason.code(), reason.label()))
            .collect();
        let date = if typed.new_due_at.is_empty() {
            proposed.map(viet::date).unwrap_or_default()
        } else {
            typed.new_due_at.clone()
        };
        html! {
            (select(&Field::new("reason_code", "Nguyên nhân", &typed.reason_code, errors), &reasons))
            (textarea(&Field::new("reason", "Lý do ghi trên phiếu", &typed.reason, errors).maxlength(2000)
                .hint("Ví dụ: chưa nhận được kết quả xác minh của nơi cư trú cũ").why(&whys::LATE_REASON), 3))
            (date_field(&Field::new("new_due_at", "Hẹn lại ngày", &date, errors)
                .hint("Đề xuất: đủ thời hạn của thủ tục tính từ hôm nay. Chỉ được hẹn lại một lần.").why(&whys::NEW_DATE)))
        }
    }
}
