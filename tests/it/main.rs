//! One test binary; each file is named after what it tests.
#![allow(clippy::unwrap_used, clippy::type_complexity)]
mod contrast;
mod deadline;
mod design;
mod dossiers;
mod harness;
mod pages;
mod processing;
