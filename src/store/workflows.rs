//! Workflows: the way each procedure goes, in its revisions, and titles by field.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, DbBackend, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, Statement,
};

use super::{
    Reader, Write, procedures,
    tables::workflow::{field_title, workflow},
};
use crate::{
    domain::{
        procedure::Procedure,
        workflow::{Step, check, usual},
        workflow_file::{Given, WorkflowFile},
    },
    error::{Error, Result},
};

pub use super::tables::workflow::workflow::Model as Revision;

impl Revision {
    pub fn steps(&self) -> Result<Vec<Step>> {
        serde_json::from_str(&self.steps).map_err(Error::internal)
    }
}

/// Where the steps of a dossier come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Set for this version of the procedure.
    Own(i32),
    /// Set for an earlier version of it, and still within the limit.
    Earlier(i32),
    /// Nobody set one.
    Usual,
}

/// The steps for what is received at a moment, and where they come from: later
/// revisions do not move what is under way.
pub async fn of(
    db: &impl Reader,
    agency: i64,
    procedure: &Procedure,
    at: DateTime<Utc>,
) -> Result<(Vec<Step>, Origin)> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT w.* FROM workflow w JOIN procedure_version p ON p.id = w.procedure_version_id \
         WHERE w.agency_id = $1 AND p.code = $2 AND p.valid_from <= $3 \
         ORDER BY p.valid_from DESC, w.revision DESC",
        [
            agency.into(),
            procedure.code.clone().into(),
            procedure.valid_from.into(),
        ],
    );
    let all = Revision::find_by_statement(ask).all(db).await?;
    let own: Vec<&Revision> = all
        .iter()
        .filter(|row| row.procedure_version_id == procedure.id)
        .collect();
    let in_force = own.iter().find(|row| row.set_at <= at).or(own.last());
    if let Some(row) = in_force {
        return Ok((row.steps()?, Origin::Own(row.revision)));
    }
    for row in &all {
        let steps = row.steps()?;
        if check(&steps, procedure.limit).is_ok() {
            return Ok((steps, Origin::Earlier(row.revision)));
        }
    }
    let title = title_of(db, agency, &procedure.field).await?;
    Ok((usual(procedure.limit, &title), Origin::Usual))
}

/// The revisions of a procedure's version, newest first.
pub async fn revisions(db: &impl Reader, agency: i64, version: i64) -> Result<Vec<Revision>> {
    Ok(workflow::Entity::find()
        .filter(workflow::Column::AgencyId.eq(agency))
        .filter(workflow::Column::ProcedureVersionId.eq(version))
        .order_by_desc(workflow::Column::Revision)
        .all(db)
        .await?)
}

/// The newest revision of every version that has one.
pub async fn newest(db: &impl Reader, agency: i64) -> Result<BTreeMap<i64, Revision>> {
    let rows = workflow::Entity::find()
        .filter(workflow::Column::AgencyId.eq(agency))
        .order_by_asc(workflow::Column::Revision)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.procedure_version_id, row))
        .collect())
}

/// What an agency set, by the codes of its procedures.
pub async fn exported(db: &impl Reader, agency: i64) -> Result<WorkflowFile> {
    let newest = newest(db, agency).await?;
    let known = procedures::by_ids(db, newest.keys().copied()).await?;
    let mut workflows = Vec::new();
    for (version, row) in &newest {
        if let Some(procedure) = known.get(version) {
            workflows.push(Given {
                procedure: procedure.code.clone(),
                note: row.note.clone(),
                steps: row.steps()?,
            });
        }
    }
    Ok(WorkflowFile {
        titles: titles(db, agency).await?,
        workflows,
    })
}

/// Which title appraises which field.
pub async fn titles(db: &impl Reader, agency: i64) -> Result<BTreeMap<String, String>> {
    let rows = field_title::Entity::find()
        .filter(field_title::Column::AgencyId.eq(agency))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.field, row.title)).collect())
}

async fn title_of(db: &impl Reader, agency: i64, field: &str) -> Result<String> {
    let row = field_title::Entity::find()
        .filter(field_title::Column::AgencyId.eq(agency))
        .filter(field_title::Column::Field.eq(field))
        .one(db)
        .await?;
    Ok(row.map(|row| row.title).unwrap_or_default())
}

impl Write {
    /// A new revision; the row's id is ignored.
    pub async fn insert_workflow(&self, row: Revision) -> Result<()> {
        let row = workflow::ActiveModel::from(row).reset_all();
        workflow::Entity::insert(workflow::ActiveModel { id: NotSet, ..row })
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// The titles of an agency, all at once.
    pub async fn replace_titles(
        &self,
        agency: i64,
        titles: &BTreeMap<String, String>,
    ) -> Result<()> {
        field_title::Entity::delete_many()
            .filter(field_title::Column::AgencyId.eq(agency))
            .exec(&self.tx)
            .await?;
        for (field, title) in titles.iter().filter(|(_, title)| !title.is_empty()) {
            let row = field_title::ActiveModel {
                id: NotSet,
                agency_id: Set(agency),
                field: Set(field.clone()),
                title: Set(title.clone()),
            };
            row.insert(&self.tx).await?;
        }
        Ok(())
    }
}
