//! motcua: a one-stop-shop (TTHC) tracker for a Vietnamese commune.
//!
//! | room | answers |
//! |---|---|
//! | [`domain`] | what the rules are: deadlines, the life of a dossier, figures (pure) |
//! | [`store`] | how rows are read and written; the only place that names `sea_orm` |
//! | [`actions`] | every change of data, one verb a file |
//! | [`web`] | the pages |
//! | [`api`] | the JSON face |
//! | [`reports`] | the figures, assembled once for every face |
//! | [`documents`] | receipt, apology letter, register … as PDF, Word or Excel; workbooks as rows |
//! | [`papers`] | which words stand on which paper, put together once for every face |
//! | [`mail`] | what leaves by mail, and when |
//! | [`nightly`] | what is done without anyone asking |
//! | [`demo`] | a simulated year, played through the actions |
//! | [`upkeep`] | what keeps the register whole: seal, copies, health |
//! | [`cli`] | the commands |
//! | [`browsers`] | whether a browser has signed in to an account before |
//! | [`devices`] | how one device has voted of late, in memory alone |
//! | [`guesses`] | how often a name that nobody bears was tried |
//! | [`in_hand`] | what this server has in hand, so that no other does it meanwhile |
//! | [`jobs`] | which long work this server does, how far it is, where its file is |
//! | [`lists`] | which list a member of staff came from |
//! | [`openings`] | when a questionnaire was opened, and by which link |
//! | [`previews`] | what would become of an uploaded register, as it was read a moment ago |
//! | [`private`] | files and folders of ours that only their owner reads |
//! | `provider` | who the province's identity provider says that somebody is (feature `oidc`) |
//! | [`queue`] | how many passwords are hashed at once |
//! | [`system_error`] | why the system refused a file or an address, in the reader's words |
//! | [`trial`] | whether the demo beside the register is wished for, and how far it is |
//! | [`vault`] | how secrets are kept that must be read again |
//!
//! Reads go from a face straight to `store`; every write goes through `actions`,
//! so page, API and command line cannot differ.
pub mod actions;
pub mod api;
pub mod app;
pub mod browsers;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod devices;
pub mod documents;
pub mod domain;
pub mod error;
pub mod guesses;
pub mod in_hand;
pub mod jobs;
pub mod lists;
pub mod mail;
pub mod nightly;
pub mod openings;
pub mod papers;
pub mod password;
pub mod previews;
pub mod private;
#[cfg(feature = "oidc")]
pub mod provider;
pub mod queue;
pub mod rate;
pub mod reports;
pub mod secret;
pub mod store;
pub mod system_error;
pub mod trial;
pub mod upkeep;
pub mod vault;
pub mod web;
