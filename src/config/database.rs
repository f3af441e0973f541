//! Where is the register, and how is it held open?
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
    /// Where a serving program asks instead: `PgBouncer` in transaction mode; empty: none.
    pub pooler_url: String,
    /// At most, of one server.
    pub connections: u32,
    /// After which a statement of a server is given up; 0: never.
    pub statement_seconds: u64,
}
