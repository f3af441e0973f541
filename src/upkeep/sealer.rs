//! Puts what was done under seal: one task, at most a second behind, that nobody waits for.
use std::{collections::HashMap, time::Duration};

use crate::{
    app::App,
    domain::chain::{Link, Source, head},
    error::Result,
    store::{seals, states},
};

/// How often the task looks.
const PAUSE: Duration = Duration::from_millis(400);
/// Links made at once.
const AT_ONCE: u64 = 500;

/// Below which row number every event is sealed or was never committed.
#[derive(Debug, Default)]
struct Floor {
    floor: i64,
    /// Decided once every transaction before this one is over.
    next: Option<(i64, i64)>,
}

impl Floor {
    /// `greatest` was seen beside that horizon, and everything seen is sealed.
    fn learn(&mut self, greatest: i64, horizon: seals::Horizon) {
        if let Some((id, end)) = self.next
            && horizon.oldest_open >= end
        {
            self.floor = self.floor.max(id);
            self.next = None;
        }
        if self.next.is_none() && greatest > self.floor {
            self.next = Some((greatest, horizon.next));
        }
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

/// Seals all that is there now; answers how many events.
pub async fn run(app: &App) -> Result<usize> {
    let (mut sealer, mut all) = (Sealer::default(), 0);
    loop {
        match sealer.pass(app).await? {
            None => return Ok(all),
            Some(made) => all += made,
        }
    }
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
            let write = app.store.write().await?;
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

    /// What is not sealed, in one snapshot.
    async fn look(&mut self, app: &App) -> Result<Vec<Found>> {
        let db = app.store.snapshot().await?;
        let horizon = seals::horizon(&db).await?;
        let mut found = Vec::new();

        let events = seals::open_events(&db, self.dossiers.floor, AT_ONCE).await?;
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
                digest: states::of_event(event),
                state: (owner.last_event == Some(event.id)).then(|| owner.digest.clone()),
            });
        }
        if events.is_empty() {
            let greatest = seals::greatest(&db, Source::Dossier).await?;
            self.dossiers.learn(greatest, horizon);
        }

        let events = seals::open_feedback_events(&db, self.feedback.floor, AT_ONCE).await?;
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
                digest: states::of_feedback_event(event),
                state,
            });
        }
        if events.is_empty() {
            let greatest = seals::greatest(&db, Source::Feedback).await?;
            self.feedback.learn(greatest, horizon);
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
