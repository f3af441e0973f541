//! By what is a person put in order, where the program did not say so yet?
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::Expr,
};

use super::{
    Write,
    tables::{dossier::dossier, office::agency},
};
use crate::{
    domain::{
        dossier::ApplicantKind,
        viet::{order_of_organisation, order_of_person},
    },
    error::Result,
};

/// The key of an applicant: a person by the given name, an organisation by its whole name.
pub(super) fn key(name: &str, kind: &str) -> String {
    match ApplicantKind::from_code(kind) {
        None | Some(ApplicantKind::Citizen) => order_of_person(name),
        Some(_) => order_of_organisation(name),
    }
}

impl Write {
    /// Gives its key to every dossier that lacks one; answers how many.
    pub async fn key_names(&self) -> Result<u64> {
        const BATCH: u64 = 1000;
        let (mut after, mut keyed) = (0_i64, 0);
        loop {
            let agencies = agency::Entity::find()
                .select_only()
                .column(agency::Column::Id)
                .into_query();
            let some: Vec<(i64, String, String)> = dossier::Entity::find()
                .select_only()
                .columns([
                    dossier::Column::Id,
                    dossier::Column::ApplicantName,
                    dossier::Column::ApplicantKind,
                ])
                // By agency, so that the index says at once that there are none.
                .filter(
                    Condition::all()
                        .add(dossier::Column::AgencyId.in_subquery(agencies))
                        .add(dossier::Column::NameKey.eq(""))
                        .add(dossier::Column::Id.gt(after)),
                )
                .order_by_asc(dossier::Column::Id)
                .limit(BATCH)
                .into_tuple()
                .all(&self.tx)
                .await?;
            for (id, name, kind) in &some {
                after = *id;
                dossier::Entity::update_many()
                    .col_expr(dossier::Column::NameKey, Expr::value(key(name, kind)))
                    .filter(dossier::Column::Id.eq(*id))
                    .exec(&self.tx)
                    .await?;
                keyed += 1;
            }
            if (some.len() as u64) < BATCH {
                return Ok(keyed);
            }
        }
    }
}
