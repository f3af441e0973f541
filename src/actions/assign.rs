//! Gives a dossier to an officer who can do its step (NĐ 61/2018/NĐ-CP Điều 19.1).
use super::perform::Performing;
use crate::{
    domain::{dossier::Act, procedure::Procedure, workflow::Step},
    error::Result,
    store::{
        Reader,
        accounts::{self, Account},
        dossiers::Dossier,
        holdings, workflows,
    },
};

/// Who can do a step.
pub struct Able {
    pub people: Vec<Account>,
    /// Somebody bears the title that the step names, so that nobody else is meant.
    pub titled: bool,
    step: Step,
}

/// The enabled accounts of an agency that have the step's role, and its title where
/// somebody bears it.
pub async fn able(db: &impl Reader, agency: i64, step: &Step) -> Result<Able> {
    let mut people = accounts::enabled(db, agency).await?;
    people.retain(|account| account.role() == step.duty.role());
    let named = |account: &Account| account.title == step.title;
    let titled = !step.title.is_empty() && people.iter().any(named);
    if titled {
        people.retain(named);
    }
    Ok(Able {
        people,
        titled,
        step: step.clone(),
    })
}

impl Able {
    pub fn has(&self, account: i64) -> bool {
        self.people.iter().any(|one| one.id == account)
    }

    /// Whose work the step is: "Công chức chuyên môn, chức danh Tư pháp – Hộ tịch".
    pub fn whose(&self) -> String {
        let role = self.step.duty.role().label();
        let title = if self.titled {
            format!(", chức danh {}", self.step.title)
        } else {
            String::new()
        };
        format!("bước “{}” là việc của {role}{title}", self.step.name)
    }

    /// Who can, by name, or that nobody can.
    pub fn who(&self) -> String {
        let names: Vec<&str> = self.people.iter().map(|one| one.name.as_str()).collect();
        if names.is_empty() {
            "Chưa có tài khoản nào làm được; quản trị thêm ở trang Nhân sự".into()
        } else {
            format!("Giao được cho: {}", names.join(", "))
        }
    }
}

/// The step that the act gives the dossier to, or the one it stands in.
pub async fn goes_to(
    db: &impl Reader,
    dossier: &Dossier,
    procedure: &Procedure,
    act: Act,
) -> Result<Step> {
    use crate::domain::workflow::{Passing, passing};
    let received_at = dossier.came_at();
    let (mut steps, _) = workflows::of(db, dossier.agency_id, procedure, received_at).await?;
    let open = holdings::open_of(db, [dossier.id]).await?;
    let current = open
        .get(&dossier.id)
        .and_then(|row| usize::try_from(row.step).ok())
        .filter(|step| *step < steps.len())
        .unwrap_or(0);
    let at = match passing(&steps, current, act) {
        Passing::GivenTo(step) => step,
        _ => current,
    };
    Ok(steps.swap_remove(at))
}

pub async fn effect(doing: &mut Performing<'_>, act: Act) -> Result<()> {
    let to = doing.input.to.as_deref().unwrap_or_default().trim();
    if to.is_empty() {
        doing.errors.add("to", "Chưa chọn người nhận việc.");
        return Ok(());
    }
    let reader = doing.write.reader();
    let account = match accounts::by_username(reader, to).await? {
        Some(named) if !named.disabled => {
            accounts::as_in(reader, named.id, doing.actor.agency).await?
        }
        _ => None,
    };
    let Some(account) = account else {
        doing
            .errors
            .add("to", "Không có tài khoản này ở cơ quan. Xin chọn lại.");
        return Ok(());
    };
    let step = goes_to(reader, &doing.dossier, &doing.procedure, act).await?;
    let able = able(reader, doing.dossier.agency_id, &step).await?;
    if !able.has(account.id) {
        let sentence = format!(
            "{} không làm được việc này: {}. {}.",
            account.name,
            able.whose(),
            able.who()
        );
        doing.errors.add("to", sentence);
        return Ok(());
    }
    doing.dossier.assigned_to = Some(account.id);
    doing.data.insert("to".into(), account.name.into());
    Ok(())
}
