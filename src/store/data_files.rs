//! Data files with versions: the questionnaire, the plan.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

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

impl Write {
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
