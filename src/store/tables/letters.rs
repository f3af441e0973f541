//! Rows of apologies and of what leaves by mail, message or slip.

pub mod apology {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "apology")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub dossier_id: i64,
        #[sea_orm(column_type = "Text")]
        pub reason_code: String,
        #[sea_orm(column_type = "Text")]
        pub reason: String,
        pub due_at: DateTimeUtc,
        pub new_due_at: DateTimeUtc,
        pub drafted_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub drafted_by: String,
        pub signed_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub signed_by: Option<String>,
        pub number: Option<i32>,
        pub year: Option<i32>,
        #[sea_orm(column_type = "Text", nullable)]
        pub step: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub holder: Option<String>,
        pub after_end: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod outbox {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub recipient: String,
        #[sea_orm(column_type = "Text")]
        pub payload: String,
        pub queued_at: DateTimeUtc,
        pub due_at: DateTimeUtc,
        pub sent_at: Option<DateTimeUtc>,
        pub failed_at: Option<DateTimeUtc>,
        pub attempts: i32,
        #[sea_orm(column_type = "Text", nullable)]
        pub last_error: Option<String>,
        pub claimed_until: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text")]
        pub channel: String,
        pub feedback_id: Option<i64>,
        pub account_id: Option<i64>,
        #[sea_orm(column_type = "Text", nullable)]
        pub once: Option<String>,
        pub delivered_at: Option<DateTimeUtc>,
        pub stopped_at: Option<DateTimeUtc>,
        pub settled_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub settled_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub settled_how: Option<String>,
        /// When what it tells was over by the dossier's going on.
        pub over_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod notice_link {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_link")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: Option<i64>,
        pub feedback_id: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub token_hash: String,
        pub stopped_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
