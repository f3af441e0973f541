//! What is a paper made from: which event made it, whose dossier was it then, under which name?
use chrono::NaiveDate;

use super::{Wanted, apology, not_yet, numbered};
use crate::{
    actions::{merge_agencies, print_paper},
    app::App,
    domain::{
        dossier::Act,
        paper::{FormSet, PaperKind},
        procedure::Procedure,
        time::local_day,
    },
    error::{Error, Result},
    store::{
        agencies::{self, AgencyName},
        apologies::Apology,
        dossiers::{self, Dossier, Event},
        papers::{self, Paper},
    },
};

/// The event that made a paper, and what is there of it already.
pub(super) struct Found {
    kind: PaperKind,
    set: FormSet,
    events: Vec<Event>,
    event: Event,
    papers: Vec<Paper>,
}

impl Found {
    pub(super) async fn of(app: &App, dossier: &Dossier, wanted: Wanted) -> Result<Self> {
        let kind = wanted.kind;
        let received = local_day(dossier.came_at());
        let set = FormSet::on(received, app.settings.forms.set_2025_from);
        if !set.has(kind) {
            return Err(Error::not_found(format!(
                "Bộ mẫu áp dụng cho hồ sơ này ({}) không có “{}”.",
                set.label(),
                kind.label()
            )));
        }
        let db = app.store.read();
        let (events, papers) = tokio::try_join!(
            dossiers::events(db, dossier.id),
            papers::of_dossier(db, dossier.id)
        )?;
        let makes = |event: &Event| {
            let act = Act::from_code(&event.act);
            match kind {
                PaperKind::Receipt | PaperKind::ControlSheet => {
                    matches!(act, Some(Act::Receive | Act::Accept))
                        || event.act == "register"
                        || event.act == "import"
                }
                PaperKind::Apology => matches!(act, Some(Act::DraftApology | Act::SignApology)),
                PaperKind::Transfer => print_paper::find(&papers, kind, event.seq).is_some(),
                kind => act.and_then(PaperKind::of) == Some(kind),
            }
        };
        let event = events
            .iter()
            .rev()
            .filter(|event| makes(event))
            .find(|event| wanted.event_seq.is_none_or(|seq| seq == event.seq))
            .cloned()
            .ok_or_else(|| not_yet(kind))?;
        Ok(Self {
            kind,
            set,
            events,
            event,
            papers,
        })
    }

    /// Its row: the number it was given, what it said when it was printed.
    pub(super) fn row(&self) -> Option<&Paper> {
        print_paper::find(&self.papers, self.kind, self.event.seq)
    }

    pub(super) async fn source<'a>(self, app: &'a App, dossier: &'a Dossier) -> Result<Source<'a>> {
        let number = self.row().and_then(|row| row.number);
        let seq = self.event.seq;
        let issuer = had_it(dossier.agency_id, &self.events, |moved| moved.seq > seq);
        let day = local_day(self.event.at);
        let letter = async {
            match self.kind {
                PaperKind::Apology => apology::latest(app, dossier).await.map(Some),
                _ => Ok(None),
            }
        };
        let (agency, procedure, letter) = tokio::try_join!(
            agencies::name_by(app.store.read(), issuer, day),
            app.procedure_of(dossier),
            letter
        )?;
        Ok(Source {
            app,
            dossier,
            procedure,
            letter,
            issuer,
            agency,
            day,
            number: numbered(app, self.kind, number),
            in_book: number,
            set: self.set,
            event: self.event,
            events: self.events,
        })
    }
}

/// Everything an assembly may look at.
pub(super) struct Source<'a> {
    pub(super) app: &'a App,
    pub(super) dossier: &'a Dossier,
    pub(super) procedure: Procedure,
    /// The one that is printed, where it is one.
    pub(super) letter: Option<Apology>,
    pub(super) events: Vec<Event>,
    /// The event that made the paper.
    pub(super) event: Event,
    /// The agency that had the dossier then.
    pub(super) issuer: i64,
    /// Its names of the day the paper was made.
    pub(super) agency: AgencyName,
    day: NaiveDate,
    pub(super) set: FormSet,
    /// "12/HDHS", with room for a number while there is none.
    pub(super) number: String,
    in_book: Option<i32>,
}

impl Source<'_> {
    /// The number that stands on the paper: a letter of apology says its own.
    pub(super) fn drawn(&self) -> Option<i32> {
        match &self.letter {
            Some(letter) => letter.number,
            None => self.in_book,
        }
    }

    /// The names of an agency on a day: most often those of who made the paper, that day.
    pub(super) async fn agency_on(&self, agency: i64, day: NaiveDate) -> Result<AgencyName> {
        if (agency, day) == (self.issuer, self.day) {
            return Ok(self.agency.clone());
        }
        agencies::name_by(self.app.store.read(), agency, day).await
    }

    /// Who received the dossier, as a letter says it: whoever signs, whose `name` that is, or
    /// the agency that had it before.
    pub(super) async fn receiver(&self, signs: i64, name: &str) -> Result<String> {
        let d = self.dossier;
        let at = d.came_at();
        let receiver = had_it(d.agency_id, &self.events, |moved| moved.at > at);
        if receiver == signs {
            return Ok(name.to_owned());
        }
        let then = self.agency_on(receiver, local_day(at)).await?;
        Ok(then.name.replace("UBND", "Ủy ban nhân dân"))
    }
}

/// Whose a dossier was, which is `now` another's: the agency that gave it away at the first
/// merger that is `later`. What it did before stays under its name.
pub(super) fn had_it(now: i64, events: &[Event], later: impl Fn(&Event) -> bool) -> i64 {
    let moved = events
        .iter()
        .find(|event| event.act == merge_agencies::ACT && later(event));
    let from = moved.and_then(|event| {
        let data: serde_json::Value = serde_json::from_str(&event.data).ok()?;
        data["from_agency"].as_i64()
    });
    from.unwrap_or(now)
}
