//! What every handler and command works with: store, clock, settings, calendar.
use std::{
    net::IpAddr,
    ops::{Deref, DerefMut},
    sync::{Arc, OnceLock, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    actions,
    clock::Clock,
    config::Settings,
    devices::Devices,
    domain::{calendar::Calendar, time::local_day},
    error::Result,
    guesses::Guesses,
    jobs::{InHand, Jobs},
    lists::Lists,
    openings::Openings,
    previews::Previews,
    rate::Limit,
    reports::scoreboard::Recent,
    secret,
    store::{
        Store,
        agencies::{self, AgencyName},
        calendars,
        dossiers::Dossier,
    },
    trial::Trial,
    upkeep::{self, metrics::Figures},
    vault,
};

/// A calendar and its version in the database.
type Known = (i64, Arc<Calendar>);

/// A name, and when it was read.
type Read = (DateTime<Utc>, AgencyName);

/// What a process holds once. Every request passes it on a dozen times, so it stands behind
/// one pointer; a copy that is changed (another clock, other settings) leaves the rest as it is.
#[derive(Clone, Debug)]
pub struct App(Arc<Held>);

impl Deref for App {
    type Target = Held;

    fn deref(&self) -> &Held {
        &self.0
    }
}

impl DerefMut for App {
    fn deref_mut(&mut self) -> &mut Held {
        Arc::make_mut(&mut self.0)
    }
}

/// See [`App`].
#[derive(Clone, Debug)]
pub struct Held {
    pub store: Store,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    /// The calendar as parsed last, by its version in the database.
    calendar: Arc<RwLock<Option<Known>>>,
    home: Arc<OnceLock<i64>>,
    /// The office's names of today, as read a moment ago.
    names: Arc<RwLock<Vec<Read>>>,
    /// Look-ups by citizens, by address.
    pub lookups: Limit<IpAddr>,
    /// Proofs that can be guessed, by the hash of a dossier's code.
    pub proofs: Limit<String>,
    /// Passwords, codes and PINs given, by address.
    pub doors: Limit<IpAddr>,
    /// Forms of the public, by address.
    pub forms: Limit<IpAddr>,
    /// Devices that voted of late.
    pub devices: Devices,
    /// Questionnaires opened of late.
    pub openings: Openings,
    /// What the public scoreboard counted a moment ago.
    pub scoreboard: Recent,
    /// Long work under way.
    pub jobs: Jobs,
    /// Acts on many under way.
    pub in_hand: InHand,
    /// Uploaded registers, as they were read of late.
    pub previews: Previews,
    /// Lists that staff came from.
    pub lists: Lists,
    /// Names guessed that nobody bears.
    pub guesses: Guesses,
    /// The province's identity provider, and who is on the way to it.
    #[cfg(feature = "oidc")]
    pub provider: crate::provider::Provider,
    /// What is measured.
    pub figures: Figures,
    /// The demo beside this register.
    pub trial: Trial,
    /// The banner of the demo.
    pub demo: Option<Arc<str>>,
}

impl App {
    /// Opens the database, brings its schema up and fills what is empty.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self> {
        let store = Store::open(&settings.database.url).await?;
        let app = Self::over(store, settings, clock);
        upkeep::upgrade::run(&app.store, &app.settings, clock).await?;
        actions::fill::run(&app.store, app.clock.now()).await?;
        actions::second_factor::lock_all(&app).await?;
        actions::seal_receipts::run(&app).await?;
        Ok(app)
    }

    /// Over a database that is already open and filled.
    pub fn over(store: Store, settings: Settings, clock: Clock) -> Self {
        Self(Arc::new(Held {
            store,
            clock,
            lookups: Limit::per_minute(settings.lookup.per_minute),
            proofs: Limit::per_hour(settings.lookup.proofs_per_hour),
            doors: Limit::per_minute(settings.security.sign_ins_per_minute),
            forms: Limit::per_minute(settings.security.forms_per_minute),
            settings: Arc::new(settings),
            calendar: Arc::default(),
            home: Arc::default(),
            names: Arc::default(),
            devices: Devices::default(),
            openings: Openings::since(clock.now()),
            scoreboard: Recent::default(),
            jobs: Jobs::default(),
            in_hand: InHand::default(),
            previews: Previews::default(),
            lists: Lists::default(),
            guesses: Guesses::default(),
            #[cfg(feature = "oidc")]
            provider: crate::provider::Provider::default(),
            figures: Figures::default(),
            trial: Trial::default(),
            demo: None,
        }))
    }

    /// The agency's name of today. It stands on every page and changes once in
    /// years, so what was read is used for ten seconds.
    pub async fn agency_name(&self, agency: i64) -> Result<AgencyName> {
        let now = self.clock.now();
        let today = local_day(now);
        let fresh = |read: &DateTime<Utc>| {
            (now - *read).abs() < TimeDelta::seconds(10) && local_day(*read) == today
        };
        if let Ok(names) = self.names.read()
            && let Some((_, name)) = names
                .iter()
                .find(|(read, name)| name.agency_id == agency && fresh(read))
        {
            return Ok(name.clone());
        }
        let name = agencies::name_on(self.store.read(), agency, today).await?;
        if let Ok(mut names) = self.names.write() {
            names.retain(|(_, known)| known.agency_id != agency);
            names.push((now, name.clone()));
        }
        Ok(name)
    }

    /// The agency whose name stands on citizens' pages: the only (first) one.
    pub async fn home_agency(&self) -> Result<i64> {
        if let Some(agency) = self.home.get() {
            return Ok(*agency);
        }
        let agency = agencies::first(self.store.read()).await?;
        // Another request may have been first; it read the same.
        let _ = self.home.set(agency);
        Ok(agency)
    }

    /// Gives a dossier the secret that its receipt will show, and answers it; the row keeps
    /// it sealed.
    pub fn give_secret(&self, dossier: &mut Dossier) -> Result<String> {
        let secret = secret::new();
        dossier.receipt_sealed = vault::seal(&self.settings, &dossier.code, &secret)?;
        dossier.receipt_hash = secret::hash(&secret);
        Ok(secret)
    }

    /// The secret of a receipt, for who prints it again or writes to its bearer.
    pub fn secret_of(&self, dossier: &Dossier) -> Result<String> {
        vault::unseal(&self.settings, &dossier.code, &dossier.receipt_sealed)
    }

    /// The same program at another moment.
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> Self {
        let mut app = self.clone();
        app.clock = Clock::Fixed(moment);
        app
    }

    /// The calendar in use. Parsed once a version; another process may load a
    /// new one, so the version is asked each time.
    pub async fn calendar(&self) -> Result<Arc<Calendar>> {
        let version = calendars::current_version(self.store.read())
            .await?
            .unwrap_or_default();
        let known = self.calendar.read().ok().and_then(|known| known.clone());
        if let Some((_, calendar)) = known.filter(|(known, _)| *known == version) {
            return Ok(calendar);
        }
        let calendar = Arc::new(calendars::load(self.store.read(), version).await?);
        if let Ok(mut known) = self.calendar.write() {
            *known = Some((version, calendar.clone()));
        }
        Ok(calendar)
    }
}
