//! Words are looked for by an index of trigrams: it finds what reading every text finds,
//! follows every change, and keeps nothing of an erased name.
use std::collections::BTreeMap;

use motcua::store::register::{self, Filter};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sea_orm::Statement;

use crate::{
    ballots_mixed::dossiers_like,
    harness::Desk,
    statements::{hearing, plan},
};

pub fn asking(words: &str) -> Filter {
    Filter {
        agency: 1,
        words: words.into(),
        ..Filter::default()
    }
}

async fn found(desk: &Desk, words: &str) -> u64 {
    let now = desk.app.clock.now();
    register::count(desk.store().read(), &asking(words), false, now)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_word_within_a_name_is_found_and_by_an_index() {
    let desk = Desk::at("2021-05-12T10:00").await;
    for day in 3..8 {
        desk.receive("1.004873", &format!("2021-05-0{day}T08:30"))
            .await;
    }
    for (words, number) in [
        ("đào", 5),
        ("guy", 5),
        ("NGUYEN thi", 5),
        // Two signs begin a word, they do not stand somewhere in it.
        ("th", 5),
        ("uy", 0),
        ("100%", 0),
        ("a_b", 0),
        ("\"guy\" OR", 0),
        ("*", 0),
    ] {
        assert_eq!(found(&desk, words).await, number, "{words}");
    }
    let (db, said) = hearing(&desk).await;
    let now = desk.app.clock.now();
    // Of a full page the whole number is asked for as well.
    let (rows, total) = register::page(&db, &asking("nguyễn thị đào"), false, now, 5)
        .await
        .unwrap();
    assert_eq!((rows.len(), total), (5, 5));
    register::shown(&db, &asking("nguyễn thị đào"), false, now, 5)
        .await
        .unwrap();
    let statements: Vec<Statement> = said.lock().unwrap().clone();
    assert!(statements.len() >= 2, "{statements:?}");
    for mut statement in statements {
        if statement.sql.starts_with("WITH RECURSIVE part") {
            // Which of them are rare, as some texts say.
            continue;
        }
        if desk.store().is_postgres() {
            // Of a few rows all orders and agencies are walked sooner than any word.
            if statement.sql.contains("ORDER BY") || statement.sql.starts_with("EXPLAIN") {
                continue;
            }
            // The rarest alone is looked for by the index.
            let others = statement.sql.matches("\"search\" || '' LIKE $").count();
            assert_eq!(others, 2, "{}", statement.sql);
            // By these words it is known, and planned anew each time.
            let looked_for = "\"search\" LIKE $";
            assert!(statement.sql.contains(looked_for), "{}", statement.sql);
            let agency = "\"dossier\".\"agency_id\" = $1";
            assert!(statement.sql.contains(agency), "{}", statement.sql);
            statement.sql = statement.sql.replace(agency, "$1::bigint IS NOT NULL");
        }
        let steps = plan(&desk, &statement).await;
        let by_index = if desk.store().is_postgres() {
            steps.iter().any(|step| step.contains("ix_dossier_search"))
        } else {
            let words = |step: &String| step.starts_with("SCAN dossier_words VIRTUAL TABLE INDEX");
            // By its number, alone or with the agency's.
            let rows = |step: &String| {
                step.starts_with("SEARCH dossier USING")
                    && (step.contains("rowid=?") || step.contains(" id=?"))
            };
            steps.iter().any(words) && steps.iter().any(rows)
        };
        assert!(by_index, "{}\n{steps:#?}", statement.sql);
    }
}

/// Of words that most dossiers have the index would list the whole register for one page of it.
#[tokio::test]
async fn what_very_many_have_is_met_on_the_way_and_what_few_have_is_looked_for() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let model = desk.receive("1.004873", "2021-05-03T08:30").await;
    let called = async |words: &str| {
        desk.run(&format!(
            "UPDATE dossier SET search = lower(code) || ' {words}' WHERE code = '{model}'"
        ))
        .await;
    };
    called("binh an").await;
    dossiers_like(&desk, &model, 1, 10_000).await;
    called("cuong manh").await;
    dossiers_like(&desk, &model, 10_001, 10_000).await;
    called("hiem co").await;
    let now = desk.app.clock.now();
    for (words, number, by_index) in [
        ("binh", 10_000, false),
        ("manh cuon", 10_000, false),
        // Each has many, both have none.
        ("binh manh", 0, true),
        ("hiem", 1, true),
        ("khong ai", 0, true),
    ] {
        let (db, said) = hearing(&desk).await;
        let (_, total) = register::page(&db, &asking(words), false, now, 20)
            .await
            .unwrap();
        assert_eq!(total, number, "{words}");
        if desk.store().is_postgres() {
            // Its planner decides the same by itself.
            continue;
        }
        let asked = said.lock().unwrap().clone();
        let looked = asked.iter().any(|one| one.sql.contains("dossier_words"));
        assert_eq!(looked, by_index, "{words}: {asked:#?}");
    }
}

/// What the search promises, said once more without an index.
fn has(text: &str, words: &str) -> bool {
    words
        .split_whitespace()
        .all(|word| match word.chars().count() {
            1 | 2 => text.contains(&format!(" {word}")),
            _ => text.contains(word),
        })
}

#[tokio::test]
async fn the_index_finds_what_reading_every_text_finds() {
    const ROWS: usize = 24;
    const SIGNS: [char; 9] = ['a', 'b', 'n', 'g', '-', '%', '_', '"', '\u{1F600}'];
    let desk = Desk::at("2021-05-12T10:00").await;
    let mut rng = StdRng::seed_from_u64(45);
    let word = |rng: &mut StdRng| -> String {
        let length = rng.random_range(1..8);
        (0..length).map(|_| *SIGNS.choose(rng).unwrap()).collect()
    };
    let mut texts = BTreeMap::new();
    for n in 0..ROWS {
        let code = desk
            .receive("1.004873", &format!("2021-05-12T09:{n:02}"))
            .await;
        desk.run(&format!(
            "UPDATE dossier SET search = lower(code) WHERE code = '{code}'"
        ))
        .await;
        texts.insert(code.clone(), code.to_lowercase());
    }
    let codes: Vec<String> = texts.keys().cloned().collect();
    let (mut asked, mut hits) = (0, 0);
    for _ in 0..60 {
        let code = codes.choose(&mut rng).unwrap().clone();
        let words: Vec<String> = (0..rng.random_range(0..5))
            .map(|_| word(&mut rng))
            .collect();
        let text = format!("{} {}", code.to_lowercase(), words.join(" "));
        desk.run(&format!(
            "UPDATE dossier SET search = '{text}' WHERE code = '{code}'"
        ))
        .await;
        texts.insert(code, text);
        let written: Vec<&String> = texts.values().collect();
        let mut questions = vec![
            word(&mut rng),
            format!("{} {}", word(&mut rng), words.join(" ")),
        ];
        // Something that is there: a part of one of them.
        let whole: Vec<char> = written.choose(&mut rng).unwrap().chars().collect();
        let from = rng.random_range(0..whole.len());
        let to = (from + rng.random_range(1..9)).min(whole.len());
        questions.push(whole[from..to].iter().collect());
        for words in questions {
            // Without a word all of them are asked for.
            if words.trim().is_empty() {
                continue;
            }
            let expected = written.iter().filter(|text| has(text, &words)).count();
            assert_eq!(found(&desk, &words).await, expected as u64, "{words:?}");
            asked += 1;
            hits += usize::from(expected > 0);
        }
    }
    assert!(asked > 100 && hits > 50, "{asked} {hits}");
    if !desk.store().is_postgres() {
        // The engine compares its index with the texts.
        desk.run("INSERT INTO dossier_words(dossier_words, rank) VALUES ('integrity-check', 1)")
            .await;
    }
    println!("searches compared: {asked}, of which found something: {hits}");
}

#[tokio::test]
async fn of_a_name_taken_out_no_trigram_is_left() {
    const THREES: [&str; 4] = ["qwx", "wxy", "xyz", "yzq"];
    let desk = Desk::at("2021-05-12T10:00").await;
    let code = desk.receive("1.004873", "2021-05-12T09:00").await;
    desk.receive("1.004873", "2021-05-12T09:05").await;
    let put = async |text: &str| {
        desk.run(&format!(
            "UPDATE dossier SET search = '{text}' WHERE code = '{code}'"
        ))
        .await;
    };
    put("h57 qwxyzq").await;
    assert_eq!(found(&desk, "qwxyzq").await, 1);
    if !desk.store().is_postgres() {
        // No word of the language begins like it, so that it stands there whole.
        assert!(pages(&desk, "wxy").await > 0);
    }
    put("h57").await;
    assert_eq!(found(&desk, "qwxyzq").await, 0);
    if desk.store().is_postgres() {
        return;
    }
    desk.run("CREATE VIRTUAL TABLE said USING fts5vocab(dossier_words, row)")
        .await;
    let left = desk
        .rows("SELECT term FROM said WHERE term IN ('qwx', 'wxy', 'xyz', 'yzq')")
        .await;
    assert!(left.is_empty(), "{left:?}");
    assert!(!desk.rows("SELECT term FROM said").await.is_empty());
    // Nor in its pages, where only what it no longer counts could lie.
    for three in THREES {
        assert_eq!(pages(&desk, three).await, 0, "{three}");
    }
}

/// How many pages of the index have these letters somewhere.
async fn pages(desk: &Desk, three: &str) -> usize {
    desk.rows(&format!(
        "SELECT id FROM dossier_words_data WHERE instr(block, CAST('{three}' AS BLOB)) > 0"
    ))
    .await
    .len()
}

#[tokio::test]
async fn a_number_is_found_in_either_code_and_else_wherever_it_stands() {
    let desk = Desk::at("2021-05-12T10:00").await;
    let mut codes = Vec::new();
    for n in 0..3 {
        let at = format!("2021-05-12T09:{n:02}");
        codes.push(desk.receive("1.004873", &at).await);
    }
    let of_day = |code: &String| code.split_once('-').unwrap().1.to_owned();
    let [first, second, third] = [0, 1, 2].map(|n| of_day(&codes[n]));
    for (set, code) in [
        (
            "external_code = 'H57.10-210513-0042', search = search || ' h57.10-210513-0042'",
            &codes[1],
        ),
        // As somebody writes a telephone.
        ("search = search || ' 023421-5678'", &codes[2]),
    ] {
        desk.run(&format!("UPDATE dossier SET {set} WHERE code = '{code}'"))
            .await;
    }
    for (words, number) in [
        (first.as_str(), 1),
        ("210512-", 3),
        ("210512-0", 3),
        ("210512-000", 3),
        ("210513-0042", 1),
        ("210513-00", 1),
        ("210513-0043", 0),
        ("023421-5", 1),
        ("023421-6", 0),
        (&format!("{third} nguyen"), 1),
        (&format!("{second} 210513-0042"), 1),
        (&format!("{first} 210513-0042"), 0),
        // Of seven digits there is no day.
        ("1210512-0001", 0),
    ] {
        assert_eq!(found(&desk, words).await, number, "{words}");
    }
    let (db, said) = hearing(&desk).await;
    let now = desk.app.clock.now();
    register::page(&db, &asking(&first), false, now, 5)
        .await
        .unwrap();
    let mut statements: Vec<Statement> = said.lock().unwrap().clone();
    if desk.store().is_postgres() {
        // It is asked for the number alone first, and then for what was found.
        statements.retain(|statement| statement.sql.contains("strpos("));
    }
    assert!(!statements.is_empty());
    for statement in statements {
        let steps = plan(&desk, &statement).await;
        for index in ["ix_dossier_number", "ix_dossier_external_number"] {
            assert!(steps.iter().any(|step| step.contains(index)), "{steps:#?}");
        }
    }
}
