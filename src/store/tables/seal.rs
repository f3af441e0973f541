//! Rows of the seal, of tombstones and of copies made.

pub mod seal {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agency_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        #[sea_orm(column_type = "Text")]
        pub source: String,
        pub event_id: i64,
        #[sea_orm(column_type = "Text")]
        pub digest: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub state: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub head: String,
        pub sealed_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod seal_head {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seal_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agency_id: i64,
        pub number: i64,
        #[sea_orm(column_type = "Text")]
        pub head: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod tombstone {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tombstone")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub dossier_id: i64,
        pub list_id: i64,
        pub erased_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub signed_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod backup_run {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "backup_run")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        pub started_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text")]
        pub file: String,
        pub bytes: i64,
        pub good: bool,
        #[sea_orm(column_type = "Text")]
        pub message: String,
        pub seal_number: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub heads: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod erasure_list {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "erasure_list")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub agency_id: i64,
        pub made_at: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub made_by: String,
        #[sea_orm(column_type = "Text")]
        pub digest: String,
        pub number: Option<i32>,
        pub year: Option<i32>,
        pub signed_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub signed_by: Option<String>,
        pub dropped_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub dropped_by: Option<String>,
        pub erased_at: Option<DateTimeUtc>,
        #[sea_orm(column_type = "Text", nullable)]
        pub erased_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod erasure_line {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "erasure_line")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub list_id: i64,
        pub dossier_id: i64,
        #[sea_orm(column_type = "Text")]
        pub code: String,
        #[sea_orm(column_type = "Text")]
        pub procedure_code: String,
        pub years: i32,
        pub ended_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod crossed {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "crossed")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
