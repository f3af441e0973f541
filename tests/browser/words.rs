//! Words as they are compared: one kind of space, quotes that a path can hold.

/// Every run of spaces, also the ones that do not break, as one.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As a string of `XPath`; our labels hold no straight double quote.
pub fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "no path can hold {text}");
    format!("\"{text}\"")
}
