//! How are events sealed, so that a change behind the program's back shows?
//!
//! Each link holds the digest of one event and the head of the link before it; the
//! last head stands for all of them, so it is printed in a closed period's report.
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What stands before the first link.
pub const START: &str = "motcua";

/// Where an event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Dossier,
    Feedback,
    Period,
}

impl Source {
    pub const ALL: [Self; 3] = [Self::Dossier, Self::Feedback, Self::Period];

    /// The table's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Dossier => "event",
            Self::Feedback => "feedback_event",
            // A closed period is written once: it is its own event.
            Self::Period => "closed_period",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// One event under seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub number: i64,
    pub source: Source,
    pub event_id: i64,
    /// Of the event's words.
    pub digest: String,
    /// Of the dossier as the event left it; `None` where a later one had followed.
    pub state: Option<String>,
}

/// The digest of a list of values, in a form that both databases give back alike.
///
/// ```
/// use motcua::domain::chain::digest;
/// use serde_json::json;
/// assert_eq!(digest(&json!(["a", 1])), digest(&json!(["a", 1])));
/// assert_ne!(digest(&json!(["ab", ""])), digest(&json!(["a", "b"])));
/// ```
pub fn digest(words: &Value) -> String {
    crate::secret::hex(&Sha256::digest(words.to_string().as_bytes()))
}

/// The head after a link.
///
/// ```
/// use motcua::domain::chain::{Link, START, Source, head};
/// let link = |number, digest: &str| Link {
///     number, source: Source::Dossier, event_id: number, digest: digest.into(), state: None,
/// };
/// let first = head(START, &link(1, "aa"));
/// // Whatever comes later depends on everything before it.
/// assert_ne!(head(&first, &link(2, "bb")), head(&head(START, &link(1, "ab")), &link(2, "bb")));
/// ```
pub fn head(before: &str, link: &Link) -> String {
    digest(&serde_json::json!([
        before,
        link.number,
        link.source.code(),
        link.event_id,
        link.digest,
        link.state,
    ]))
}

/// What is wrong with a link, a dossier or the chain's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A link is missing: the numbers leave one out.
    Gap,
    /// The link itself was changed.
    Link,
    /// The event is gone.
    Removed,
    /// The event says something else than when it was sealed.
    Changed,
    /// The chain ends before its noted head.
    Cut,
    /// The dossier or feedback is not as its last event left it.
    State,
    /// A dossier without any event.
    NoEvent,
    /// An event whose dossier or feedback is gone.
    Gone,
    /// A head that was printed is not in the chain.
    Head,
    /// A head that was noted with a good copy is not in the chain.
    Copied,
    /// The dossier or feedback counts other events than there are.
    Count,
    /// A person was erased by no list that was signed.
    Erased,
}

impl Fault {
    pub fn label(self) -> &'static str {
        match self {
            Self::Gap => "mất một mắt niêm phong",
            Self::Link => "mắt niêm phong đã bị sửa",
            Self::Removed => "việc đã niêm phong không còn trong sổ",
            Self::Changed => "việc đã niêm phong bị sửa nội dung",
            Self::Cut => "đuôi chuỗi niêm phong bị cắt",
            Self::State => "bản ghi không còn như việc cuối cùng để lại",
            Self::NoEvent => "hồ sơ không có việc nào trong sổ",
            Self::Gone => "hồ sơ hoặc phản ánh của việc này không còn trong sổ",
            Self::Erased => "dữ liệu bị xóa không theo danh sách đã ký",
            Self::Copied => "mã niêm phong đã ghi khi sao lưu không có trong chuỗi",
            Self::Count => "số lần ghi không khớp với các việc trong sổ",
            Self::Head => "mã niêm phong đã in không có trong chuỗi",
        }
    }
}
