//! What every handler and command works with: store, clock, settings, calendar.
use std::sync::{Arc, RwLock};

use crate::{
    actions,
    clock::Clock,
    config::Settings,
    domain::calendar::Calendar,
    error::Result,
    rate::PerMinute,
    store::{Store, calendars},
};

/// A calendar and its version in the database.
type Known = (i64, Arc<Calendar>);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    /// The calendar as parsed last, by its version in the database.
    calendar: Arc<RwLock<Option<Known>>>,
    /// Look-ups by citizens, by address.
    pub lookups: PerMinute,
    /// The banner of the demo.
    pub demo: Option<Arc<str>>,
}

impl App {
    /// Opens the database, brings its schema up and fills what is empty.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self> {
        let store = Store::open(&settings.database.url).await?;
        let app = Self::over(store, settings, clock);
        app.store.migrate().await?;
        actions::fill::run(&app.store, app.clock.now()).await?;
        Ok(app)
    }

    /// Over a database that is already open and filled.
    pub fn over(store: Store, settings: Settings, clock: Clock) -> Self {
        Self {
            store,
            clock,
            lookups: PerMinute::new(settings.lookup.per_minute),
            settings: Arc::new(settings),
            calendar: Arc::default(),
            demo: None,
        }
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
