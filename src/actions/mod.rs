//! Every change of data, one verb a file. Page, API and command line all come here.
pub mod actor;
pub mod applicant;
pub mod fill;
pub mod import_calendar;
pub mod import_catalogue;
pub mod promise;
pub mod receive;
