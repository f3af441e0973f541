//! What was asked for is added: by its sender with number and secret, or by the desk
//! for them. It stands below the first words, which stay as they were.
use super::{
    actor::Actor, applicant::required_lines, handle_feedback::stale, receive_feedback::LONGEST,
};
use crate::{
    app::App,
    domain::{
        feedback::{Act, next},
        time::to_local,
        viet,
    },
    error::{Error, FieldErrors, Result},
    store::{
        Write,
        feedback::{Event, Feedback},
    },
};

/// The most that is ever added: a few answers of the longest kind.
const MOST: usize = 4 * LONGEST;

/// By its sender, who has shown the secret.
pub async fn by_sender(app: &App, row: Feedback, words: &str) -> Result<()> {
    let write = app.store.write().await?;
    keep(app, &write, row, words, ("Người gửi", "")).await?;
    write.commit().await
}

/// By staff, within the transaction of their act.
pub async fn by_staff(
    app: &App,
    write: &Write,
    actor: &Actor,
    row: Feedback,
    words: &str,
) -> Result<()> {
    keep(app, write, row, words, (&actor.name, actor.role.code())).await
}

async fn keep(
    app: &App,
    write: &Write,
    mut row: Feedback,
    words: &str,
    (name, role): (&str, &str),
) -> Result<()> {
    write.feedback_is_as_sealed(vec![row.id]).await?;
    let now = app.clock.now();
    let from = row.state();
    let to =
        next(Act::AddMore, from).map_err(|why| Error::conflict("wrong_state", why.to_string()))?;
    let mut errors = FieldErrors::default();
    let more = required_lines(&mut errors, "more", "Nội dung bổ sung", words, LONGEST);
    let whole = format!(
        "{}\n\nBổ sung {}:\n{more}",
        row.content,
        viet::moment(to_local(now))
    );
    if whole.chars().count() > MOST {
        errors.add("more", "Phản ánh đã quá dài. Xin liên hệ Bộ phận Một cửa.");
    }
    errors.finish()?;
    row.content = whole;
    row.reason = None;
    row.state = to.code().into();
    let event = Event {
        id: 0,
        agency_id: row.agency_id,
        feedback_id: row.id,
        seq: i32::try_from(row.version + 1).map_err(Error::internal)?,
        at: now,
        act: Act::AddMore.code().into(),
        actor: name.into(),
        role: role.into(),
        from_state: Some(from.code().into()),
        to_state: to.code().into(),
        note: String::new(),
    };
    if !write.update_feedback(row).await? {
        return Err(stale());
    }
    write.append_feedback_event(event).await
}
