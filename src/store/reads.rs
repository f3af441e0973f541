//! Who looked at whose data outside one's own work.
use std::collections::HashMap;

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::{
    Reader, Write,
    tables::{
        dossier::{dossier, event},
        feedback::feedback as complaint,
        staff::read_log,
    },
    whom::Viewer,
};
use crate::error::Result;

pub use super::tables::staff::read_log::Model as Read;

/// Whether someone of that name had a hand in a dossier.
pub async fn had_a_hand(db: &impl Reader, dossier: i64, actor: &str) -> Result<bool> {
    let own = event::Entity::find()
        .filter(event::Column::DossierId.eq(dossier))
        .filter(event::Column::Actor.eq(actor));
    Ok(own.count(db).await? > 0)
}

/// Whether the same look was noted within the last hour.
pub async fn noted(db: &impl Reader, read: &Read) -> Result<bool> {
    let mut same = read_log::Entity::find()
        .filter(read_log::Column::AgencyId.eq(read.agency_id))
        .filter(read_log::Column::At.gt(read.at - TimeDelta::hours(1)))
        .filter(read_log::Column::Actor.eq(&read.actor))
        .filter(read_log::Column::Face.eq(&read.face))
        .filter(read_log::Column::About.eq(&read.about));
    // Two accounts may bear one name.
    same = match read.account_id {
        Some(account) => same.filter(read_log::Column::AccountId.eq(account)),
        None => same.filter(read_log::Column::AccountId.is_null()),
    };
    same = match read.dossier_id {
        Some(dossier) => same.filter(read_log::Column::DossierId.eq(dossier)),
        None => same.filter(read_log::Column::DossierId.is_null()),
    };
    Ok(same.count(db).await? > 0)
}

/// One look, with the dossier's code.
#[derive(Clone, Debug)]
pub struct Line {
    pub read: Read,
    pub code: Option<String>,
}

/// The looks noted last, before an id where one is given; a look at feedback only where
/// the feedback may be seen.
pub async fn recent(
    db: &impl Reader,
    viewer: &Viewer,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<Line>> {
    let seen = complaint::Entity::find()
        .select_only()
        .column(complaint::Column::Code)
        .filter(viewer.sees());
    let reads = read_log::Entity::find()
        .filter(read_log::Column::AgencyId.eq(viewer.agency))
        .filter(read_log::Column::Id.lt(before.unwrap_or(i64::MAX)))
        .filter(
            Condition::any()
                .add(read_log::Column::Face.ne("feedback"))
                .add(read_log::Column::About.in_subquery(seen.into_query())),
        )
        .order_by_desc(read_log::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let codes: HashMap<i64, String> = dossier::Entity::find()
        .select_only()
        .columns([dossier::Column::Id, dossier::Column::Code])
        .filter(dossier::Column::Id.is_in(reads.iter().filter_map(|read| read.dossier_id)))
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let code = |read: &Read| codes.get(&read.dossier_id?).cloned();
    Ok(reads
        .into_iter()
        .map(|read| Line {
            code: code(&read),
            read,
        })
        .collect())
}

impl Write {
    /// Notes a look.
    pub async fn note_read(&self, row: Read) -> Result<()> {
        let mut row = read_log::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        read_log::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }
}
