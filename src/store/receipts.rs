//! Secrets of receipts: those that are kept as they are printed, from before they were
//! sealed, and what a key must open.
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{
    Reader, Write,
    tables::{dossier::dossier, papers::paper},
};
use crate::{error::Result, vault::SEALED};

/// A dossier with an open secret.
#[derive(Clone, Debug)]
pub struct Open {
    pub dossier: i64,
    pub code: String,
    pub secret: String,
}

/// The first of those that are left.
pub async fn open(db: &impl Reader, most: u64) -> Result<Vec<Open>> {
    let rows = dossier::Entity::find()
        .select_only()
        .columns([
            dossier::Column::Id,
            dossier::Column::Code,
            dossier::Column::ReceiptSealed,
        ])
        .filter(dossier::Column::ReceiptHash.eq(""))
        .order_by_asc(dossier::Column::Id)
        .limit(most)
        .into_tuple::<(i64, String, String)>()
        .all(db)
        .await?;
    let open = |(dossier, code, secret)| Open {
        dossier,
        code,
        secret,
    };
    Ok(rows.into_iter().map(open).collect())
}

/// The kept papers of a dossier that say one of these words.
pub async fn papers_with(
    db: &impl Reader,
    of: i64,
    words: [&str; 2],
) -> Result<Vec<(i64, String)>> {
    let says = words.map(|word| paper::Column::Body.contains(word));
    let rows = paper::Entity::find()
        .select_only()
        .columns([paper::Column::Id, paper::Column::Body])
        .filter(paper::Column::DossierId.eq(of))
        .filter(says.into_iter().fold(Condition::any(), Condition::add))
        .into_tuple::<(i64, Option<String>)>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, body)| Some((id, body?)))
        .collect())
}

/// In so many places a register is looked at, evenly from its last dossier back.
const PLACES: i64 = 20;
/// And so many rows at each: however old it is, no more are read.
const ROWS: i64 = 20;

/// Codes and sealed secrets from all over the register: a key that was changed at some time
/// opens those of one time and not those of another.
pub async fn sealed(db: &impl Reader) -> Result<Vec<(String, String)>> {
    let last: Option<i64> = dossier::Entity::find()
        .select_only()
        .column(dossier::Column::Id)
        .order_by_desc(dossier::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    let Some(last) = last else {
        return Ok(Vec::new());
    };
    let places = (0..PLACES).map(|place| {
        let upto = last - place * last / PLACES;
        dossier::Column::Id.between(upto - ROWS + 1, upto)
    });
    Ok(dossier::Entity::find()
        .select_only()
        .columns([dossier::Column::Code, dossier::Column::ReceiptSealed])
        .filter(places.fold(Condition::any(), Condition::add))
        .filter(dossier::Column::ReceiptSealed.starts_with(SEALED))
        .into_tuple()
        .all(db)
        .await?)
}

/// Whether there is any.
pub async fn is_any_sealed(db: &impl Reader) -> Result<bool> {
    let one: Option<i64> = dossier::Entity::find()
        .select_only()
        .column(dossier::Column::Id)
        .filter(dossier::Column::ReceiptSealed.ne(""))
        .order_by_desc(dossier::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(one.is_some())
}

impl Write {
    /// Sealed, and hashed; the dossier is no other for it.
    pub async fn seal_receipt(&self, dossier: i64, sealed: &str, hash: &str) -> Result<()> {
        dossier::Entity::update_many()
            .col_expr(dossier::Column::ReceiptSealed, Expr::value(sealed))
            .col_expr(dossier::Column::ReceiptHash, Expr::value(hash))
            .filter(dossier::Column::Id.eq(dossier))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// A kept paper without the secret that stood in it.
    pub async fn keep_paper_without(&self, id: i64, body: &str) -> Result<()> {
        paper::Entity::update_many()
            .col_expr(paper::Column::Body, Expr::value(body))
            .filter(paper::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
