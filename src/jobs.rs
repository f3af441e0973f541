//! Which long work does this server do, how far is it, and where is its file? What the
//! others must know of it stands in the database (`begin_work`).
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tempfile::NamedTempFile;
use tokio::sync::{Notify, watch};

use crate::error::{Error, Kind, Result};

/// A file, its owner's alone, gone with its work.
#[derive(Debug)]
pub struct Made {
    pub file: NamedTempFile,
    pub content_type: &'static str,
    /// Under which name it is saved; none is shown in the browser.
    pub save_as: Option<String>,
}

/// What work left behind: the sentence of its end, and a file where there is one.
#[derive(Debug)]
pub struct Done {
    pub said: String,
    pub made: Option<Made>,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Where it is begun: in no other of its account's agencies is it there.
    pub agency: i64,
    pub title: String,
    /// What is counted: "hồ sơ", "dòng", "phiếu".
    pub unit: &'static str,
    /// Where it was asked for, and the words that lead there.
    pub back: String,
    pub back_words: &'static str,
    /// Work that asks the same as what is under way in that agency is that work.
    pub same: String,
}

/// One piece of work, for the account that asked for it.
#[derive(Debug)]
pub struct Job {
    owner: i64,
    pub asked: Asked,
    begun: Instant,
    done: AtomicUsize,
    total: AtomicUsize,
    outcome: OnceLock<(Result<Done>, Instant)>,
    ended: Notify,
}

impl Job {
    /// So many parts are done.
    pub fn tell(&self, done: usize) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// How many parts there are, once that is known.
    pub fn of(&self, total: usize) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Parts done, and parts in all.
    pub fn so_far(&self) -> (usize, usize) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }

    /// How long it is since it began.
    pub fn takes(&self) -> Duration {
        self.begun.elapsed()
    }

    /// What came of it, or why nothing did.
    pub fn end(&self, outcome: Result<Done>) {
        // It ends once.
        let _ = self.outcome.set((outcome, Instant::now()));
        self.ended.notify_waiters();
    }

    pub fn outcome(&self) -> Option<&Result<Done>> {
        self.outcome.get().map(|(outcome, _)| outcome)
    }

    /// Whether it goes on, or ended no longer ago than its file is kept.
    fn kept(&self, now: Instant) -> bool {
        let ended = self.outcome.get().map(|(_, at)| *at);
        ended.is_none_or(|at| now.saturating_duration_since(at) < KEPT)
    }

    /// Waits until it ends, no longer than that long.
    pub async fn ended_within(&self, most: Duration) -> Option<&Result<Done>> {
        // Listening comes before looking: an end in between is not missed.
        let end = self.ended.notified();
        if self.outcome.get().is_none() {
            let _ = tokio::time::timeout(most, end).await;
        }
        self.outcome()
    }
}

/// So much of an account runs at a time; more waits until some of it is done.
pub const AT_ONCE: usize = 3;
/// How long a file is kept for who asked.
pub const KEPT: Duration = Duration::from_hours(1);

/// An account has as much under way as it may.
pub fn too_many() -> Error {
    let words = format!(
        "Đang có {AT_ONCE} việc của tài khoản này chưa xong. Chờ một việc xong rồi bấm lại."
    );
    Error::new(Kind::TooMany, "work_at_once", words)
}

/// The code of work that the end of the program broke off.
pub const BROKEN_OFF: &str = "broken_off";

/// It was broken off by the end of the program: what it had changed was taken back.
pub fn broken_off() -> Error {
    let words = "Bị ngắt giữa chừng vì máy chủ khởi động lại, không ghi gì dở dang. Mời làm lại từ nơi đã bấm.";
    Error::new(Kind::Conflict, BROKEN_OFF, words)
}

/// Nothing long is begun by a server that is told to end.
pub fn ending() -> Error {
    let words = "Máy chủ sắp khởi động lại nên chưa nhận việc mới. Chờ một phút rồi bấm lại.";
    Error::new(Kind::Conflict, "ending", words)
}

/// Whoever holds it is waited for by the end of the program, for a while.
#[derive(Debug)]
pub struct Stay(watch::Receiver<bool>);

impl Stay {
    /// Waits until the end waits no longer: then it is to be broken off.
    pub async fn over(&mut self) {
        // Who could still say so is gone only together with all that holds this.
        let _ = self.0.wait_for(|over| *over).await;
    }

    /// Whether it waits no longer.
    pub fn is_over(&self) -> bool {
        *self.0.borrow()
    }
}

/// All of them, by their names.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    all: Arc<Mutex<HashMap<String, Arc<Job>>>>,
    /// Heard by all that the end waits for; true once it waits no longer.
    over: Arc<watch::Sender<bool>>,
}

impl Jobs {
    /// Something that the end of the program waits for.
    pub fn stay(&self) -> Stay {
        Stay(self.over.subscribe())
    }

    /// Waits until all that stays is done, no longer than to that moment; the rest is broken
    /// off, and has so long to say so. What still begins then breaks off at once.
    pub async fn finish(&self, by: Instant, last_words: Duration) {
        let _done_in_time = tokio::time::timeout_at(by.into(), self.over.closed()).await;
        self.over.send_replace(true);
        let said = tokio::time::timeout(last_words, self.over.closed()).await;
        if said.is_err() {
            tracing::warn!("some long work was still under way");
        }
    }

    /// Takes work in under a name; what already runs is answered with its own name.
    pub fn start(&self, owner: i64, name: &str, asked: &Asked) -> Result<(String, Arc<Job>, bool)> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, job| job.kept(Instant::now()));
        let running = |job: &Job| job.owner == owner && job.outcome().is_none();
        let what = (asked.agency, &asked.same);
        let same = |job: &Job| running(job) && (job.asked.agency, &job.asked.same) == what;
        if let Some((name, job)) = all.iter().find(|(_, job)| same(job)) {
            return Ok((name.clone(), job.clone(), false));
        }
        if all.values().filter(|job| running(job)).count() >= AT_ONCE {
            return Err(too_many());
        }
        let job = Arc::new(Job {
            owner,
            asked: asked.clone(),
            begun: Instant::now(),
            done: AtomicUsize::new(0),
            total: AtomicUsize::new(0),
            outcome: OnceLock::new(),
            ended: Notify::new(),
        });
        all.insert(name.to_owned(), job.clone());
        Ok((name.to_owned(), job, true))
    }

    /// That account's work of that name, begun in that agency.
    pub fn of(&self, owner: i64, agency: i64, name: &str) -> Option<Arc<Job>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(name).filter(|job| job.owner == owner);
        let known = known.filter(|job| job.asked.agency == agency);
        known.filter(|job| job.kept(Instant::now())).cloned()
    }

    /// What ended long enough ago goes, its file too, whether or not anybody asks for more.
    pub fn tidy(&self, now: Instant) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, job| job.kept(now));
    }

    /// Its file was handed over at once: nobody comes back for it.
    pub fn forget(&self, name: &str) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(name);
    }
}
