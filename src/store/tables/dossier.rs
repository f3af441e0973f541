//! Rows of the dossier and what happened to it.

pub mod dossier {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "dossier")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub procedure_version_id: i64,
        pub assigned_to: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub code: String,
        #[sea_orm(column_type = "Text")]
        pub applicant_name: String,
        #[sea_orm(column_type = "Text")]
        pub applicant_kind: String,
        #[sea_orm(column_type = "Text")]
        pub channel: String,
        #[sea_orm(column_type = "Text")]
        pub result_channel: String,
        #[sea_orm(column_type = "Text")]
        pub status: String,
        #[sea_orm(column_type = "Text")]
        pub documents: String,
        #[sea_orm(column_type = "Text")]
        pub note: String,
        #[sea_orm(column_type = "Text")]
        pub search: String,
        #[sea_orm(column_type = "Text")]
        pub received_by: String,
        /// The account behind the name; none for a token.
        pub received_by_id: Option<i64>,
        /// What stands on the receipt, under lock: see `vault::seal`.
        #[sea_orm(column_type = "Text")]
        pub receipt_sealed: String,
        /// The same, hashed, for who shows it; empty where it was not sealed yet.
        #[sea_orm(column_type = "Text")]
        pub receipt_hash: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub external_code: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub id_number: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub phone: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub email: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub address: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub resume_status: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub outcome: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub due_reason: Option<String>,
        pub received_at: Option<DateTimeUtc>,
        pub due_at: Option<DateTimeUtc>,
        pub original_due_at: Option<DateTimeUtc>,
        pub due_day: Option<DateTimeUtc>,
        pub lapse_at: Option<DateTimeUtc>,
        pub appointed_day: Option<DateTimeUtc>,
        pub appointed_lapse_at: Option<DateTimeUtc>,
        pub wait_from: Option<DateTimeUtc>,
        pub judged_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        pub withdrawn_at: Option<DateTimeUtc>,
        pub stopped_at: Option<DateTimeUtc>,
        pub rejected_at: Option<DateTimeUtc>,
        pub appraised_at: Option<DateTimeUtc>,
        pub approved_at: Option<DateTimeUtc>,
        pub returned_at: Option<DateTimeUtc>,
        pub by_moment: bool,
        pub provisional: bool,
        #[sea_orm(column_type = "Text", nullable)]
        pub officer: Option<String>,
        pub imported: bool,
        pub notify: bool,
        pub received_desk: bool,
        pub appraised_desk: bool,
        pub approved_desk: bool,
        pub returned_desk: bool,
        pub sets: i32,
        pub version: i64,
        pub registered_at: DateTimeUtc,
        pub last_event_at: DateTimeUtc,
        /// By what the applicant stands in a list of names.
        #[sea_orm(column_type = "Text")]
        pub name_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub dossier_id: i64,
        pub seq: i32,
        pub at: DateTimeUtc,
        pub recorded_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub act: String,
        #[sea_orm(column_type = "Text")]
        pub actor: String,
        #[sea_orm(column_type = "Text")]
        pub role: String,
        pub at_desk: bool,
        #[sea_orm(column_type = "Text", nullable)]
        pub from_status: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub to_status: String,
        #[sea_orm(column_type = "Text")]
        pub note: String,
        #[sea_orm(column_type = "Text")]
        pub data: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod due_change {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "due_change")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub dossier_id: i64,
        pub set_at: DateTimeUtc,
        pub original_due_at: Option<DateTimeUtc>,
        pub due_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod wait {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wait")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub dossier_id: i64,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        pub from_at: DateTimeUtc,
        pub to_at: Option<DateTimeUtc>,
        pub number: Option<i32>,
        pub year: Option<i32>,
        #[sea_orm(column_type = "Text", nullable)]
        pub reason_code: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub asked_by: Option<String>,
        pub asked_by_id: Option<i64>,
        #[sea_orm(column_type = "Text", nullable)]
        pub legal_basis: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub approved_by: Option<String>,
        pub arrived_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
