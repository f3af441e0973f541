//! Many agencies under one roof: which stands under which, who works in more than one, and
//! which has become part of another.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, date_null, text},
};

use crate::table::{create, index, reference, table};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m32_agencies"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns: [(&str, ColumnDef); 4] = [
            // The agency above it; none at the top.
            ("agency", big_integer_null("parent_id").take()),
            // The agency that it became part of, and from which day.
            ("agency", big_integer_null("merged_into").take()),
            ("agency", date_null("merged_on").take()),
            // Where one works in this session; none: in the account's own agency.
            ("session", big_integer_null("agency_id").take()),
        ];
        for (table, column) in columns {
            let add = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        let mut membership = table("membership");
        reference(&mut membership, "account_id", "account");
        reference(&mut membership, "agency_id", "agency");
        membership.col(text("role")).col(text("title"));
        create(
            manager,
            vec![membership],
            vec![
                index("membership", &["account_id", "agency_id"], true),
                index("membership", &["agency_id"], false),
            ],
        )
        .await
    }
}
