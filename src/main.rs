//! The `motcua` binary.
fn main() {}
