//! When a dossier went from one agency to another: what was counted before stays where it
//! was counted.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m34_moves"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut moved = table("agency_move");
        reference(&mut moved, "dossier_id", "dossier");
        moved
            .col(big_integer("from_agency"))
            .col(big_integer("to_agency"))
            // The first day on which it is the other's.
            .col(date("on_day"));
        create(
            manager,
            vec![moved],
            vec![
                index("agency_move", &["dossier_id"], false),
                index("agency_move", &["from_agency"], false),
                index("agency_move", &["to_agency"], false),
            ],
        )
        .await
    }
}
