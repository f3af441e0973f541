//! Is what is about to change still as its last event left it? Else the next event would
//! put a change from behind the program's back under its own seal.
use super::{Reader, Write, sealed, states};
use crate::{
    domain::chain::Source,
    error::{Error, Result},
};

/// What the refusal is called.
pub const CHANGED_BEHIND: &str = "changed_behind";

/// Refuses where one of them is not as sealed. The sealer may be a second behind: what it
/// has not sealed yet is not asked about.
async fn check(db: &impl Reader, source: Source, ids: Vec<i64>) -> Result<()> {
    let standing = match source {
        Source::Dossier => states::of_dossier_ids(db, ids).await?,
        Source::Feedback | Source::Period => states::of_feedback_ids(db, ids).await?,
    };
    let events = standing.values().filter_map(|one| one.last_event).collect();
    let links = sealed::sealed(db, source, events).await?;
    for (id, one) in standing {
        let link = one.last_event.and_then(|event| links.get(&event));
        if link.is_some_and(|state| !one.is(state.as_deref())) {
            tracing::error!(target: "motcua::security", source = source.code(), id, "changed behind the program's back");
            let detail = format!(
                "{} không còn như việc ghi gần nhất để lại: có người đã sửa dữ liệu ngoài chương trình, nên việc này chưa được ghi. Xin báo Văn phòng chạy motcua verify và đối chiếu với bản sao lưu.",
                one.code
            );
            return Err(Error::conflict(CHANGED_BEHIND, detail));
        }
    }
    Ok(())
}

impl Write {
    /// Refuses where one of these dossiers is not as its last event left it.
    pub async fn dossiers_are_as_sealed(&self, ids: Vec<i64>) -> Result<()> {
        check(&self.tx, Source::Dossier, ids).await
    }

    /// Refuses where some of this feedback is not as its last event left it.
    pub async fn feedback_is_as_sealed(&self, ids: Vec<i64>) -> Result<()> {
        check(&self.tx, Source::Feedback, ids).await
    }
}
