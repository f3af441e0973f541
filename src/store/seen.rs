//! What does a citizen's look-up read of a dossier? What is not read cannot be shown.
use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult, QueryResult, Statement};

use super::{Reader, dossiers::status_of};
use crate::{domain::dossier::Status, error::Result};

#[derive(Clone, Debug)]
pub struct Seen {
    pub id: i64,
    pub agency_id: i64,
    pub code: String,
    status: String,
    pub due_at: Option<DateTime<Utc>>,
    /// By what its bearer shows that it is theirs.
    pub receipt_hash: String,
    pub id_number: Option<String>,
    lapse_at: Option<DateTime<Utc>>,
    appointed_lapse_at: Option<DateTime<Utc>>,
}

impl Seen {
    pub fn status(&self) -> Status {
        status_of(&self.status)
    }

    /// From when on its promise is broken: with a limit in hours within the day.
    pub fn lapses_at(&self) -> Option<DateTime<Utc>> {
        self.appointed_lapse_at.or(self.lapse_at)
    }
}

/// In the order of [`BY_CODE`]: looked for by name, a column costs more than by its place.
impl FromQueryResult for Seen {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.try_get_by_index(0)?,
            agency_id: row.try_get_by_index(1)?,
            code: row.try_get_by_index(2)?,
            status: row.try_get_by_index(3)?,
            due_at: row.try_get_by_index(4)?,
            receipt_hash: row.try_get_by_index(5)?,
            id_number: row.try_get_by_index(6)?,
            lapse_at: row.try_get_by_index(7)?,
            appointed_lapse_at: row.try_get_by_index(8)?,
        })
    }
}

/// Written out: this is what the program is asked most, and putting the words together
/// costs more than the row.
const BY_CODE: &str = r#"SELECT "id", "agency_id", "code", "status", "due_at", "receipt_hash", "id_number", "lapse_at", "appointed_lapse_at" FROM "dossier" WHERE "code" = $1"#;

/// That of a code, whichever agency has it: for a citizen who knows the whole code.
pub async fn by_code(db: &impl Reader, code: &str) -> Result<Option<Seen>> {
    let backend = db.get_database_backend();
    let ask = Statement::from_sql_and_values(backend, BY_CODE, [code.into()]);
    Ok(Seen::find_by_statement(ask).one(db).await?)
}
