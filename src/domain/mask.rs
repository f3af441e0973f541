//! What in a free text could name a person? Names, numbers and addresses are replaced
//! before anyone of the staff reads it; better a word too many than a name too few.
use super::viet::fold;

const NAME: &str = "[tên]";
const NUMBER: &str = "[số]";
const ADDRESS: &str = "[địa chỉ]";

/// Family names, folded. Many are everyday words too, so they count only before
/// another capital, or in front of "Văn", "Thị".
const FAMILIES: [&str; 52] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
    "ho", "ngo", "duong", "ly", "van", "truong", "dinh", "doan", "trinh", "mai", "cao", "dao",
    "luong", "luu", "ha", "lam", "ta", "to", "ton", "chau", "thai", "quach", "kieu", "trieu", "cu",
    "la", "tang", "tong", "vuong", "nghiem", "phung", "khuat", "au", "quan", "bach", "diep", "hua",
    "tieu", "thach", "che",
];

/// What stands before a given name.
const TITLES: [&str; 16] = [
    "ong", "ba", "anh", "chi", "co", "chu", "bac", "em", "chau", "thay", "bo", "chuc", "dc", "me",
    "bi", "vien",
];

/// A word with what surrounds it: `(`, word, `),`.
struct Word<'a> {
    before: &'a str,
    core: &'a str,
    after: &'a str,
    folded: String,
}

impl<'a> Word<'a> {
    fn of(text: &'a str) -> Self {
        let start = text.find(|c: char| c.is_alphanumeric()).unwrap_or(0);
        let end = text
            .char_indices()
            .rev()
            .find(|(_, c)| c.is_alphanumeric())
            .map_or(text.len(), |(at, c)| at + c.len_utf8());
        let (start, end) = if start < end {
            (start, end)
        } else {
            (0, text.len())
        };
        Self {
            before: &text[..start],
            core: &text[start..end],
            after: &text[end..],
            folded: fold(&text[start..end]),
        }
    }

    fn capital(&self) -> bool {
        self.core.chars().next().is_some_and(char::is_uppercase)
    }

    /// "UBND", "CCCD": an abbreviation is nobody's name.
    fn abbreviation(&self) -> bool {
        let letters = self.core.chars().count();
        letters > 1 && self.core.is_ascii() && self.core.chars().all(char::is_uppercase)
    }

    fn name_like(&self) -> bool {
        self.capital() && !self.abbreviation() && self.core.chars().all(char::is_alphabetic)
    }

    /// Whether a name ends here.
    fn closed(&self) -> bool {
        !self.after.is_empty()
    }
}

/// The text as staff may read it. `known` are names that are always hidden, however they
/// are typed: those of the staff.
///
/// ```
/// use motcua::domain::mask::mask;
/// let said = |text: &str| mask(text, &["Hoàng Thị Kim Hoa"]);
/// assert_eq!(said("Chị Hoa rất nhiệt tình, gọi tôi 0912 345 678."), "Chị [tên] rất nhiệt tình, gọi tôi [số].");
/// assert_eq!(said("Tôi là Trần Văn Bình, CCCD 046085001234"), "Tôi là [tên], CCCD [số]");
/// assert_eq!(said("hoang thi kim hoa hẹn tôi 3 lần"), "[tên] hẹn tôi 3 lần");
/// assert_eq!(said("nguyen van an o thon 4"), "[tên] o thon 4");
/// assert_eq!(said("Hồ sơ để lâu. Đề nghị UBND xã sửa."), "Hồ sơ để lâu. Đề nghị UBND xã sửa.");
/// assert_eq!(said("thư: a.b@example.com"), "thư: [địa chỉ]");
/// ```
pub fn mask(text: &str, known: &[&str]) -> String {
    let known: Vec<Vec<String>> = known.iter().map(|name| words_of(name)).collect();
    let lines = text.lines().map(|line| mask_line(line, &known));
    lines.collect::<Vec<_>>().join("\n")
}

fn words_of(name: &str) -> Vec<String> {
    fold(name).split(' ').map(str::to_owned).collect()
}

fn mask_line(line: &str, known: &[Vec<String>]) -> String {
    let words: Vec<Word> = line.split_whitespace().map(Word::of).collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let here = &words[at..];
        let (taken, shown) = if here[0].core.contains('@') {
            (1, ADDRESS)
        } else if let Some(taken) = number(here) {
            (taken, NUMBER)
        } else if let Some(taken) = name(&words, at, known) {
            (taken, NAME)
        } else {
            out.push(format!(
                "{}{}{}",
                here[0].before, here[0].core, here[0].after
            ));
            at += 1;
            continue;
        };
        let last = &here[taken - 1];
        out.push(format!("{}{shown}{}", here[0].before, last.after));
        at += taken;
    }
    out.join(" ")
}

/// How many words from here are one number of four digits or more, its groups apart or not.
fn number(words: &[Word]) -> Option<usize> {
    let digits = |word: &Word| word.core.chars().filter(char::is_ascii_digit).count();
    let only = |word: &&Word| {
        !word.core.is_empty()
            && word
                .core
                .chars()
                .all(|c| c.is_ascii_digit() || ".-/".contains(c))
    };
    let group = words.iter().take_while(only).count();
    let ended = words
        .iter()
        .take(group)
        .position(Word::closed)
        .map_or(group, |at| at + 1);
    let all: usize = words.iter().take(ended).map(digits).sum();
    if all >= 4 {
        return Some(ended);
    }
    (digits(&words[0]) >= 4).then_some(1)
}

/// How many words from here are a name.
fn name(words: &[Word], at: usize, known: &[Vec<String>]) -> Option<usize> {
    let here = &words[at..];
    let known_here = |name: &Vec<String>| {
        let same = |from: usize| {
            here.len() >= name.len() - from
                && name[from..]
                    .iter()
                    .zip(here)
                    .all(|(part, word)| *part == word.folded)
        };
        // The whole name, or its last two words: how colleagues are called.
        let from = [0, name.len().saturating_sub(2)];
        from.into_iter()
            .find(|from| name.len() - from >= 2 && same(*from))
            .map(|from| name.len() - from)
    };
    if let Some(taken) = known.iter().filter_map(known_here).max() {
        return Some(taken);
    }
    let called = |word: &Word| TITLES.contains(&word.folded.as_str());
    let begins = begins_with(words, at);
    if begins && called(&here[0]) && here.len() > 1 && !here[0].closed() {
        return None;
    }
    let capitals = run(here, Word::name_like);
    let family = FAMILIES.contains(&here[0].folded.as_str());
    // Two capitals in a row. Of three or more at the beginning of a sentence the first
    // may be there for that alone; then the name begins with the next.
    if capitals >= 2 && (family || !begins || capitals == 2) {
        return Some(capitals.min(5));
    }
    let title = at > 0 && called(&words[at - 1]) && !words[at - 1].closed();
    if capitals >= 1 && title {
        return Some(capitals);
    }
    let middle = here.get(1).filter(|_| !here[0].closed());
    let middle =
        middle.is_some_and(|word| ["van", "thi"].contains(&word.folded.as_str()) && !word.closed());
    if (family && middle || here[0].core.to_lowercase() == "nguyễn") && here.len() >= 2 {
        return Some(run(here, |_| true).min(if middle { 3 } else { 2 }));
    }
    if at >= 1 && words[at - 1].folded == "ten"
        || at >= 2 && words[at - 1].folded == "la" && told(words, at)
    {
        let taken = run(here, |word| word.core.chars().all(char::is_alphabetic));
        return Some(taken.min(3))
            .filter(|taken| *taken > 0 && here[0].folded != "la" && here[0].folded != "toi");
    }
    None
}

/// Whether a sentence begins here.
fn begins_with(words: &[Word], at: usize) -> bool {
    at == 0 || words[at - 1].after.contains(['.', '!', '?', ':'])
}

/// "tên là", "tên tôi là".
fn told(words: &[Word], at: usize) -> bool {
    words[at.saturating_sub(3)..at - 1]
        .iter()
        .any(|word| word.folded == "ten")
}

/// Words of one kind in a row; a mark of punctuation ends it.
fn run<'a>(words: &[Word<'a>], kind: impl Fn(&Word<'a>) -> bool) -> usize {
    let mut taken = 0;
    for word in words {
        if !kind(word) {
            break;
        }
        taken += 1;
        if word.closed() {
            break;
        }
    }
    taken
}

/// A number of identity as lists show it: the last four digits are enough to tell people
/// apart at the counter.
///
/// ```
/// use motcua::domain::mask::last_four;
/// assert_eq!(last_four("046085001234"), "•••• 1234");
/// assert_eq!(last_four("12"), "••••");
/// ```
pub fn last_four(number: &str) -> String {
    let count = number.chars().count();
    if count <= 4 {
        return "••••".to_owned();
    }
    let shown: String = number.chars().skip(count - 4).collect();
    format!("•••• {shown}")
}
