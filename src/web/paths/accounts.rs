//! Addresses about one account.
use super::{STAFF, encode};

/// Where an administrator hands out a code for a forgotten password.
pub fn reset_password(username: &str) -> String {
    format!("{STAFF}/{}/mat-khau", encode(username))
}

/// Which person of the province's identity provider an account is.
pub fn identity(username: &str) -> String {
    format!("{STAFF}/{}/tai-khoan-tinh", encode(username))
}
