//! The acts that role and state allow, each as a small form.
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Field, FormErrors, error_summary, select, text_field, textarea},
    parts::Button,
    paths,
    session::Staff,
};
use crate::{
    actions::perform,
    app::App,
    domain::{
        apology::Reason,
        dossier::{Act, allowed, next},
        role::Role,
    },
    error::Result,
    store::{accounts, dossiers::Dossier},
};

/// What was typed into an act's form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ActForm {
    expected_version: Option<i64>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    items: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    approved_by: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    receiver: String,
    #[serde(default)]
    reason_code: String,
    #[serde(default)]
    new_due_at: String,
}

impl ActForm {
    /// The act as the one write path takes it.
    pub fn input(&self, act: &str) -> perform::Input {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        perform::Input {
            action: act.to_owned(),
            expected_version: self.expected_version,
            at: None,
            at_desk: None,
            reason: some(&self.reason),
            items: some(&self.items).map(|items| items.lines().map(str::to_owned).collect()),
            to: some(&self.to),
            note: some(&self.note),
            approved_by: some(&self.approved_by),
            amount: some(&self.amount)
                .map(|amount| amount.replace(['.', ' '], "").parse().unwrap_or(-1)),
            receiver: some(&self.receiver),
            reason_code: some(&self.reason_code),
            new_due_at: some(&self.new_due_at),
        }
    }
}

/// A button for every act that may be done now: at once, or by way of its page.
pub fn buttons(staff: &Staff, dossier: &Dossier) -> Markup {
    let role = staff.actor.role;
    let acts: Vec<Act> = Act::ALL
        .iter()
        .copied()
        .filter(|act| allowed(*act, role, role.at_desk()) && next(*act, dossier.position()).is_ok())
        .collect();
    let version = dossier.version.to_string();
    html! {
        @if acts.is_empty() { p { "Không có việc nào dành cho " (role.label().to_lowercase()) " lúc này." } }
        @for (place, act) in acts.iter().enumerate() {
            @let button = if place == 0 { Button::primary(act.label()) } else { Button::new(act.label()) };
            @let href = paths::dossier_act(&dossier.code, act.code());
            @if needs_fields(*act, role) {
                p { (button.link(&href)) }
            } @else {
                (button.post(&href, &[("expected_version", &version)]))
            }
        }
    }
}

/// The form of one act.
pub async fn form(
    app: &App,
    staff: &Staff,
    dossier: &Dossier,
    act: Act,
    typed: &ActForm,
    errors: &FormErrors,
) -> Result<Markup> {
    let colleagues = accounts::enabled(app.store.read(), staff.actor.agency).await?;
    let people: Vec<(String, String)> = colleagues
        .iter()
        .map(|person| (person.username.clone(), person.name.clone()))
        .collect();
    let leaders: Vec<(String, String)> = colleagues
        .iter()
        .filter(|person| person.role() == Role::Leader)
        .map(|person| (person.name.clone(), person.name.clone()))
        .collect();
    let version = typed.expected_version.unwrap_or(dossier.version);
    Ok(html! {
        (error_summary(errors))
        form method="post" action=(paths::dossier_act(&dossier.code, act.code())) {
            input type="hidden" name="expected_version" value=(version);
            @if let Some(inside) = fields(act, staff.actor.role, typed, errors, &people, &leaders) { (inside) }
            p.row {
                (Button::primary(act.label()).submit())
                (Button::text("Thôi, về hồ sơ").link(&paths::dossier(&dossier.code)))
            }
        }
    })
}

fn needs_fields(act: Act, role: Role) -> bool {
    let none = ActForm::default();
    fields(act, role, &none, &FormErrors::new(), &[], &[]).is_some()
}

fn fields(
    act: Act,
    role: Role,
    typed: &ActForm,
    errors: &FormErrors,
    people: &[(String, String)],
    leaders: &[(String, String)],
) -> Option<Markup> {
    let reason = |label| textarea(&Field::new("reason", label, &typed.reason, errors), 2);
    let options = |all: &[(String, String)]| -> Vec<(String, String)> {
        std::iter::once((String::new(), "Chọn…".to_owned()))
            .chain(all.iter().cloned())
            .collect()
    };
    let choose = |name, label, value, all: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = all
            .iter()
            .map(|(value, words)| (value.as_str(), words.as_str()))
            .collect();
        select(&Field::new(name, label, value, errors), &pairs)
    };
    Some(match act {
        Act::Reject | Act::Refuse | Act::Withdraw | Act::Stop => reason("Lý do"),
        Act::Assign => choose("to", "Giao cho", &typed.to, options(people)),
        Act::Approve if role == Role::Receptionist => choose(
            "approved_by",
            "Lãnh đạo đã ký",
            &typed.approved_by,
            options(leaders),
        ),
        Act::RequestSupplement => html! {
            (textarea(&Field::new("items", "Giấy tờ cần bổ sung, mỗi dòng một loại", &typed.items, errors), 3))
            (reason("Lý do"))
        },
        Act::RequestPayment => html! {
            (text_field(&Field::new("amount", "Số tiền (đồng)", &typed.amount, errors).inputmode("numeric")))
            (reason("Lý do"))
        },
        Act::ReturnResult => {
            text_field(&Field::new("receiver", "Người nhận", &typed.receiver, errors).optional())
        }
        Act::DraftApology => html! {
            (choose("reason_code", "Nguyên nhân", &typed.reason_code,
                options(&Reason::ALL.iter().map(|r| (r.code().to_owned(), r.label().to_owned())).collect::<Vec<_>>())))
            (reason("Lý do ghi trên phiếu"))
            p.second { "Ngày hẹn mới được đề xuất theo thời hạn của thủ tục. Chỉ được hẹn lại một lần." }
        },
        _ => return None,
    })
}
