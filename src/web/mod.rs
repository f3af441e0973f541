//! web
pub mod assets;
pub mod form;
pub mod icons;
pub mod layout;
pub mod parts;
pub mod paths;
pub mod sample;
