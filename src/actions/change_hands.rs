//! A dossier leaves one pair of hands: whose time was it until now?
//!
//! The time up to the change of hands stays with whoever had the dossier. Who takes it
//! over, or does the work without having it, begins a stretch of his own; only what was
//! given to a role and lay in nobody's hands becomes the stretch of the one who takes it.
use super::pass_on::Way;
use crate::{
    domain::{
        dossier::Act,
        holding::held,
        role::Role,
        time::{local_day, to_local},
        viet,
        workflow::Duty,
    },
    error::{Error, Result},
    store::{accounts, holdings::Holding, leaves},
};

/// Who did the work.
pub(super) struct Doer {
    name: String,
    account: Option<i64>,
    role: Option<Role>,
}

impl Doer {
    /// Whether the stretch is his already.
    fn has(&self, row: &Holding) -> bool {
        match (row.account_id, self.account) {
            (Some(holder), Some(me)) => holder == me,
            _ => row.holder == self.name,
        }
    }

    /// Whether nobody has it and it was meant for one like him.
    fn may_have(&self, row: &Holding) -> bool {
        row.account_id.is_none() && row.holder.is_empty() && self.role == Some(row.duty().role())
    }

    fn takes(&self, row: &mut Holding, at: chrono::DateTime<chrono::Utc>) {
        if row.taken_at.is_none() {
            row.taken_at = Some(at);
            row.taken_by = Some(self.name.clone());
        }
        row.holder.clone_from(&self.name);
        row.account_id = self.account.or(row.account_id);
    }
}

impl Way<'_, '_> {
    /// Who did the step that the act belongs to.
    pub(super) fn doer(&self, act: Act) -> Doer {
        let actor = self.doing.actor;
        let named = self
            .doing
            .data
            .get("approved_by")
            .and_then(|by| by.as_str());
        match (act, named) {
            (Act::Approve, Some(leader)) if leader != actor.name || actor.role != Role::Leader => {
                Doer {
                    name: leader.to_owned(),
                    account: self.doing.signer,
                    role: Some(Role::Leader),
                }
            }
            _ => self.actor(),
        }
    }

    fn actor(&self) -> Doer {
        let actor = self.doing.actor;
        Doer {
            name: actor.name.clone(),
            account: actor.account,
            role: Some(actor.role),
        }
    }

    /// It leaves these hands, whose time ends with that.
    pub(super) async fn close(&mut self, mut row: Holding) -> Result<()> {
        let at = self.doing.at;
        let stood: Vec<_> = self
            .waits
            .iter()
            .map(|wait| (to_local(wait.from_at), to_local(wait.to_at.unwrap_or(at))))
            .collect();
        let time = held(
            &self.doing.office.calendar,
            self.doing.office.hours(),
            self.doing.procedure.limit.map(|limit| limit.unit),
            to_local(row.given_at),
            to_local(at.max(row.given_at)),
            &stood,
        )
        .map_err(|error| Error::invalid("at", error.to_string()))?;
        row.held_seconds = Some(time.num_seconds());
        row.ended_at = Some(at.max(row.given_at));
        self.write_down(row).await
    }

    /// It leaves these hands, and the work of the step was done by this one.
    pub(super) async fn close_by(&mut self, mut row: Holding, doer: Doer) -> Result<()> {
        let at = self.doing.at;
        if !row.elsewhere.is_empty() {
            return self.close(row).await;
        }
        if doer.has(&row) || doer.may_have(&row) {
            doer.takes(&mut row, at);
            return self.close(row).await;
        }
        let own = self.own(&row, &doer);
        self.close(row).await?;
        self.seq += 1;
        self.close(Holding {
            seq: self.seq,
            ..own
        })
        .await
    }

    /// A step passed through at once, by this one, whoever's work it is.
    pub(super) async fn close_passed(&mut self, mut row: Holding, doer: Doer) -> Result<()> {
        if row.elsewhere.is_empty() {
            doer.takes(&mut row, self.doing.at);
        }
        self.close(row).await
    }

    /// A stretch in the same step that begins now, in his hands.
    fn own(&self, row: &Holding, doer: &Doer) -> Holding {
        let at = self.doing.at;
        Holding {
            id: 0,
            account_id: doer.account,
            holder: doer.name.clone(),
            given_by: doer.name.clone(),
            given_by_account: doer.account,
            given_at: at.max(row.given_at),
            pass_by: None,
            taken_by: Some(doer.name.clone()),
            taken_at: Some(at),
            ..row.clone()
        }
    }

    async fn write_down(&self, row: Holding) -> Result<()> {
        if row.id == 0 {
            self.doing.write.open_holding(row).await
        } else {
            self.doing.write.update_holding(row).await
        }
    }

    /// Taken by the one whose list it stands on, by a stand-in, or by who administers.
    pub(super) async fn take(&mut self, mut row: Holding) -> Result<()> {
        if let Some(at) = row.taken_at {
            let who = row.taken_by.unwrap_or(row.holder);
            let when = viet::moment(to_local(at));
            return Err(Error::conflict(
                "already_taken",
                format!("Hồ sơ đã được {who} nhận lúc {when}. Không phải nhận lại."),
            ));
        }
        if !self.may_take(&row).await? {
            let whom = if row.holder.is_empty() {
                format!("bộ phận của bước “{}”", row.step_name)
            } else {
                row.holder
            };
            return Err(Error::forbidden(format!(
                "Hồ sơ giao cho {whom}. Lãnh đạo hoặc Văn phòng phân công lại nếu cần đổi người."
            )));
        }
        let actor = self.doing.actor;
        if row.duty() == Duty::Appraise && actor.account.is_some() {
            self.doing.dossier.assigned_to = actor.account;
        }
        self.doing
            .data
            .insert("step".into(), row.step_name.clone().into());
        let doer = self.actor();
        if doer.has(&row) || doer.may_have(&row) {
            doer.takes(&mut row, self.doing.at);
            return self.write_down(row).await;
        }
        let own = self.own(&row, &doer);
        self.close(row).await?;
        self.seq += 1;
        self.write_down(Holding {
            seq: self.seq,
            ..own
        })
        .await
    }

    async fn may_take(&self, row: &Holding) -> Result<bool> {
        let actor = self.doing.actor;
        let reader = self.doing.write.reader();
        let agency = self.doing.dossier.agency_id;
        let mine = match (row.account_id, actor.account) {
            (Some(holder), Some(me)) if holder == me => true,
            (Some(holder), Some(me)) => {
                leaves::stand_in(reader, agency, holder, local_day(self.doing.at)).await?
                    == Some(me)
            }
            (None, Some(me)) => {
                let title = accounts::as_in(reader, me, agency).await?.map(|a| a.title);
                actor.role == row.duty().role()
                    && (row.title.is_empty() || title.as_deref() == Some(&row.title))
            }
            (_, None) => actor.role == row.duty().role(),
        };
        Ok(mine || actor.role == Role::Admin)
    }
}
