//! The figures, each assembled once for page, API, file and command line.
pub mod four_on_the_spot;
pub mod processing;
