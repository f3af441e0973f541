//! Form 05: who gave the dossier to whom, and when.
use super::{Source, local, watermark};
use crate::{
    documents::control_sheet::{ControlSheet, Hop},
    domain::{dossier::Act, role::Role, standing::Standing, time::local_day, viet},
    error::Result,
    store::{dossiers::Event, procedures},
};

const DESK: &str = "Bộ phận TN&TKQ";

pub(super) async fn data(source: &Source<'_>) -> Result<ControlSheet> {
    let d = source.dossier;
    let procedure = procedures::get(source.app.store.read(), d.procedure_version_id).await?;
    let received = d.received_at.unwrap_or(d.registered_at);
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
        procedure_name: procedure.name,
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
        hops: hops(source),
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

/// One line each time the dossier passes from one pair of hands into another.
fn hops(source: &Source<'_>) -> Vec<Hop> {
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
                result: match standing {
                    Standing::Early | Standing::OnTime | Standing::Late if last => {
                        standing.label().into()
                    }
                    _ => String::new(),
                },
                note: String::new(),
            });
        }
        giver = taker;
    }
    // Room for what follows by hand.
    while hops.len() < 4 {
        hops.push(Hop {
            giver: if hops.is_empty() {
                giver.clone()
            } else {
                "....................".into()
            },
            taker: "....................".into(),
            at: "... giờ ... phút, ngày ... tháng ... năm 20...".into(),
            result: String::new(),
            note: String::new(),
        });
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
