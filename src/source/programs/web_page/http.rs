//! Requests and responses of HTTP/1.1 (RFC 9112), as far as one page needs
//! them.
//!
//! Owns what is understood and what is answered. First lines and headers are
//! taken apart by httparse.

use super::super::ProgramError;

/// The longest first line and headers, in bytes.
pub(super) const LONGEST_HEAD: usize = 8192;
/// Headers at most.
const MOST_HEADERS: usize = 64;

/// The page.
const PAGE: &str = "<!doctype html>\n\
<html lang=\"en\">\n\
<meta charset=\"utf-8\">\n\
<title>www.example</title>\n\
<h1>Hello, 你好</h1>\n\
<p>This page came in one TCP connection. Its name was asked for before that.</p>\n\
</html>\n";

/// What has come so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Came<T> {
    /// The head is not there wholly.
    Part,
    /// A head of so many bytes.
    Head(usize, T),
    /// It is not HTTP.
    Nonsense(String),
}

/// A request's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    method: String,
    path: String,
    /// It names the host it is for (RFC 9112 §3.2: it must).
    names_host: bool,
}

/// A response's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    /// Its first line.
    pub(super) line: String,
    /// How many bytes follow; `None`: until the connection is closed (RFC 9112
    /// §6.3).
    pub(super) length: Option<usize>,
}

/// What is answered, and whether the connection goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) goes_on: bool,
}

/// The request for a page.
pub(super) fn get(host: &str, path: &str) -> Result<Vec<u8>, ProgramError> {
    // Nothing that would end the line (RFC 9112 §3.2.1).
    if !path.starts_with('/') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ProgramError::NotAPath { found: path.to_owned() });
    }
    Ok(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: wirelens\r\nAccept: text/html\r\n\r\n").into_bytes())
}

/// Reads what a client has sent so far.
pub(super) fn request(bytes: &[u8]) -> Came<Request> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => {
            let names_host = request.headers.iter().any(|header| header.name.eq_ignore_ascii_case("host"));
            let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
            Came::Head(length, Request { method: text(request.method), path: text(request.path), names_host })
        }
        Ok(httparse::Status::Partial) => Came::Part,
        Err(error) => Came::Nonsense(error.to_string()),
    }
}

/// Reads what a server has sent so far.
pub(super) fn response(bytes: &[u8]) -> Came<Response> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => {
            let of_length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
            let told = of_length.map(|header| str::from_utf8(header.value).ok().and_then(|text| text.parse().ok()));
            if told == Some(None) {
                return Came::Nonsense("Content-Length is no number".into());
            }
            let minor = response.version.unwrap_or_default();
            let (code, reason) = (response.code.unwrap_or_default(), response.reason.unwrap_or_default());
            let line = format!("HTTP/1.{minor} {code} {reason}");
            Came::Head(length, Response { line: line.trim_end().to_owned(), length: told.flatten() })
        }
        Ok(httparse::Status::Partial) => Came::Part,
        Err(error) => Came::Nonsense(error.to_string()),
    }
}

/// What the server answers to a request. It has no clock that it would swear
/// by, so no Date (RFC 9110 §6.6.1).
pub(super) fn reply(request: &Request) -> Reply {
    let has_body = request.method != "HEAD";
    match (request.method.as_str(), request.path.as_str()) {
        _ if !request.names_host => refusal("400 Bad Request", ""),
        ("GET" | "HEAD", "/" | "/index.html") => whole("200 OK", "text/html; charset=utf-8", PAGE, has_body),
        ("GET" | "HEAD", _) => whole("404 Not Found", "text/plain", "There is one page here: /\n", has_body),
        _ => refusal("405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
    }
}

/// What the server answers to what is no request, or too long.
pub(super) fn no_request(is_long: bool) -> Reply {
    refusal(if is_long { "431 Request Header Fields Too Large" } else { "400 Bad Request" }, "")
}

fn whole(status: &str, kind: &str, body: &str, has_body: bool) -> Reply {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    let body = if has_body { body } else { "" };
    Reply { bytes: [head, body.to_owned()].concat().into_bytes(), goes_on: true }
}

/// Whatever else was sent is not read, so nothing more can be understood.
fn refusal(status: &str, header: &str) -> Reply {
    let head = format!("HTTP/1.1 {status}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n");
    Reply { bytes: head.into_bytes(), goes_on: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> String {
        let Came::Head(length, request) = request(text.as_bytes()) else { panic!("{text}") };
        assert_eq!(length, text.len());
        let reply = reply(&request);
        let Came::Head(head, response) = response(&reply.bytes) else { panic!("{text}") };
        let body = reply.bytes.len() - head;
        assert!(body == response.length.unwrap() || text.starts_with("HEAD"), "{text}");
        assert_eq!(reply.goes_on, response.line.contains("200") || response.line.contains("404"));
        format!("{} {body}", response.line)
    }

    #[test]
    fn a_request_has_its_answer() {
        let get = String::from_utf8(get("www.example", "/").unwrap()).unwrap();
        assert_eq!(asked(&get), format!("HTTP/1.1 200 OK {}", PAGE.len()));
        assert_eq!(asked("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n"), "HTTP/1.1 200 OK 0");
        assert_eq!(asked("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 404 Not Found 26");
        assert_eq!(asked("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request 0");
        assert_eq!(asked("POST / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 405 Method Not Allowed 0");
    }

    #[test]
    fn what_is_not_whole_is_waited_for_and_nonsense_is_not() {
        assert_eq!(request(b"GET / HT"), Came::Part);
        assert!(matches!(request(b"\x16\x03\x01\x02"), Came::Nonsense(_)));
        assert_eq!(response(b"HTTP/1.1 200"), Came::Part);
        assert!(matches!(response(b"Hello, NAME!\r\n"), Came::Nonsense(_)));
        assert!(matches!(response(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Came::Nonsense(_)));
    }

    #[test]
    fn a_path_cannot_smuggle_a_second_line() {
        for path in ["", "x", "/a b", "/a\r\nX: y", "/ä"] {
            assert!(matches!(get("a", path), Err(ProgramError::NotAPath { .. })), "{path:?}");
        }
    }
}
