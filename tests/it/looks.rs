//! How papers look: the text and a small grey picture of each page, kept under
//! `tests/data/papers`. `MOTCUA_BLESS=1` writes them anew, for a person to look at.
use std::path::PathBuf;

/// How far a grey value may lie from the kept one: fonts are drawn alike by every
/// poppler, but not to the last shade.
const SHADE: i32 = 40;
/// How many of a page's points may lie further away, in a thousand.
const STRAYS: usize = 6;

fn kept(name: &str) -> PathBuf {
    PathBuf::from("tests/data/papers").join(name)
}

/// Points of a `P5` picture.
fn points(pgm: &[u8]) -> (&[u8], &[u8]) {
    let mut ends = pgm
        .iter()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_whitespace());
    let end = ends.nth(3).map_or(0, |(place, _)| place + 1);
    pgm.split_at(end)
}

fn blessing() -> bool {
    std::env::var_os("MOTCUA_BLESS").is_some()
}

/// Compares the text alone: for a paper whose picture holds a new secret each time.
pub fn says_as_before(name: &str, pdf: &[u8]) {
    let text = crate::paper::Paper::of(pdf).text();
    let file = kept(&format!("{name}.txt"));
    if blessing() {
        std::fs::create_dir_all(kept("")).unwrap();
        std::fs::write(file, text + "\n").unwrap();
        return;
    }
    let before = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(before.trim_end(), text, "{name} says something else");
}

/// Compares text and first page with what is kept.
pub fn like_before(name: &str, pdf: &[u8]) {
    says_as_before(name, pdf);
    let picture = crate::paper::Paper::of(pdf).picture();
    let file = kept(&format!("{name}.pgm"));
    if blessing() {
        std::fs::write(file, picture).unwrap();
        return;
    }
    let before = std::fs::read(&file).unwrap();
    let ((head, old), (new_head, new)) = (points(&before), points(&picture));
    assert_eq!(head, new_head, "{name} has another shape");
    let strays = old
        .iter()
        .zip(new)
        .filter(|(a, b)| (i32::from(**a) - i32::from(**b)).abs() > SHADE)
        .count();
    assert!(
        strays * 1000 <= old.len() * STRAYS,
        "{name} looks different: {strays} of {} points",
        old.len()
    );
}
