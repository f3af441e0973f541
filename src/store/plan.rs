//! What was entered for the plan, oldest first; nothing is ever changed.
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    Reader, Write,
    tables::plan::{objective, plan_entry},
};
use crate::error::Result;

pub use super::tables::plan::objective::Model as Objective;
pub use super::tables::plan::plan_entry::Model as Entry;

/// Everything entered for an agency.
pub async fn entries(db: &impl Reader, agency: i64) -> Result<Vec<Entry>> {
    Ok(plan_entry::Entity::find()
        .filter(plan_entry::Column::AgencyId.eq(agency))
        .order_by_asc(plan_entry::Column::Id)
        .all(db)
        .await?)
}

/// The quality objectives of a year.
pub async fn objectives(db: &impl Reader, agency: i64, year: i32) -> Result<Vec<Objective>> {
    Ok(objective::Entity::find()
        .filter(objective::Column::AgencyId.eq(agency))
        .filter(objective::Column::Year.eq(year))
        .order_by_asc(objective::Column::Id)
        .all(db)
        .await?)
}

impl Write {
    pub async fn insert_plan_entry(&self, row: Entry) -> Result<()> {
        let mut row = plan_entry::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        row.insert(&self.tx).await?;
        Ok(())
    }

    pub async fn insert_objective(&self, row: Objective) -> Result<()> {
        let mut row = objective::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        row.insert(&self.tx).await?;
        Ok(())
    }
}
