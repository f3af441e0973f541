//! Drops a list for erasure that nothing was erased by; its number, if it had one, stays used.
use super::{actor::Actor, list_for_erasure};
use crate::{
    app::App,
    domain::role::Role,
    error::{Error, Result},
    store::erasures,
};

pub async fn run(app: &App, actor: &Actor, id: i64) -> Result<()> {
    if !list_for_erasure::MAY.contains(&actor.role) && actor.role != Role::Leader {
        return Err(actor.refused("Bỏ danh sách xóa dữ liệu", &list_for_erasure::MAY));
    }
    let write = app.store.write_alone().await?;
    let mut list = erasures::list(write.reader(), actor.agency, id).await?;
    let begun = erasures::begun(write.reader(), id).await?;
    list.dropped_at = Some(app.clock.now());
    list.dropped_by = Some(actor.name.clone());
    if begun || !write.update_erasure_list(list).await? {
        let detail = "Danh sách này đã bắt đầu xóa hoặc đã bỏ, không bỏ được nữa.";
        return Err(Error::conflict("stale_version", detail));
    }
    write.commit().await
}
