//! Rows of the way of a dossier.

macro_rules! alone {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}

pub mod workflow {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "workflow")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub procedure_version_id: i64,
        pub revision: i32,
        #[sea_orm(column_type = "Text")]
        pub steps: String,
        #[sea_orm(column_type = "Text")]
        pub note: String,
        pub set_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub set_by: String,
    }
    alone!();
}

pub mod field_title {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "field_title")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub field: String,
        #[sea_orm(column_type = "Text")]
        pub title: String,
    }
    alone!();
}

pub mod holding {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "holding")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: i64,
        /// Whose list it stands on; empty: everyone's of the duty's role and title.
        pub account_id: Option<i64>,
        pub seq: i32,
        pub step: i32,
        #[sea_orm(column_type = "Text")]
        pub duty: String,
        #[sea_orm(column_type = "Text")]
        pub step_name: String,
        #[sea_orm(column_type = "Text")]
        pub title: String,
        /// Another agency's name as it was; empty: ours.
        #[sea_orm(column_type = "Text")]
        pub elsewhere: String,
        /// The name of the hands, as papers print it.
        #[sea_orm(column_type = "Text")]
        pub holder: String,
        #[sea_orm(column_type = "Text")]
        pub given_by: String,
        pub given_by_account: Option<i64>,
        pub given_at: DateTimeUtc,
        /// By when it has to be taken.
        pub pass_by: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub taken_by: Option<String>,
        pub taken_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        pub allotted_seconds: Option<i64>,
        /// Without the stretches in which the clock stood; set when it ends.
        pub held_seconds: Option<i64>,
        /// How often the limit had begun anew: its shares with it.
        pub run: i32,
    }
    alone!();
}

pub mod leave {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leave")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub account_id: i64,
        pub stand_in_id: i64,
        pub from_day: Date,
        pub to_day: Date,
        #[sea_orm(column_type = "Text")]
        pub note: String,
        #[sea_orm(column_type = "Text")]
        pub set_by: String,
        pub set_at: DateTimeUtc,
        pub cancelled_at: Option<DateTimeUtc>,
    }
    alone!();
}

pub mod transfer {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "transfer")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: i64,
        /// Where that agency works with an account of ours.
        pub to_agency_id: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub to_name: String,
        pub number: Option<i32>,
        pub year: Option<i32>,
        #[sea_orm(column_type = "Text")]
        pub content: String,
        #[sea_orm(column_type = "Text")]
        pub sent_by: String,
        pub event_seq: i64,
        pub sent_at: DateTimeUtc,
        pub due_at: Option<DateTimeUtc>,
        pub answered_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub answered_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub answer: Option<String>,
    }
    alone!();
}
