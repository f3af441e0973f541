//! The figures once more, slowly: from the raw rows of events and promises, one dossier
//! and one event at a time. Imports nothing of motcua; and random registers to count.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::harness::Desk;

/// One act as it was written down, on the wall clock of the office.
#[derive(Clone, Debug)]
pub struct Event {
    pub at: NaiveDateTime,
    pub act: String,
    pub actor: String,
    pub role: String,
    pub data: Value,
}

impl Event {
    /// When the clock ran again: when the papers came, where that was written down.
    pub fn clock_again(&self) -> NaiveDateTime {
        let arrived = self.data["arrived_at"].as_str();
        arrived.map_or(self.at, |text| text[..19].parse().unwrap())
    }
}

/// A dossier and everything that was written down about it.
#[derive(Clone, Debug)]
pub struct Story {
    pub code: String,
    pub procedure: String,
    pub field: String,
    pub channel: String,
    /// Who holds it today, else who received it.
    pub officer: String,
    pub by_moment: bool,
    pub events: Vec<Event>,
    /// When a promise was made, and which date it was.
    pub promises: Vec<(NaiveDateTime, Option<NaiveDateTime>)>,
}

/// Where the table counts a dossier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub arrival: &'static str,
    pub course: &'static str,
    pub waiting: bool,
}

/// UTC as either database writes it, on the wall clock of the office.
pub fn wall(value: &Value) -> Option<NaiveDateTime> {
    let text = value.as_str()?.replace(' ', "T");
    let at: NaiveDateTime = text.get(..19)?.parse().ok()?;
    Some(at + TimeDelta::hours(7))
}

fn truth(value: &Value) -> bool {
    value.as_bool() == Some(true) || *value == json!(1)
}

fn words(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

/// Every dossier of the register, from its rows.
pub async fn stories(desk: &Desk) -> Vec<Story> {
    let mut all: BTreeMap<String, Story> = BTreeMap::new();
    let dossiers = "SELECT d.code, d.channel, d.by_moment, p.field, p.code AS procedure_code, \
                    d.received_by, d.officer, a.name AS holder FROM dossier d \
                    JOIN procedure_version p ON p.id = d.procedure_version_id \
                    LEFT JOIN account a ON a.id = d.assigned_to";
    for row in desk.rows(dossiers).await {
        let story = Story {
            code: words(&row, "code"),
            procedure: words(&row, "procedure_code"),
            field: words(&row, "field"),
            channel: words(&row, "channel"),
            officer: ["holder", "officer", "received_by"]
                .iter()
                .find_map(|name| row[*name].as_str())
                .unwrap()
                .to_owned(),
            by_moment: truth(&row["by_moment"]),
            events: Vec::new(),
            promises: Vec::new(),
        };
        all.insert(story.code.clone(), story);
    }
    let events = "SELECT d.code, e.act, e.at, e.actor, e.role, e.data FROM event e \
                  JOIN dossier d ON d.id = e.dossier_id ORDER BY e.dossier_id, e.seq";
    for row in desk.rows(events).await {
        let event = Event {
            at: wall(&row["at"]).unwrap(),
            act: words(&row, "act"),
            actor: words(&row, "actor"),
            role: words(&row, "role"),
            data: serde_json::from_str(row["data"].as_str().unwrap()).unwrap(),
        };
        all.get_mut(row["code"].as_str().unwrap())
            .unwrap()
            .events
            .push(event);
    }
    let promises = "SELECT d.code, c.set_at, c.original_due_at FROM due_change c \
                    JOIN dossier d ON d.id = c.dossier_id ORDER BY c.id";
    for row in desk.rows(promises).await {
        let promise = (wall(&row["set_at"]).unwrap(), wall(&row["original_due_at"]));
        all.get_mut(row["code"].as_str().unwrap())
            .unwrap()
            .promises
            .push(promise);
    }
    all.into_values().collect()
}

impl Story {
    /// The first act of one of these names that was done before the cut.
    pub fn when(
        &self,
        acts: &[&str],
        seen: impl Fn(NaiveDateTime) -> bool,
    ) -> Option<NaiveDateTime> {
        let mut found = self
            .events
            .iter()
            .filter(|e| acts.contains(&e.act.as_str()));
        found.find(|e| seen(e.at)).map(|e| e.at)
    }

    /// Since when the office waits for the citizen, among what was done before the cut.
    fn waits_since(&self, seen: impl Fn(NaiveDateTime) -> bool) -> Option<NaiveDateTime> {
        let mut since = None;
        for event in &self.events {
            match event.act.as_str() {
                "request_supplement" | "request_payment" if seen(event.at) => {
                    since = Some(event.at);
                }
                "supplement_received" | "payment_received" if seen(event.clock_again()) => {
                    since = None;
                }
                _ => {}
            }
        }
        since
    }

    /// Where the table of a period counts it, told from the events alone.
    pub fn place(&self, from: NaiveDate, to: NaiveDate, now: NaiveDateTime) -> Option<Place> {
        let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).unwrap();
        let cut = midnight(to + Days::new(1));
        let seen = |at: NaiveDateTime| at < cut && at <= now;
        let received = self.when(&["receive", "accept"], seen)?;
        if self.when(&["reject"], seen).is_some() {
            return None;
        }
        let ended = self.when(&["process", "refuse", "withdraw", "stop"], seen);
        if ended.is_some_and(|at| at < midnight(from)) {
            return None;
        }
        let waits = self.waits_since(seen);
        let made = self.promises.iter().rev().find(|(set, _)| seen(*set));
        let due = made.and_then(|(_, due)| *due);
        // Past the promise: a limit in hours to the moment, any other to the end of its day.
        let past = |at: NaiveDateTime, due: NaiveDateTime| {
            if self.by_moment {
                at >= due
            } else {
                at.date() > due.date()
            }
        };
        let course = match (due, ended) {
            (None, Some(_)) => "processed_undated",
            (None, None) => "pending_undated",
            (Some(due), Some(ended)) => {
                let judged = waits.unwrap_or(ended);
                if past(judged, due) {
                    "late"
                } else if self.by_moment || judged.date() < due.date() {
                    "early"
                } else {
                    "on_time"
                }
            }
            (Some(due), None) => {
                let kept = waits.is_some_and(|since| !past(since, due));
                // The last moment of the period, or now.
                let last = now.min(cut);
                let over = if self.by_moment {
                    last >= due
                } else {
                    last >= midnight(due.date() + Days::new(1))
                };
                if over && !kept { "overdue" } else { "in_time" }
            }
        };
        let arrival = if received < midnight(from) {
            "carried_over"
        } else if self.channel == "online" {
            "online"
        } else {
            "direct"
        };
        Some(Place {
            arrival,
            course,
            waiting: ended.is_none() && waits.is_some(),
        })
    }
}

/// The whole table: how many dossiers in each cell.
pub fn tally<'a>(
    stories: impl Iterator<Item = &'a Story>,
    from: NaiveDate,
    to: NaiveDate,
    now: NaiveDateTime,
) -> Value {
    let mut cells: BTreeMap<&str, u64> = BTreeMap::new();
    let mut all = 0;
    for place in stories.filter_map(|story| story.place(from, to, now)) {
        all += 1;
        *cells.entry(place.arrival).or_default() += 1;
        *cells.entry(place.course).or_default() += 1;
    }
    let n = |name: &str| cells.get(name).copied().unwrap_or(0);
    let (done, open) = (
        n("early") + n("on_time") + n("late") + n("processed_undated"),
        n("in_time") + n("overdue") + n("pending_undated"),
    );
    json!({
        "received": { "total": all, "online": n("online"), "direct": n("direct"), "carried_over": n("carried_over") },
        "processed": { "total": done, "early": n("early"), "on_time": n("on_time"), "late": n("late"), "undated": n("processed_undated") },
        "pending": { "total": open, "in_time": n("in_time"), "overdue": n("overdue"), "undated": n("pending_undated") },
    })
}

/// Moments at which a count goes wrong first: around the 14th and the 15th, around Tết
/// (12/02/2021), at the year's end.
const EDGES: [&str; 10] = [
    "2020-12-14T23:59:59",
    "2020-12-15T00:00:00",
    "2020-12-31T16:59:00",
    "2021-02-09T15:00:01",
    "2021-02-17T07:30:00",
    "2021-03-14T23:59:59",
    "2021-03-15T00:00:00",
    "2021-06-14T23:59:59",
    "2021-06-15T00:00:00",
    "2021-04-29T16:30:00",
];

/// A register of so many dossiers, each with a life drawn by lot. What the state does not
/// allow is refused and nothing happens.
pub async fn random_register(desk: &Desk, seed: u64, many: usize) {
    random_hands(desk, seed, many, &[]).await;
}

/// The same, passed about among these people.
pub async fn random_hands(desk: &Desk, seed: u64, many: usize, people: &[&str]) {
    let mut rng = StdRng::seed_from_u64(seed);
    let procedures = [
        "1.001022", "2.000815", "1.001193", "1.004873", "2.000908", "1.003554", "2.001406",
    ];
    let acts = [
        "appraise",
        "approve",
        "process",
        "refuse",
        "request_supplement",
        "supplement_received",
        "request_payment",
        "payment_received",
        "withdraw",
        "stop",
        "return_result",
        "accept",
        "reject",
        "appraise",
        "approve",
        "process",
        "appraise",
        "approve",
        "process",
        "refuse",
        "approve",
        "process",
    ];
    for _ in 0..many {
        let mut at = moment(&mut rng);
        let channel = ["desk", "online", "post"][rng.random_range(0..3)];
        let mut body = json!({
            "procedure_code": procedures[rng.random_range(0..procedures.len())],
            "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" },
            "channel": channel, "documents": [], "received_at": at.format("%Y-%m-%dT%H:%M:%S").to_string(),
            "accepted": rng.random_bool(0.6),
        });
        let (mut status, mut answer) = desk.post("admin", "/api/v1/dossiers", &body).await;
        if status == 422 && answer.to_string().contains("due_at") {
            // No single limit: a date by hand.
            body["due_at"] = json!(
                (at + TimeDelta::days(9))
                    .format("%Y-%m-%dT%H:%M:%S")
                    .to_string()
            );
            body["due_reason"] = json!("theo giai đoạn");
            (status, answer) = desk.post("admin", "/api/v1/dossiers", &body).await;
        }
        assert_eq!(status, 201, "{answer}");
        let code = answer["code"].as_str().unwrap().to_owned();
        if rng.random_bool(0.1) {
            // As from an older register that held no date.
            let row = format!("SELECT id FROM dossier WHERE code = '{code}'");
            desk.run(&format!(
                "UPDATE due_change SET original_due_at = NULL, due_at = NULL WHERE dossier_id IN ({row})"
            ))
            .await;
        }
        for _ in 0..rng.random_range(0..7) {
            at += TimeDelta::minutes(rng.random_range(1..9000));
            if !people.is_empty() && rng.random_bool(0.4) {
                let to = people[rng.random_range(0..people.len())];
                let when = at.format("%Y-%m-%dT%H:%M:%S").to_string();
                let body = json!({ "action": "assign", "to": to, "at": when });
                desk.act("admin", &code, body).await;
            }
            let act = acts[rng.random_range(0..acts.len())];
            let mut body =
                json!({ "action": act, "at": at.format("%Y-%m-%dT%H:%M:%S").to_string() });
            match act {
                "request_supplement" => {
                    let paper = ["Giấy chứng sinh", "Tờ khai"][rng.random_range(0..2)];
                    body["items"] = json!([paper]);
                    body["reason"] = json!("thiếu");
                }
                "request_payment" => {
                    body["amount"] = json!(8000);
                    body["reason"] = json!("lệ phí");
                }
                "refuse" | "withdraw" | "stop" | "reject" => body["reason"] = json!("theo đề nghị"),
                "approve" => body["approved_by"] = json!("Chủ tịch"),
                _ => {}
            }
            desk.act("admin", &code, body).await;
        }
    }
}

/// Some moment of the year, often one of the edges.
fn moment(rng: &mut StdRng) -> NaiveDateTime {
    if rng.random_bool(0.4) {
        return EDGES[rng.random_range(0..EDGES.len())].parse().unwrap();
    }
    let start: NaiveDateTime = "2020-12-01T07:30:00".parse().unwrap();
    start + TimeDelta::seconds(rng.random_range(0..250 * 86_400))
}
