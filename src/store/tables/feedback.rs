//! Rows of feedback and their events.

pub mod feedback {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "feedback")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: Option<i64>,
        /// Whom it was about when there was one at most; the first seals hold it.
        pub about_account_id: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub code: String,
        #[sea_orm(column_type = "Text")]
        pub secret_hash: String,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        #[sea_orm(column_type = "Text")]
        pub content: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub name: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub contact: Option<String>,
        pub notify: bool,
        pub received_at: DateTimeUtc,
        pub recorded_at: DateTimeUtc,
        pub reject_due_at: Option<DateTimeUtc>,
        pub forward_due_at: Option<DateTimeUtc>,
        pub due_at: Option<DateTimeUtc>,
        pub publish_due_at: Option<DateTimeUtc>,
        pub lapse_at: Option<DateTimeUtc>,
        pub handled_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text")]
        pub state: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub forwarded_to: Option<String>,
        pub forwarded_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub answer: Option<String>,
        pub answered_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub answered_by: Option<String>,
        pub published_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub public_content: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub public_answer: Option<String>,
        pub version: i64,
        /// The content as names are looked for in it.
        #[sea_orm(column_type = "Text")]
        pub words: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An officer whom staff chose: it is about them.
pub mod feedback_about {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "feedback_about")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub feedback_id: i64,
        pub account_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod feedback_event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "feedback_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub feedback_id: i64,
        pub seq: i32,
        pub at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub act: String,
        #[sea_orm(column_type = "Text")]
        pub actor: String,
        #[sea_orm(column_type = "Text")]
        pub role: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub from_state: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub to_state: String,
        #[sea_orm(column_type = "Text")]
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
