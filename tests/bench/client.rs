//! A keep-alive HTTP/1.1 client, the same for both sides.
use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Outcome;

/// One connection, one request at a time.
pub struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
    head: usize,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: Vec::with_capacity(64 * 1024),
            head: 0,
        })
    }

    /// Sends a whole request; answers status and body.
    pub async fn ask(&mut self, request: &[u8]) -> Outcome<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let head = loop {
            self.read_more().await?;
            let end = self.answer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end + 4;
            }
        };
        self.head = head;
        let (status, length) = status_and_length(&self.answer[..head])?;
        while self.answer.len() < head + length {
            self.read_more().await?;
        }
        Ok((status, &self.answer[head..]))
    }

    /// The cookie that the last answer set.
    pub fn cookie(&self) -> Option<String> {
        Some(self.header("set-cookie")?.split(';').next()?.to_owned())
    }

    /// What stands in the head of the last answer under that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.answer[..self.head]).ok()?;
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let (_, value) = lines.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    async fn read_more(&mut self) -> Outcome<()> {
        if self.stream.read_buf(&mut self.answer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

/// What the first lines of an answer say.
fn status_and_length(head: &[u8]) -> Outcome<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let status = head.get(9..12).ok_or("no status")?.parse()?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .ok_or("an answer without content-length")?;
    Ok((status, length.1.trim().parse()?))
}

/// A request without a body.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\r\n")
        .into_bytes()
}

/// The same of staff who are signed in.
pub fn get_by(cookie: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n").into_bytes()
}

/// A request with a JSON body that is saved once.
pub fn post(path: &str, key: &str, body: &str) -> Vec<u8> {
    post_as(TOKEN, path, key, body)
}

/// The same of the one who holds another token.
pub fn post_as(token: &str, path: &str, key: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\nidempotency-key: {key}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The secret of the token that the file holds.
pub const TOKEN: &str = "bench";
