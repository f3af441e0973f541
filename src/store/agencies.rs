//! The office and its names by date.
use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{
    Reader, Write, directory,
    tables::office::{agency, agency_version, signatory},
};
use crate::{
    domain::viet,
    error::{Error, Result},
};

pub use super::tables::office::agency::Model as Agency;
pub use super::tables::office::agency_version::Model as AgencyName;
pub use super::tables::office::signatory::Model as Signatory;

/// How many agencies there are.
pub async fn count(db: &impl Reader) -> Result<u64> {
    Ok(agency::Entity::find().count(db).await?)
}

/// The agency that an account belongs to when none is named: the first there was, or whoever
/// it is part of now.
pub async fn first(db: &impl Reader) -> Result<i64> {
    let all = agency::Entity::find().order_by_asc(agency::Column::Id);
    let all = all.all(db).await?;
    let first = all.first().map(|first| directory::heir(&all, first));
    first.ok_or_else(|| Error::not_found("Chưa có cơ quan nào. Chạy `motcua migrate` trước."))
}

/// An agency and how far below the first of the list it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub agency: Agency,
    pub depth: usize,
}

/// An agency and all below it, each before those under it. What has become part of
/// another is still there: its past is.
pub async fn below(db: &impl Reader, top: i64) -> Result<Vec<Placed>> {
    let all = agency::Entity::find()
        .order_by_desc(agency::Column::Key)
        .all(db)
        .await?;
    let mut placed = Vec::new();
    let mut open: Vec<Placed> = all
        .iter()
        .filter(|one| one.id == top)
        .map(|one| at(one, 0))
        .collect();
    // Each is placed once, whatever a damaged row says of its parent.
    while let Some(next) = open.pop() {
        let (id, depth) = (next.agency.id, next.depth);
        placed.push(next);
        let children = all.iter().filter(|one| one.parent_id == Some(id));
        open.extend(
            children
                .filter(|one| one.id != top)
                .map(|one| at(one, depth + 1)),
        );
        if placed.len() >= all.len() {
            break;
        }
    }
    Ok(placed)
}

fn at(agency: &Agency, depth: usize) -> Placed {
    Placed {
        agency: agency.clone(),
        depth,
    }
}

/// Whether an agency stands somewhere under another, or is it.
pub async fn is_below(db: &impl Reader, agency: i64, top: i64) -> Result<bool> {
    Ok(below(db, top)
        .await?
        .iter()
        .any(|one| one.agency.id == agency))
}

/// The agency above one.
pub async fn above(db: &impl Reader, agency: i64) -> Result<Option<i64>> {
    let row = agency::Entity::find_by_id(agency).one(db).await?;
    Ok(row.and_then(|row| row.parent_id))
}

/// Calendar and catalogue are those of all: an agency with another above it does not change
/// them for its sisters.
///
/// # Errors
/// A sentence that names who may.
pub async fn may_change_shared(db: &impl Reader, agency: i64, day: NaiveDate) -> Result<()> {
    let Some(above) = above(db, agency).await? else {
        return Ok(());
    };
    let above = name_by(db, above, day).await?;
    Err(Error::forbidden(format!(
        "Lịch nghỉ, danh mục và kế hoạch dùng chung cho mọi đơn vị: {} sửa.",
        above.name
    )))
}

/// Those that stand at the top.
pub async fn tops(db: &impl Reader) -> Result<Vec<i64>> {
    let rows = agency::Entity::find()
        .filter(agency::Column::ParentId.is_null())
        .order_by_asc(agency::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Another agency whose codes would look the same: it bears that identifier on a day on
/// which this one would.
pub async fn bears(
    db: &impl Reader,
    identifier: &str,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Result<Option<AgencyName>> {
    let mut days = agency_version::Entity::find()
        .filter(agency_version::Column::Identifier.eq(identifier))
        .filter(
            Condition::any()
                .add(agency_version::Column::ValidTo.is_null())
                .add(agency_version::Column::ValidTo.gte(from)),
        );
    if let Some(to) = to {
        days = days.filter(agency_version::Column::ValidFrom.lte(to));
    }
    Ok(days.one(db).await?)
}

/// The newest name of an agency that began no later than a day; its first before that.
pub async fn name_by(db: &impl Reader, agency: i64, day: NaiveDate) -> Result<AgencyName> {
    let names = agency_version::Entity::find()
        .filter(agency_version::Column::AgencyId.eq(agency))
        .order_by_asc(agency_version::Column::ValidFrom)
        .all(db)
        .await?;
    let begun = names.iter().rev().find(|name| name.valid_from <= day);
    let name = begun.or(names.first()).cloned();
    name.ok_or_else(|| Error::internal(format!("agency {agency} has no name")))
}

/// By which key each agency is called at the server.
pub async fn keys(db: &impl Reader) -> Result<HashMap<i64, String>> {
    let all = agency::Entity::find().all(db).await?;
    Ok(all.into_iter().map(|one| (one.id, one.key)).collect())
}

/// A name that is borne on a day.
fn borne(day: NaiveDate) -> Condition {
    let not_over = Condition::any()
        .add(agency_version::Column::ValidTo.is_null())
        .add(agency_version::Column::ValidTo.gte(day));
    Condition::all()
        .add(agency_version::Column::ValidFrom.lte(day))
        .add(not_over)
}

/// Agency, key and name of every name that is borne on a day.
pub async fn names_on(db: &impl Reader, day: NaiveDate) -> Result<Vec<(i64, String, String)>> {
    let keys = keys(db).await?;
    let names = agency_version::Entity::find()
        .filter(borne(day))
        .order_by_asc(agency_version::Column::Id)
        .all(db)
        .await?;
    let with_key = |name: AgencyName| {
        let key = keys.get(&name.agency_id).cloned().unwrap_or_default();
        (name.agency_id, key, name.name)
    };
    Ok(names.into_iter().map(with_key).collect())
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

/// The key of an agency.
pub async fn key(db: &impl Reader, id: i64) -> Result<String> {
    let row = agency::Entity::find_by_id(id).one(db).await?;
    row.map(|row| row.key)
        .ok_or_else(|| Error::internal(format!("agency {id} is gone")))
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
        .filter(borne(day))
        .order_by_desc(agency_version::Column::ValidFrom)
        .one(db)
        .await?;
    row.ok_or_else(|| nameless(day))
}

/// What is said where an agency has no name on a day.
pub fn nameless(day: NaiveDate) -> Error {
    Error::invalid(
        "received_at",
        format!(
            "Ngày {} cơ quan chưa có tên trong cấu hình. Báo quản trị thêm tên cơ quan của ngày này.",
            viet::date(day)
        ),
    )
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
        .order_by_desc(signatory::Column::Id)
        .one(db)
        .await?)
}

/// Every name of an agency, the newest first.
pub async fn names(db: &impl Reader, agency: i64) -> Result<Vec<AgencyName>> {
    Ok(agency_version::Entity::find()
        .filter(agency_version::Column::AgencyId.eq(agency))
        .order_by_desc(agency_version::Column::ValidFrom)
        .all(db)
        .await?)
}

/// Everybody who signs or signed for an agency, the newest first.
pub async fn signatories(db: &impl Reader, agency: i64) -> Result<Vec<Signatory>> {
    Ok(signatory::Entity::find()
        .filter(signatory::Column::AgencyId.eq(agency))
        .order_by_desc(signatory::Column::ValidFrom)
        .order_by_desc(signatory::Column::Id)
        .all(db)
        .await?)
}

impl Write {
    /// Identifier and telephone of one of an agency's names.
    pub async fn update_agency_name(&self, row: AgencyName) -> Result<()> {
        agency_version::Entity::update_many()
            .col_expr(
                agency_version::Column::Identifier,
                Expr::value(row.identifier),
            )
            .col_expr(
                agency_version::Column::IdentifierConfirmed,
                Expr::value(row.identifier_confirmed),
            )
            .col_expr(agency_version::Column::Phone, Expr::value(row.phone))
            .filter(agency_version::Column::Id.eq(row.id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Who signs from a day on, in the place of whoever was entered for that same day.
    pub async fn put_signatory(&self, row: Signatory) -> Result<()> {
        signatory::Entity::delete_many()
            .filter(signatory::Column::AgencyId.eq(row.agency_id))
            .filter(signatory::Column::ValidFrom.eq(row.valid_from))
            .exec(&self.tx)
            .await?;
        self.insert_signatory(row).await
    }

    /// A new agency; returns its id.
    pub async fn insert_agency(&self, key: &str, parent: Option<i64>) -> Result<i64> {
        let row = agency::ActiveModel {
            id: NotSet,
            key: Set(key.to_owned()),
            parent_id: Set(parent),
            merged_into: Set(None),
            merged_on: Set(None),
        };
        Ok(row.insert(&self.tx).await?.id)
    }

    /// Puts an agency under another, or at the top.
    pub async fn place_agency(&self, id: i64, parent: Option<i64>) -> Result<()> {
        agency::Entity::update_many()
            .col_expr(agency::Column::ParentId, Expr::value(parent))
            .filter(agency::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
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
