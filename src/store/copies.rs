//! A consistent copy while others write, and whether a place is empty.
use std::{collections::HashMap, path::Path};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, Statement};

use super::{
    Store, Write,
    tables::seal::{backup_run, crossed},
};
use crate::{
    error::{Error, Kind, Result},
    secret,
};

pub use super::tables::seal::backup_run::Model as BackupRun;

/// The copies made last, newest first.
pub async fn recent(db: &impl super::Reader, most: u64) -> Result<Vec<BackupRun>> {
    use sea_orm::QuerySelect;
    Ok(backup_run::Entity::find()
        .order_by_desc(backup_run::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// The copies made last until a moment, newest first: what a clock that ran ahead has
/// noted does not count before its time.
pub async fn until(db: &impl super::Reader, moment: DateTime<Utc>) -> Result<Vec<BackupRun>> {
    use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
    Ok(backup_run::Entity::find()
        .filter(backup_run::Column::StartedAt.lte(moment))
        .order_by_desc(backup_run::Column::Id)
        .limit(30)
        .all(db)
        .await?)
}

/// When this register was last copied into another place, to be served there.
pub async fn crossed(db: &impl super::Reader) -> Result<Option<DateTime<Utc>>> {
    let last = crossed::Entity::find().order_by_desc(crossed::Column::Id);
    Ok(last.one(db).await?.map(|row| row.at))
}

/// How many copies' heads are read together.
const AT_ONCE: u64 = 500;

/// Where each agency's chain stood when a copy was found good, in the order of the copies:
/// agency, number, head. A chain that stood still since the copy before is not told again.
pub async fn heads(db: &impl super::Reader) -> Result<Vec<(i64, i64, String)>> {
    use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
    let mut told: HashMap<i64, (i64, String)> = HashMap::new();
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let runs: Vec<(i64, String)> = backup_run::Entity::find()
            .select_only()
            .columns([backup_run::Column::Id, backup_run::Column::Heads])
            .filter(backup_run::Column::Good.eq(true))
            .filter(backup_run::Column::Id.gt(after))
            .order_by_asc(backup_run::Column::Id)
            .limit(AT_ONCE)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _)) = runs.last() else {
            return Ok(all);
        };
        after = *last;
        for (_, heads) in &runs {
            let heads: Vec<(i64, i64, String)> = serde_json::from_str(heads).unwrap_or_default();
            for (agency, number, head) in heads {
                let stands = (number, head.clone());
                if told.get(&agency) != Some(&stands) {
                    told.insert(agency, stands);
                    all.push((agency, number, head));
                }
            }
        }
    }
}

impl Write {
    /// This register is served from another place from now on.
    pub async fn note_crossing(&self, at: DateTime<Utc>) -> Result<()> {
        let row = crossed::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            at: sea_orm::ActiveValue::Set(at),
        };
        crossed::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }

    /// Notes how a copy went.
    pub async fn note_backup(&self, row: BackupRun) -> Result<()> {
        use sea_orm::{ActiveModelTrait, ActiveValue::NotSet};
        let mut row = backup_run::ActiveModel::from(row).reset_all();
        row.id = NotSet;
        backup_run::Entity::insert(row).exec(&self.tx).await?;
        Ok(())
    }
}

impl Store {
    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.db.get_database_backend() == DbBackend::Postgres
    }

    /// Writes the whole `SQLite` database into a new file, as of one moment.
    pub async fn copy_into(&self, file: &Path) -> Result<()> {
        let path = file.to_str().ok_or_else(|| {
            let detail = format!("Tên tệp {} không đọc được.", file.display());
            Error::new(Kind::Invalid, "bad_path", detail)
        })?;
        let ask = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        self.db.execute_raw(ask).await?;
        Ok(())
    }

    /// Whether this is a register of ours, of whichever version.
    pub async fn is_ours(&self) -> bool {
        let sql = "SELECT version FROM seaql_migrations WHERE version = 'm01_office'";
        let ask = Statement::from_string(self.db.get_database_backend(), sql.to_owned());
        matches!(self.db.query_one_raw(ask).await, Ok(Some(_)))
    }

    /// Whether there is no table at all.
    pub async fn is_empty(&self) -> Result<bool> {
        let sql = if self.is_postgres() {
            "SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        } else {
            "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'"
        };
        let ask = Statement::from_string(self.db.get_database_backend(), sql.to_owned());
        let row = self.db.query_one_raw(ask).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
        Ok(count == 0)
    }

    /// A whole number that PostgreSQL answers.
    async fn number(&self, sql: &str) -> Result<i64> {
        let ask = Statement::from_string(DbBackend::Postgres, sql);
        let row = self.db.query_one_raw(ask).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get("", "number"))?)
    }

    /// The major version of the server (PostgreSQL).
    pub async fn postgres_major(&self) -> Result<u32> {
        let sql = "SELECT current_setting('server_version_num')::bigint AS number";
        Ok(u32::try_from(self.number(sql).await? / 10_000).unwrap_or_default())
    }

    /// Makes a database beside this one (PostgreSQL) and answers its name, which tells when
    /// it was made, by the server's clock that all who use it share.
    pub async fn make_scratch(&self) -> Result<String> {
        let sql = "SELECT extract(epoch FROM now())::bigint AS number";
        let made = self.number(sql).await?;
        let name = format!("motcua_check_{made}_{}", &secret::new()[..12]);
        let sql = format!("CREATE DATABASE {name}");
        self.db.execute_unprepared(&sql).await?;
        Ok(name)
    }

    /// Drops one.
    pub async fn drop_scratch(&self, name: &str) -> Result<()> {
        let sql = format!("DROP DATABASE IF EXISTS {name}");
        self.db.execute_unprepared(&sql).await?;
        Ok(())
    }

    /// Drops those that killed processes left: a whole register each. Nobody is in them; one
    /// made within the hour may be another server's that is about to fill it. Before, names
    /// told no time.
    pub async fn drop_left_scratches(&self) -> Result<()> {
        if !self.is_postgres() {
            return Ok(());
        }
        let sql = "SELECT datname::text AS name FROM pg_database d \
             WHERE datname ~ '^motcua_check_[0-9a-z_]+$' \
             AND pg_get_userbyid(datdba) = current_user \
             AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid) \
             AND CASE WHEN datname ~ '^motcua_check_[0-9]{9,11}_' \
                 THEN split_part(datname::text, '_', 3)::bigint < extract(epoch FROM now()) - 3600 \
                 ELSE TRUE END";
        let ask = Statement::from_string(DbBackend::Postgres, sql);
        for row in self.db.query_all_raw(ask).await? {
            let name: String = row.try_get("", "name")?;
            match self.drop_scratch(&name).await {
                Ok(()) => tracing::warn!("removed the trial of a copy that was cut off"),
                // Somebody came in meanwhile, or another server drops it.
                Err(error) => tracing::info!(%error, "a trial of a copy stays for now"),
            }
        }
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<()> {
        self.changing.close().await?;
        Ok(self.db.close().await?)
    }
}
