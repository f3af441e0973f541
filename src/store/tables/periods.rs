//! Rows of closed reporting periods.

pub mod closed_period {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "closed_period")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub from_day: Date,
        pub to_day: Date,
        pub closed_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub closed_by: String,
        #[sea_orm(column_type = "Text")]
        pub body: String,
        #[sea_orm(column_type = "Text")]
        pub seal: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub chain_head: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
