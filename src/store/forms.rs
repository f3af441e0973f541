//! Forms that citizens download, by procedure; and what changed in the catalogue.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::{
    Reader, Write,
    tables::public::{catalogue_change, procedure_form},
};
use crate::error::Result;

pub use super::tables::public::{catalogue_change::Model as Change, procedure_form::Model as Form};

/// A form without its file.
pub type Line = (i64, String, String);

/// The forms of a procedure, by name: id, name, file name.
pub async fn of_procedure(db: &impl Reader, agency: i64, code: &str) -> Result<Vec<Line>> {
    Ok(procedure_form::Entity::find()
        .select_only()
        .column(procedure_form::Column::Id)
        .column(procedure_form::Column::Name)
        .column(procedure_form::Column::FileName)
        .filter(procedure_form::Column::AgencyId.eq(agency))
        .filter(procedure_form::Column::ProcedureCode.eq(code))
        .order_by_asc(procedure_form::Column::Name)
        .order_by_asc(procedure_form::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// One of them, with its file.
pub async fn get(db: &impl Reader, agency: i64, code: &str, id: i64) -> Result<Option<Form>> {
    Ok(procedure_form::Entity::find_by_id(id)
        .filter(procedure_form::Column::AgencyId.eq(agency))
        .filter(procedure_form::Column::ProcedureCode.eq(code))
        .one(db)
        .await?)
}

/// What changed in the catalogue, the latest first; of one procedure, or of all.
pub async fn changes(db: &impl Reader, code: Option<&str>, most: u64) -> Result<Vec<Change>> {
    let mut all = catalogue_change::Entity::find()
        .order_by_desc(catalogue_change::Column::Id)
        .limit(most);
    if let Some(code) = code {
        all = all.filter(catalogue_change::Column::ProcedureCode.eq(code));
    }
    Ok(all.all(db).await?)
}

impl Write {
    pub async fn insert_form(&self, row: Form) -> Result<()> {
        let mut row = procedure_form::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        procedure_form::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Takes a form off the page.
    pub async fn delete_form(&self, agency: i64, code: &str, id: i64) -> Result<()> {
        procedure_form::Entity::delete_many()
            .filter(procedure_form::Column::Id.eq(id))
            .filter(procedure_form::Column::AgencyId.eq(agency))
            .filter(procedure_form::Column::ProcedureCode.eq(code))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A change of the catalogue, in words.
    pub async fn note_change(
        &self,
        code: &str,
        name: &str,
        what: String,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let row = catalogue_change::ActiveModel {
            id: NotSet,
            procedure_code: Set(code.to_owned()),
            procedure_name: Set(name.to_owned()),
            what: Set(what),
            at: Set(at),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }
}
