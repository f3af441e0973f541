//! What would become of an uploaded register, as it was read a moment ago: a large one is
//! read once, not anew for every heap that is looked at. Kept by this process alone; what is
//! written is read anew.
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::actions::import_dossiers::{Plan, columns::Layout};

/// How long it is believed; the register grows meanwhile.
const KEPT: Duration = Duration::from_mins(10);

/// As many as a few people look at; the oldest are forgotten.
const MOST: usize = 4;

#[derive(Debug)]
struct Kept {
    upload: i64,
    layout: Layout,
    at: Instant,
    plan: Arc<Plan>,
}

#[derive(Clone, Debug, Default)]
pub struct Previews(Arc<Mutex<VecDeque<Kept>>>);

impl Previews {
    /// Keeps what an upload, with its columns there, would become.
    pub fn keep(&self, upload: i64, layout: Layout, plan: Plan) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.upload != upload);
        all.push_back(Kept {
            upload,
            layout,
            at: Instant::now(),
            plan: Arc::new(plan),
        });
        if all.len() > MOST {
            all.pop_front();
        }
    }

    /// It was carried out: nobody looks at it any more.
    pub fn forget(&self, upload: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.upload != upload);
    }

    /// What is not believed any more goes, whether or not anybody asks again.
    pub fn tidy(&self, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| now.saturating_duration_since(kept.at) < KEPT);
    }

    pub fn of(&self, upload: i64, layout: &Layout) -> Option<Arc<Plan>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.at.elapsed() < KEPT);
        all.iter()
            .find(|kept| kept.upload == upload && kept.layout == *layout)
            .map(|kept| kept.plan.clone())
    }
}
