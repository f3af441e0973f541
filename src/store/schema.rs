//! How is the schema brought up, and who does it where several servers begin together?
use migrations::MigratorTrait as _;
use sea_orm::{ConnectionTrait as _, Statement};

use super::{Store, Write};
use crate::error::{Error, Kind, Result};

/// What PostgreSQL knows the turn by in which a register is made ready to be served.
const MIGRATING: i64 = 5_031;
/// Then it is asked for again.
const TURN: std::time::Duration = std::time::Duration::from_millis(200);

/// Whoever has it makes the register ready; the others wait, and look anew when it is theirs.
/// A file has one server, so nobody waits there.
#[derive(Debug)]
pub struct Turn(Option<Write>);

impl Turn {
    /// Lets the next one look.
    ///
    /// # Errors
    /// When the database is gone; the turn is then over as well.
    pub async fn end(self) -> Result<()> {
        match self.0 {
            Some(held) => held.abandon().await,
            None => Ok(()),
        }
    }
}

impl Store {
    /// Waits for the turn to make a copy before an upgrade and to bring the schema up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn turn(&self) -> Result<Turn> {
        let held = if self.is_postgres() {
            Some(self.write_in_turn().await?)
        } else {
            None
        };
        Ok(Turn(held))
    }

    /// To change what only one server at a time may: it begins once nobody else has the turn.
    /// On a file every change is alone anyway.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write_in_turn(&self) -> Result<Write> {
        if !self.is_postgres() {
            return self.note().await;
        }
        let ask = format!("SELECT pg_try_advisory_xact_lock({MIGRATING})");
        let ask = Statement::from_string(self.db.backend(), ask);
        // Asked again and again, each time in a transaction of its own: an index that is built
        // beside the work waits for the end of each that it meets in the middle of a statement,
        // and this one would end only after the index.
        loop {
            let held = self.note().await?;
            // However long the copy and the indexes take.
            let stay = "SET LOCAL idle_in_transaction_session_timeout = 0";
            held.tx.execute_unprepared(stay).await?;
            let row = held.tx.query_one_raw(ask.clone()).await?;
            if row.is_none_or(|row| row.try_get_by_index(0) == Ok(true)) {
                return Ok(held);
            }
            held.abandon().await?;
            tokio::time::sleep(TURN).await;
        }
    }

    /// The changes of the schema that this database still lacks. It makes the list of changes
    /// where there is none, so whoever may not be alone asks in its turn.
    ///
    /// # Errors
    /// When the database knows changes that this program does not: it is newer.
    pub async fn pending(&self) -> Result<Vec<String>> {
        let ours = Self::schema_steps();
        migrations::Migrator::install(self.db.pool()).await?;
        let done: Vec<String> = migrations::Migrator::get_migration_models(self.db.pool())
            .await?
            .into_iter()
            .map(|row| row.version)
            .collect();
        if let Some(newer) = done.iter().find(|name| !ours.contains(name)) {
            let detail = format!(
                "Cơ sở dữ liệu này của một bản motcua mới hơn (có thay đổi {newer} mà bản này không biết). \
                 Dùng bản motcua mới hơn, hoặc phục hồi bản sao lưu trước khi nâng cấp."
            );
            return Err(Error::new(Kind::Invalid, "newer_database", detail));
        }
        Ok(ours
            .into_iter()
            .filter(|name| !done.contains(name))
            .collect())
    }

    /// Brings the schema up; returns the names of the changes made. Of servers that start
    /// together one does, and the others wait until they find it done.
    ///
    /// # Errors
    /// When the database is newer than the program, or a change cannot be made.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let turn = self.turn().await?;
        let made = self.migrate_in(&turn).await?;
        turn.end().await?;
        Ok(made)
    }

    /// The same for who has the turn already.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn migrate_in(&self, _turn: &Turn) -> Result<Vec<String>> {
        let pending = self.pending().await?;
        migrations::Migrator::up(self.db.pool(), None).await?;
        if !pending.is_empty() {
            self.refresh_statistics().await?;
        }
        Ok(pending)
    }

    /// Counts anew how the tables are filled. Without it an index that a change of the
    /// schema brought is one of which the planner knows nothing, and it may take that one
    /// for a good way through a hundred thousand rows.
    pub async fn refresh_statistics(&self) -> Result<()> {
        let ask = if self.is_postgres() {
            "ANALYZE"
        } else {
            // Every table that has grown, a sample of each (whole tables would hold up all who
            // write): https://sqlite.org/lang_analyze.html
            "PRAGMA optimize=0x10012"
        };
        self.db.execute_unprepared(ask).await?;
        Ok(())
    }

    /// The names of all changes of the schema, in order.
    pub fn schema_steps() -> Vec<String> {
        let all = migrations::Migrator::migrations();
        all.iter().map(|step| step.name().to_owned()).collect()
    }

    /// The schema as it was after so many changes: for trying an upgrade from it.
    pub async fn migrate_up_to(&self, steps: usize) -> Result<()> {
        let steps = u32::try_from(steps).map_err(Error::internal)?;
        Ok(migrations::Migrator::up(self.db.pool(), Some(steps)).await?)
    }
}
