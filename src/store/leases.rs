//! Who has what in hand, and until when? By the database, so that of several servers one
//! does it; of a server that died it lapses.
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement,
    sea_query::Expr,
};

use super::{Reader, Write, tables::servers::lease};
use crate::error::Result;

/// Whether anybody has it in hand.
pub async fn held(db: &impl Reader, name: &str, now: DateTime<Utc>) -> Result<bool> {
    let found = lease::Entity::find()
        .filter(lease::Column::Name.eq(name))
        .filter(lease::Column::Until.gt(now))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// All that is in hand, whoever has it.
pub async fn all_held(db: &impl Reader, now: DateTime<Utc>) -> Result<HashSet<String>> {
    let names: Vec<String> = lease::Entity::find()
        .select_only()
        .column(lease::Column::Name)
        .filter(lease::Column::Until.gt(now))
        .into_tuple()
        .all(db)
        .await?;
    Ok(names.into_iter().collect())
}

impl Write {
    /// Takes in hand until a moment what nobody has; of two who ask at once one gets it.
    pub async fn take_lease(
        &self,
        (name, holder): (&str, &str),
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        // Both engines take values by number.
        let ask = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until \
             WHERE lease.until <= $4",
            [name.into(), holder.into(), until.into(), now.into()],
        );
        Ok(self.tx.execute_raw(ask).await?.rows_affected() == 1)
    }

    /// Keeps what the holder has until a later moment; answers whether it has it.
    pub async fn keep_lease(
        &self,
        (name, holder): (&str, &str),
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let kept = lease::Entity::update_many()
            .col_expr(lease::Column::Until, Expr::value(until))
            .filter(lease::Column::Name.eq(name))
            .filter(lease::Column::Holder.eq(holder))
            .exec(&self.tx)
            .await?;
        Ok(kept.rows_affected == 1)
    }

    /// Lets it go, where it is the holder's.
    pub async fn end_lease(&self, name: &str, holder: &str) -> Result<()> {
        lease::Entity::delete_many()
            .filter(lease::Column::Name.eq(name))
            .filter(lease::Column::Holder.eq(holder))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Lets go all that a holder has.
    pub async fn end_leases_of(&self, holder: &str) -> Result<()> {
        lease::Entity::delete_many()
            .filter(lease::Column::Holder.eq(holder))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Lets go all that anybody has.
    pub async fn end_all_leases(&self) -> Result<()> {
        lease::Entity::delete_many().exec(&self.tx).await?;
        Ok(())
    }

    /// What lapsed long ago says nothing any more.
    pub async fn sweep_leases(&self, before: DateTime<Utc>) -> Result<()> {
        lease::Entity::delete_many()
            .filter(lease::Column::Until.lt(before))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
