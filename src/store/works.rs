//! Which long work did an account begin, how far is it, how did it end, and what file did
//! it make? In the database, so that every server knows.
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::{
    Reader, Write,
    tables::{lists::work, servers::work_part},
};
use crate::error::{Error, Result};

pub use super::tables::lists::work::Model as Work;

/// What is written down when it begins.
#[derive(Clone, Copy, Debug)]
pub struct Begun<'a> {
    pub name: &'a str,
    pub title: &'a str,
    pub back: &'a str,
    pub back_words: &'a str,
    pub unit: &'a str,
    pub same: &'a str,
}

/// What it left behind.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    pub said: &'a str,
    pub failed: bool,
    /// Content type and name of its file, which is there in parts.
    pub file: Option<(&'a str, &'a str)>,
}

/// What the same work is told by: the agency that it is begun in, and a hash of what is asked.
pub fn same_in(agency: i64, asked: &str) -> String {
    format!("{agency} {asked}")
}

/// What was begun in an agency; servers of before did not write down in which.
fn begun_in(agency: i64) -> Condition {
    Condition::any()
        .add(work::Column::Same.starts_with(same_in(agency, "")))
        .add(work::Column::Same.not_like("% %"))
}

/// That account's work of that name, begun in that agency; any other is not there.
pub async fn of(db: &impl Reader, account: i64, agency: i64, name: &str) -> Result<Option<Work>> {
    Ok(work::Entity::find()
        .filter(work::Column::AccountId.eq(account))
        .filter(begun_in(agency))
        .filter(work::Column::Name.eq(name))
        .one(db)
        .await?)
}

/// The last work of an account in an agency, the newest first.
pub async fn recent(db: &impl Reader, account: i64, agency: i64, most: u64) -> Result<Vec<Work>> {
    Ok(work::Entity::find()
        .filter(work::Column::AccountId.eq(account))
        .filter(begun_in(agency))
        .order_by_desc(work::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// What of an account has not ended: under way, or broken off.
pub async fn not_ended(db: &impl Reader, account: i64) -> Result<Vec<Work>> {
    Ok(work::Entity::find()
        .filter(work::Column::AccountId.eq(account))
        .filter(work::Column::EndedAt.is_null())
        .all(db)
        .await?)
}

/// In how many parts the file is that work made.
pub async fn parts(db: &impl Reader, work: i64) -> Result<i32> {
    let many = work_part::Entity::find()
        .filter(work_part::Column::WorkId.eq(work))
        .count(db)
        .await?;
    i32::try_from(many).map_err(Error::internal)
}

/// A part of the file that work made.
pub async fn part(db: &impl Reader, work: i64, number: i32) -> Result<Option<Vec<u8>>> {
    let row = work_part::Entity::find()
        .filter(work_part::Column::WorkId.eq(work))
        .filter(work_part::Column::Number.eq(number))
        .one(db)
        .await?;
    Ok(row.map(|row| row.body))
}

impl Write {
    /// Writes down that it begins; what this account began before `oldest` is forgotten.
    pub async fn open_work(
        &self,
        account: i64,
        begun: Begun<'_>,
        now: DateTime<Utc>,
        oldest: DateTime<Utc>,
    ) -> Result<()> {
        let old = Condition::all()
            .add(work::Column::AccountId.eq(account))
            .add(work::Column::StartedAt.lt(oldest));
        self.drop_parts_of(old.clone()).await?;
        work::Entity::delete_many()
            .filter(old)
            .exec(&self.tx)
            .await?;
        let row = work::ActiveModel {
            id: NotSet,
            account_id: Set(account),
            name: Set(begun.name.to_owned()),
            title: Set(begun.title.to_owned()),
            back: Set(begun.back.to_owned()),
            started_at: Set(now),
            ended_at: Set(None),
            said: Set(String::new()),
            failed: Set(false),
            unit: Set(begun.unit.to_owned()),
            back_words: Set(begun.back_words.to_owned()),
            same: Set(begun.same.to_owned()),
            done: Set(0),
            total: Set(0),
            content_type: Set(String::new()),
            save_as: Set(String::new()),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// How far it is.
    pub async fn tell_work(&self, name: &str, done: i64, total: i64) -> Result<()> {
        work::Entity::update_many()
            .col_expr(work::Column::Done, Expr::value(done))
            .col_expr(work::Column::Total, Expr::value(total))
            .filter(work::Column::Name.eq(name))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Puts a part of its file beside it.
    pub async fn put_part(&self, work: i64, number: i32, body: Vec<u8>) -> Result<()> {
        let row = work_part::ActiveModel {
            id: NotSet,
            work_id: Set(work),
            number: Set(number),
            body: Set(body),
        };
        work_part::Entity::insert(row)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    /// How it ended.
    pub async fn end_work(&self, name: &str, end: End<'_>, now: DateTime<Utc>) -> Result<()> {
        let (content_type, save_as) = end.file.unwrap_or_default();
        work::Entity::update_many()
            .col_expr(work::Column::EndedAt, Expr::value(now))
            .col_expr(work::Column::Said, Expr::value(end.said))
            .col_expr(work::Column::Failed, Expr::value(end.failed))
            .col_expr(work::Column::ContentType, Expr::value(content_type))
            .col_expr(work::Column::SaveAs, Expr::value(save_as))
            .filter(work::Column::Name.eq(name))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Files of what ended before a moment go, and what was left by a server that died.
    pub async fn drop_files_before(&self, moment: DateTime<Utc>) -> Result<()> {
        let left = Condition::all()
            .add(work::Column::EndedAt.is_null())
            .add(work::Column::StartedAt.lt(moment - TimeDelta::days(1)));
        let over = Condition::any()
            .add(work::Column::EndedAt.lt(moment))
            .add(left);
        self.drop_parts_of(over.clone()).await?;
        work::Entity::update_many()
            .col_expr(work::Column::ContentType, Expr::value(""))
            .filter(over)
            .filter(work::Column::ContentType.ne(""))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    async fn drop_parts_of(&self, works: Condition) -> Result<()> {
        let those = Query::select()
            .column(work::Column::Id)
            .from(work::Entity)
            .cond_where(works)
            .to_owned();
        work_part::Entity::delete_many()
            .filter(work_part::Column::WorkId.in_subquery(those))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
