//! A PDF read back by poppler: its text, its pages, its fonts.
pub struct Paper {
    _folder: tempfile::TempDir,
    file: String,
}

impl Paper {
    pub fn of(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("paper.pdf");
        std::fs::write(&file, pdf).unwrap();
        Self {
            file: file.to_str().unwrap().to_owned(),
            _folder: folder,
        }
    }

    fn tool(&self, name: &str, arguments: &[&str], last: &[&str]) -> String {
        let out = std::process::Command::new(name)
            .args(arguments)
            .arg(&self.file)
            .args(last)
            .output();
        let out = out.unwrap_or_else(|error| panic!("{name} (poppler-utils) is needed: {error}"));
        String::from_utf8(out.stdout).unwrap()
    }

    /// The words in the order they are read, single spaces between.
    pub fn text(&self) -> String {
        let text = self.tool("pdftotext", &["-layout"], &["-"]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails unless the words stand there in this order.
    pub fn says(&self, words: &[&str]) {
        let text = self.text();
        let mut from = 0;
        for word in words {
            let found = text[from..].find(word);
            from += found.unwrap_or_else(|| panic!("“{word}” not after {from} in:\n{text}"));
        }
    }

    /// The first page in grey, 150 points high.
    pub fn picture(&self) -> Vec<u8> {
        let out = std::process::Command::new("pdftoppm")
            .args(["-gray", "-singlefile", "-scale-to", "150"])
            .arg(&self.file)
            .output();
        let out = out.unwrap_or_else(|error| panic!("pdftoppm (poppler-utils) is needed: {error}"));
        assert!(out.stdout.starts_with(b"P5"), "no picture");
        out.stdout
    }

    /// Whether the grey words of the demo lie under its first page.
    pub fn is_marked_as_demo(&self) -> bool {
        const GREY: u8 = 225;
        let out = std::process::Command::new("pdftoppm")
            .args(["-gray", "-singlefile", "-scale-to", "600"])
            .arg(&self.file)
            .output()
            .unwrap();
        assert!(out.stdout.starts_with(b"P5"), "no picture");
        // Edges of letters have every grey; the broad strokes of the mark are of this one.
        let grey = |point: &u8| usize::from(*point == GREY);
        out.stdout.iter().map(grey).sum::<usize>() > 1000
    }

    pub fn info(&self) -> String {
        self.tool("pdfinfo", &[], &[])
    }

    /// Every font is in the file: it prints alike everywhere.
    pub fn embeds_fonts(&self) {
        let fonts = self.tool("pdffonts", &[], &[]);
        assert!(!fonts.contains(" no "), "{fonts}");
    }
}

/// What `LibreOffice` reads in a file of ours; only the long run has it.
pub fn office_text(extension: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("file.{extension}"));
    std::fs::write(&file, bytes).unwrap();
    let to = if extension == "docx" {
        "txt:Text (encoded):UTF8"
    } else {
        "csv:Text - txt - csv (StarCalc):44,34,76"
    };
    let out = std::process::Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}/profile",
            folder.path().display()
        ))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .args([folder.path(), file.as_path()])
        .output();
    out.unwrap_or_else(|error| {
        panic!("soffice (libreoffice-writer, libreoffice-calc) is needed: {error}")
    });
    let made = if extension == "docx" {
        "file.txt"
    } else {
        "file.csv"
    };
    std::fs::read_to_string(folder.path().join(made)).expect("LibreOffice opened it")
}
