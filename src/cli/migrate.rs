//! `motcua migrate`: schema up, empty tables filled, and what was done.
use super::print;
use crate::{actions::fill, clock::Clock, config::Settings, error::Result, store::Store};

pub async fn run(settings: Settings, clock: Clock) -> Result<()> {
    let store = Store::open(&settings.database.url).await?;
    let applied = store.migrate().await?;
    for name in &applied {
        print(&format!("Đã dựng: {name}\n"))?;
    }
    let filled = fill::run(&store, clock.now()).await?;
    for line in &filled {
        print(&format!("{line}\n"))?;
    }
    if applied.is_empty() && filled.is_empty() {
        print("Cơ sở dữ liệu đã mới nhất, không phải làm gì.\n")?;
    }
    Ok(())
}
