//! The office and its names by date.
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder,
};

use super::{
    Reader, Write,
    tables::office::{agency, agency_version, signatory},
};
use crate::error::{Error, Result};

pub use super::tables::office::agency_version::Model as AgencyName;
pub use super::tables::office::signatory::Model as Signatory;

/// How many agencies there are.
pub async fn count(db: &impl Reader) -> Result<u64> {
    Ok(agency::Entity::find().count(db).await?)
}

/// The agency that an account belongs to when none is named.
pub async fn first(db: &impl Reader) -> Result<i64> {
    let row = agency::Entity::find()
        .order_by_asc(agency::Column::Id)
        .one(db)
        .await?;
    row.map(|row| row.id)
        .ok_or_else(|| Error::not_found("Chưa có cơ quan nào. Chạy `motcua migrate` trước."))
}

/// Every agency.
pub async fn ids(db: &impl Reader) -> Result<Vec<i64>> {
    let rows = agency::Entity::find().order_by_asc(agency::Column::Id);
    Ok(rows.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// The agency of that key.
pub async fn by_key(db: &impl Reader, key: &str) -> Result<i64> {
    let row = agency::Entity::find()
        .filter(agency::Column::Key.eq(key))
        .one(db)
        .await?;
    row.map(|row| row.id)
        .ok_or_else(|| Error::not_found(format!("Không có cơ quan “{key}”.")))
}

/// The agency named, or the only (first) one.
pub async fn of(db: &impl Reader, key: Option<&str>) -> Result<i64> {
    match key {
        Some(key) => by_key(db, key).await,
        None => first(db).await,
    }
}

/// The name, parent and identifier on a day.
pub async fn name_on(db: &impl Reader, agency: i64, day: NaiveDate) -> Result<AgencyName> {
    let row = agency_version::Entity::find()
        .filter(agency_version::Column::AgencyId.eq(agency))
        .filter(agency_version::Column::ValidFrom.lte(day))
        .filter(
            Condition::any()
                .add(agency_version::Column::ValidTo.is_null())
                .add(agency_version::Column::ValidTo.gte(day)),
        )
        .order_by_desc(agency_version::Column::ValidFrom)
        .one(db)
        .await?;
    row.ok_or_else(|| {
        Error::invalid("received_at", format!("Ngày {day} cơ quan chưa có tên trong cấu hình. Báo quản trị thêm tên cơ quan của ngày này."))
    })
}

/// Who signs for the agency on a day, if entered.
pub async fn signatory_on(
    db: &impl Reader,
    agency: i64,
    day: NaiveDate,
) -> Result<Option<Signatory>> {
    Ok(signatory::Entity::find()
        .filter(signatory::Column::AgencyId.eq(agency))
        .filter(signatory::Column::ValidFrom.lte(day))
        .filter(
            Condition::any()
                .add(signatory::Column::ValidTo.is_null())
                .add(signatory::Column::ValidTo.gte(day)),
        )
        .order_by_desc(signatory::Column::ValidFrom)
        .one(db)
        .await?)
}

impl Write {
    /// A new agency; returns its id.
    pub async fn insert_agency(&self, key: &str) -> Result<i64> {
        let row = agency::ActiveModel {
            id: NotSet,
            key: Set(key.to_owned()),
        };
        Ok(row.insert(&self.tx).await?.id)
    }

    /// One of its names. The id of the row given is ignored.
    pub async fn insert_agency_name(&self, row: AgencyName) -> Result<()> {
        let row = agency_version::ActiveModel::from(row).reset_all();
        agency_version::Entity::insert(agency_version::ActiveModel { id: NotSet, ..row })
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// One of its signatories. The id of the row given is ignored.
    pub async fn insert_signatory(&self, row: Signatory) -> Result<()> {
        let row = signatory::ActiveModel::from(row).reset_all();
        signatory::Entity::insert(signatory::ActiveModel { id: NotSet, ..row })
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
