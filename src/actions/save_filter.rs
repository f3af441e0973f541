//! An account keeps a filter of the register under a name, or takes it away.
use super::applicant::required;
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    store::lists,
};

/// More names than anyone finds again.
const MOST: usize = 30;

/// Keeps it; the same name again is the newer filter.
pub async fn run(app: &App, account: i64, name: &str, query: &str) -> Result<i64> {
    let mut errors = FieldErrors::default();
    let name = required(&mut errors, "ten", "Tên bộ lọc", name, 60);
    errors.finish()?;
    let write = app.store.write().await?;
    let known = lists::filters(write.reader(), account).await?;
    if known.len() >= MOST && known.iter().all(|filter| filter.name != name) {
        let words = format!("Đã có {MOST} bộ lọc. Xin xóa bớt một bộ rồi lưu lại.");
        return Err(Error::invalid("ten", words));
    }
    let id = write
        .save_filter(account, &name, query, app.clock.now())
        .await?;
    write.commit().await?;
    Ok(id)
}

/// Takes it away.
pub async fn forget(app: &App, account: i64, id: i64) -> Result<()> {
    let write = app.store.write().await?;
    write.drop_filter(account, id).await?;
    write.commit().await
}
