//! What keeps the register whole: its seal, its copies, its health.
pub mod backup;
pub mod certificate;
mod complaints;
pub mod copy;
pub mod crossing;
pub mod doctor;
pub mod keys;
pub mod lock;
pub mod memory;
pub mod metrics;
pub mod postgres;
mod provider;
pub mod rights;
pub mod sealer;
pub mod upgrade;
pub mod verify;
mod verify_erasures;
pub mod work;
