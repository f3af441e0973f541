//! A file of workflows (`config/workflows.toml`): titles by field, ways by procedure.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    viet::tidy,
    workflow::{Duty, Step, read_share, shown},
};

/// The workflows that the program carries.
pub const SHIPPED: &str = include_str!("../../config/workflows.toml");

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowFile {
    /// Which title appraises a field's dossiers where no way is given.
    pub titles: BTreeMap<String, String>,
    pub workflows: Vec<Given>,
}

/// The way of one procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub procedure: String,
    /// The decision that approved it, or what is not known about it.
    pub note: String,
    pub steps: Vec<Step>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    titles: BTreeMap<String, String>,
    #[serde(default)]
    workflow: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    procedure: String,
    #[serde(default)]
    note: String,
    steps: Vec<Line>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    duty: String,
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    share: String,
}

/// Reads a file; whether a way fits its procedure is checked against the catalogue.
///
/// # Errors
/// A Vietnamese sentence that names the procedure and the step.
///
/// ```
/// use motcua::domain::workflow_file::{read, write, SHIPPED};
/// let file = read(SHIPPED).unwrap();
/// assert_eq!(file.titles["Hộ tịch"], "Tư pháp – Hộ tịch");
/// assert_eq!(file.workflows[0].steps.len(), 5);
/// assert_eq!(read(&write(&file)).unwrap(), file, "what is written is read again");
/// ```
pub fn read(text: &str) -> Result<WorkflowFile, String> {
    let file: File = toml::from_str(text)
        .map_err(|error| format!("Tệp quy trình sai ở chỗ sau: {}", error.to_string().trim()))?;
    let mut workflows: Vec<Given> = Vec::new();
    for entry in file.workflow {
        let procedure = tidy(&entry.procedure);
        if workflows.iter().any(|other| other.procedure == procedure) {
            return Err(format!("Thủ tục {procedure} có hai quy trình trong tệp."));
        }
        let mut steps = Vec::new();
        for (place, line) in entry.steps.iter().enumerate() {
            let wrong = |why: &str| format!("Thủ tục {procedure}, bước {}: {why}", place + 1);
            let duty = Duty::from_code(&line.duty).ok_or_else(|| {
                let all: Vec<&str> = Duty::ALL.iter().map(|duty| duty.code()).collect();
                wrong(&format!("duty chỉ nhận {}.", all.join(", ")))
            })?;
            let share = match line.share.trim() {
                "" => 0,
                text => read_share(text).map_err(|why| wrong(&why))?,
            };
            steps.push(Step {
                duty,
                name: tidy(&line.name),
                title: tidy(&line.title),
                agency: tidy(&line.agency),
                share,
            });
        }
        workflows.push(Given {
            procedure,
            note: tidy(&entry.note),
            steps,
        });
    }
    Ok(WorkflowFile {
        titles: file.titles,
        workflows,
    })
}

/// The file that says the same.
pub fn write(file: &WorkflowFile) -> String {
    let line = |step: &Step| Line {
        duty: step.duty.code().into(),
        name: step.name.clone(),
        title: step.title.clone(),
        agency: step.agency.clone(),
        share: shown(u64::from(step.share)),
    };
    let file = File {
        titles: file.titles.clone(),
        workflow: file
            .workflows
            .iter()
            .map(|given| Entry {
                procedure: given.procedure.clone(),
                note: given.note.clone(),
                steps: given.steps.iter().map(line).collect(),
            })
            .collect(),
    };
    toml::to_string(&file).unwrap_or_default()
}
