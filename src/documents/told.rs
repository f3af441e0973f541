//! Words with figures in them, each of which may know where its rows are. Paper shows the
//! words alone; a screen makes links of the figures.
use std::ops::Range;

use serde::{Serialize, Serializer};

/// Words, and the address behind some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub text: String,
    links: Vec<(Range<usize>, String)>,
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl From<String> for Told {
    fn from(text: String) -> Self {
        Self {
            text,
            links: Vec::new(),
        }
    }
}

impl From<&str> for Told {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Told {
    /// A figure and where its rows are; an empty address is none.
    pub fn figure(words: impl Into<String>, href: &str) -> Self {
        let text = words.into();
        let all = 0..text.len();
        Self {
            links: (!href.is_empty())
                .then(|| (all, href.to_owned()))
                .into_iter()
                .collect(),
            text,
        }
    }

    /// More words after these.
    #[must_use]
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        let (more, at) = (more.into(), self.text.len());
        self.text.push_str(&more.text);
        let moved = more.links.into_iter();
        self.links
            .extend(moved.map(|(range, href)| (range.start + at..range.end + at, href)));
        self
    }

    /// A sentence with figures where it has `{}`, in their order.
    ///
    /// ```
    /// use motcua::documents::told::Told;
    /// let said = Told::sentence("nhận {}, trễ {}.", [Told::figure("12", "/a"), "0".into()]);
    /// assert_eq!(said.text, "nhận 12, trễ 0.");
    /// let parts: Vec<_> = said.parts().collect();
    /// assert_eq!(parts, [("nhận ", None), ("12", Some("/a")), (", trễ 0.", None)]);
    /// ```
    pub fn sentence(words: &str, figures: impl IntoIterator<Item = Self>) -> Self {
        let mut pieces = words.split("{}");
        let mut said = Self::from(pieces.next().unwrap_or_default());
        for (figure, piece) in figures.into_iter().zip(pieces) {
            said = said.and(figure).and(piece);
        }
        said
    }

    /// The words in their order, with the address behind them.
    pub fn parts(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let mut parts = Vec::new();
        let mut at = 0;
        for (range, href) in &self.links {
            parts.push((&self.text[at..range.start], None));
            parts.push((&self.text[range.clone()], Some(href.as_str())));
            at = range.end;
        }
        parts.push((&self.text[at..], None));
        parts.into_iter().filter(|(words, _)| !words.is_empty())
    }
}
