//! The rows as the databases hold them; nobody outside `store` names their columns.
pub mod dossier;
pub mod letters;
pub mod office;
pub mod staff;
