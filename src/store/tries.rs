//! How often was something tried wrongly: codes, the password once more, reset codes; each
//! kind for itself, so that one who knows the password wins no tries at the code.
use std::borrow::Cow;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{Reader, Write, tables::staff::wrong_try};
use crate::error::{Error, Result};

pub use super::tables::staff::wrong_try::Model as Tries;

/// What is tried. Passwords at the door are counted in the account's own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The code from the telephone.
    Code,
    /// The password once more, of someone who is in.
    Confirm,
    /// The administrator's code for a forgotten password.
    Reset,
    /// The password at the door, from a browser that signed in before.
    Browser(String),
}

impl Tried {
    fn code(&self) -> Cow<'static, str> {
        match self {
            Self::Code => "code".into(),
            Self::Confirm => "confirm".into(),
            Self::Reset => "reset".into(),
            Self::Browser(own) => format!("browser {own}").into(),
        }
    }
}

/// The tries since the last right one, if there was a wrong one.
pub async fn of(db: &impl Reader, account: i64, what: &Tried) -> Result<Option<Tries>> {
    Ok(wrong_try::Entity::find()
        .filter(wrong_try::Column::AccountId.eq(account))
        .filter(wrong_try::Column::What.eq(what.code()))
        .one(db)
        .await?)
}

impl Write {
    /// Counts one before it is looked at: tries sent at once stand in line here, and each
    /// sees what those before it brought about.
    pub async fn count_try(&self, account: i64, what: &Tried) -> Result<Tries> {
        let row = wrong_try::ActiveModel {
            id: NotSet,
            account_id: Set(account),
            what: Set(what.code().into_owned()),
            failures: Set(1),
            lockouts: Set(0),
            locked_until: Set(None),
        };
        let again = OnConflict::columns([wrong_try::Column::AccountId, wrong_try::Column::What])
            .value(
                wrong_try::Column::Failures,
                Expr::col((wrong_try::Entity, wrong_try::Column::Failures)).add(1),
            )
            .to_owned();
        wrong_try::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&self.tx)
            .await?;
        let counted = of(&self.tx, account, what).await?;
        counted.ok_or_else(|| Error::internal("a try was not counted"))
    }

    /// Pauses: so often now, and until when none is heard.
    pub async fn pause_tries(&self, row: i64, lockouts: i32, until: DateTime<Utc>) -> Result<()> {
        wrong_try::Entity::update_many()
            .col_expr(wrong_try::Column::Failures, Expr::value(0))
            .col_expr(wrong_try::Column::Lockouts, Expr::value(lockouts))
            .col_expr(wrong_try::Column::LockedUntil, Expr::value(until))
            .filter(wrong_try::Column::Id.eq(row))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A right one came: the count begins anew.
    pub async fn forget_tries(&self, row: i64) -> Result<()> {
        wrong_try::Entity::delete_by_id(row).exec(&self.tx).await?;
        Ok(())
    }
}
