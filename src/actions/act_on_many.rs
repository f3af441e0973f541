//! One act on many dossiers: looked at before it is done, then done to each on its own,
//! and what became of each is written down as it comes. A restart in between leaves the
//! rest waiting and named; nothing is done twice, for each goes with the version looked at.
use super::{
    actor::Actor,
    perform::{self, Foreseen, Input},
};
use crate::{
    app::App,
    domain::{
        dossier::{Act, allowed},
        role::Role,
        viet,
    },
    error::{Error, Kind, Result},
    in_hand::InHand,
    store::{
        batches::{self, State},
        dossiers,
    },
};

/// More than anyone looks through before doing it.
pub const MOST: usize = 200;

/// What can be done to many at once: acts that ask for nothing, or for one receiver.
const ACTS: [Act; 8] = [
    Act::Take,
    Act::Accept,
    Act::HandOver,
    Act::Assign,
    Act::Appraise,
    Act::Approve,
    Act::Process,
    Act::ReturnResult,
];

/// Those of a role. What the desk does "tại chỗ" it does person by person.
pub fn acts(role: Role) -> Vec<Act> {
    let at_the_counter = |act: &Act| matches!(act, Act::Appraise | Act::Approve | Act::Process);
    ACTS.into_iter()
        .filter(|act| allowed(*act, role, false) && !(role.at_desk() && at_the_counter(act)))
        .collect()
}

/// A dossier as it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub code: String,
    pub version: i64,
}

fn input(act: Act, receiver: &str, version: i64) -> Input {
    Input {
        action: act.code().into(),
        expected_version: Some(version),
        to: Some(receiver.to_owned()).filter(|to| !to.is_empty()),
        ..Input::default()
    }
}

/// Refuses what nobody of that role does to many, none, and too many. Letters are signed at
/// a page of their own, where each is read.
pub fn check(actor: &Actor, act: Act, seen: &[Seen]) -> Result<()> {
    let signs = act == Act::SignApology && allowed(act, actor.role, true);
    if !signs && !acts(actor.role).contains(&act) {
        if allowed(act, actor.role, true) {
            let words = format!(
                "Việc “{}” không làm cho nhiều hồ sơ một lần. Xin mở từng hồ sơ.",
                act.label()
            );
            return Err(Error::forbidden(words));
        }
        return Err(actor.refused(act.label(), act.roles()));
    }
    if seen.is_empty() {
        return Err(Error::invalid(
            "hs",
            "Chưa chọn hồ sơ nào. Đánh dấu ở đầu dòng rồi làm lại.",
        ));
    }
    if seen.len() > MOST {
        let words = format!(
            "Mỗi lần làm nhiều nhất {MOST} hồ sơ, đang chọn {}.",
            viet::number(seen.len())
        );
        return Err(Error::invalid("hs", words));
    }
    Ok(())
}

/// What would become of each; nothing is kept.
pub async fn foresee(
    app: &App,
    actor: &Actor,
    act: Act,
    receiver: &str,
    seen: &[Seen],
) -> Result<Vec<Result<Foreseen>>> {
    check(actor, act, seen)?;
    let mut all = Vec::with_capacity(seen.len());
    for one in seen {
        let input = input(act, receiver, one.version);
        match perform::foresee(app, actor, &one.code, &input).await {
            Err(error) if !is_of_the_dossier(&error) => return Err(error),
            foreseen => all.push(foreseen),
        }
    }
    Ok(all)
}

/// Whether a refusal is about that dossier alone.
fn is_of_the_dossier(error: &Error) -> bool {
    matches!(error.kind, Kind::Conflict | Kind::Invalid | Kind::NotFound)
}

/// Writes down what is to be done; answers the number of the batch.
pub async fn open(
    app: &App,
    actor: &Actor,
    account: i64,
    act: Act,
    receiver: &str,
    seen: &[Seen],
) -> Result<i64> {
    check(actor, act, seen)?;
    let mut rows = Vec::with_capacity(seen.len());
    for one in seen {
        let dossier = dossiers::by_code(app.store.read(), actor.agency, &one.code).await?;
        rows.push((dossier.id, one.version));
    }
    let write = app.store.write().await?;
    let now = app.clock.now();
    let id = write
        .open_batch(account, act.code(), receiver, &rows, now)
        .await?;
    write.commit().await?;
    Ok(id)
}

/// Does what still waits, one after the other, while `_hold` has it in hand.
pub async fn run(app: &App, actor: &Actor, account: i64, id: i64, hold: InHand) -> Result<()> {
    let batch = batches::of(app.store.read(), account, id).await?;
    let Some(act) = Act::from_code(&batch.act) else {
        return Err(Error::not_found("Không có việc này."));
    };
    for row in batches::rows(app.store.read(), id).await? {
        if row.state != State::Waiting {
            continue;
        }
        // The program ends: the rest is left waiting and named.
        if hold.is_over() {
            return Ok(());
        }
        let input = input(act, &batch.receiver, row.version);
        let done = perform::run(app, actor, &row.code, &input).await;
        // Nobody refused it: this one and the rest go on waiting, to be done later.
        if done.as_ref().is_err_and(|error| error.kind == Kind::Away) {
            return done;
        }
        let (state, said) = match &done {
            Ok(()) => (State::Done, ""),
            Err(error) => {
                if !is_of_the_dossier(error) {
                    tracing::error!(%error, "one of many could not be done");
                }
                (State::Refused, error.detail.as_str())
            }
        };
        // What is done is noted at once, whoever is alone by now.
        let write = app.store.note().await?;
        write.settle_batch_row(row.id, state, said).await?;
        write.commit().await?;
    }
    let write = app.store.note().await?;
    write.end_batch(id, app.clock.now()).await?;
    write.commit().await
}
