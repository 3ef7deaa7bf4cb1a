//! `web-page`, on a private network and in the lab: real sockets, real
//! messages, told as one story. Skips loudly where the system forbids it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "support/skip.rs"]
mod skip;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

const WIRELENS: &str = env!("CARGO_BIN_EXE_wirelens");

/// `wirelens …`, as nobody where we are root; `None` where it is forbidden
/// here.
fn wirelens(arguments: &[&str]) -> Option<Output> {
    let mut command = if rustix::process::geteuid().is_root() {
        // Through a shell, so that a missing setpriv is an exit code.
        let mut command = Command::new("sh");
        let script = r#"exec setpriv --reuid 65534 --regid 65534 --clear-groups "$0" "$@""#;
        command.args(["-c", script, WIRELENS]);
        command
    } else {
        Command::new(WIRELENS)
    };
    let output = command.args(arguments).args(["--lang", "en"]).env("LC_ALL", "C").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(126 | 127) => skip::skip("setpriv is not here, or this directory is closed to others"),
        Some(3) => skip::skip(&format!("not permitted here: {errors}")),
        _ => return Some(output),
    }
    None
}

/// The JSON document of a run, and what its programs wrote.
fn run(arguments: &[&str]) -> Option<(Value, String)> {
    let output = wirelens(&[arguments, &["--format", "json"]].concat())?;
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    Some((serde_json::from_slice(&output.stdout).unwrap(), errors))
}

/// The chapters of the only story.
fn chapters(document: &Value) -> Vec<&str> {
    assert_eq!(document["stories"].as_array().unwrap().len(), 1, "{}", document["stories"]);
    let chapters = document["stories"][0]["chapters"].as_array().unwrap();
    chapters.iter().map(|chapter| chapter["what"].as_str().unwrap()).collect()
}

fn told<'a>(document: &'a Value, what: &str) -> &'a str {
    let chapters = document["stories"][0]["chapters"].as_array().unwrap();
    let chapter = chapters.iter().find(|chapter| chapter["what"] == what).unwrap();
    chapter["told"].as_str().unwrap()
}

#[test]
fn from_name_to_page_on_one_host() {
    let Some((document, errors)) = run(&["run", "web-page"]) else { return };
    // Loopback has no ARP.
    assert_eq!(chapters(&document), ["lookup", "opening", "exchange", "closing"]);
    assert!(errors.contains("name server │ www.example is 127.0.0.1\n"), "{errors}");
    assert!(errors.contains("client │ HTTP/1.1 200 OK\n") && errors.contains("<h1>Hello, 你好</h1>"), "{errors}");
    assert_eq!(document["conversations"][0]["server"], "127.0.0.1:53");
    assert_eq!(document["conversations"][1]["server"], "127.0.0.1:80");
    // Every socket call of all three is reported, and none has failed.
    let calls = document["calls"].as_array().unwrap();
    let of = |call: &str| calls.iter().filter(|entry| entry["call"] == call).count();
    assert_eq!((of("socket"), of("connect"), of("bind"), of("listen"), of("accept")), (4, 2, 2, 1, 1));
    assert!(!calls.iter().any(|entry| entry["result"].to_string().contains('E')), "{calls:?}");
}

#[test]
fn from_name_to_page_across_the_internet() {
    let Some((document, errors)) = run(&["lab", "internet", "--run", "web-page"]) else { return };
    assert_eq!(document["drops"], 0);
    let chapters = chapters(&document);
    for what in ["neighbours", "lookup", "opening", "exchange", "closing"] {
        assert!(chapters.contains(&what), "{chapters:?}");
    }
    assert_eq!(chapters[0], "neighbours");
    // Each on its own host; the hosts have their names.
    assert!(told(&document, "neighbours").starts_with("client (192.168.1.104) asks for the MAC address of home (192"));
    assert_eq!(
        told(&document, "lookup"),
        "dns (198.51.100.53) is asked for www.example in one datagram; it answers that www.example is 198.51.100.80"
    );
    assert_eq!(told(&document, "opening"), "three-way handshake with web (198.51.100.80), port 80: 3 segments");
    assert!(told(&document, "exchange").starts_with("GET / is asked for; the status is 200; client 78 B"));
    assert!(errors.contains("name server │ answered 203.0.113.2:"), "behind the translator: {errors}");
    // A part of the story is told by its frames, which are there.
    let frames = document["frames"].as_u64().unwrap();
    let lookup = &document["stories"][0]["chapters"][1];
    let of_lookup: Vec<u64> = lookup["frames"].as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).collect();
    assert!(of_lookup.len() >= 12 && of_lookup.iter().all(|frame| *frame <= frames), "{lookup}");
}

#[test]
fn a_lost_question_is_asked_again_by_the_client() {
    let Some((document, _)) = run(&["lab", "internet", "--run", "web-page", "--lose", "udp"]) else { return };
    assert!(told(&document, "lookup").starts_with("dns (198.51.100.53) is asked for www.example in 2 datagrams;"));
    let calls = document["calls"].as_array().unwrap();
    assert!(calls.iter().any(|call| call["call"] == "recv" && call["result"].to_string().contains("EAGAIN")));
}

#[test]
fn what_leads_nowhere_says_why() {
    let cases = [
        (["name=nowhere.example", "path=/"], "the name server answers NXDOMAIN", "it answers NXDOMAIN"),
        (["dns=none", "path=/"], "connection refused (ECONNREFUSED)", "no answer came"),
    ];
    for (set, error, story) in cases {
        let [one, other] = set;
        let Some((document, errors)) = run(&["run", "web-page", "--set", one, "--set", other]) else { return };
        assert!(errors.contains(error), "{set:?}: {errors}");
        assert_eq!(chapters(&document), ["lookup"], "{set:?}");
        assert!(told(&document, "lookup").ends_with(story), "{set:?}: {}", told(&document, "lookup"));
    }
    let Some((document, errors)) = run(&["run", "web-page", "--set", "path=/nowhere"]) else { return };
    assert!(told(&document, "exchange").contains("the status is 404"));
    assert!(errors.contains("client │ There is one page here: /"), "{errors}");
}

/// A side of the program, ended when the test is.
struct Side(Child);

impl Drop for Side {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Starts a server and waits until it says that it is there.
fn start(role: &str, more: &[&str]) -> Side {
    let mut command = Command::new(WIRELENS);
    command.args(["program", "web-page", role]).args(more).stdout(Stdio::piped());
    let mut side = Side(command.spawn().unwrap());
    let mut byte = [0; 1];
    while byte != *b"\n" {
        side.0.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
    }
    side
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn each_side_stands_alone_and_bears_nonsense() {
    let (port, dns) = (free_port().to_string(), free_port().to_string());
    let (port_set, dns_set) = (format!("port={port}"), format!("dns-port={dns}"));
    let _names = start("dns-server", &["--set", &dns_set]);
    let _pages = start("server", &["--set", &port_set]);

    // Nonsense for the name server, then a question.
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    socket.connect((Ipv4Addr::LOCALHOST, dns.parse().unwrap())).unwrap();
    let mut answer = [0; 512];
    for (message, code) in [
        (&b"\x12\x34\x01\x00\0\x01\xff\xff\0\0\0\0\x03www"[..], 1),
        (b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x04mail\x07example\0\0\x01\0\x01", 3),
        (b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01", 0),
    ] {
        socket.send(b"\0").unwrap();
        socket.send(message).unwrap();
        let length = socket.recv(&mut answer).unwrap();
        assert_eq!((answer[0], answer[1], answer[2] & 0x80, answer[3] & 0xf), (0x12, 0x34, 0x80, code));
        assert!(length >= 12);
    }

    // Nonsense for the web server, each in a connection of its own.
    for (request, line) in [
        (&b"\x16\x03\x01\x02\x00"[..], "HTTP/1.1 400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        (b"DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"),
        (b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK"),
        (b"", ""),
    ] {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port.parse().unwrap())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(request).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        assert!(said.starts_with(line) && (said.is_empty() == line.is_empty()), "{said}");
    }

    // Both still serve a client.
    let client = |more: &[&str]| {
        let mut command = Command::new(WIRELENS);
        command.args(["program", "web-page", "client", "--lang", "en", "--set", &port_set, "--set", &dns_set]);
        command.args(more).output().unwrap()
    };
    let output = client(&[]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && said.contains("www.example is 127.0.0.1\nHTTP/1.1 200 OK\n\n<!doctype"),
        "{said}"
    );
    for (set, error) in [
        ("name=a..b", "error: expected a domain name such as www.example, found `a..b`"),
        ("path=x y", "error: expected a path such as /index.html, found `x y`"),
        ("name=mail.example", "error: the name server answers NXDOMAIN: it has nothing for `mail.example`"),
    ] {
        let output = client(&["--set", set]);
        assert_eq!(output.status.code(), Some(1), "{set}");
        assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end(), error);
    }
    let nobody = Command::new(WIRELENS).args(["program", "web-page", "x", "--lang", "en"]).output().unwrap();
    assert_eq!(nobody.status.code(), Some(2));
    let errors = String::from_utf8(nobody.stderr).unwrap();
    assert!(errors.contains("`dns-server` or `server` or `client`"), "{errors}");
}
