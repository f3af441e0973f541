//! Data files with versions: the questionnaire, the plan. None is ever taken away: what was
//! asked and what was promised can be read again.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder,
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

impl DataFile {
    /// The year whose plan it is: its version is that year, or `2027.2` where the year's
    /// plan was loaded once more.
    pub fn year(&self) -> i32 {
        let (year, _) = self.version.split_once('.').unwrap_or((&self.version, ""));
        year.parse().unwrap_or_default()
    }
}

/// Of each year the plan loaded last, the years in order.
pub async fn of_each_year(db: &impl Reader, kind: Kind) -> Result<Vec<DataFile>> {
    let all = table::Entity::find()
        .filter(table::Column::Kind.eq(kind.code()))
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?;
    let last: BTreeMap<i32, DataFile> = all.into_iter().map(|file| (file.year(), file)).collect();
    Ok(last.into_values().collect())
}

/// The plan of a year; where it has none, the one before it that is nearest, else the first
/// that comes.
pub async fn of_year(db: &impl Reader, kind: Kind, year: i32) -> Result<Option<String>> {
    let years = of_each_year(db, kind).await?;
    let known = years.iter().rev().find(|file| file.year() <= year);
    Ok(known.or(years.first()).map(|file| file.body.clone()))
}

impl Write {
    /// How many versions begin so.
    pub async fn count_data_files(&self, kind: Kind, version: &str) -> Result<u64> {
        let known = table::Entity::find()
            .filter(table::Column::Kind.eq(kind.code()))
            .filter(table::Column::Version.starts_with(version));
        Ok(known.count(&self.tx).await?)
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
