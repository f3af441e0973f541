//! Writes down whom to tell what, in the transaction of the change: it leaves with the
//! change or not at all, and whether it arrives never decides about the change.
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::{
    app::App,
    domain::{
        dossier::Act,
        feedback,
        notice::{Kind, Reach, contact, ways},
        time::format_moment,
    },
    error::Result,
    secret,
    store::{
        Write,
        dossiers::{Dossier, Event},
        feedback::{Event as FeedbackEvent, Feedback},
        notices::Link,
        outbox::Outgoing,
    },
};

/// What an act tells its applicant; most tell nothing.
fn told_by(act: Act, at_desk: bool) -> Option<Kind> {
    match act {
        Act::Receive | Act::Accept => Some(Kind::Received),
        Act::Reject => Some(Kind::Rejected),
        Act::RequestSupplement => Some(Kind::Supplement),
        // Done on the spot: the applicant stands at the counter.
        Act::Process if at_desk => None,
        Act::Process | Act::Refuse => Some(Kind::Ready),
        Act::SignApology => Some(Kind::Apology),
        _ => None,
    }
}

/// The applicant, after an act on the dossier as it is now.
pub async fn applicant(
    app: &App,
    write: &Write,
    dossier: &Dossier,
    event: &Event,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(kind) = Act::from_code(&event.act).and_then(|act| told_by(act, event.at_desk)) else {
        return Ok(());
    };
    let mut facts: Map<String, Value> = serde_json::from_str(&event.data).unwrap_or_default();
    facts.insert("at".into(), format_moment(event.at).into());
    facts.insert("act".into(), event.act.clone().into());
    facts.insert("seq".into(), event.seq.into());
    // The reason is told; a note of the desk is not.
    if matches!(kind, Kind::Rejected | Kind::Supplement) || event.act == Act::Refuse.code() {
        facts.insert("note".into(), event.note.clone().into());
    }
    if let Some(due) = dossier.due_at {
        facts.insert("due_at".into(), format_moment(due).into());
    }
    of_dossier(app, write, kind, dossier, &Value::Object(facts), now).await
}

/// The applicant, where a changed calendar moves the date that was told.
pub async fn redated(
    app: &App,
    write: &Write,
    dossier: &Dossier,
    before: DateTime<Utc>,
    after: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let facts = json!({
        "at": format_moment(now),
        "before": format_moment(before),
        "due_at": format_moment(after),
    });
    of_dossier(app, write, Kind::Redated, dossier, &facts, now).await
}

async fn of_dossier(
    app: &App,
    write: &Write,
    kind: Kind,
    dossier: &Dossier,
    facts: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let reach = Reach {
        email: dossier.email.as_deref(),
        phone: dossier.phone.as_deref(),
        agreed: dossier.notify,
        gateway: app.settings.notices.has_gateway(),
    };
    // Without the key the mail carries no link, so that nothing leads here.
    let own = app.secret_of(dossier).unwrap_or_else(|_| secret::new());
    let link = Link {
        id: 0,
        agency_id: dossier.agency_id,
        dossier_id: Some(dossier.id),
        feedback_id: None,
        token_hash: secret::hash(&secret::notice_token(&own)),
        stopped_at: None,
    };
    queue(write, kind, reach, link, facts, now).await
}

/// The sender of a feedback, after an act on it.
pub async fn sender(
    app: &App,
    write: &Write,
    row: &Feedback,
    event: &FeedbackEvent,
    now: DateTime<Utc>,
) -> Result<()> {
    use feedback::Act::{Answer, AskMore, Forward, Reject};
    let act = feedback::Act::from_code(&event.act);
    if !matches!(act, Some(Answer | AskMore | Forward | Reject)) {
        return Ok(());
    }
    // Who left no address cannot be told; they follow it with number and secret.
    let Some(typed) = &row.contact else {
        return Ok(());
    };
    let (email, phone) = contact(typed);
    let reach = Reach {
        email: email.as_deref(),
        phone: phone.as_deref(),
        agreed: row.notify,
        gateway: app.settings.notices.has_gateway(),
    };
    let facts = json!({ "at": format_moment(event.at), "act": event.act, "note": event.note });
    let link = Link {
        id: 0,
        agency_id: row.agency_id,
        dossier_id: None,
        feedback_id: Some(row.id),
        token_hash: secret::hash(&secret::notice_token(&row.secret_hash)),
        stopped_at: None,
    };
    queue(write, Kind::Feedback, reach, link, &facts, now).await
}

/// One row for each way that is open; each goes its own way from here.
async fn queue(
    write: &Write,
    kind: Kind,
    mut reach: Reach<'_>,
    link: Link,
    facts: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let (agency, dossier, feedback) = (link.agency_id, link.dossier_id, link.feedback_id);
    let reachable = reach.email.is_some() || (reach.phone.is_some() && reach.gateway);
    if reach.agreed && reachable {
        reach.agreed = !write.put_link(link).await?;
    }
    // The receipt comes first and once.
    if let Some(id) = dossier.filter(|_| !kind.needed_in().is_empty()) {
        write.overtake(id, kind, now).await?;
    }
    for (channel, to) in ways(kind, reach) {
        let row = Outgoing {
            dossier_id: dossier,
            feedback_id: feedback,
            payload: facts.to_string(),
            ..Outgoing::new(agency, kind, channel, to, now)
        };
        write.queue(row).await?;
    }
    Ok(())
}
