//! What does a telephone fold away? It stands open, and without a head, where there is room;
//! on a telephone the script closes it, so that the page begins with what it is about.
use maud::{Markup, html};

pub fn fold(head: &str, inside: &Markup) -> Markup {
    html! { details.fold open { summary { (head) } (inside) } }
}

/// The head of a filter, with how much of it is set.
pub fn filter_head(conditions: usize) -> String {
    match conditions {
        0 => "Lọc".to_owned(),
        set => format!("Lọc: đang đặt {set} điều kiện"),
    }
}
