//! Every change of data, one verb a file. Page, API and command line all come here.
pub mod accept;
pub mod actor;
pub mod add_account;
pub mod applicant;
pub mod assign;
pub mod draft_apology;
pub mod end;
pub mod fill;
pub mod import_calendar;
pub mod import_catalogue;
pub mod perform;
pub mod promise;
pub mod receive;
pub mod sign_apology;
pub mod sign_in;
pub mod wait;
