//! How does a letter look on the screen before it is printed?
use maud::{Markup, html};

use crate::documents::letter::{Letter, Line};

/// The letter as it will be printed; what was filled in for this dossier is marked.
pub fn on_paper(words: &Letter) -> Markup {
    let (addressee, name) = words.to.clone().unwrap_or_default();
    html! {
        article.letter lang="vi" {
            div.heads {
                p { (words.above.to_uppercase()) br; b { (words.agency.to_uppercase()) } br; "Số: " mark { (words.number.trim_start()) } }
                p { b { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" } br; b { "Độc lập - Tự do - Hạnh phúc" } br; i { (words.place_and_date) } }
            }
            h3 { (words.title.to_uppercase()) }
            p { "Kính gửi: " (addressee) b { (name) } }
            @for line in &words.lines {
                @if let Line::Text { runs } = line {
                    p { @for run in runs { @if run.strong { mark { b { (run.text) } } } @else { (run.text) } } }
                }
            }
            div.signs {
                p.small { b { i { "Nơi nhận:" } } @for copy in &words.copies_to { br; "- " (copy) } }
                div { @for line in &words.right.capacity { p { b { (line) } } } div.room {} p { b { (words.right.name) } } }
            }
        }
    }
}
