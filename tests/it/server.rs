//! The program itself as another process: started, asked over the wire, killed.
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// `motcua serve` on an address of its own; killed when it is dropped.
pub struct Server {
    child: Child,
    pub address: String,
}

/// The program, with a database and a working folder, and nothing of this machine.
pub fn program(url: &str, folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    set_up(&mut command, url, folder);
    command
}

fn set_up(command: &mut Command, url: &str, folder: &std::path::Path) {
    command
        .current_dir(folder)
        .env("MOTCUA_DATABASE_URL", url)
        .env("MOTCUA_LISTEN", "127.0.0.1:0")
        .env("MOTCUA__MAIL__FOLDER", folder.join("mail"))
        .env("RUST_LOG", "error")
        .stdin(Stdio::null());
}

impl Server {
    pub fn start(url: &str, folder: &std::path::Path) -> Self {
        Self::of(program(url, folder).arg("serve"))
    }

    /// The same, with other settings.
    pub fn start_with(url: &str, folder: &std::path::Path, set: &[(&str, &str)]) -> Self {
        let mut command = program(url, folder);
        command.envs(set.iter().copied()).arg("serve");
        Self::of(&mut command)
    }

    /// The same, with all that it logs as JSON in a file.
    pub fn start_with_log(url: &str, folder: &std::path::Path, log: &std::path::Path) -> Self {
        let mut command = program(url, folder);
        command.env("RUST_LOG", "info,motcua=trace,tower_http=trace,axum=debug");
        Self::logging(command, log)
    }

    /// The same, with what a commune's settings log.
    pub fn start_with_plain_log(
        url: &str,
        folder: &std::path::Path,
        log: &std::path::Path,
    ) -> Self {
        let mut command = program(url, folder);
        command.env_remove("RUST_LOG");
        Self::logging(command, log)
    }

    fn logging(mut command: Command, log: &std::path::Path) -> Self {
        command.env("MOTCUA__LOG__FORMAT", "json").arg("serve");
        Self::with_errors(&mut command, std::fs::File::create(log).unwrap().into())
    }

    /// The same, where no file may grow beyond so many kilobytes.
    pub fn start_with_room(url: &str, folder: &std::path::Path, kilobytes: u64) -> Self {
        let mut shell = Command::new("bash");
        // The limit is soft: `prlimit` lifts it while the program runs.
        let run = format!(
            "trap '' XFSZ; ulimit -S -f {kilobytes}; exec {} serve",
            env!("CARGO_BIN_EXE_motcua")
        );
        shell.args(["-c", &run]);
        set_up(&mut shell, url, folder);
        Self::of(&mut shell)
    }

    fn of(command: &mut Command) -> Self {
        Self::with_errors(command, Stdio::inherit())
    }

    fn with_errors(command: &mut Command, errors: Stdio) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        let address = said.split("http://").nth(1).unwrap().to_owned();
        let server = Self { child, address };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        for _ in 0..400 {
            if let Ok((200, _)) = self.get("/healthz") {
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("{} does not answer", self.address);
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill -15`
    pub fn tell_to_end(&self) {
        let id = self.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
    }

    /// `kill -15`, and how it ended.
    pub fn end(&mut self) -> std::process::ExitStatus {
        self.tell_to_end();
        self.child.wait().unwrap()
    }

    pub fn get(&self, path: &str) -> std::io::Result<(u16, String)> {
        ask(
            &self.address,
            &format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request on a line of its own.
pub fn ask(address: &str, request: &str) -> std::io::Result<(u16, String)> {
    let mut line = TcpStream::connect(address)?;
    line.set_read_timeout(Some(Duration::from_secs(30)))?;
    line.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    line.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status, body.to_owned()))
}

/// Hands a dossier in; the code, if it was acknowledged.
pub fn intake(
    address: &str,
    token: &str,
    key: &str,
) -> std::io::Result<Result<String, (u16, String)>> {
    let body = serde_json::json!({
        "procedure_code": "1.001193", "channel": "desk", "documents": [],
        "applicant": { "name": "Nguyễn Thị Đào", "kind": "citizen" }, "note": key,
    })
    .to_string();
    let request = format!(
        "POST /api/v1/dossiers HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\nidempotency-key: {key}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, said) = ask(address, &request)?;
    let answer: Result<serde_json::Value, _> = serde_json::from_str(&said);
    // An answer cut off in the middle is no acknowledgement.
    let Ok(answer) = answer else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    Ok(match answer["code"].as_str() {
        Some(code) if status == 201 => Ok(code.to_owned()),
        _ => Err((status, said)),
    })
}
