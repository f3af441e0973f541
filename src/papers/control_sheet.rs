//! Form 05: who gave the dossier to whom, and when.
use super::{Source, local, watermark};
use crate::{
    documents::control_sheet::{ControlSheet, Hop},
    domain::{
        dossier::Act,
        holding::{Pace, pace},
        role::Role,
        standing::Standing,
        time::local_day,
        viet,
        workflow::Duty,
    },
    error::Result,
    store::{
        dossiers::Event,
        holdings::{self, Holding},
    },
};

const DESK: &str = "Bộ phận TN&TKQ";

pub(super) async fn data(source: &Source<'_>) -> Result<ControlSheet> {
    let d = source.dossier;
    let procedure = &source.procedure;
    let received = d.came_at();
    let day = viet::date_in_words(local_day(received));
    let agencies: Vec<&str> = procedure
        .involves_agencies
        .split(';')
        .map(str::trim)
        .collect();
    Ok(ControlSheet {
        paper: source.app.settings.forms.paper.typst().into(),
        agency_name: source.agency.name.clone(),
        place_and_date: format!("{}, {day}", source.agency.place),
        remark: String::new(),
        code: d.code.clone(),
        procedure_name: procedure.name.clone(),
        applicant_name: d.applicant_name.clone(),
        solving: source.agency.name.clone(),
        cooperating: agencies
            .into_iter()
            .filter_map(other)
            .collect::<Vec<_>>()
            .join("; "),
        received_at: viet::moment_in_words(local(received)),
        due_at: d
            .original_due_at
            .map_or_else(|| "chưa có".into(), |due| viet::moment_in_words(local(due))),
        hops: hops(source).await?,
        watermark: watermark(source.app),
        made: local(d.last_event_at),
    })
}

/// An agency of the catalogue's short words, other than the commune itself.
fn other(agency: &str) -> Option<String> {
    Some(match agency.split(" (").next().unwrap_or(agency) {
        "" => return None,
        commune if commune.starts_with("xã") => return None,
        "huyện" => "cơ quan cấp huyện".into(),
        "tỉnh" => "cơ quan cấp tỉnh".into(),
        named => named.into(),
    })
}

/// One line each time the dossier passes from one pair of hands into another, with
/// how the giver kept the share of the step.
async fn hops(source: &Source<'_>) -> Result<Vec<Hop>> {
    let held = holdings::of_dossier(source.app.store.read(), source.dossier.id).await?;
    let mut hops = if held.is_empty() {
        by_events(source)
    } else {
        by_hands(source, &held)
    };
    // Room for what follows by hand.
    while hops.len() < 4 {
        let giver = match (hops.is_empty(), source.events.first()) {
            (true, Some(first)) => holder(first),
            _ => "....................".into(),
        };
        hops.push(Hop {
            giver,
            taker: "....................".into(),
            at: "... giờ ... phút, ngày ... tháng ... năm 20...".into(),
            result: String::new(),
            note: String::new(),
        });
    }
    Ok(hops)
}

/// A stretch as the sheet shows it, with how the share of its step was kept until its end.
struct Kept {
    row: Holding,
    words: &'static str,
    /// The step goes on in other hands.
    goes_on: bool,
}

/// The share of a step is one, however many hands had it: each line says what all of them
/// used so far, and early or on time only where the step is done. Who did the work in
/// passing, without having it, signs where nobody else had it.
fn stretches(held: &[Holding]) -> Vec<Kept> {
    let same = |one: &Holding, other: &Holding| (one.step, one.run) == (other.step, other.run);
    let mut all: Vec<Kept> = Vec::new();
    let mut used = 0;
    for row in held {
        if let Some(last) = all.last_mut().filter(|last| same(&last.row, row)) {
            if row.held_seconds == Some(0) {
                if last.row.holder.is_empty() {
                    last.row.holder.clone_from(&row.holder);
                }
                continue;
            }
            last.goes_on = true;
            if last.words != "Quá hạn" {
                last.words = "";
            }
        } else {
            // Of a step that it came back to, what was used before counts as well.
            let before = held.iter().take_while(|other| other.seq < row.seq);
            let before = before.filter(|other| same(other, row));
            used = before.filter_map(|other| other.held_seconds).sum();
        }
        used += row.held_seconds.unwrap_or(0);
        let words = match row.held_seconds.and(row.allotted_seconds) {
            None => "",
            Some(most) => match pace(used, most) {
                Pace::Early => "Trước hạn",
                Pace::OnTime => "Đúng hạn",
                Pace::Late => "Quá hạn",
            },
        };
        all.push(Kept {
            row: row.clone(),
            words,
            goes_on: false,
        });
    }
    all
}

fn by_hands(source: &Source<'_>, held: &[Holding]) -> Vec<Hop> {
    let name = |row: &Holding| {
        let unit = match row.duty() {
            _ if !row.elsewhere.is_empty() => return row.elsewhere.clone(),
            Duty::Receive | Duty::Return => DESK,
            duty if row.title.is_empty() => duty.role().label(),
            _ => &row.title,
        };
        if row.holder.is_empty() {
            unit.to_owned()
        } else {
            format!("{unit} ({})", row.holder)
        }
    };
    let stretches = stretches(held);
    let hop = |giver: &Kept, taker: String, at, note: &str| Hop {
        giver: name(&giver.row),
        taker,
        at: viet::moment_in_words(local(at)),
        result: giver.words.into(),
        note: note.into(),
    };
    let mut hops: Vec<Hop> = stretches
        .windows(2)
        .map(|pair| {
            let (giver, taker) = (&pair[0], &pair[1].row);
            let note = match (taker.taken_at, taker.ended_at) {
                (None, None) => "chưa nhận",
                _ if giver.goes_on => "đổi người trong bước",
                _ => "",
            };
            let at = taker.taken_at.unwrap_or(taker.given_at);
            hop(giver, name(taker), at, note)
        })
        .collect();
    let returned = source.dossier.returned_at;
    if let Some((last, at)) = stretches.last().zip(returned) {
        hops.push(hop(last, "Người nộp hồ sơ".into(), at, ""));
    }
    hops
}

/// The same of a dossier from before hands were written down.
fn by_events(source: &Source<'_>) -> Vec<Hop> {
    let by_new =
        source.app.settings.figures.after_reappointment == crate::config::AfterReappointment::New;
    let standing = source.dossier.standing(by_new, source.app.clock.now());
    let mut hops: Vec<Hop> = Vec::new();
    let mut giver = holder(&source.events[0]);
    for event in &source.events[1..] {
        let taker = holder(event);
        let last = matches!(Act::from_code(&event.act), Some(Act::ReturnResult));
        if taker != giver || last {
            hops.push(Hop {
                giver: giver.clone(),
                taker: if last {
                    "Người nộp hồ sơ".into()
                } else {
                    taker.clone()
                },
                at: viet::moment_in_words(local(event.at)),
                // In the words of the form.
                result: match standing {
                    Standing::Early if last => "Trước hạn".into(),
                    Standing::OnTime if last => "Đúng hạn".into(),
                    Standing::Late if last => "Quá hạn".into(),
                    _ => String::new(),
                },
                note: String::new(),
            });
        }
        giver = taker;
    }
    hops
}

/// The unit and the person that an act shows the dossier with.
fn holder(event: &Event) -> String {
    match Role::from_code(&event.role) {
        Some(Role::Receptionist) | None => format!("{DESK} ({})", event.actor),
        Some(role) => format!("{} ({})", role.label(), event.actor),
    }
}
