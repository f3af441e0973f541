//! After an act: who holds the dossier now? (NĐ 61/2018/NĐ-CP Điều 18, 19)
//!
//! No time belongs to nobody: a hand's time runs from the moment the dossier was
//! given to it to the moment it was given on. What the desk received it holds
//! from the receipt, written down with the first act that follows.
use chrono::{DateTime, Utc};

use super::{
    ask_agency::{self, PARENT},
    assign,
    perform::Performing,
};
use crate::{
    domain::{
        dossier::Act,
        holding::{allotted, pass_on_by},
        time::{local_day, to_local, to_utc},
        workflow::{Duty, Passing, Step, passing},
    },
    error::{Error, Result},
    store::{
        accounts, agencies,
        dossiers::{self, Wait},
        holdings::{self, Holding},
        leaves, workflows,
    },
};

/// The way of the dossier under way.
pub(super) struct Way<'a, 'b> {
    pub(super) doing: &'a mut Performing<'b>,
    steps: Vec<Step>,
    pub(super) waits: Vec<Wait>,
    pub(super) seq: i32,
    /// How often the limit began anew.
    run: i32,
}

/// Passes the dossier on as the act wants it.
pub async fn after(act: Act, doing: &mut Performing<'_>) -> Result<()> {
    let Some(received_at) = doing.dossier.received_at else {
        return Ok(());
    };
    let reader = doing.write.reader();
    let (steps, _) = workflows::of(
        reader,
        doing.dossier.agency_id,
        &doing.procedure,
        received_at,
    )
    .await?;
    let known = holdings::of_dossier(reader, doing.dossier.id).await?;
    let open = known.last().filter(|row| row.ended_at.is_none()).cloned();
    let current = open
        .as_ref()
        .and_then(|row| usize::try_from(row.step).ok())
        .filter(|step| *step < steps.len())
        .unwrap_or(0);
    let goes = match passing(&steps, current, act) {
        // An opinion came in; the agency that holds the dossier has not answered.
        Passing::GoesOn { .. } if act == Act::AgencyAnswered && !doing.step_answered => {
            Passing::Stays
        }
        goes => goes,
    };
    if act == Act::HandOver && steps[current].duty != Duty::Receive {
        return Err(Error::conflict(
            "wrong_step",
            format!(
                "Hồ sơ đang ở bước “{}”, không phải ở quầy tiếp nhận. Làm xong bước này thì hồ sơ tự chuyển tiếp; muốn đổi người thì phân công lại.",
                steps[current].name
            ),
        ));
    }
    if act == Act::SendBack && steps[current].duty != Duty::Approve {
        return Err(Error::conflict(
            "wrong_step",
            "Chỉ trả lại hồ sơ đang chờ lãnh đạo ký. Hồ sơ này chưa trình ký.",
        ));
    }
    let waits = dossiers::waits(reader, doing.dossier.id).await?;
    let seq = known.last().map_or(0, |row| row.seq);
    let run = known.last().map_or(0, |row| row.run);
    let moves = goes != Passing::Stays || matches!(act, Act::Take) || doing.limit_restarted;
    if !moves
        || (goes == Passing::Ended
            && doing.dossier.judged_at.is_some()
            && open.is_none()
            && !known.is_empty())
    {
        return Ok(());
    }
    let mut way = Way {
        doing,
        steps,
        waits,
        seq,
        run,
    };
    let open = match open {
        Some(open) => open,
        None => way.at_the_desk(received_at),
    };
    match goes {
        Passing::Ended if act == Act::Process => {
            let doer = way.doer(act);
            way.close_by(open, doer).await
        }
        Passing::Ended => way.close(open).await,
        Passing::GivenTo(step) => {
            // The desk that hands over and the leader who sends back did their work; who
            // is relieved did not.
            if matches!(act, Act::HandOver | Act::SendBack) {
                let doer = way.doer(act);
                way.close_by(open, doer).await?;
            } else {
                way.close(open).await?;
            }
            way.give(step).await
        }
        Passing::GoesOn { at, next } => {
            let doer = way.doer(act);
            if at == current {
                way.close_by(open, doer).await?;
            } else {
                way.close(open).await?;
                let through = way.holding(at, None).await?;
                way.close_passed(through, doer).await?;
            }
            way.give(next).await
        }
        Passing::Stays if act == Act::Take => way.take(open).await,
        Passing::Stays => {
            // The whole limit runs anew, and with it the share of who holds it.
            let again = open.clone();
            way.close(open).await?;
            way.run += 1;
            if let Some(account) = again.account_id.filter(|_| again.elsewhere.is_empty())
                && way.present(account).await? != account
            {
                // Who holds it is away: his stand-in begins it anew.
                return way.give(current).await;
            }
            way.seq += 1;
            let at = way.doing.at;
            let row = Holding {
                id: 0,
                seq: way.seq,
                given_at: at,
                taken_at: again.taken_at.map(|_| at),
                pass_by: None,
                ended_at: None,
                held_seconds: None,
                run: way.run,
                ..again
            };
            way.doing.write.open_holding(row).await
        }
    }
}

impl Way<'_, '_> {
    /// What the desk holds since the receipt, not written down yet.
    fn at_the_desk(&mut self, received_at: DateTime<Utc>) -> Holding {
        self.seq += 1;
        let desk = self.doing.dossier.received_by.clone();
        Holding {
            taken_by: Some(desk.clone()),
            taken_at: Some(received_at),
            given_by: String::new(),
            given_by_account: None,
            given_at: received_at,
            holder: desk,
            account_id: self.doing.dossier.received_by_id,
            ..self.blank(0)
        }
    }

    fn blank(&self, step: usize) -> Holding {
        let of = &self.steps[step];
        let hours = self.doing.office.hours();
        Holding {
            id: 0,
            agency_id: self.doing.dossier.agency_id,
            dossier_id: self.doing.dossier.id,
            account_id: None,
            seq: self.seq,
            step: i32::try_from(step).unwrap_or(0),
            duty: of.duty.code().into(),
            step_name: of.name.clone(),
            title: of.title.clone(),
            elsewhere: String::new(),
            holder: String::new(),
            given_by: self.doing.actor.name.clone(),
            given_by_account: self.doing.actor.account,
            given_at: self.doing.at,
            pass_by: None,
            taken_by: None,
            taken_at: None,
            ended_at: None,
            allotted_seconds: self
                .doing
                .procedure
                .limit
                .map(|limit| allotted(limit, of.share, hours).num_seconds()),
            held_seconds: None,
            run: self.run,
        }
    }

    /// Given to the step's hands.
    async fn give(&mut self, step: usize) -> Result<()> {
        let account = self.hands_of(step).await?;
        let mut row = self.holding(step, account).await?;
        let at = self.doing.at;
        if row.duty() == Duty::Consult {
            row.taken_at = Some(at);
            ask_agency::send_step(self.doing, &row, self.steps[step].share).await?;
        } else {
            let office = &self.doing.office;
            let rule = self.doing.app.settings.workflow.hand_over();
            row.pass_by = pass_on_by(&office.calendar, &office.rules, rule, to_local(at))
                .ok()
                .map(to_utc);
            // Who gives it to himself has it.
            if account.is_some() && account == self.doing.actor.account {
                row.taken_at = Some(at);
                row.taken_by = Some(self.doing.actor.name.clone());
            }
        }
        if row.duty() == Duty::Appraise && account.is_some() {
            self.doing.dossier.assigned_to = account;
        }
        self.doing
            .data
            .insert("step".into(), row.step_name.clone().into());
        if !row.holder.is_empty() {
            let name = row.holder.clone();
            self.doing.data.insert("to".into(), name.into());
        }
        self.doing.write.open_holding(row).await
    }

    /// A new stretch in the step, in these hands.
    async fn holding(&mut self, step: usize, account: Option<i64>) -> Result<Holding> {
        self.seq += 1;
        let mut row = self.blank(step);
        row.account_id = account;
        if self.steps[step].duty == Duty::Consult {
            let day = local_day(self.doing.at);
            let names = agencies::name_on(self.doing.write.reader(), row.agency_id, day).await?;
            row.elsewhere = self.steps[step].agency.replace(PARENT, &names.parent);
            row.holder.clone_from(&row.elsewhere);
        } else if let Some(account) = account {
            let names = accounts::names(self.doing.write.reader(), [account]).await?;
            row.holder = names.get(&account).cloned().unwrap_or_default();
        }
        Ok(row)
    }

    /// Whose list a step's dossier stands on: the officer in charge, the only one who
    /// could, or nobody in particular; who is on leave is stood in for.
    async fn hands_of(&mut self, step: usize) -> Result<Option<i64>> {
        let of = self.steps[step].clone();
        let reader = self.doing.write.reader();
        let assigned = self.doing.dossier.assigned_to;
        let able = assign::able(reader, self.doing.dossier.agency_id, &of).await?;
        if !able.titled {
            // Nobody bears the title: on everyone's list rather than on none.
            self.steps[step].title.clear();
        }
        let only = match able.people.as_slice() {
            [only] => Some(only.id),
            _ => None,
        };
        let chosen = match of.duty {
            Duty::Receive | Duty::Return => None,
            Duty::Consult => assigned.or(self.doing.actor.account),
            // In charge of a step that he cannot do, another has to be found.
            Duty::Appraise => assigned.filter(|id| able.has(*id)).or(only),
            Duty::Approve => only,
        };
        match chosen {
            Some(account) => Ok(Some(self.present(account).await?)),
            None => Ok(None),
        }
    }

    /// That officer, or who stands in for him today.
    async fn present(&self, mut account: i64) -> Result<i64> {
        let reader = self.doing.write.reader();
        let (agency, day) = (self.doing.dossier.agency_id, local_day(self.doing.at));
        // A stand-in may be away as well; two who name each other end the search.
        for _ in 0..5 {
            match leaves::stand_in(reader, agency, account, day).await? {
                Some(other) => account = other,
                None => break,
            }
        }
        Ok(account)
    }
}
