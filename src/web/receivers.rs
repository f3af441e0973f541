//! To whom can a dossier be given?
use super::session::Staff;
use crate::{
    actions::assign::{self, Able},
    app::App,
    domain::{dossier::Act, time::local_day, viet},
    error::Result,
    store::{accounts, dossiers::Dossier, leaves, procedures},
};

/// Who can do the step that the dossier is given to.
pub async fn able(app: &App, dossier: &Dossier, act: Act) -> Result<Able> {
    let db = app.store.read();
    let procedure = procedures::get(db, dossier.procedure_version_id).await?;
    let step = assign::goes_to(db, dossier, &procedure, act).await?;
    assign::able(db, dossier.agency_id, &step).await
}

/// Those who can, as a list to choose from.
pub async fn offered(app: &App, staff: &Staff, able: &Able) -> Result<Vec<(String, String)>> {
    let today = local_day(app.clock.now());
    let mut away = leaves::from_day(app.store.read(), staff.actor.agency, today).await?;
    away.retain(|leave| leave.cancelled_at.is_none() && leave.from_day <= today);
    let choice = |person: &accounts::Account| {
        let words = if person.title.is_empty() {
            person.role().label()
        } else {
            &person.title
        };
        // What is given to the absent comes to the stand-in; said before it is given.
        let away = away.iter().find(|leave| leave.account_id == person.id);
        let away = away.map_or_else(String::new, |leave| {
            let until = viet::day_month(leave.to_day);
            format!(", nghỉ đến {until}, {} thay", leave.stand_in)
        });
        (
            person.username.clone(),
            format!("{} ({words}{away})", person.name),
        )
    };
    Ok(able.people.iter().map(choice).collect())
}
