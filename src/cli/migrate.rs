//! `motcua migrate`: schema up, empty tables filled, and what was done.
use super::print;
use crate::{
    actions::fill,
    clock::Clock,
    config::Settings,
    error::Result,
    store::Store,
    upkeep::upgrade::{self, Upgraded},
};

pub async fn run(settings: Settings, clock: Clock) -> Result<()> {
    let store = Store::open(&settings.database.url).await?;
    let made = Box::pin(make(&store, &settings, clock)).await;
    let closed = store.close().await;
    made?;
    closed
}

async fn make(store: &Store, settings: &Settings, clock: Clock) -> Result<()> {
    let Upgraded {
        copy,
        changes: applied,
    } = upgrade::run(store, settings, clock).await?;
    if let Some(copy) = copy {
        print(&format!("Đã sao lưu trước khi nâng cấp: {copy}\n"))?;
    }
    for name in &applied {
        print(&format!("Đã dựng: {name}\n"))?;
    }
    let filled = fill::run(store, clock.now()).await?;
    for line in &filled {
        print(&format!("{line}\n"))?;
    }
    if applied.is_empty() && filled.is_empty() {
        print("Cơ sở dữ liệu đã mới nhất, không phải làm gì.\n")?;
    }
    Ok(())
}
