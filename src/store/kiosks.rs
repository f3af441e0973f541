//! The screens at the counters: the PIN that opens one, and which are open.
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Reader, Write,
    tables::survey::{kiosk, kiosk_pin},
};
use crate::error::Result;

pub use super::tables::survey::{kiosk::Model as Kiosk, kiosk_pin::Model as Pin};

/// The PIN of an agency, if one was chosen.
pub async fn pin(db: &impl Reader, agency: i64) -> Result<Option<Pin>> {
    Ok(kiosk_pin::Entity::find()
        .filter(kiosk_pin::Column::AgencyId.eq(agency))
        .one(db)
        .await?)
}

/// The screen that carries this secret.
pub async fn by_hash(db: &impl Reader, token_hash: &str) -> Result<Option<Kiosk>> {
    Ok(kiosk::Entity::find()
        .filter(kiosk::Column::TokenHash.eq(token_hash))
        .one(db)
        .await?)
}

/// An agency's open screens.
pub async fn open_of(db: &impl Reader, agency: i64) -> Result<Vec<Kiosk>> {
    Ok(kiosk::Entity::find()
        .filter(kiosk::Column::AgencyId.eq(agency))
        .order_by_asc(kiosk::Column::Counter)
        .order_by_asc(kiosk::Column::Id)
        .all(db)
        .await?)
}

impl Write {
    /// Another PIN; wrong tries are forgotten.
    pub async fn put_pin(&self, agency_id: i64, pin_hash: String) -> Result<()> {
        kiosk_pin::Entity::delete_many()
            .filter(kiosk_pin::Column::AgencyId.eq(agency_id))
            .exec(&self.tx)
            .await?;
        let row = kiosk_pin::ActiveModel {
            id: NotSet,
            agency_id: Set(agency_id),
            pin_hash: Set(pin_hash),
            failures: Set(0),
            locked_until: Set(None),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// One more wrong PIN, counted by the database; answers how many there are now.
    pub async fn count_wrong_pin(&self, pin: i64) -> Result<i32> {
        kiosk_pin::Entity::update_many()
            .col_expr(
                kiosk_pin::Column::Failures,
                Expr::col(kiosk_pin::Column::Failures).add(1),
            )
            .filter(kiosk_pin::Column::Id.eq(pin))
            .exec(&self.tx)
            .await?;
        let now = kiosk_pin::Entity::find_by_id(pin).one(&self.tx).await?;
        Ok(now.map_or(0, |pin| pin.failures))
    }

    /// Wrong tries so far, and until when no further is heard.
    pub async fn note_pin(&self, pin: i64, locked_until: Option<DateTime<Utc>>) -> Result<()> {
        kiosk_pin::Entity::update_many()
            .col_expr(kiosk_pin::Column::Failures, Expr::value(0))
            .col_expr(kiosk_pin::Column::LockedUntil, Expr::value(locked_until))
            .filter(kiosk_pin::Column::Id.eq(pin))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A screen opens at a counter.
    pub async fn open_kiosk(
        &self,
        agency_id: i64,
        counter: String,
        token_hash: String,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row = kiosk::ActiveModel {
            id: NotSet,
            agency_id: Set(agency_id),
            counter: Set(counter),
            token_hash: Set(token_hash),
            opened_at: Set(now),
        };
        row.insert(&self.tx).await?;
        Ok(())
    }

    /// Closes a screen of that agency.
    pub async fn close_kiosk(&self, agency: i64, id: i64) -> Result<()> {
        kiosk::Entity::delete_many()
            .filter(kiosk::Column::Id.eq(id))
            .filter(kiosk::Column::AgencyId.eq(agency))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
