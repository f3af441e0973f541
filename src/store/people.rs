//! All that is held about one applicant: found by number, or by name and telephone.
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    Statement,
};

use super::{Reader, dossiers::Dossier, search, tables::dossier::dossier};
use crate::{domain::viet::fold, error::Result};

/// Who asks for their data.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// Digits and letters of the identity paper; alone it is enough.
    pub id_number: String,
    pub name: String,
    /// Digits alone.
    pub phone: String,
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The dossiers of that person at an agency, oldest first.
pub async fn dossiers(db: &impl Reader, agency: i64, who: &Who) -> Result<Vec<Dossier>> {
    let mut any = Condition::any();
    if !who.id_number.is_empty() {
        any = any.add(dossier::Column::IdNumber.eq(&who.id_number));
    }
    if !who.name.is_empty() && !who.phone.is_empty() {
        any = any.add(
            Condition::all()
                .add(dossier::Column::Phone.is_not_null())
                .add(search::dossiers(db, &[fold(&who.name)]).await?),
        );
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let rows = dossier::Entity::find()
        .filter(dossier::Column::AgencyId.eq(agency))
        .filter(any)
        .order_by_asc(dossier::Column::Id)
        .all(db)
        .await?;
    let theirs = |row: &Dossier| {
        let by_number = !who.id_number.is_empty() && row.id_number.as_ref() == Some(&who.id_number);
        let by_name = !who.name.is_empty()
            && !who.phone.is_empty()
            && fold(&row.applicant_name) == fold(&who.name)
            && row.phone.as_deref().map(digits).as_ref() == Some(&who.phone);
        by_number || by_name
    };
    Ok(rows.into_iter().filter(theirs).collect())
}

/// Who looked at a dossier outside their own work.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Look {
    pub at: chrono::DateTime<chrono::Utc>,
    pub actor: String,
    pub face: String,
}

/// The looks at a dossier, oldest first.
pub async fn looks(db: &impl Reader, dossier: i64) -> Result<Vec<Look>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT at, actor, face FROM read_log WHERE dossier_id = $1 ORDER BY id",
        [dossier.into()],
    );
    Ok(Look::find_by_statement(ask).all(db).await?)
}
