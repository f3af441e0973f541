//! Rows of the survey, and of data files. No column leads from a ballot to its token.

pub mod survey_token {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "survey_token")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub dossier_id: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub token_hash: String,
        /// Where the dossier was received, where that is known.
        #[sea_orm(column_type = "Text")]
        pub counter: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ballot {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ballot")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub questionnaire: String,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        #[sea_orm(column_type = "Text")]
        pub field: String,
        #[sea_orm(column_type = "Text")]
        pub cast_on: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub comment: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub batch: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub counter: String,
        #[sea_orm(column_type = "Text")]
        pub marks: String,
        /// The factor that a visitor of the kiosk named.
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod burned_token {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "burned_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub token_hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ballot_box {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ballot_box")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub questionnaire: String,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        #[sea_orm(column_type = "Text")]
        pub field: String,
        #[sea_orm(column_type = "Text")]
        pub counter: String,
        #[sea_orm(column_type = "Text")]
        pub cast_on: String,
        #[sea_orm(column_type = "Text")]
        pub marks: String,
        /// JSON `[[question, factor, value]]`
        #[sea_orm(column_type = "Text")]
        pub answers: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub comment: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod answer {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "answer")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub ballot_id: i64,
        #[sea_orm(column_type = "Text")]
        pub question: String,
        #[sea_orm(column_type = "Text")]
        pub factor: String,
        pub value: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod paper_sheet {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "paper_sheet")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub batch: String,
        pub number: i32,
        /// As keyed first; gone once it counts.
        #[sea_orm(column_type = "Text", nullable)]
        pub body: Option<String>,
        pub keyed_by: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub keyed_name: String,
        pub keyed_at: DateTimeUtc,
        pub done: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod kiosk_pin {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kiosk_pin")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub pin_hash: String,
        pub failures: i32,
        pub locked_until: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod kiosk {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kiosk")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub counter: String,
        #[sea_orm(column_type = "Text")]
        pub token_hash: String,
        pub opened_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod data_file {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "data_file")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub version: String,
        #[sea_orm(column_type = "Text")]
        pub body: String,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        pub loaded_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
