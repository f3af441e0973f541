//! How much is asked, how long answers take, what waits: for Prometheus.
use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::Duration,
};

use metrics::{Counter, Histogram, counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::backup;
use crate::{
    app::App,
    error::Result,
    store::{outbox, seals},
};

/// Seconds below which an answer is counted.
const BUCKETS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Methods told apart.
const METHODS: [&str; 6] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"];

/// The figures of this process; cheap to clone.
#[derive(Clone)]
pub struct Figures {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
    known: Arc<RwLock<Known>>,
}

/// What was found once is not looked for by its words again: of each route, how often a method
/// was answered with a status, and how long that took.
type Known = HashMap<String, Vec<(&'static str, String, Counter, Histogram)>>;

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Figures")
    }
}

impl Default for Figures {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        // Only an empty list of buckets is refused.
        let builder = builder
            .set_buckets(&BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        Self {
            handle: recorder.handle(),
            recorder: Arc::new(recorder),
            known: Arc::default(),
        }
    }
}

impl Figures {
    /// One answer: the route as it is written down, never a path with somebody's code.
    pub fn answered(&self, method: &str, route: &str, status: &str, took: Duration) {
        // Anybody may make up a method: each would be kept for ever.
        let known = METHODS.iter().find(|known| **known == method);
        let method = known.copied().unwrap_or("other");
        if let Ok(known) = self.known.read()
            && let Some(of_route) = known.get(route)
            && let Some((.., count, seconds)) =
                (of_route.iter()).find(|one| one.0 == method && one.1 == status)
        {
            count.increment(1);
            seconds.record(took.as_secs_f64());
            return;
        }
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_owned()),
        ];
        let (count, seconds) = with_local_recorder(&*self.recorder, || {
            (
                counter!("motcua_requests_total", &labels),
                histogram!("motcua_request_seconds", &labels[..2]),
            )
        });
        count.increment(1);
        seconds.record(took.as_secs_f64());
        if let Ok(mut known) = self.known.write() {
            let of_route = known.entry(route.to_owned()).or_default();
            of_route.push((method, status.to_owned(), count, seconds));
        }
    }

    /// Puts measured samples away, so that memory does not grow between two readings.
    pub fn tidy(&self) {
        self.handle.run_upkeep();
    }
}

/// Tidies until the process ends.
pub async fn task(app: App) {
    loop {
        tokio::time::sleep(Duration::from_secs(10)).await;
        app.figures.tidy();
    }
}

/// The text that Prometheus reads.
pub async fn text(app: &App) -> Result<String> {
    let db = app.store.read();
    let now = app.clock.now();
    let unsealed = seals::open(db, &app.floors).await?;
    let mail = outbox::counts(db, now).await?;
    let (standing, last) = backup::standing(app).await?;
    let count = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    with_local_recorder(&*app.figures.recorder, || {
        gauge!("motcua_events_unsealed").set(count(unsealed));
        gauge!("motcua_mail_waiting").set(count(mail.waiting));
        gauge!("motcua_mail_given_up").set(count(mail.given_up));
        gauge!("motcua_backup_red").set(f64::from(u8::from(standing.is_red())));
        if let Some(age) = last.map(|run| now - run.started_at) {
            let seconds = u32::try_from(age.num_seconds().max(0)).unwrap_or(u32::MAX);
            gauge!("motcua_backup_age_seconds").set(f64::from(seconds));
        }
    });
    app.figures.tidy();
    Ok(app.figures.handle.render())
}
