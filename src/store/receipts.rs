//! Secrets of receipts that are kept as they are printed: from before they were sealed.
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{
    Reader, Write,
    tables::{dossier::dossier, papers::paper},
};
use crate::error::Result;

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

/// The code and the sealed secret of the dossier that came last, where it has one.
pub async fn last(db: &impl Reader) -> Result<Option<(String, String)>> {
    Ok(dossier::Entity::find()
        .select_only()
        .columns([dossier::Column::Code, dossier::Column::ReceiptSealed])
        .filter(dossier::Column::ReceiptSealed.ne(""))
        .order_by_desc(dossier::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
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
