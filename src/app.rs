//! What every handler and command works with: store, clock, settings, calendar.
use std::{
    net::IpAddr,
    ops::{Deref, DerefMut},
    sync::{Arc, RwLock, atomic::AtomicBool},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    actions,
    clock::Clock,
    config::Settings,
    devices::Devices,
    domain::{
        calendar::Calendar,
        office::{Office, Offices},
        procedure::Procedure,
        time::local_day,
    },
    error::Result,
    jobs::Jobs,
    previews::Previews,
    rate::Limit,
    reports::scoreboard::Recent,
    secret,
    store::{
        Reader, Store,
        agencies::{self, AgencyName},
        calendars,
        directory::{self, Directory},
        dossiers::Dossier,
        mergers, own_days, procedures,
        seals::Floors,
        seen::Seen,
    },
    trial::Trial,
    upkeep::{self, metrics::Figures},
    vault,
};

/// The offices, and what the database said of them when they were read.
type Known = (own_days::Version, Arc<Offices>, DateTime<Utc>);

/// The agencies, and when they were read.
type Listed = (DateTime<Utc>, Arc<Directory>);

/// A name, and when it was read.
type Read = (DateTime<Utc>, Arc<AgencyName>);

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
    /// Told to end: other servers take what comes now.
    pub draining: Arc<AtomicBool>,
    /// They had time to see it: nothing long is begun any more.
    pub ending: Arc<AtomicBool>,
    /// This server among others of the register; a random name of this process.
    pub server: Arc<str>,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    /// Calendars and hours as read last.
    offices: Arc<RwLock<Option<Known>>>,
    /// The agency that a citizen chose, where it is one's pages that are asked for.
    visited: Option<i64>,
    /// The agencies, as read a moment ago.
    directory: Arc<RwLock<Option<Listed>>>,
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
    /// One ballot at a time: whoever waits holds no line to the database.
    pub casting: Arc<tokio::sync::Mutex<()>>,
    /// Devices that voted of late.
    pub devices: Devices,
    /// What the public scoreboard counted a moment ago.
    pub scoreboard: Recent,
    /// Long work under way.
    pub jobs: Jobs,
    /// Uploaded registers, as they were read of late.
    pub previews: Previews,
    /// The province's identity provider, and who is on the way to it.
    #[cfg(feature = "oidc")]
    pub provider: crate::provider::Provider,
    /// How far everything is under seal.
    pub floors: Arc<Floors>,
    /// What is measured.
    pub figures: Figures,
    /// The demo beside this register.
    pub trial: Trial,
    /// The banner of the demo.
    pub demo: Option<Arc<str>>,
}

impl App {
    /// Opens the database, brings its schema up and fills what is empty.
    ///
    /// # Errors
    /// When it cannot be opened, is newer than the program, or cannot be made ready; it is
    /// closed again then.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self> {
        let store = Store::open(&settings.database.url).await?;
        let app = Self::over(store, settings, clock);
        let ready = Box::pin(app.make_ready()).await;
        if let Err(error) = ready {
            // Why it is not ready is what is told.
            if let Err(left) = app.store.clone().close().await {
                tracing::warn!(error = %left, "the database was left open");
            }
            return Err(error);
        }
        Ok(app)
    }

    async fn make_ready(&self) -> Result<()> {
        upkeep::upgrade::run(&self.store, &self.settings, self.clock).await?;
        actions::fill::run(&self.store, self.clock.now()).await?;
        actions::second_factor::lock_all(self).await?;
        actions::seal_receipts::run(self).await?;
        Ok(())
    }

    /// Over a database that is already open and filled.
    pub fn over(store: Store, settings: Settings, clock: Clock) -> Self {
        Self(Arc::new(Held {
            store,
            draining: Arc::default(),
            ending: Arc::default(),
            server: secret::new().into(),
            clock,
            lookups: Limit::per_minute(settings.lookup.per_minute),
            proofs: Limit::per_hour(settings.lookup.proofs_per_hour),
            doors: Limit::per_minute(settings.security.sign_ins_per_minute),
            forms: Limit::per_minute(settings.security.forms_per_minute),
            settings: Arc::new(settings),
            offices: Arc::default(),
            visited: None,
            directory: Arc::default(),
            names: Arc::default(),
            casting: Arc::default(),
            devices: Devices::default(),
            scoreboard: Recent::default(),
            jobs: Jobs::default(),
            previews: Previews::default(),
            #[cfg(feature = "oidc")]
            provider: crate::provider::Provider::default(),
            floors: Arc::default(),
            figures: Figures::default(),
            trial: Trial::default(),
            demo: None,
        }))
    }

    /// The agency's name of today. It stands on every page and changes once in
    /// years, so what was read is used for ten seconds.
    pub async fn agency_name(&self, agency: i64) -> Result<Arc<AgencyName>> {
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
        let name = Arc::new(agencies::name_by(self.store.read(), agency, today).await?);
        if let Ok(mut names) = self.names.write() {
            names.retain(|(_, known)| known.agency_id != agency);
            names.push((now, name.clone()));
        }
        Ok(name)
    }

    /// Names are read anew: one of them was changed.
    pub fn forget_names(&self) {
        if let Ok(mut names) = self.names.write() {
            names.clear();
        }
        if let Ok(mut known) = self.directory.write() {
            *known = None;
        }
    }

    /// The agencies that citizens choose from, as they were at most ten seconds ago.
    pub async fn directory(&self) -> Result<Arc<Directory>> {
        let now = self.clock.now();
        let known = self.directory.read().ok().and_then(|known| known.clone());
        if let Some((_, known)) =
            known.filter(|(read, _)| (now - *read).abs() < TimeDelta::seconds(10))
        {
            return Ok(known);
        }
        let read = directory::of_day(self.store.read(), local_day(now)).await?;
        let read = Arc::new(read);
        if let Ok(mut known) = self.directory.write() {
            *known = Some((now, read.clone()));
        }
        Ok(read)
    }

    /// The same program as one agency shows it to citizens.
    #[must_use]
    pub fn visiting(&self, agency: Option<i64>) -> Self {
        let mut app = self.clone();
        if agency != app.visited {
            app.visited = agency;
        }
        app
    }

    /// The agency that a citizen chose.
    pub fn visited(&self) -> Option<i64> {
        self.visited
    }

    /// The agency whose name stands on citizens' pages: the chosen one, or the only (first)
    /// one. Another process may make it part of another while this one serves, so it is
    /// whoever was there for it a moment ago.
    pub async fn home_agency(&self) -> Result<i64> {
        if let Some(agency) = self.visited {
            return Ok(agency);
        }
        match self.directory().await?.home {
            Some(agency) => Ok(agency),
            // None has a name yet.
            None => agencies::first(self.store.read()).await,
        }
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

    /// When every agency works. Read once a version; another process may write a new one,
    /// so the version is asked each time.
    pub async fn offices(&self) -> Result<Arc<Offices>> {
        self.offices_by(self.store.read()).await
    }

    /// The same asked within a transaction that changes none of it: what it had changed
    /// itself would be remembered though it were given up.
    pub async fn offices_by(&self, db: &impl Reader) -> Result<Arc<Offices>> {
        let version = own_days::version(db).await?;
        let now = self.clock.now();
        let known = self.offices.read().ok().and_then(|known| known.clone());
        if let Some((_, offices, _)) = known.filter(|(known, ..)| *known == version) {
            self.remember((version, offices.clone(), now));
            return Ok(offices);
        }
        let rules = self.settings.deadline.rules();
        let calendar = calendars::load(db, version.shared).await?;
        let (own, heirs) = (own_days::all(db).await?, own_days::heirs(db).await?);
        let offices = Arc::new(Offices::new(calendar, rules, own, heirs));
        self.remember((version, offices.clone(), now));
        Ok(offices)
    }

    fn remember(&self, read: Known) {
        if let Ok(mut known) = self.offices.write() {
            *known = Some(read);
        }
    }

    /// That of an agency as it was at most ten seconds ago: for what a citizen reads, which
    /// promises nothing yet.
    pub async fn office_lately(&self, agency: i64) -> Result<Arc<Office>> {
        Ok(self.offices_lately().await?.of(agency))
    }

    /// By whose days a citizen's look-up says how much time is left.
    pub async fn office_seen(&self, dossier: &Seen) -> Result<Arc<Office>> {
        let offices = self.offices_lately().await?;
        let db = self.store.read();
        office_of(&offices, db, dossier.agency_id, dossier.id).await
    }

    async fn offices_lately(&self) -> Result<Arc<Offices>> {
        let now = self.clock.now();
        let known = self.offices.read().ok().and_then(|known| known.clone());
        let fresh = known.filter(|(.., at)| (now - *at).abs() < TimeDelta::seconds(10));
        match fresh {
            Some((_, offices, _)) => Ok(offices),
            None => self.offices().await,
        }
    }

    /// When one agency works.
    pub async fn office(&self, agency: i64) -> Result<Arc<Office>> {
        Ok(self.offices().await?.of(agency))
    }

    /// By which days and hours the promise of a dossier is counted.
    pub async fn office_of(&self, dossier: &Dossier) -> Result<Arc<Office>> {
        let offices = self.offices().await?;
        let db = self.store.read();
        office_of(&offices, db, dossier.agency_id, dossier.id).await
    }

    /// The procedure of a dossier, on the terms of whoever received it.
    pub async fn procedure_of(&self, dossier: &Dossier) -> Result<Procedure> {
        let row = procedures::get(self.store.read(), dossier.procedure_version_id);
        let (procedure, office) = tokio::try_join!(row, self.office_of(dossier))?;
        Ok(office.own(procedure, local_day(dossier.came_at())))
    }

    /// The calendar of all, without what single agencies decided.
    pub async fn calendar(&self) -> Result<Calendar> {
        Ok(self.offices().await?.shared().calendar.clone())
    }
}

/// The same, of offices that were read before.
pub async fn office_of(
    offices: &Offices,
    db: &impl Reader,
    agency: i64,
    dossier: i64,
) -> Result<Arc<Office>> {
    if !offices.is_heir(agency) {
        return Ok(offices.of(agency));
    }
    let before = mergers::before(db, [dossier]).await?;
    Ok(before.get(&dossier).map_or_else(
        || offices.of(agency),
        |before| offices.of_moved(agency, before),
    ))
}
