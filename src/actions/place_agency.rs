//! Puts an agency under another, or at the top: whose figures the one above sums up.
use crate::{
    app::App,
    error::{Error, Result},
    store::{agencies, mergers},
};

/// `parent` by its key; none: at the top.
///
/// # Errors
/// When it would stand under itself.
pub async fn run(app: &App, key: &str, parent: Option<&str>) -> Result<()> {
    let write = app.store.write_alone().await?;
    let db = write.reader();
    let id = agencies::by_key(db, key).await?;
    let parent = match parent {
        Some(parent) => Some(agencies::by_key(db, parent).await?),
        None => None,
    };
    if let Some(parent) = parent
        && agencies::is_below(db, parent, id).await?
    {
        let detail = format!("“{key}” không thể nằm dưới chính nó.");
        return Err(Error::invalid("parent", detail));
    }
    if let Some(parent) = parent
        && mergers::of(db, parent).await?.is_some()
    {
        let detail = "Cơ quan cấp trên đã sáp nhập vào cơ quan khác.";
        return Err(Error::invalid("parent", detail));
    }
    write.place_agency(id, parent).await?;
    write.commit().await
}
