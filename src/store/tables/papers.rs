//! Rows of papers and their numbers.

pub mod paper {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "paper")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: i64,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        pub event_seq: i32,
        pub number: Option<i32>,
        pub year: Option<i32>,
        pub made_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub made_by: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub body: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub release: Option<String>,
        pub printed_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub printed_by: Option<String>,
        pub cancelled_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub cancelled_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub cancel_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
