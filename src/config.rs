//! What can be set, and where it came from: file, environment, flags.
mod agency;
mod checked;
mod database;
mod notices;
mod oidc;
pub mod origin;
mod plain;
mod server;
mod unread;

use std::path::Path;

use chrono::Datelike;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::Deserialize;

use crate::{
    domain::{
        apology::LeadTime,
        deadline::{ClockPolicy, DeadlineRules, OfficeHours},
        feedback::Limits,
        holding::HandOver,
        period::Period,
    },
    error::{Error, Kind, Result},
};

pub use agency::{FirstAgency, FirstName, FirstSignatory};
pub use database::Database;
pub use notices::Notices;
pub use oidc::{LinkBy, Oidc};
pub use server::{Server, Trial};
use unread::wrong;

/// The settings that the program carries.
const SHIPPED: &str = include_str!("../config/motcua.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub deadline: Deadline,
    pub supplement: Supplement,
    pub workflow: Workflow,
    pub apology: Apology,
    pub forms: Forms,
    pub files: Files,
    pub figures: Figures,
    pub lookup: Lookup,
    pub feedback: Limits,
    pub survey: crate::domain::survey::Rules,
    pub security: Security,
    pub oidc: Oidc,
    pub backup: Backup,
    pub retention: Retention,
    pub trial: Trial,
    pub mail: Mail,
    pub notices: Notices,
    pub log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    pub clock: ClockPolicy,
    pub same_day_cut_off: chrono::NaiveTime,
    pub hours: OfficeHours,
}

impl Deadline {
    pub fn rules(&self) -> DeadlineRules {
        DeadlineRules {
            hours: self.hours,
            same_day_cut_off: self.same_day_cut_off,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    pub free_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    pub hand_over_cut_off: chrono::NaiveTime,
    pub start_of_day: chrono::NaiveTime,
    pub signer_has_account: bool,
}

impl Workflow {
    pub fn hand_over(&self) -> HandOver {
        HandOver {
            cut_off: self.hand_over_cut_off,
            start_of_day: self.start_of_day,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apology {
    pub days_or_more: u32,
    pub short_limit_hours: i64,
    pub paper: Paper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Paper {
    A5,
    A4,
}

impl Paper {
    pub fn typst(self) -> &'static str {
        match self {
            Self::A5 => "a5",
            Self::A4 => "a4",
        }
    }
}

impl Apology {
    pub fn lead_time(&self) -> LeadTime {
        LeadTime {
            days_or_more: self.days_or_more,
            short_limit_hours: self.short_limit_hours,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    pub supplement_symbol: String,
    pub payment_symbol: String,
    pub refusal_symbol: String,
    pub apology_symbol: String,
    pub stop_symbol: String,
    pub transfer_symbol: String,
    pub set_2025_from: chrono::NaiveDate,
    pub paper: Paper,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    pub csv_separator: Separator,
    pub at_once_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Separator {
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ";")]
    Semicolon,
}

impl Files {
    pub fn separator(&self) -> u8 {
        match self.csv_separator {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
        }
    }
}

/// Which promise decides lateness after a re-appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterReappointment {
    Original,
    New,
}

impl AfterReappointment {
    /// As the setting is written.
    pub fn code(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::New => "new",
        }
    }

    /// The date that judges, as it is said under a figure.
    pub fn label(self) -> &'static str {
        match self {
            Self::Original => "ngày hẹn lần đầu",
            Self::New => "ngày hẹn lại, nếu có",
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub after_reappointment: AfterReappointment,
    pub period_start_day: u32,
    pub practised_percent: u64,
    pub public_least: u64,
    /// How many days before its last a task of the plan is reminded of.
    pub remind_days: i64,
    pub report_number: String,
    /// As whom the Office signs what it reports to UBND xã.
    pub office_signs: String,
}

impl Figures {
    /// The reporting year of a day, by the calendar year in which it ends: its plan and its
    /// quality objectives bear that number.
    pub fn year_of(&self, day: chrono::NaiveDate) -> i32 {
        Period::year_of(day, self.period_start_day).to.year()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    pub by_code_alone: bool,
    pub show_due: bool,
    pub per_minute: u32,
    pub proofs_per_hour: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    pub session_hours: i64,
    pub session_idle_minutes: i64,
    pub sessions_per_account: u64,
    pub allow_without_tls: bool,
    pub confirm_minutes: i64,
    pub second_factor: SecondFactor,
    pub lockout_failures: i32,
    pub lockout_minutes: i64,
    pub sign_ins_per_minute: u32,
    pub forms_per_minute: u32,
    pub key_file: String,
}

/// Whose sign-in needs a code besides the password; anyone else may switch it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    None,
    Admin,
    All,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    pub nightly: bool,
    pub at: chrono::NaiveTime,
    pub folder: String,
    pub daily: usize,
    pub weekly: usize,
    pub monthly: usize,
    pub recipients: Vec<String>,
    pub before_upgrade: bool,
    pub pg_bin: String,
}

/// How many years after its end a dossier may be put on a list for erasure, by the code
/// of its procedure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub years: std::collections::BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp_url: String,
    pub from: String,
    pub folder: String,
    pub timeout_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// The shipped settings, over them the file, over it the environment.
    fn layers(file: Option<&Path>) -> Result<Figment> {
        let beside = Path::new("config/motcua.toml");
        let mut figment = Figment::from(Toml::string(SHIPPED));
        match file {
            Some(file) if !file.is_file() => {
                let detail = format!("Không tìm thấy tệp cấu hình {}.", file.display());
                return Err(Error::new(Kind::Invalid, "config", detail));
            }
            Some(file) => figment = figment.merge(Toml::file_exact(file)),
            None if beside.is_file() => figment = figment.merge(Toml::file_exact(beside)),
            None => {}
        }
        let figment = figment.merge(Env::prefixed("MOTCUA__").split("__")).merge(
            Env::raw()
                .only(&["MOTCUA_DATABASE_URL", "MOTCUA_LISTEN"])
                .map(|key| match key.as_str() {
                    "MOTCUA_LISTEN" => "server.listen".into(),
                    _ => "database.url".into(),
                }),
        );
        Ok(figment)
    }

    /// Reads the settings: the shipped ones, over them the file, over it the environment.
    ///
    /// # Errors
    /// A sentence that names the key that is wrong.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        if let Some(detail) = unread::misspelt() {
            return Err(Error::new(Kind::Invalid, "config", detail));
        }
        let figment = Self::layers(file)?;
        let settings: Self = figment.extract().map_err(wrong)?;
        if let Some(detail) = checked::wrong(&settings) {
            return Err(Error::new(Kind::Invalid, "config", detail));
        }
        Ok(settings)
    }
}

/// A data file of `config/`: the one on disk if there is one, else the shipped text.
///
/// # Errors
/// When the file is there but cannot be read.
pub fn shipped_or_on_disk(name: &str, shipped: &str) -> Result<String> {
    let path = Path::new("config").join(name);
    if path.is_file() {
        Ok(std::fs::read_to_string(path)?)
    } else {
        Ok(shipped.to_owned())
    }
}
