//! How a table is written down here: a name, columns, references, indexes.
use sea_orm_migration::{prelude::*, schema};

/// A new table with a 64-bit `id`. References must be part of the creation,
/// because `SQLite` cannot add them later.
pub fn table(name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).col(schema::big_pk_auto("id"));
    table
}

/// A reference column, required.
pub fn reference(table: &mut TableCreateStatement, column: &'static str, to: &'static str) {
    table
        .col(schema::big_integer(column))
        .foreign_key(ForeignKey::create().from_col(column).to(to, "id"));
}

/// A reference column that may be empty.
pub fn reference_null(table: &mut TableCreateStatement, column: &'static str, to: &'static str) {
    table
        .col(schema::big_integer_null(column))
        .foreign_key(ForeignKey::create().from_col(column).to(to, "id"));
}

/// An index named after its table and columns.
pub fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("ix_{table}_{}", columns.join("_")));
    index.table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index
}

/// Creates tables, then indexes.
pub async fn create(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}
