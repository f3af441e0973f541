//! What does a citizen's look-up read of a dossier? What is not read cannot be shown.
use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Statement};

use super::{Reader, dossiers::status_of};
use crate::{domain::dossier::Status, error::Result};

#[derive(Clone, Debug, FromQueryResult)]
pub struct Seen {
    pub id: i64,
    pub agency_id: i64,
    pub code: String,
    status: String,
    pub due_at: Option<DateTime<Utc>>,
    /// By what its bearer shows that it is theirs.
    pub receipt_hash: String,
    pub id_number: Option<String>,
}

impl Seen {
    pub fn status(&self) -> Status {
        status_of(&self.status)
    }
}

/// Written out: this is what the program is asked most, and putting the words together
/// costs more than the row.
const BY_CODE: &str = r#"SELECT "id", "agency_id", "code", "status", "due_at", "receipt_hash", "id_number" FROM "dossier" WHERE "code" = $1"#;

/// That of a code, whichever agency has it: for a citizen who knows the whole code.
pub async fn by_code(db: &impl Reader, code: &str) -> Result<Option<Seen>> {
    let backend = db.get_database_backend();
    let ask = Statement::from_sql_and_values(backend, BY_CODE, [code.into()]);
    Ok(Seen::find_by_statement(ask).one(db).await?)
}
