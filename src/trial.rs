//! The demo beside the register: whether it is wished for, and how far it is. Who asks for
//! it and who serves it meet here; nothing of the register is known to it.
use std::sync::Arc;

use tokio::sync::watch;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Course {
    #[default]
    Closed,
    Wished,
    /// Served at this address.
    Open(String),
    /// Why it could not be served.
    Failed(String),
}

#[derive(Clone, Debug)]
pub struct Trial(Arc<watch::Sender<Course>>);

impl Default for Trial {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Course::Closed)))
    }
}

impl Trial {
    pub fn course(&self) -> Course {
        self.0.borrow().clone()
    }

    /// Asks for it; while it is being built or open there is nothing to ask.
    pub fn wish(&self) {
        self.0.send_if_modified(|course| {
            let closed = matches!(course, Course::Closed | Course::Failed(_));
            if closed {
                *course = Course::Wished;
            }
            closed
        });
    }

    /// Ends it.
    pub fn close(&self) {
        self.0.send_replace(Course::Closed);
    }

    /// It is served there; not where nobody wishes for it any more.
    pub fn opened(&self, address: &str) -> bool {
        self.0.send_if_modified(|course| {
            let wished = *course == Course::Wished;
            if wished {
                *course = Course::Open(address.to_owned());
            }
            wished
        })
    }

    /// It ended by itself; who closed it may wish for it again already.
    pub fn ended(&self) {
        self.0.send_if_modified(|course| {
            let open = matches!(course, Course::Open(_));
            if open {
                *course = Course::Closed;
            }
            open
        });
    }

    /// It could not be served.
    pub fn failed(&self, why: String) {
        self.0.send_replace(Course::Failed(why));
    }

    pub fn follow(&self) -> watch::Receiver<Course> {
        self.0.subscribe()
    }
}
