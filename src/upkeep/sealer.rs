//! Puts what was done under seal: one task, at most a second behind, that nobody waits for.
use std::{collections::HashMap, time::Duration};

use crate::{
    app::App,
    domain::chain::{Link, Source, head},
    error::Result,
    store::{
        Reader, seal_events,
        seals::{self, Floors},
        states,
    },
};

/// How often the task looks.
const PAUSE: Duration = Duration::from_millis(400);
/// Links made at once.
const AT_ONCE: u64 = 500;

/// How many row numbers one statement looks through: it is answered long before a statement
/// is given up, however many events there are.
const STEP: i64 = 50_000;

/// How far the events of one source are sealed, and how far that can be known.
#[derive(Debug, Default)]
struct Floor {
    /// Up to here every event is sealed or was never committed.
    sealed: i64,
    /// Up to here every event is committed by now or never will be.
    decided: i64,
    /// The greatest row number that was seen.
    greatest: i64,
    /// So far it is decided once every transaction before this one is over.
    next: Option<(i64, i64)>,
}

impl Floor {
    /// What another sealer has found.
    fn at(floor: i64) -> Self {
        Self {
            sealed: floor,
            decided: floor,
            ..Self::default()
        }
    }

    /// What a snapshot tells in which every transaction before `over` is over.
    async fn learn(&mut self, db: &impl Reader, source: Source, over: i64) -> Result<()> {
        self.greatest = seals::greatest(db, source).await?;
        if let Some((id, end)) = self.next
            && over >= end
        {
            self.decided = self.decided.max(id);
            self.next = None;
        }
        if self.next.is_none() && self.greatest > self.decided {
            self.next = Some((self.greatest, seals::begun_before(db).await?));
        }
        Ok(())
    }

    /// Row numbers of events that have no link, in order: looked for in the snapshot that was
    /// learnt from last, step by step above the floor, which rises up to the first of them.
    async fn open(
        &mut self,
        db: &impl Reader,
        source: Source,
        floors: &Floors,
    ) -> Result<Vec<i64>> {
        let (mut above, mut open) = (self.sealed, Vec::new());
        while above < self.greatest && (open.len() as u64) < AT_ONCE {
            // Where numbers were left out, however many, the step begins behind them.
            let Some(first) = seals::first_above(db, source, above).await? else {
                break;
            };
            let upto = first.saturating_add(STEP);
            let most = AT_ONCE - open.len() as u64;
            let found = seals::open_within(db, source, (above, upto), most).await?;
            if open.is_empty() {
                let clean = found.first().map_or(upto, |first| first - 1);
                self.sealed = self.sealed.max(clean.min(self.decided));
                floors.raise(source, self.sealed);
            }
            open.extend(found);
            above = upto;
        }
        Ok(open)
    }
}

/// One sealer, and how far it got.
#[derive(Debug, Default)]
pub struct Sealer {
    dossiers: Floor,
    feedback: Floor,
}

/// Seals until the process ends.
pub async fn task(app: App) {
    let mut sealer = Sealer::default();
    loop {
        match sealer.pass(&app).await {
            Ok(Some(made)) if made as u64 >= AT_ONCE => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "events could not be sealed"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Seals all that is there now, looked for from the first event on; answers how many.
pub async fn run(app: &App) -> Result<usize> {
    Sealer::default().seal_all(app).await
}

/// An event to be sealed: its agency and its link but for the number.
struct Found {
    agency: i64,
    source: Source,
    event_id: i64,
    digest: String,
    state: Option<String>,
}

impl Sealer {
    /// Goes on from where the sealers of this process have come.
    pub fn resumed(app: &App) -> Self {
        Self {
            dossiers: Floor::at(app.floors.of(Source::Dossier)),
            feedback: Floor::at(app.floors.of(Source::Feedback)),
        }
    }

    /// Seals all that is there now; answers how many events.
    pub async fn seal_all(mut self, app: &App) -> Result<usize> {
        let mut all = 0;
        loop {
            match self.pass(app).await? {
                None => return Ok(all),
                Some(made) => all += made,
            }
        }
    }

    /// Looks once; answers how many events were sealed here, `None` where none was open.
    pub async fn pass(&mut self, app: &App) -> Result<Option<usize>> {
        let found = self.look(app).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let mut by_agency: HashMap<i64, Vec<Found>> = HashMap::new();
        let mut count = 0;
        for one in found {
            by_agency.entry(one.agency).or_default().push(one);
        }
        for (agency, mut found) in by_agency {
            let write = app.store.note().await?;
            let held = write.hold_head(agency).await?;
            // Another sealer may have been here since we looked: this process as it ends,
            // another server.
            for source in Source::ALL {
                let of_it = found.iter().filter(|one| one.source == source);
                let linked = write
                    .linked(source, of_it.map(|one| one.event_id).collect())
                    .await?;
                found.retain(|one| one.source != source || !linked.contains(&one.event_id));
            }
            count += found.len();
            let (mut number, mut before) = (held.number, held.head);
            let mut links = Vec::with_capacity(found.len());
            for one in found {
                number += 1;
                let link = Link {
                    number,
                    source: one.source,
                    event_id: one.event_id,
                    digest: one.digest,
                    state: one.state,
                };
                before = head(&before, &link);
                links.push((link, before.clone()));
            }
            write.append_links(agency, links, app.clock.now()).await?;
            write.commit().await?;
        }
        Ok(Some(count))
    }

    /// What a snapshot tells of how far all is decided.
    async fn learn(&mut self, db: &impl Reader) -> Result<()> {
        let over = seals::over_before(db).await?;
        self.dossiers.learn(db, Source::Dossier, over).await?;
        self.feedback.learn(db, Source::Feedback, over).await
    }

    /// What is not sealed, in one snapshot.
    async fn look(&mut self, app: &App) -> Result<Vec<Found>> {
        if self.dossiers.decided == 0 && self.dossiers.next.is_none() {
            // Only a later snapshot knows what this one leaves undecided. Without it the first
            // look would go through all events there are, and raise nothing.
            let db = app.store.snapshot().await?;
            self.learn(&db).await?;
        }
        let db = app.store.snapshot().await?;
        self.learn(&db).await?;
        let mut found = Vec::new();

        let open = self.dossiers.open(&db, Source::Dossier, &app.floors);
        let events = seals::events(&db, open.await?).await?;
        let ids = events.iter().map(|event| event.dossier_id).collect();
        let standing = states::of_dossier_ids(&db, ids).await?;
        for event in &events {
            let Some(owner) = standing.get(&event.dossier_id) else {
                continue;
            };
            found.push(Found {
                agency: owner.agency,
                source: Source::Dossier,
                event_id: event.id,
                digest: seal_events::of_event(event).digest(),
                state: (owner.last_event == Some(event.id)).then(|| owner.digest.clone()),
            });
        }

        let open = self.feedback.open(&db, Source::Feedback, &app.floors);
        let events = seals::feedback_events(&db, open.await?).await?;
        let ids = events.iter().map(|event| event.feedback_id).collect();
        let standing = states::of_feedback_ids(&db, ids).await?;
        for event in &events {
            let state = standing
                .get(&event.feedback_id)
                .filter(|owner| owner.last_event == Some(event.id))
                .map(|owner| owner.digest.clone());
            found.push(Found {
                agency: event.agency_id,
                source: Source::Feedback,
                event_id: event.id,
                digest: seal_events::of_feedback_event(event).digest(),
                state,
            });
        }
        for period in seals::open_periods(&db).await? {
            found.push(Found {
                agency: period.agency_id,
                source: Source::Period,
                event_id: period.id,
                digest: states::of_period(&period),
                state: None,
            });
        }
        Ok(found)
    }
}
