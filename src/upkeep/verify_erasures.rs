//! Did an erasure take no more than a signed list allows: is what went really gone, and
//! what stays what it was?
use std::collections::HashMap;

use super::verify::{Broken, Verified};
use crate::{
    domain::chain::{Fault, Source},
    error::Result,
    store::{
        Reader, dossiers, erasures,
        seal_events::{is_of_two, joined},
        sealed, states,
    },
};

/// What went from an event by a signed list.
pub struct Went {
    /// What it said before and after, in the seals of one part.
    before: String,
    after: String,
    /// What went, in the seals of two.
    rest: String,
}

pub type Blotted = HashMap<(Source, i64), Went>;

/// Every erasure against its list: signed, unchanged since, holding the dossier, and told
/// by an event of the dossier.
pub async fn erasures_of(db: &impl Reader, found: &mut Verified) -> Result<Blotted> {
    let stones = erasures::tombstones(db).await?;
    let ids: Vec<i64> = stones.keys().copied().collect();
    let mut blotted = Blotted::new();
    for ids in ids.chunks(500) {
        let mut proofs = erasures::proofs(db, ids.to_vec()).await?;
        for id in ids {
            let listed = stones.get(id).is_some_and(|list| *list != 0);
            let proof = proofs.remove(id);
            let proof = proof.filter(|proof| listed && stones.get(id) == Some(&proof.list));
            let Some(proof) = proof else {
                let what = dossiers::by_id(db, *id).await?;
                found.broken = Some(Broken {
                    fault: Fault::Erased,
                    agency: what.agency_id,
                    number: None,
                    what: what.code,
                });
                return Ok(blotted);
            };
            if let Some(broken) = kept_is_kept(db, *id, &proof, found).await? {
                found.broken = Some(broken);
                return Ok(blotted);
            }
            let all = [
                (Source::Dossier, proof.events, proof.rests.events),
                (
                    Source::Feedback,
                    proof.feedback_events,
                    proof.rests.feedback_events,
                ),
            ];
            for (source, events, mut rests) in all {
                for (event, (before, after)) in events {
                    let rest = rests.remove(&event).unwrap_or_default();
                    if let Ok(event) = event.parse() {
                        let went = Went {
                            before,
                            after,
                            rest,
                        };
                        blotted.insert((source, event), went);
                    }
                }
            }
            found.erased += 1;
        }
    }
    Ok(blotted)
}

/// What an erasure left of a dossier and its feedback: nothing of the person, and the rest
/// as the last seal before it had it.
async fn kept_is_kept(
    db: &impl Reader,
    id: i64,
    proof: &erasures::Proof,
    found: &mut Verified,
) -> Result<Option<Broken>> {
    let feedback = proof.rests.feedback.iter();
    let feedback = feedback.filter_map(|(id, rest)| Some((id.parse().ok()?, rest)));
    let mut all: Vec<(Source, i64, &String)> = feedback
        .map(|(id, rest)| (Source::Feedback, id, rest))
        .collect();
    all.push((Source::Dossier, id, &proof.rests.dossier));
    for (source, id, rest) in all {
        let standing = match source {
            Source::Dossier => states::of_dossier_ids(db, vec![id]).await?,
            Source::Feedback | Source::Period => states::of_feedback_ids(db, vec![id]).await?,
        };
        let Some(one) = standing.get(&id) else {
            continue;
        };
        let sealed = sealed::before_erasure(db, source, id).await?;
        let told = sealed.as_deref().and_then(|sealed| one.was(sealed, rest));
        // Sealed before seals were of two parts: the words are gone, and no more is known.
        found.by_old_seal += u64::from(told.is_none() && source == Source::Dossier);
        let same = told.unwrap_or(one.bare);
        if !same {
            return Ok(Some(Broken {
                fault: Fault::Erased,
                agency: one.agency,
                number: None,
                what: one.code.clone(),
            }));
        }
    }
    Ok(None)
}

impl Went {
    /// Whether an event as it stands is one that was sealed so, but for what went.
    pub fn explains(&self, told: &sealed::Told, link: &str) -> bool {
        let sealed::Told::Event(event, _) = told else {
            return false;
        };
        event.bare
            && if is_of_two(link) {
                joined(&event.kept, &self.rest) == link
            } else {
                self.before == link && self.after == event.one
            }
    }
}
