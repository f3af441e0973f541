//! The samples of `config/` started: Caddy and nginx end TLS in front of a real motcua.
use std::{
    fs,
    io::Write as _,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use motcua::web::patience::LONG;

use crate::{
    harness::database_url,
    server::{Server, program},
};

struct Proxy(Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn sample(name: &str) -> String {
    fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("config")
            .join(name),
    )
    .unwrap()
}

/// The sample with this machine's ports and certificate; everything else as it stands.
fn caddyfile(motcua: &str, port: u16, plain: u16, folder: &Path) -> String {
    let certificate = format!("\ttls {0}/c.pem {0}/k.pem\n\tencode", folder.display());
    let site = sample("Caddyfile")
        .replace(
            "http://motcua.example.gov.vn",
            &format!("http://localhost:{plain}"),
        )
        .replace(
            "motcua.example.gov.vn",
            &format!("https://localhost:{port}"),
        )
        .replace("127.0.0.1:8080", motcua)
        .replace("\tencode", &certificate);
    site.replacen("{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n", 1)
}

fn nginx_conf(motcua: &str, port: u16, plain: u16, folder: &Path) -> String {
    let place = folder.display();
    let site = sample("nginx.conf")
        .replace("/etc/ssl/motcua/fullchain.pem", &format!("{place}/c.pem"))
        .replace("/etc/ssl/motcua/privkey.pem", &format!("{place}/k.pem"))
        .replace("127.0.0.1:8080", motcua)
        .replace("listen 443", &format!("listen 127.0.0.1:{port}"))
        .replace("listen 80;", &format!("listen 127.0.0.1:{plain};"))
        .replace("/var/log/nginx/", &format!("{place}/"))
        .replace("motcua.example.gov.vn", "localhost");
    // Its workers must get into the folder, which is its owner's alone.
    format!(
        "user root; daemon off; pid {place}/nginx.pid; error_log {place}/error.log;\nevents {{}}\nhttp {{ access_log {place}/access.log; \
         client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f; \
         uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;\n{site}\n}}"
    )
}

fn curl(arguments: &[&str]) -> String {
    let done = Command::new("curl")
        .args(["-sk", "-i", "--max-time", "60"])
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8_lossy(&done.stdout).to_lowercase()
}

fn wait_for(port: u16) {
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing listens at {port}");
}

/// A register of 13 MB, and somebody of the office who brings it in.
fn old_register(url: &str, place: &Path) -> PathBuf {
    let mut add = program(url, place);
    add.args(["staff", "add", "--username", "lan", "--name", "Hồ Thị Lan"])
        .args(["--role", "office", "--password-stdin"])
        .stdin(Stdio::piped());
    let mut adding = add.stdout(Stdio::null()).spawn().unwrap();
    let mut password = adding.stdin.take().unwrap();
    password.write_all(b"mot cau de nho\n").unwrap();
    drop(password);
    assert!(adding.wait().unwrap().success());
    let file = place.join("so-cu.csv");
    let row = format!("A-1,{}\n", "ghi chep cua nam cu ".repeat(5_000));
    fs::write(&file, format!("code,note\n{}", row.repeat(130))).unwrap();
    file
}

/// Signs in by the proxy and brings the register in; all that it answered.
fn upload(at: &str, place: &Path, register: &Path) -> String {
    let jar = place.join("cookies").display().to_string();
    let origin = format!("Origin: {at}");
    let login = "username=lan&password=mot+cau+de+nho";
    let to = format!("{at}/dang-nhap");
    let entered = curl(&["-c", &jar, "-H", &origin, "-d", login, &to]);
    assert!(entered.contains(" 303"), "{entered}");
    let file = format!("file=@{};type=text/csv", register.display());
    let to = format!("{at}/nhap");
    curl(&[
        "-b",
        &jar,
        "-H",
        &origin,
        "-F",
        "kind=dossiers",
        "-F",
        &file,
        &to,
    ])
}

#[test]
fn the_proxies_wait_as_long_as_the_program_and_take_as_much() {
    let line = |text: &str, words: &str| {
        let found = text.lines().filter(|line| line.contains(words));
        found.collect::<Vec<_>>().join("\n")
    };
    let nginx = line(&sample("nginx.conf"), "location ");
    let haproxy = line(&sample("ha/haproxy.cfg"), "set-timeout server 31m");
    for path in LONG {
        let place = path.split("/{").next().unwrap().trim_start_matches('/');
        for (name, said) in [("nginx", &nginx), ("haproxy", &haproxy)] {
            assert!(said.contains(place), "{name}: {path}");
        }
    }
    assert!(sample("nginx.conf").contains("client_max_body_size 65m;"));
    assert!(sample("Caddyfile").contains("max_size 65MiB"));
}

#[tokio::test]
async fn behind_caddy_and_nginx_the_pages_are_served_by_tls() {
    let folder = tempfile::tempdir().unwrap();
    let url = database_url(folder.path()).await;
    let done = tokio::task::spawn_blocking(move || look(&url, folder));
    drop(done.await.unwrap());
}

fn look(url: &str, folder: tempfile::TempDir) -> tempfile::TempDir {
    let place = folder.path();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .arg("-keyout")
        .arg(place.join("k.pem"))
        .arg("-out")
        .arg(place.join("c.pem"))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success());
    let set = [
        ("MOTCUA__SERVER__PUBLIC_URL", "https://localhost"),
        ("MOTCUA__LOOKUP__PER_MINUTE", "3"),
    ];
    let server = Server::start_with(url, place, &set);
    let (caddy_port, nginx_port) = (free_port(), free_port());
    let (caddy_plain, nginx_plain) = (free_port(), free_port());
    fs::write(
        place.join("Caddyfile"),
        caddyfile(&server.address, caddy_port, caddy_plain, place),
    )
    .unwrap();
    fs::write(
        place.join("nginx.conf"),
        nginx_conf(&server.address, nginx_port, nginx_plain, place),
    )
    .unwrap();
    let mut caddy = Command::new("caddy");
    caddy
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(place.join("Caddyfile"));
    let mut nginx = Command::new("nginx");
    nginx
        .arg("-c")
        .arg(place.join("nginx.conf"))
        .arg("-p")
        .arg(place);
    let start = |command: &mut Command, log: &str| {
        command
            .env("HOME", place)
            .env(
                "PATH",
                format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(place.join(log)).unwrap());
        Proxy(command.spawn().unwrap())
    };
    let _both = (
        start(&mut caddy, "caddy.log"),
        start(&mut nginx, "nginx.log"),
    );
    let register = old_register(url, place);
    for (name, port) in [("caddy", caddy_port), ("nginx", nginx_port)] {
        wait_for(port);
        let at = format!("https://localhost:{port}");
        let home = curl(&[&format!("{at}/")]);
        assert!(home.contains(" 200"), "{name}: {home}");
        for header in [
            "strict-transport-security: max-age=31536000",
            "content-security-policy:",
            "x-content-type-options: nosniff",
        ] {
            assert!(home.contains(header), "{name}: {header}: {home}");
        }
        // No version of anything.
        assert!(
            !home.contains("nginx/") && !home.contains("server: caddy"),
            "{name}: {home}"
        );
        // The oldest TLS is refused.
        let old = curl(&["--tls-max", "1.1", &format!("{at}/healthz")]);
        assert!(old.is_empty(), "{name}: {old}");
        // Whoever writes a forwarded address himself still has the limit of his own; from this
        // machine we are a proxy ourselves, and name one who wrote something before.
        let mut last = String::new();
        for tried in 0..8 {
            let forged = format!("X-Forwarded-For: 203.0.113.{tried}, 198.51.100.7");
            last = curl(&["-H", &forged, &format!("{at}/tra-cuu?code=x")]);
        }
        assert!(last.contains(" 429"), "{name}: {last}");
        // A form of our own page is taken, the password is what is refused.
        let form = curl(&[
            "-H",
            &format!("Origin: {at}"),
            "-d",
            "username=a&password=b",
            &format!("{at}/dang-nhap"),
        ]);
        assert!(form.contains(" 401"), "{name}: {form}");
        let told = upload(&at, place, &register);
        assert!(
            told.contains(" 303") && told.contains("location: /nhap/"),
            "{name}: {told}"
        );
    }
    for (name, port) in [("caddy", caddy_plain), ("nginx", nginx_plain)] {
        let plain = curl(&[&format!("http://localhost:{port}/thu-tuc")]);
        assert!(
            plain.contains(" 301") && plain.contains("location: https://localhost/thu-tuc"),
            "{name}: {plain}"
        );
        // A program is not led on: what it sent in clear is seen to be wrong.
        let api = curl(&[&format!("http://localhost:{port}/api/v1/procedures")]);
        assert!(
            api.contains(" 403") && !api.contains("location:"),
            "{name}: {api}"
        );
    }
    // motcua is gone: what fails is not written down with its secret, nor with who asked.
    drop(server);
    for port in [caddy_port, nginx_port] {
        for path in ["/khao-sat/bi-mat", "/tra-cuu?code=x&s=bi-mat"] {
            let failed = curl(&[&format!("https://localhost:{port}{path}")]);
            assert!(failed.contains(" 502"), "{failed}");
        }
    }
    for port in [caddy_plain, nginx_plain] {
        curl(&[&format!("http://localhost:{port}/tra-cuu?s=bi-mat")]);
    }
    let log = |name: &str| fs::read_to_string(place.join(name)).unwrap();
    for name in [
        "caddy.log",
        "nginx.log",
        "error.log",
        "motcua.log",
        "access.log",
    ] {
        let log = log(name);
        assert!(!log.contains("bi-mat"), "{name}: {log}");
        assert!(!log.contains("remote_ip"), "{name}: {log}");
    }
    assert!(log("caddy.log").contains("502"), "that it failed is said");
    println!("proxies started from the samples of config/: 2");
    folder
}
