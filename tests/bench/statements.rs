//! The statements of one intake, as PostgreSQL's log has them, made into a script for
//! pgbench: the same words in the same order, what must differ each time is new.
use crate::Outcome;

/// What of the logged intake belongs to it alone.
pub struct Own {
    pub agency: i64,
    pub dossier: i64,
    pub code: String,
    pub key: String,
    /// Hashes that are unique in their table.
    pub hashes: Vec<String>,
}

/// A statement and its parameters.
type Logged = (String, Vec<Option<String>>);

/// The script, and how many statements it has.
pub fn script(log: &str, own: &Own) -> Outcome<(String, usize)> {
    let statements = read(log)?;
    let mut script = String::from(
        "\\set agency :first + :client_id * :apart\n\\set key random(1, 9000000000000000)\n",
    );
    for (words, parameters) in &statements {
        let mut words = words.clone();
        // From the last: `$1` begins `$12` too.
        for (at, value) in parameters.iter().enumerate().rev() {
            words = words.replace(&format!("${}", at + 1), &own.written(value.as_deref()));
        }
        if words.starts_with("BEGIN; ") {
            // Sent in one go: so does pgbench.
            let all = words.replace("; ", ";\n");
            script.push_str(&format!("\\startpipeline\n{all};\n\\endpipeline\n"));
            continue;
        }
        script.push_str(&words);
        script.push_str(if words.contains(" RETURNING ") {
            let of_dossier = words.starts_with("INSERT INTO \"dossier\"");
            if of_dossier {
                " \\gset made_\n"
            } else {
                " \\gset other_\n"
            }
        } else {
            ";\n"
        });
    }
    Ok((script, statements.len()))
}

impl Own {
    /// A parameter as the script writes it.
    fn written(&self, value: Option<&str>) -> String {
        let Some(value) = value else {
            return "NULL".into();
        };
        // The counter's answer is the last one before the dossier's. It is not brought to four
        // digits: `lpad` cuts a longer number, which a commune of sixteen clients reaches.
        let code = "('B' || CAST(:agency AS text) || '-261128-' || CAST(:other_last AS text))";
        let small = self.code.to_lowercase();
        if value == self.agency.to_string() {
            ":agency".into()
        } else if value == self.dossier.to_string() {
            ":made_id".into()
        } else if value == self.key {
            "CAST(:key AS text)".into()
        } else if self.hashes.iter().any(|hash| hash == value) {
            "(md5(random()::text) || md5(random()::text))".into()
        } else if let Some((before, after)) = value.split_once(&self.code) {
            format!("({} || {code} || {})", quoted(before), quoted(after))
        } else if let Some((before, after)) = value.split_once(&small) {
            format!("({} || lower({code}) || {})", quoted(before), quoted(after))
        } else {
            quoted(value)
        }
    }
}

/// A text in which pgbench finds no variable of its own.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "''");
    format!("E'{}'", text.replace(':', "\\x3A"))
}

/// The statements of a log without prefixes, in their order.
fn read(log: &str) -> Outcome<Vec<Logged>> {
    let mut all: Vec<Logged> = Vec::new();
    for line in log.lines() {
        if let Some(words) = line.strip_prefix("LOG:  statement: ") {
            all.push((words.to_owned(), Vec::new()));
        } else if let Some(rest) = line.strip_prefix("LOG:  execute ") {
            let (_, words) = rest.split_once(": ").ok_or("a statement without words")?;
            all.push((words.to_owned(), Vec::new()));
        } else if let Some(list) = line.strip_prefix("DETAIL:  parameters: ") {
            all.last_mut().ok_or("parameters of nothing")?.1 = parameters(list)?;
        } else if line.starts_with('\t') {
            return Err(format!("a statement of several lines: {line}").into());
        }
    }
    Ok(all)
}

/// `$1 = 'a', $2 = NULL`, quotes doubled within.
fn parameters(list: &str) -> Outcome<Vec<Option<String>>> {
    let mut all = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let (_, value) = rest.split_once(" = ").ok_or("a parameter without value")?;
        let (value, after) = match value.strip_prefix('\'') {
            None => (
                None,
                value.strip_prefix("NULL").ok_or("neither text nor NULL")?,
            ),
            Some(text) => {
                let mut end = 0;
                loop {
                    end += text[end..].find('\'').ok_or("a text without end")?;
                    if !text[end..].starts_with("''") {
                        break;
                    }
                    end += 2;
                }
                (Some(text[..end].replace("''", "'")), &text[end + 1..])
            }
        };
        all.push(value);
        rest = after.trim_start_matches(", ");
    }
    Ok(all)
}
