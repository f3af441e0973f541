//! Which long work is under way, how far is it, and where is its file? Kept by this
//! process alone: a restart forgets it, and it is asked for again.
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::secret;

/// One piece of work, for the account that asked for it.
#[derive(Debug)]
pub struct Job {
    owner: i64,
    pub title: String,
    /// How many parts there are.
    pub total: usize,
    done: AtomicUsize,
    outcome: OnceLock<Result<Vec<u8>, String>>,
}

impl Job {
    /// So many parts are done.
    pub fn tell(&self, done: usize) {
        self.done.store(done, Ordering::Relaxed);
    }

    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// The file, or the sentence that says why there is none.
    pub fn end(&self, outcome: Result<Vec<u8>, String>) {
        // It ends once.
        let _ = self.outcome.set(outcome);
    }

    pub fn outcome(&self) -> Option<&Result<Vec<u8>, String>> {
        self.outcome.get()
    }
}

/// All of them; an account has one at a time, the next takes its place.
#[derive(Clone, Debug, Default)]
pub struct Jobs(Arc<Mutex<HashMap<String, Arc<Job>>>>);

impl Jobs {
    /// A new one, and the name it is asked by.
    pub fn start(&self, owner: i64, title: &str, total: usize) -> (String, Arc<Job>) {
        let job = Arc::new(Job {
            owner,
            title: title.to_owned(),
            total,
            done: AtomicUsize::new(0),
            outcome: OnceLock::new(),
        });
        let id = secret::new();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, other| other.owner != owner);
        all.insert(id.clone(), job.clone());
        (id, job)
    }

    /// That account's work of that name.
    pub fn of(&self, owner: i64, id: &str) -> Option<Arc<Job>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id).filter(|job| job.owner == owner).cloned()
    }
}

/// The acts on many that this process has in hand, by the number of their batch.
#[derive(Clone, Debug, Default)]
pub struct InHand(Arc<Mutex<HashSet<i64>>>);

impl InHand {
    /// Takes it in hand, unless it already is; it is let go when the hold is dropped.
    pub fn take(&self, batch: i64) -> Option<Hold> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(batch).then(|| Hold(self.clone(), batch))
    }

    pub fn has(&self, batch: i64) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.contains(&batch)
    }
}

/// One batch in hand.
#[derive(Debug)]
pub struct Hold(InHand, i64);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut all = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.1);
    }
}
