//! Data files with versions: the questionnaire, the plan.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

pub use super::tables::survey::data_file::Model as DataFile;
use super::{Reader, Write, tables::survey::data_file as table};
use crate::error::Result;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Questionnaire,
    Plan,
    /// The tasks of the plan's annex.
    Tasks,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Questionnaire => "questionnaire",
            Self::Plan => "plan",
            Self::Tasks => "tasks",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Questionnaire => "bảng hỏi",
            Self::Plan => "chỉ tiêu kế hoạch",
            Self::Tasks => "nhiệm vụ kế hoạch",
        }
    }
}

/// The text of the version loaded last.
pub async fn latest(db: &impl Reader, kind: Kind) -> Result<Option<String>> {
    let row = table::Entity::find()
        .filter(table::Column::Kind.eq(kind.code()))
        .order_by_desc(table::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(|row| row.body))
}

/// Every version that was loaded, the newest first.
pub async fn all(db: &impl Reader, kind: Kind) -> Result<Vec<DataFile>> {
    Ok(table::Entity::find()
        .filter(table::Column::Kind.eq(kind.code()))
        .order_by_desc(table::Column::Id)
        .all(db)
        .await?)
}

/// The plan of a year: its newest version, else that of the year before it which is
/// nearest, else the first that comes. Versions are years.
pub async fn of_year(db: &impl Reader, kind: Kind, year: i32) -> Result<Option<String>> {
    let mut all = all(db, kind).await?;
    let year_of = |file: &DataFile| file.version.parse::<i32>().unwrap_or_default();
    all.sort_by_key(|file| {
        let of = year_of(file);
        (of > year, (year - of).abs(), std::cmp::Reverse(file.id))
    });
    Ok(all.into_iter().next().map(|file| file.body))
}

impl Write {
    /// The version is gone, for another that bears its name.
    pub async fn drop_data_file(&self, kind: Kind, version: &str) -> Result<()> {
        table::Entity::delete_many()
            .filter(table::Column::Kind.eq(kind.code()))
            .filter(table::Column::Version.eq(version))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A new version, in use from now on.
    pub async fn insert_data_file(
        &self,
        kind: Kind,
        version: &str,
        body: &str,
        source: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row = table::ActiveModel {
            id: NotSet,
            kind: Set(kind.code().to_owned()),
            version: Set(version.to_owned()),
            body: Set(body.to_owned()),
            source: Set(source.to_owned()),
            loaded_at: Set(now),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }
}
