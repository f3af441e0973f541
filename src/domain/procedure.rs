//! One procedure of the published catalogue, in one of its versions.
use chrono::{NaiveDate, NaiveTime};

use super::{
    deadline::{ClockPolicy, TimeLimit, Unit},
    dossier::codes,
    row::{Row, RowError, Table},
    terms::Terms,
    time,
    viet::{date, fold, number, tidy},
};

codes! {
    /// Whether a decision declares the procedure "4 tại chỗ".
    FourFlag {
        Yes = "true", "4 tại chỗ";
        No = "false", "không";
        /// Not declared; a candidate.
        Unknown = "unknown", "chưa rõ";
    }
}

/// A version of a procedure, in force on certain days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// 0 until stored.
    pub id: i64,
    pub code: String,
    pub name: String,
    pub field: String,
    /// `None` where there is no single limit: the desk promises a date by hand.
    pub limit: Option<TimeLimit>,
    /// Dong; `None` where the province sets it and the amount is not known.
    pub fee_vnd: Option<i64>,
    pub fee_note: String,
    pub legal_basis: String,
    pub involves_agencies: String,
    pub four: FourFlag,
    pub four_reason: String,
    pub four_decision: Option<String>,
    pub four_from: Option<NaiveDate>,
    pub online_level: String,
    pub documents: Vec<String>,
    pub confidence: String,
    pub era: String,
    pub authority: String,
    pub source_notes: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub decision: Option<String>,
    pub decided_on: Option<NaiveDate>,
    pub clock: Option<ClockPolicy>,
    pub cut_off: Option<NaiveTime>,
    /// What the agency that is asked about decided for itself; its values stand above.
    pub own: Option<Box<Terms>>,
}

impl Procedure {
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Under the commune's own authority: what the 20 % target counts
    /// (not Công an, not Ban chỉ huy quân sự).
    pub fn own_authority(&self) -> bool {
        self.authority == "UBND cấp xã"
    }

    /// Declared "4 tại chỗ" on a day. A flag without a decision counts, and the
    /// figure says "chưa có số quyết định".
    pub fn declared(&self, day: NaiveDate) -> bool {
        self.four == FourFlag::Yes && self.four_from.is_none_or(|from| from <= day)
    }

    /// Whether the agency that is asked about takes it.
    pub fn offered(&self) -> bool {
        self.own.as_ref().is_none_or(|terms| terms.offered)
    }

    /// The folded words that a search looks through.
    pub fn search_text(&self) -> String {
        fold(&format!("{} {} {}", self.code, self.name, self.field))
    }
}

/// What a reader of the catalogue would notice between two versions, each as
/// "thời hạn: 5 ngày làm việc → 3 ngày làm việc".
///
/// ```
/// use motcua::domain::procedure::{SHIPPED, changes, read};
/// let all = read(SHIPPED).unwrap();
/// let mut new = all[0].clone();
/// assert!(changes(&all[0], &new).is_empty());
/// new.documents.push("Ảnh 3x4".into());
/// assert_eq!(changes(&all[0], &new), ["thêm giấy tờ “Ảnh 3x4”"]);
/// ```
pub fn changes(old: &Procedure, new: &Procedure) -> Vec<String> {
    let limit = |p: &Procedure| {
        p.limit
            .map_or_else(|| "không có thời hạn chung".to_owned(), |l| l.to_string())
    };
    let fee = |p: &Procedure| match p.fee_vnd {
        Some(0) => "không thu".to_owned(),
        Some(fee) => format!("{} đ", number(fee)),
        None => "chưa ghi".to_owned(),
    };
    let text = |text: &str| {
        if text.is_empty() {
            "trống".to_owned()
        } else {
            text.to_owned()
        }
    };
    let optional = |value: &Option<String>| text(value.as_deref().unwrap_or_default());
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "trống".to_owned(), date);
    let compared = [
        ("tên", old.name.clone(), new.name.clone()),
        ("lĩnh vực", old.field.clone(), new.field.clone()),
        ("thời hạn", limit(old), limit(new)),
        ("phí, lệ phí", fee(old), fee(new)),
        ("ghi chú phí", text(&old.fee_note), text(&new.fee_note)),
        ("căn cứ", text(&old.legal_basis), text(&new.legal_basis)),
        ("cơ quan", text(&old.authority), text(&new.authority)),
        (
            "4 tại chỗ",
            old.four.label().to_owned(),
            new.four.label().to_owned(),
        ),
        (
            "quyết định 4 tại chỗ",
            optional(&old.four_decision),
            optional(&new.four_decision),
        ),
        (
            "quyết định công bố",
            optional(&old.decision),
            optional(&new.decision),
        ),
        ("ngày quyết định", day(old.decided_on), day(new.decided_on)),
        ("hết hiệu lực", day(old.valid_to), day(new.valid_to)),
    ];
    let mut said: Vec<String> = compared
        .into_iter()
        .filter(|(_, was, is)| was != is)
        .map(|(what, was, is)| format!("{what}: {was} → {is}"))
        .collect();
    let missing = |from: &Procedure, other: &Procedure| -> Vec<String> {
        from.documents
            .iter()
            .filter(|paper| !other.documents.contains(paper))
            .cloned()
            .collect()
    };
    said.extend(
        missing(new, old)
            .iter()
            .map(|paper| format!("thêm giấy tờ “{paper}”")),
    );
    said.extend(
        missing(old, new)
            .iter()
            .map(|paper| format!("bớt giấy tờ “{paper}”")),
    );
    said
}

/// The catalogue that the program carries (`config/catalogue.csv`).
pub const SHIPPED: &str = include_str!("../../config/catalogue.csv");

/// The columns that a catalogue file must have, in the order they are written.
pub const COLUMNS: [&str; 18] = [
    "code",
    "name",
    "field",
    "time_limit",
    "unit",
    "fee_vnd",
    "fee_note",
    "legal_basis",
    "involves_agencies",
    "four_on_the_spot",
    "four_reason",
    "online_level",
    "required_documents",
    "confidence",
    "era",
    "authority",
    "source_notes",
    "valid_from",
];

/// The columns it may have as well.
pub const OPTIONAL_COLUMNS: [&str; 7] = [
    "valid_to",
    "decision",
    "decided_on",
    "four_decision",
    "four_from",
    "clock",
    "cut_off",
];

/// Reads a catalogue file.
///
/// # Errors
/// [`RowError`] names the first wrong line and column.
///
/// ```
/// use motcua::domain::procedure::{read, SHIPPED};
/// let all = read(SHIPPED).unwrap();
/// assert_eq!(all.len(), 168);
/// assert_eq!(all.iter().filter(|p| p.limit.is_none()).count(), 4);
/// ```
pub fn read(text: &str) -> Result<Vec<Procedure>, RowError> {
    let mut table = Table::open(text, &COLUMNS)?;
    let mut all: Vec<Procedure> = Vec::new();
    while let Some(row) = table.next_row()? {
        let procedure = read_row(&row)?;
        let clash = all.iter().find(|other| {
            other.code == procedure.code
                && procedure.valid_to.is_none_or(|to| other.valid_from <= to)
                && other.valid_to.is_none_or(|to| procedure.valid_from <= to)
        });
        if clash.is_some() {
            let twice = "Thủ tục đã có phiên bản khác hiệu lực cùng thời gian trong tệp.";
            return Err(row.wrong("code", twice));
        }
        all.push(procedure);
    }
    if all.is_empty() {
        let reason = "Tệp không có dòng nào.".to_owned();
        return Err(RowError {
            line: 2,
            column: "code".into(),
            reason,
        });
    }
    Ok(all)
}

fn read_row(row: &Row<'_>) -> Result<Procedure, RowError> {
    let text = |column: &str| tidy(row.get(column));
    let required = |column: &str| match text(column) {
        empty if empty.is_empty() => Err(row.wrong(column, "Ô bắt buộc còn trống.")),
        long if long.chars().count() > 2000 => Err(row.wrong(column, "Dài quá 2.000 ký tự.")),
        value => Ok(value),
    };
    let filled = |column: &str| Some(text(column)).filter(|value| !value.is_empty());
    let date = |column: &str| match filled(column) {
        None => Ok(None),
        Some(value) => time::parse_date(&value)
            .map(Some)
            .map_err(|e| row.wrong(column, e)),
    };
    let valid_from =
        date("valid_from")?.ok_or_else(|| row.wrong("valid_from", "Ô bắt buộc còn trống."))?;
    let valid_to = date("valid_to")?;
    if valid_to.is_some_and(|to| to < valid_from) {
        return Err(row.wrong("valid_to", "Ngày hết hiệu lực trước ngày có hiệu lực."));
    }
    let limit = match (filled("time_limit"), filled("unit")) {
        (None, None) => None,
        (amount, unit) => {
            let unit = unit.as_deref().and_then(Unit::from_code);
            let unit = unit.ok_or_else(|| row.wrong("unit", Unit::unknown_code()))?;
            let amount = amount
                .unwrap_or_default()
                .parse::<u32>()
                .ok()
                .filter(|n| *n <= 3_660);
            let amount = amount.ok_or_else(|| {
                row.wrong("time_limit", "Thời hạn phải là số nguyên từ 0 đến 3.660.")
            })?;
            Some(TimeLimit::new(amount, unit))
        }
    };
    let fee = filled("fee_vnd").map(|fee| {
        let amount = fee.parse::<i64>().ok().filter(|fee| *fee >= 0);
        amount.ok_or_else(|| row.wrong("fee_vnd", "Mức phí phải là số đồng, không âm."))
    });
    let four = FourFlag::from_code(row.get("four_on_the_spot"))
        .ok_or_else(|| row.wrong("four_on_the_spot", "Chỉ nhận true, false, unknown."))?;
    let clock = filled("clock").map(|code| {
        ClockPolicy::from_code(&code).ok_or_else(|| row.wrong("clock", "Chỉ nhận pause, restart."))
    });
    let cut_off = filled("cut_off").map(|at| {
        NaiveTime::parse_from_str(&at, "%H:%M")
            .map_err(|_| row.wrong("cut_off", "Giờ chốt ghi như 15:00."))
    });
    Ok(Procedure {
        id: 0,
        code: required("code")?,
        name: required("name")?,
        field: required("field")?,
        limit,
        fee_vnd: fee.transpose()?,
        fee_note: text("fee_note"),
        legal_basis: text("legal_basis"),
        involves_agencies: text("involves_agencies"),
        four,
        four_reason: text("four_reason"),
        four_decision: filled("four_decision"),
        four_from: date("four_from")?,
        online_level: text("online_level"),
        documents: row
            .get("required_documents")
            .split(';')
            .map(tidy)
            .filter(|document| !document.is_empty())
            .collect(),
        confidence: text("confidence"),
        era: text("era"),
        authority: required("authority")?,
        source_notes: text("source_notes"),
        valid_from,
        valid_to,
        decision: filled("decision"),
        decided_on: date("decided_on")?,
        clock: clock.transpose()?,
        cut_off: cut_off.transpose()?,
        own: None,
    })
}
