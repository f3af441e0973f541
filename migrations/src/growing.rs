//! How does an index of a growing table come, or go, while others write to it?
//!
//! On PostgreSQL each is built beside the work, which holds up nobody. A step that does so can
//! be in no transaction: `use_transaction` answers `Some(false)`. Broken off, it leaves indexes,
//! one of them perhaps half built; run again, it begins anew.
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Builds indexes, each a name and what it is on.
pub async fn build(manager: &SchemaManager<'_>, indexes: &[(&str, &str)]) -> Result<(), DbErr> {
    let database = manager.get_connection();
    for (name, on) in indexes {
        if manager.get_database_backend() == DbBackend::Postgres {
            take_away(manager, name).await?;
            let create = format!("CREATE INDEX CONCURRENTLY {name} {on}");
            database.execute_unprepared(&create).await?;
        } else {
            // In one breath: another connection may still know the one that has just gone.
            let anew = format!("DROP INDEX IF EXISTS {name}; CREATE INDEX {name} {on}");
            database.execute_unprepared(&anew).await?;
        }
    }
    Ok(())
}

/// Takes an index away, where it is there.
pub async fn take_away(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    let beside = match manager.get_database_backend() {
        DbBackend::Postgres => "CONCURRENTLY",
        _ => "",
    };
    let drop = format!("DROP INDEX {beside} IF EXISTS {name}");
    manager.get_connection().execute_unprepared(&drop).await?;
    Ok(())
}
