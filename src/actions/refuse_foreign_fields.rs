//! A field that the act does not know would be lost silently: say so instead.
use super::perform::Input;
use crate::{domain::dossier::Act, error::FieldErrors};

pub fn run(act: Act, input: &Input, errors: &mut FieldErrors) {
    use Act::{
        AgencyAnswered, Approve, AskAgency, Assign, DraftApology, HandOver, Refuse, Reject,
        RequestPayment, RequestSupplement, ReturnResult, SendBack, Stop, SupplementArrived,
        Withdraw,
    };
    let given = [
        (
            "reason",
            input.reason.is_some(),
            &[
                Reject,
                Refuse,
                RequestSupplement,
                RequestPayment,
                SupplementArrived,
                Withdraw,
                Stop,
                DraftApology,
                SendBack,
                AskAgency,
            ][..],
        ),
        ("items", input.items.is_some(), &[RequestSupplement]),
        ("to", input.to.is_some(), &[Assign, HandOver]),
        ("note", input.note.is_some(), Act::ALL),
        (
            "approved_by",
            input.approved_by.is_some(),
            &[Approve, RequestSupplement, SupplementArrived],
        ),
        (
            "legal_basis",
            input.legal_basis.is_some(),
            &[RequestSupplement],
        ),
        ("amount", input.amount.is_some(), &[RequestPayment]),
        ("receiver", input.receiver.is_some(), &[ReturnResult]),
        (
            "reason_code",
            input.reason_code.is_some(),
            &[DraftApology, RequestSupplement, RequestPayment],
        ),
        ("new_due_at", input.new_due_at.is_some(), &[DraftApology]),
        ("agency", input.agency.is_some(), &[AskAgency]),
        ("due_at", input.due_at.is_some(), &[AskAgency]),
        ("transfer", input.transfer.is_some(), &[AgencyAnswered]),
    ];
    for (field, there, acts) in given {
        if there && !acts.contains(&act) {
            errors.add(field, format!("Việc “{}” không nhận ô này.", act.label()));
        }
    }
}
