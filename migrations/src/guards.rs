//! The guards over what is only ever added, as the newest schema has them: compared with
//! what a database says of them, since one that was made anew under its old name guards
//! nothing.

/// A guard by its name and table, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    pub name: String,
    pub table: &'static str,
    /// `SQLite`: the statement that makes it. `PostgreSQL`: the body of its function.
    pub does: String,
}

const EVENT: &str = "NEW.id = OLD.id AND NEW.dossier_id = OLD.dossier_id AND NEW.seq = OLD.seq \
                     AND NEW.act = OLD.act AND NEW.at = OLD.at AND NEW.to_status = OLD.to_status";
const FEEDBACK: &str = "NEW.id = OLD.id AND NEW.feedback_id = OLD.feedback_id AND NEW.seq = OLD.seq \
                        AND NEW.act = OLD.act AND NEW.at = OLD.at AND NEW.to_state = OLD.to_state";
const EVENT_UNDER: &str = "EXISTS (SELECT 1 FROM tombstone t WHERE t.dossier_id = OLD.dossier_id)";
const FEEDBACK_UNDER: &str = "EXISTS (SELECT 1 FROM tombstone t JOIN feedback f ON f.dossier_id = t.dossier_id \
     WHERE f.id = OLD.feedback_id)";

/// The same words, however they are spaced.
pub fn plain(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn of_sqlite() -> Vec<Guard> {
    let mut all = Vec::new();
    for (table, unless) in [
        ("event", format!("{EVENT} AND {EVENT_UNDER}")),
        ("feedback_event", format!("{FEEDBACK} AND {FEEDBACK_UNDER}")),
        ("seal", "0".to_owned()),
    ] {
        for (what, when) in [
            ("UPDATE", format!("WHEN NOT ({unless})")),
            ("DELETE", String::new()),
        ] {
            let name = format!("{table}_no_{}", what.to_lowercase());
            all.push(Guard {
                does: plain(&format!(
                    "CREATE TRIGGER {name} BEFORE {what} ON {table} {when} \
                     BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
                )),
                name,
                table,
            });
        }
    }
    all
}

pub fn of_postgres() -> Vec<Guard> {
    let event = format!("TG_OP = 'UPDATE' AND {EVENT} AND {EVENT_UNDER}");
    let feedback = format!("{FEEDBACK} AND {FEEDBACK_UNDER}");
    [
        ("event", event.as_str()),
        ("feedback_event", &feedback),
        ("seal", "FALSE"),
    ]
    .into_iter()
    .map(|(table, allowed)| Guard {
        name: format!("{table}_only_added"),
        table,
        does: plain(&format!(
            "BEGIN IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; \
             RAISE EXCEPTION 'events are only ever added'; END"
        )),
    })
    .collect()
}
