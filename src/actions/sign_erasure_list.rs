//! The head signs a list for erasure: name, time, the next number of the year's book.
use chrono::Datelike;

use super::actor::Actor;
use crate::{
    app::App,
    domain::{role::Role, time::local_day},
    error::{Error, Result},
    store::erasures,
};

/// The book its number comes from.
const BOOK: &str = "erasure";

pub async fn run(app: &App, actor: &Actor, id: i64) -> Result<()> {
    if actor.role != Role::Leader {
        return Err(actor.refused("Ký danh sách xóa dữ liệu", &[Role::Leader]));
    }
    let now = app.clock.now();
    let write = app.store.write().await?;
    let mut list = erasures::list(write.reader(), actor.agency, id).await?;
    let lines = erasures::lines(write.reader(), id).await?;
    if erasures::digest(&lines) != list.digest {
        let detail = "Danh sách đã bị sửa sau khi lập. Bỏ danh sách này, báo quản trị, lập lại.";
        return Err(Error::conflict("list_changed", detail));
    }
    let stale = || {
        let detail = "Danh sách này đã được ký, đã xóa hoặc đã bỏ. Xem lại danh sách.";
        Error::conflict("stale_version", detail)
    };
    if list.signed_at.is_some() || list.dropped_at.is_some() {
        return Err(stale());
    }
    let year = local_day(now).year();
    list.number = Some(write.next_in_book(actor.agency, BOOK, year).await?);
    list.year = Some(year);
    list.signed_at = Some(now);
    list.signed_by = Some(actor.name.clone());
    if !write.update_erasure_list(list).await? {
        return Err(stale());
    }
    write.commit().await
}
