//! Where lists are kept, shaped and acted on as a whole.
use super::{DOSSIERS, encode, with_query};

/// Where a filter is kept under a name.
pub const SAVED_FILTERS: &str = "/ho-so/loc";
/// Where the columns of the register are chosen.
pub const LIST_COLUMNS: &str = "/ho-so/cot";
/// What would become of many dossiers, before it is done.
pub const MANY: &str = "/ho-so/nhieu";
/// Where it is done.
pub const MANY_DO: &str = "/ho-so/nhieu/lam";

/// The same page, reached from a list: the list's name says nothing about anybody.
pub fn in_list(path: &str, list: &str) -> String {
    if list.is_empty() {
        return path.to_owned();
    }
    with_query(path, &[("ds", list)])
}

/// The register under a saved filter.
pub fn saved_filter(id: i64) -> String {
    with_query(DOSSIERS, &[("loc", &id.to_string())])
}

/// Takes a saved filter away.
pub fn saved_filter_drop(id: i64) -> String {
    format!("{SAVED_FILTERS}/{id}/xoa")
}

/// How far an act on many is, and what became of each.
pub fn batch(id: i64) -> String {
    format!("{MANY}/{id}")
}

/// Does what is left of it.
pub fn batch_go_on(id: i64) -> String {
    format!("{}/tiep", batch(id))
}

/// The long work that the reader began.
pub const WORKS: &str = "/viec";

/// How far one of it is.
pub fn work(name: &str) -> String {
    format!("{WORKS}/{}", encode(name))
}

/// The file that it made.
pub fn work_file(name: &str) -> String {
    format!("{}/tep", work(name))
}
