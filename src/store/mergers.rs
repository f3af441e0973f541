//! What goes over when an agency becomes part of another, and what stays.
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Statement,
    sea_query::Expr,
};

use super::{
    Reader, Write,
    accounts::Account,
    dossiers::Dossier,
    tables::{dossier::dossier, office::agency, staff::account},
};
use crate::{domain::dossier::Status, error::Result};

/// Rows that belong to whoever has the dossier now. Papers and their numbers stay: they
/// left under the old name.
const GO_ALONG: [&str; 5] = [
    "holding",
    "notice_link",
    "outbox",
    "transfer",
    "survey_token",
];

/// The dossiers that an agency still owes somebody: open, or with a result not handed over.
pub async fn owed(db: &impl Reader, agency: i64) -> Result<Vec<Dossier>> {
    let over = [
        Status::Returned,
        Status::Withdrawn,
        Status::Stopped,
        Status::Rejected,
    ];
    Ok(dossier::Entity::find()
        .filter(dossier::Column::AgencyId.eq(agency))
        .filter(dossier::Column::Status.is_not_in(over.map(Status::code)))
        .order_by_asc(dossier::Column::Id)
        .all(db)
        .await?)
}

/// The accounts whose own agency it is, disabled ones too.
pub async fn staff(db: &impl Reader, agency: i64) -> Result<Vec<Account>> {
    Ok(account::Entity::find()
        .filter(account::Column::AgencyId.eq(agency))
        .order_by_asc(account::Column::Id)
        .all(db)
        .await?)
}

/// Into which agency one has gone, and from which day.
pub async fn of(db: &impl Reader, agency: i64) -> Result<Option<(i64, NaiveDate)>> {
    let row = agency::Entity::find_by_id(agency).one(db).await?;
    Ok(row.and_then(|row| row.merged_into.zip(row.merged_on)))
}

impl Write {
    /// What hangs on these dossiers goes to the agency that has them now.
    pub async fn take_along(&self, dossiers: &[i64], to: i64) -> Result<()> {
        for ids in dossiers.chunks(500) {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            for table in GO_ALONG {
                let sql = format!(
                    "UPDATE {table} SET agency_id = $1 WHERE dossier_id IN ({})",
                    ids.join(", ")
                );
                let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [to.into()]);
                self.tx.execute_raw(ask).await?;
            }
        }
        Ok(())
    }

    /// An account belongs to another agency from now on.
    pub async fn move_account(&self, id: i64, to: i64) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::AgencyId, Expr::value(to))
            .filter(account::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// An agency became part of another.
    pub async fn note_merger(&self, id: i64, into: i64, on: NaiveDate) -> Result<()> {
        agency::Entity::update_many()
            .col_expr(agency::Column::MergedInto, Expr::value(into))
            .col_expr(agency::Column::MergedOn, Expr::value(on))
            .filter(agency::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
