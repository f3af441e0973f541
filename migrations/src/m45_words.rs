//! On `SQLite`, words are looked for within the folded text by an index of trigrams, which
//! the engine keeps with each change of a dossier, whoever makes it.
//! <https://sqlite.org/fts5.html#the_trigram_tokenizer>
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m45_words"
    }
}

/// The text stays with the dossier; only in which dossiers a trigram stands is kept, not
/// where. What is taken out is taken out of the index at once: an erased name shall not lie
/// on in it until some later merge.
const INDEX: [&str; 6] = [
    "CREATE VIRTUAL TABLE dossier_words USING fts5(search, content = 'dossier', \
     content_rowid = 'id', tokenize = 'trigram', detail = 'none', columnsize = 0)",
    "INSERT INTO dossier_words(dossier_words, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO dossier_words(dossier_words) VALUES ('rebuild')",
    "CREATE TRIGGER dossier_words_added AFTER INSERT ON dossier BEGIN \
     INSERT INTO dossier_words(rowid, search) VALUES (NEW.id, NEW.search); END",
    "CREATE TRIGGER dossier_words_changed AFTER UPDATE ON dossier \
     WHEN NEW.id <> OLD.id OR NEW.search <> OLD.search BEGIN \
     INSERT INTO dossier_words(dossier_words, rowid, search) VALUES ('delete', OLD.id, OLD.search); \
     INSERT INTO dossier_words(rowid, search) VALUES (NEW.id, NEW.search); END",
    "CREATE TRIGGER dossier_words_removed AFTER DELETE ON dossier BEGIN \
     INSERT INTO dossier_words(dossier_words, rowid, search) VALUES ('delete', OLD.id, OLD.search); END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        for step in INDEX {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }
}
