//! Rows of agencies, calendar, catalogue.

pub mod agency {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agency")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub key: String,
        pub parent_id: Option<i64>,
        pub merged_into: Option<i64>,
        pub merged_on: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod agency_version {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agency_version")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub valid_from: Date,
        pub valid_to: Option<Date>,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub level: String,
        #[sea_orm(column_type = "Text")]
        pub parent: String,
        #[sea_orm(column_type = "Text")]
        pub place: String,
        #[sea_orm(column_type = "Text")]
        pub identifier: String,
        pub identifier_confirmed: bool,
        #[sea_orm(column_type = "Text", nullable)]
        pub phone: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod signatory {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signatory")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub valid_from: Date,
        pub valid_to: Option<Date>,
        #[sea_orm(column_type = "Text")]
        pub capacity: String,
        #[sea_orm(column_type = "Text")]
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod calendar_version {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_version")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub imported_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        /// The version that this one took the place of.
        pub replaces: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod calendar_day {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_day")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub calendar_version_id: i64,
        pub date: Date,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub confidence: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub paired_date: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        #[sea_orm(column_type = "Text")]
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod procedure_version {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "procedure_version")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub code: String,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub field: String,
        pub time_limit: Option<i32>,
        #[sea_orm(column_type = "Text", nullable)]
        pub unit: Option<String>,
        pub fee_vnd: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub fee_note: String,
        #[sea_orm(column_type = "Text")]
        pub legal_basis: String,
        #[sea_orm(column_type = "Text")]
        pub involves_agencies: String,
        #[sea_orm(column_type = "Text")]
        pub four_on_the_spot: String,
        #[sea_orm(column_type = "Text")]
        pub four_reason: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub four_decision: Option<String>,
        pub four_from: Option<Date>,
        #[sea_orm(column_type = "Text")]
        pub online_level: String,
        #[sea_orm(column_type = "Text")]
        pub required_documents: String,
        #[sea_orm(column_type = "Text")]
        pub confidence: String,
        #[sea_orm(column_type = "Text")]
        pub era: String,
        #[sea_orm(column_type = "Text")]
        pub authority: String,
        #[sea_orm(column_type = "Text")]
        pub source_notes: String,
        pub valid_from: Date,
        pub valid_to: Option<Date>,
        #[sea_orm(column_type = "Text", nullable)]
        pub decision: Option<String>,
        pub decided_on: Option<Date>,
        #[sea_orm(column_type = "Text", nullable)]
        pub clock: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub cut_off: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub search: String,
        pub position: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod agency_move {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agency_move")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub dossier_id: i64,
        pub from_agency: i64,
        pub to_agency: i64,
        pub on_day: Date,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod own_day {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "own_day")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub date: Date,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub set_by: String,
        pub set_at: DateTimeUtc,
        /// The agency's row before it; 0 for the first.
        pub replaces: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod own_hours {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "own_hours")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text", nullable)]
        pub morning_from: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub morning_to: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub afternoon_from: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub afternoon_to: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub set_by: String,
        pub set_at: DateTimeUtc,
        /// The agency's row before it; 0 for the first.
        pub replaces: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod own_terms {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "own_terms")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        #[sea_orm(column_type = "Text")]
        pub code: String,
        pub from_day: Date,
        pub offered: bool,
        pub time_limit: Option<i32>,
        pub fee_vnd: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub fee_note: String,
        pub four_on_the_spot: Option<bool>,
        #[sea_orm(column_type = "Text")]
        pub place: String,
        #[sea_orm(column_type = "Text")]
        pub basis: String,
        #[sea_orm(column_type = "Text")]
        pub set_by: String,
        pub set_at: DateTimeUtc,
        /// The row before it; 0 for the first.
        pub replaces: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
