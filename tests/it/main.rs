//! One test binary; each file is named after what it tests.
mod contrast;
mod deadline;
mod design;
mod dossiers;
mod harness;
mod processing;
