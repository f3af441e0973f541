//! How many passwords are hashed at once? So many; the rest wait in line, and who finds the
//! line of those who sign in too long is told so.
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Kind, Result};

/// A line before a few places.
#[derive(Clone, Debug)]
pub struct Queue {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

/// One in line; leaves it also when nobody waits for the answer any more.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Queue {
    pub fn new(places: usize, most_waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            waiting: Arc::default(),
            most_waiting,
        }
    }

    /// A place, as long as what is answered is held.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        if before >= self.most_waiting {
            let words = "Đang có quá nhiều người đăng nhập cùng lúc. Xin thử lại sau ít giây.";
            return Err(Error::new(Kind::TooMany, "busy", words));
        }
        let place = self.places.clone().acquire_owned().await;
        place.map_err(Error::internal)
    }
}
