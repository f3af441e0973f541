//! Which rows have a word in their folded text, wherever it stands?
use sea_orm::{
    ColumnTrait, Condition, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect, Statement,
    sea_query::{Expr, LikeExpr},
};

use serde_json::Value;

use super::{Reader, tables::dossier::dossier};
use crate::error::Result;

/// A pattern that finds a word anywhere in a text; `%` and `_` are signs like any other.
pub(super) fn holding(word: &str) -> LikeExpr {
    LikeExpr::new(pattern(word)).escape('\\')
}

fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Whether words are looked for by an index: on a server it needs an extension that an owner
/// may not have been let add (`m33_trigrams`).
pub async fn has_index(db: &impl Reader) -> Result<bool> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let ask = Statement::from_string(
        DbBackend::Postgres,
        "SELECT 1 AS there FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'ix_dossier_search'",
    );
    Ok(db.query_one_raw(ask).await?.is_some())
}

/// Signs that an index knows texts by, on either engine.
const TRIGRAM: usize = 3;

/// The dossiers that have each of these folded words in what they are looked for by. Fewer
/// than three signs are looked for where a word begins: within words they stand everywhere.
pub(super) async fn dossiers(db: &impl Reader, words: &[String]) -> Result<Condition> {
    let looked_for = words.iter().map(|word| {
        if word.chars().count() < TRIGRAM {
            format!(" {word}")
        } else {
            word.clone()
        }
    });
    let looked_for: Vec<String> = looked_for.collect();
    let number = words.iter().find(|word| is_number(word));
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let mut all = Condition::all();
    let mut rare = None;
    if postgres {
        // Asked first: what is found so is few, and the planner knows that only if it sees them.
        let numbered = match number {
            Some(number) => numbered(db, number).await?,
            None => Vec::new(),
        };
        if (1..=MOST_NUMBERED).contains(&numbered.len()) {
            all = all.add(dossier::Column::Id.is_in(numbered));
        } else {
            rare = rarest(db, &looked_for).await?;
        }
    }
    for (place, part) in looked_for.iter().enumerate() {
        all = all.add(if rare.is_some_and(|rare| rare != place) {
            // As an index is not asked for it.
            let beside = "\"dossier\".\"search\" || '' LIKE $1";
            Expr::cust_with_values(beside, [pattern(part)])
        } else {
            dossier::Column::Search.like(holding(part))
        });
    }
    if postgres {
        return Ok(all);
    }
    let known_by = trigrams(&looked_for);
    if known_by.is_empty() {
        return Ok(all);
    }
    // `LIKE` alone would read every row; PostgreSQL finds its own way to its index.
    let known_by = Value::from(known_by).to_string();
    if let Some(number) = number {
        // Nothing has an empty phrase: the lists are not walked where there is a number.
        let found = format!(
            "dossier.id IN (WITH numbered AS MATERIALIZED ({NUMBERED}) SELECT id FROM numbered \
             UNION ALL SELECT rowid FROM dossier_words WHERE dossier_words MATCH \
             (SELECT CASE WHEN EXISTS (SELECT 1 FROM numbered) THEN '\"\"' ELSE ({SAMPLE} {RAREST}) END))"
        );
        all = all.add(Expr::cust_with_values(
            found,
            [number, number, number, number, &known_by],
        ));
    } else if let Some((rarest, held)) = sampled(db, &looked_for, known_by).await? {
        let found = "dossier.id IN (SELECT rowid FROM dossier_words WHERE dossier_words MATCH ?)";
        all = all.add(Expr::cust_with_values(found, [rarest]));
        if held == 0
            && let Some(few) = few(db, &all).await?
        {
            let these = "dossier.id IN (SELECT value FROM json_each(?))";
            all = Condition::all().add(Expr::cust_with_values(these, [few]));
        }
    }
    Ok(all)
}

/// The dossiers, where they are few enough to be named: a page counts them, sorts them and
/// looks among them, and hundreds of texts that only have the same signs are read once.
async fn few(db: &impl Reader, all: &Condition) -> Result<Option<String>> {
    let ids: Vec<i64> = dossier::Entity::find()
        .select_only()
        .column(dossier::Column::Id)
        .filter(all.clone())
        .limit(MOST_NUMBERED as u64 + 1)
        .into_tuple()
        .all(db)
        .await?;
    Ok((ids.len() <= MOST_NUMBERED).then(|| Value::from(ids).to_string()))
}

/// How many of them a page of a list wants, its number with them.
const WANTED: i64 = 1_000;
/// To read a row costs as much as to list so many that the index finds.
const LISTED: i64 = 4;

/// The trigrams that the index is asked for on `SQLite`, and how many of the 64 have all words;
/// none where the words are so frequent, by the 64, that a page of them is met sooner on
/// whatever way the register is walked than the index has listed all.
async fn sampled(
    db: &impl Reader,
    parts: &[String],
    known_by: String,
) -> Result<Option<(String, i64)>> {
    let all = vec!["search LIKE ? ESCAPE '\\'"; parts.len()].join(" AND ");
    let ask = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        format!(
            "{SAMPLE} SELECT (SELECT COUNT(*) FROM sample WHERE {all}), \
             (SELECT MIN((SELECT SUM(instr(search, value) > 0) FROM sample)) FROM json_each(?)), \
             (SELECT MAX(id) FROM dossier), ({RAREST})"
        ),
        parts
            .iter()
            .map(|part| pattern(part).into())
            .chain([known_by.clone().into(), known_by.into()]),
    );
    let Some(row) = db.query_one_raw(ask).await? else {
        return Ok(None);
    };
    let held: i64 = row.try_get_by_index(0)?;
    let least: Option<i64> = row.try_get_by_index(1)?;
    let rows: Option<i64> = row.try_get_by_index(2)?;
    let listed = least.unwrap_or_default() * (rows.unwrap_or_default() / 64);
    // One alone may have it by chance.
    let often = held > 1 && WANTED * 64 / held * LISTED < listed;
    let rarest: String = row.try_get_by_index(3)?;
    Ok((!often).then_some((rarest, held)))
}

/// So few dossiers are sooner read than looked for by all words.
const FEW: u64 = 2_000;

/// Of several words the one that the planner expects in few dossiers (`m53_words` lets it know
/// the register well enough). Then the index is asked for that one alone: for each that it finds
/// it would look into the long lists of "nguyen" and "thi", which took 17 milliseconds instead of 4.
async fn rarest(db: &impl Reader, parts: &[String]) -> Result<Option<usize>> {
    if parts.len() < 2 {
        return Ok(None);
    }
    let asked: Vec<String> = (1..=parts.len())
        .map(|n| format!("SELECT 1 FROM dossier AS word_{n} WHERE word_{n}.\"search\" LIKE ${n}"))
        .collect();
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!("EXPLAIN (FORMAT JSON) {}", asked.join(" UNION ALL ")),
        parts.iter().map(|part| pattern(part).into()),
    );
    let Some(row) = db.query_one_raw(ask).await? else {
        return Ok(None);
    };
    let plan: Value = row.try_get_by_index(0)?;
    let expected = |place: &usize| expected(&plan, &format!("word_{}", place + 1));
    let rare = (0..parts.len()).min_by_key(|place| expected(place).unwrap_or(u64::MAX));
    Ok(rare.filter(|place| expected(place).is_some_and(|rows| rows <= FEW)))
}

/// How many rows a plan expects of a table under that name, wherever in it that is read.
fn expected(plan: &Value, alias: &str) -> Option<u64> {
    match plan {
        Value::Object(node) if node.get("Alias").is_some_and(|found| found == alias) => {
            node.get("Plan Rows")?.as_u64()
        }
        Value::Object(node) => node.values().find_map(|below| expected(below, alias)),
        Value::Array(all) => all.iter().find_map(|below| expected(below, alias)),
        _ => None,
    }
}

/// As many are worth naming one by one.
const MOST_NUMBERED: usize = 1000;

/// The same as `NUMBERED` on PostgreSQL, for which three signs of a number are a long list as
/// well.
async fn numbered(db: &impl Reader, number: &str) -> Result<Vec<i64>> {
    let ask = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT id FROM dossier WHERE {} BETWEEN $1 AND $1 || ':' UNION ALL \
             SELECT id FROM dossier WHERE external_code IS NOT NULL AND {} BETWEEN $1 AND $1 || ':' \
             LIMIT {}",
            behind_dash("code"),
            behind_dash("external_code"),
            MOST_NUMBERED + 1
        ),
        [number.into()],
    );
    let rows = db.query_all_raw(ask).await?;
    let ids: Result<Vec<i64>, DbErr> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    Ok(ids?)
}

/// What its index is on.
fn behind_dash(column: &str) -> String {
    format!("(substr({column}, strpos({column}, '-') + 1) COLLATE \"C\")")
}

/// What people remember of a code: its day and its number, or the first signs of that.
fn is_number(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
    word.split_once('-').is_some_and(|(day, number)| {
        day.len() == 6 && !number.is_empty() && digits(day) && digits(number)
    })
}

/// The dossiers with such a number in their code, or in that of another system, behind its
/// first dash (after all digits comes the colon): a handful of a million, where each three of
/// its signs are a long list. Where there is none it may stand elsewhere in a text.
const NUMBERED: &str = "SELECT id FROM dossier \
       WHERE substr(code, instr(code, '-') + 1) BETWEEN ? AND ? || ':' \
     UNION ALL SELECT id FROM dossier \
       WHERE substr(external_code, instr(external_code, '-') + 1) BETWEEN ? AND ? || ':' \
       AND external_code IS NOT NULL";

/// What 64 dossiers are looked for by that lie over the register, one somewhere in each part of
/// it: the latest would all bear the same year, and a step that is always the same might meet
/// the same weekday.
const SAMPLE: &str = "WITH RECURSIVE part(at, size) AS ( \
       SELECT 0, (SELECT MAX(id) FROM dossier) / 64 + 1 UNION ALL \
       SELECT at + 1, size FROM part WHERE at < 63), \
     sample AS MATERIALIZED (SELECT (SELECT search FROM dossier \
       WHERE id >= at * size + at * 7919 % size ORDER BY id LIMIT 1) AS search FROM part)";

/// Of some trigrams the three that these have least, each in quotes. All that have "thi"
/// are a long list, and the index walks each list it is asked for to the end: two or three
/// short ones find as much. Of those that are as rare, first such as do not overlap: one
/// letter further stands mostly in the same texts.
const RAREST: &str = "SELECT group_concat(printf('\"%w\"', value), ' ') FROM (SELECT value FROM json_each(?) \
       ORDER BY (SELECT SUM(instr(search, value) > 0) FROM sample), key % 3 LIMIT 3)";

/// Three signs each, which texts with these parts have, once each. Not every one, for what
/// is found by them is read anyway.
fn trigrams(parts: &[String]) -> Vec<String> {
    /// Where somebody pastes a page.
    const MOST: usize = 60;
    let mut all = Vec::new();
    for part in parts {
        let signs: Vec<char> = part.chars().collect();
        for trigram in signs.windows(TRIGRAM) {
            let trigram = trigram.iter().collect();
            if all.len() < MOST && !all.contains(&trigram) {
                all.push(trigram);
            }
        }
    }
    all
}
