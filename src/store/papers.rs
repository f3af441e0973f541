//! Papers: their numbers in the yearly books, and what they said when first printed.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement,
    sea_query::{Expr, LockType},
};

use super::{
    Reader, Write,
    tables::{dossier::dossier as dossier_row, papers::paper as table},
};
use crate::{
    domain::paper::PaperKind,
    error::{Error, Result},
};

pub use super::tables::papers::paper::Model as Paper;

/// The papers of a dossier that are in force, oldest first.
pub async fn of_dossier(db: &impl Reader, dossier: i64) -> Result<Vec<Paper>> {
    Ok(table::Entity::find()
        .filter(table::Column::DossierId.eq(dossier))
        .filter(table::Column::CancelledAt.is_null())
        .order_by_asc(table::Column::EventSeq)
        .order_by_asc(table::Column::Id)
        .all(db)
        .await?)
}

/// A paper in force by its number.
pub async fn numbered(
    db: &impl Reader,
    agency: i64,
    kind: PaperKind,
    year: i32,
    number: i32,
) -> Result<Option<Paper>> {
    Ok(table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::Kind.eq(kind.code()))
        .filter(table::Column::Year.eq(year))
        .filter(table::Column::Number.eq(number))
        .filter(table::Column::CancelledAt.is_null())
        .one(db)
        .await?)
}

/// A line of the book of outgoing papers.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub number: i32,
    pub year: i32,
    pub kind: String,
    pub code: String,
    pub applicant_name: String,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    pub printed_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_by: Option<String>,
    pub cancel_reason: Option<String>,
}

/// A year's book of one kind, by number.
pub async fn book(db: &impl Reader, agency: i64, kind: PaperKind, year: i32) -> Result<Vec<Entry>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT l.number, l.year, l.kind, d.code, d.applicant_name, l.made_at, l.made_by, l.printed_at, \
         l.cancelled_at, l.cancelled_by, l.cancel_reason \
         FROM paper l JOIN dossier d ON d.id = l.dossier_id \
         WHERE l.agency_id = $1 AND l.kind = $2 AND l.year = $3 AND l.number IS NOT NULL ORDER BY l.number",
        [agency.into(), kind.code().into(), year.into()],
    );
    Ok(Entry::find_by_statement(ask).all(db).await?)
}

/// Whether any paper ever left the printer.
pub async fn any_printed(db: &impl Reader, agency: i64) -> Result<bool> {
    let found = table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency))
        .filter(table::Column::PrintedAt.is_not_null())
        .one(db)
        .await?;
    Ok(found.is_some())
}

impl Write {
    /// Of two that print a dossier's papers at once the second waits here, and finds what the
    /// first kept; `SQLite` has one writer anyway. Answers whose it is by now: its person may
    /// have been erased meanwhile.
    pub async fn hold_papers(&self, dossier: i64) -> Result<Option<String>> {
        let its_row = dossier_row::Entity::find_by_id(dossier)
            .select_only()
            .column(dossier_row::Column::ApplicantName)
            .lock(LockType::NoKeyUpdate);
        Ok(its_row.into_tuple::<String>().one(&self.tx).await?)
    }

    /// The next number of a yearly book, drawn within the transaction.
    pub async fn next_paper_number(&self, agency: i64, kind: PaperKind, year: i32) -> Result<i32> {
        self.next_in_book(agency, kind.code(), year).await
    }

    /// The same for a book that is none of a dossier's papers.
    pub async fn next_in_book(&self, agency: i64, book: &str, year: i32) -> Result<i32> {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO paper_book (agency_id, kind, year, last) VALUES ($1, $2, $3, 1) \
             ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = paper_book.last + 1 RETURNING last",
            [agency.into(), book.into(), year.into()],
        );
        let row = self.tx.query_one_raw(statement).await?;
        Ok(row
            .ok_or_else(|| Error::internal("paper_book returned nothing"))?
            .try_get("", "last")?)
    }

    /// A paper that an act made, or that is printed for the first time. The id given is ignored.
    pub async fn insert_paper(&self, row: Paper) -> Result<()> {
        let mut row = table::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        table::Entity::insert(row)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    /// What a paper that is there already says from now on, and who printed it when.
    pub async fn keep_paper(&self, row: Paper) -> Result<()> {
        table::Entity::update_many()
            .col_expr(table::Column::Body, Expr::value(row.body))
            .col_expr(table::Column::Release, Expr::value(row.release))
            .col_expr(table::Column::PrintedAt, Expr::value(row.printed_at))
            .col_expr(table::Column::PrintedBy, Expr::value(row.printed_by))
            .filter(table::Column::Id.eq(row.id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Cancels a number; it stays in the book. `false` when it was cancelled before.
    pub async fn cancel_paper(
        &self,
        id: i64,
        by: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let done = table::Entity::update_many()
            .col_expr(table::Column::CancelledAt, Expr::value(now))
            .col_expr(table::Column::CancelledBy, Expr::value(by))
            .col_expr(table::Column::CancelReason, Expr::value(reason))
            .filter(table::Column::Id.eq(id))
            .filter(table::Column::CancelledAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
