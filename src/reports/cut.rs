//! Which dossiers are looked at: all of them, or those of one field, procedure, officer
//! or channel.
use serde::Serialize;

use super::closed;
use crate::{
    app::App,
    domain::{
        dossier::Channel,
        period::Period,
        time::{day_end, day_start},
    },
    error::{FieldErrors, Result},
    store::{
        accounts,
        figures::{self, Scored},
        hands::{self, Whose},
        procedures,
    },
};

/// Empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cut {
    pub field: String,
    /// Its code.
    pub procedure: String,
    pub officer: String,
    /// `desk`, `online`, `post`.
    pub channel: String,
}

impl Cut {
    /// Nothing is left out.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    pub fn holds(&self, dossier: &Scored) -> bool {
        self.fits(
            &dossier.field,
            &dossier.procedure_code,
            &dossier.officer,
            dossier.facts.channel.code(),
        )
    }

    pub fn fits(&self, field: &str, procedure: &str, officer: &str, channel: &str) -> bool {
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        fits(&self.field, field)
            && fits(&self.procedure, procedure)
            && fits(&self.officer, officer)
            && fits(&self.channel, channel)
    }

    /// What a paper says of it: "lĩnh vực Hộ tịch; nộp trực tuyến".
    pub fn words(&self) -> String {
        let channel = Channel::from_code(&self.channel).map_or("", Channel::label);
        let parts = [
            ("lĩnh vực ", self.field.as_str()),
            ("thủ tục ", &self.procedure),
            ("cán bộ ", &self.officer),
            ("hình thức nộp: ", channel),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        said.join("; ")
    }

    /// Refuses a word that nothing and nobody bears: zeros would say that nothing was done.
    /// With `by_hand` an officer is who held a dossier, not who answers for it.
    ///
    /// # Errors
    /// Says what is wanted instead.
    pub async fn is_of_something(
        &self,
        app: &App,
        agency: i64,
        period: Period,
        by_hand: bool,
    ) -> Result<()> {
        if self.field.is_empty() && self.procedure.is_empty() && self.officer.is_empty() {
            return Ok(());
        }
        let known = procedures::all(app.store.read()).await?;
        // As they were called when the period was closed.
        let closed = closed::of_period(app, agency, period).await?;
        let closed = closed.map_or_else(Vec::new, |closed| closed.counted);
        let mut errors = FieldErrors::default();
        let field = &self.field;
        if !field.is_empty()
            && !known.iter().any(|one| one.field == *field)
            && !closed.iter().any(|one| one.dossier.field == *field)
        {
            let mut fields: Vec<&str> = known.iter().map(|one| one.field.as_str()).collect();
            fields.sort_unstable();
            fields.dedup();
            let fields = fields.join(", ");
            errors.add(
                "field",
                format!("Không có lĩnh vực “{field}”. Dùng: {fields}."),
            );
        }
        let code = &self.procedure;
        if !code.is_empty()
            && !known.iter().any(|one| one.code == *code)
            && !closed.iter().any(|one| one.dossier.procedure_code == *code)
        {
            errors.add(
                "procedure",
                format!("Không có thủ tục mã “{code}”. Xem các mã: motcua catalogue export."),
            );
        }
        let officer = &self.officer;
        if !officer.is_empty()
            && !closed.iter().any(|one| one.dossier.officer == *officer)
            && !self.is_of_somebody(app, agency, period, by_hand).await?
        {
            let same = if by_hand {
                "@tên đăng nhập"
            } else {
                "Họ và tên (tên đăng nhập)"
            };
            errors.add(
                "officer",
                format!(
                    "Không có cán bộ “{officer}”. Ghi họ và tên như ở motcua staff list; nhiều người cùng tên thì ghi {same}."
                ),
            );
        }
        errors.finish()
    }

    /// Whether the officer has an account, or was written down without one.
    async fn is_of_somebody(
        &self,
        app: &App,
        agency: i64,
        period: Period,
        by_hand: bool,
    ) -> Result<bool> {
        let (db, wanted) = (app.store.read(), &self.officer);
        let all = accounts::all(db).await?;
        let is_alone = |name: &str| all.iter().filter(|one| one.name == name).count() == 1;
        let is_account = all.iter().any(|one| {
            if by_hand {
                one.name == *wanted || format!("@{}", one.username) == *wanted
            } else if is_alone(&one.name) {
                one.name == *wanted
            } else {
                format!("{} ({})", one.name, one.username) == *wanted
            }
        });
        if is_account {
            return Ok(true);
        }
        if by_hand {
            let (from, until) = (day_start(period.from), day_end(period.to));
            let held = hands::between(db, agency, from, until, &Whose::All).await?;
            return Ok(held.iter().any(|one| one.holder == *wanted));
        }
        let touched = figures::touched(db, agency, period, false).await?;
        Ok(touched.iter().any(|one| one.officer == *wanted))
    }
}
