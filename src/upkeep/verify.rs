//! Is everything as it was sealed? Replays the chain and names the first broken link.
use std::collections::HashMap;

use chrono::TimeDelta;

use super::verify_erasures::{Blotted, erasures_of};
use crate::{
    domain::chain::{Fault, Link, START, Source, head},
    error::Result,
    store::{
        Reader, Store, copies, guards, integrity, sealed,
        seals::{self, Floors},
        states,
    },
};

/// How many rows are looked at together.
const AT_ONCE: u64 = 500;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// Links replayed.
    pub sealed: u64,
    /// Events that have no link yet.
    pub unsealed: u64,
    /// Dossiers and feedback compared with their last event.
    pub compared: u64,
    /// Dossiers whose person was erased by a signed list.
    pub erased: u64,
    /// Those among them whose last seal was of one part: that what stays is what it was
    /// is only known from their proof.
    pub by_old_seal: u64,
    /// The last number and head of each agency's chain.
    pub heads: Vec<(i64, i64, String)>,
    /// Events sealed long after they were recorded: how many, and the first.
    pub late: Option<(u64, String)>,
    /// What is no fault, and still to be looked at by a person.
    pub warnings: Vec<String>,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
}

/// The first broken link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub fault: Fault,
    pub agency: i64,
    /// The link's number, where it is about a link.
    pub number: Option<i64>,
    /// `event 17`, or a code.
    pub what: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A head that is looked for is of no agency yet.
        if self.agency > 0 {
            write!(f, "Cơ quan {}", self.agency)?;
            if let Some(number) = self.number {
                write!(f, ", mắt số {number}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{} ({}).", self.fault.label(), self.what)
    }
}

/// Replays a database; what the engine itself says of its file is an error.
pub async fn run(store: &Store, printed: Option<&str>) -> Result<Verified> {
    integrity::check(store).await?;
    let db = store.snapshot().await?;
    let mut found = Verified {
        // Whatever a sealer believes: all of them are looked at.
        unsealed: seals::open(&db, &Floors::default()).await?,
        ..Verified::default()
    };
    let guards = guards::wrong(&db).await?;
    if !guards.is_empty() {
        let all = guards.join(", ");
        let words = format!("Chốt chặn sửa, xóa việc đã ghi không như chương trình đặt: {all}.");
        found.warnings.push(words);
    }
    let blotted = erasures_of(&db, &mut found).await?;
    if found.broken.is_some() {
        return Ok(found);
    }
    let mut outside = Outside::load(&db).await?;
    for agency in seals::agencies(&db).await? {
        replay(&db, agency, &blotted, &mut outside, &mut found).await?;
        if found.broken.is_some() {
            return Ok(found);
        }
    }
    found.broken = outside.missing();
    if found.broken.is_some() {
        return Ok(found);
    }
    if let Some((number, what)) = &found.late {
        let words = format!(
            "{number} việc được niêm phong muộn hơn một ngày sau khi ghi, trước hết {what}: bình thường khi máy chủ nghỉ lâu hoặc nâng cấp; nếu không, có thể chuỗi đã bị làm lại. Đối chiếu mã niêm phong in trong báo cáo đã chốt."
        );
        found.warnings.push(words);
    }
    if found.by_old_seal > 0 {
        let words = format!(
            "{} hồ sơ đã xóa dữ liệu cá nhân được niêm phong theo mẫu cũ: phần giữ lại chỉ đối chiếu được với bản sao trước ngày xóa.",
            found.by_old_seal
        );
        found.warnings.push(words);
    }
    for source in Source::ALL {
        found.broken = all_owned(&db, source).await?;
        if found.broken.is_some() {
            return Ok(found);
        }
        compare(&db, source, &mut found).await?;
        if found.broken.is_some() {
            return Ok(found);
        }
    }
    if let Some(printed) = printed
        && !seals::has_head(&db, printed).await?
    {
        found.broken = Some(Broken {
            fault: Fault::Head,
            agency: 0,
            number: None,
            what: printed.to_owned(),
        });
    }
    Ok(found)
}

/// An event is sealed within seconds, or when the program runs again.
const LATE: TimeDelta = TimeDelta::days(1);

/// Every head that stands outside the chain must still be in it: printed with a closed
/// period, noted with a good copy. A chain made anew has other heads. They are struck out as
/// the chain is replayed: looked for one by one, each would be a way through all links.
struct Outside {
    /// The first period that each was printed with: its row number, its agency.
    printed: HashMap<String, (i64, i64)>,
    /// By agency and number, each with its place among all that copies have noted.
    noted: HashMap<(i64, i64), Vec<(usize, String)>>,
}

impl Outside {
    async fn load(db: &impl Reader) -> Result<Self> {
        let mut printed = HashMap::new();
        for (period, agency, head) in seals::printed(db).await? {
            if head != START {
                printed.entry(head).or_insert((period, agency));
            }
        }
        let mut noted: HashMap<_, Vec<_>> = HashMap::new();
        let heads = copies::heads(db).await?.into_iter().enumerate();
        for (place, (agency, number, head)) in heads {
            if number > 0 {
                let all = noted.entry((agency, number)).or_default();
                all.push((place, head));
            }
        }
        Ok(Self { printed, noted })
    }

    /// The chain of an agency has this head at a number.
    fn strike(&mut self, agency: i64, number: i64, head: &str) {
        self.printed.remove(head);
        if let Some(noted) = self.noted.get_mut(&(agency, number)) {
            noted.retain(|(_, noted)| noted != head);
        }
    }

    /// The first of those that no chain had: what was printed before what was noted.
    fn missing(self) -> Option<Broken> {
        let printed = self.printed.into_iter();
        let first = printed.min_by_key(|(_, (period, _))| *period);
        if let Some((head, (period, agency))) = first {
            return Some(Broken {
                fault: Fault::Head,
                agency,
                number: None,
                what: format!("closed_period {period}: {head}"),
            });
        }
        let noted = self.noted.into_iter().flat_map(|((agency, number), all)| {
            let all = all.into_iter();
            all.map(move |(place, head)| (place, agency, number, head))
        });
        let (_, agency, number, what) = noted.min()?;
        Some(Broken {
            fault: Fault::Copied,
            agency,
            number: Some(number),
            what,
        })
    }
}

/// One agency's chain, link by link.
async fn replay(
    db: &impl Reader,
    agency: i64,
    blotted: &Blotted,
    outside: &mut Outside,
    found: &mut Verified,
) -> Result<()> {
    let (mut before, mut last) = (START.to_owned(), 0);
    let broken = |fault, number, what: String| {
        Some(Broken {
            fault,
            agency,
            number: Some(number),
            what,
        })
    };
    loop {
        let links = seals::links(db, agency, last, AT_ONCE).await?;
        if links.is_empty() {
            break;
        }
        let mut events = HashMap::new();
        for source in Source::ALL {
            let ids = links.iter().filter_map(|sealed| sealed.link.as_ref());
            let ids = ids.filter(|link| link.source == source);
            let ids: Vec<i64> = ids.map(|link| link.event_id).collect();
            for (id, event) in sealed::events(db, source, ids).await? {
                events.insert((source, id), event);
            }
        }
        for sealed in links {
            let number = sealed.number;
            if number != last + 1 {
                found.broken = broken(Fault::Gap, last + 1, "seal".into());
                return Ok(());
            }
            let Some(link) = sealed.link else {
                found.broken = broken(Fault::Link, number, "seal".into());
                return Ok(());
            };
            before = head(&before, &link);
            if before != sealed.head {
                found.broken = broken(Fault::Link, number, name(&link));
                return Ok(());
            }
            outside.strike(agency, number, &before);
            let event = events.get(&(link.source, link.event_id));
            if let Some(recorded) = event.and_then(sealed::Told::recorded_at)
                && sealed.sealed_at - recorded > LATE
            {
                let first = || format!("mắt số {number} của cơ quan {agency}");
                found.late.get_or_insert_with(|| (0, first())).0 += 1;
            }
            let fault = match event {
                None => Some(Fault::Removed),
                Some(told) if told.is(&link.digest) => None,
                // Blotted out by a signed list: what went is gone, what stays is as sealed.
                Some(told) => {
                    let known = blotted.get(&(link.source, link.event_id));
                    let same = known.is_some_and(|went| went.explains(told, &link.digest));
                    (!same).then_some(Fault::Changed)
                }
            };
            if let Some(fault) = fault {
                found.broken = broken(fault, number, name(&link));
                return Ok(());
            }
            last = number;
            found.sealed += 1;
        }
    }
    let noted = seals::head(db, agency).await?;
    let (number, end) = noted.map_or((0, START.to_owned()), |noted| (noted.number, noted.head));
    if (number, &end) != (last, &before) {
        found.broken = broken(Fault::Cut, last + 1, format!("{number} → {last}"));
        return Ok(());
    }
    found.heads.push((agency, last, before));
    Ok(())
}

fn name(link: &Link) -> String {
    format!("{} {}", link.source.code(), link.event_id)
}

/// Every event still has its dossier or feedback.
async fn all_owned(db: &impl Reader, source: Source) -> Result<Option<Broken>> {
    let found = sealed::ownerless(db, source).await?;
    Ok(found.map(|(event, link)| Broken {
        fault: Fault::Gone,
        agency: link.map_or(0, |(agency, _)| agency),
        number: link.map(|(_, number)| number),
        what: format!("{} {event}", source.code()),
    }))
}

/// Every dossier or feedback against what its last event left.
async fn compare(db: &impl Reader, source: Source, found: &mut Verified) -> Result<()> {
    let mut after = 0;
    loop {
        let ids = sealed::ids_after(db, source, after, AT_ONCE).await?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        after = *last;
        let standing = match source {
            Source::Dossier => states::of_dossier_ids(db, ids.clone()).await?,
            Source::Feedback | Source::Period => states::of_feedback_ids(db, ids.clone()).await?,
        };
        let events = standing.values().filter_map(|one| one.last_event).collect();
        let links = sealed::sealed(db, source, events).await?;
        let ends = sealed::ends(db, source, ids.clone()).await?;
        for id in ids {
            let Some(one) = standing.get(&id) else {
                continue;
            };
            let fault = match one.last_event.map(|event| links.get(&event)) {
                None => Some(Fault::NoEvent),
                // Its last event waits for the sealer.
                Some(None) => None,
                Some(Some(state)) => (!one.is(state.as_deref())).then_some(Fault::State),
            };
            let fault = fault.or_else(|| {
                let (seq, status) = ends.get(&id)?;
                if i64::from(*seq) != one.version {
                    return Some(Fault::Count);
                }
                (*status != one.status).then_some(Fault::State)
            });
            if let Some(fault) = fault {
                found.broken = Some(Broken {
                    fault,
                    agency: one.agency,
                    number: None,
                    what: one.code.clone(),
                });
                return Ok(());
            }
            found.compared += 1;
        }
    }
}
