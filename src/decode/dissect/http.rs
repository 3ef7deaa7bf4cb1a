//! HTTP/1 (RFC 9112): the first line of a message and its header lines, where
//! a segment starts with them.

use httparse::{EMPTY_HEADER, Header, Request, Response};

use super::walk::{View, Walk};
use super::{FieldSink, FieldValue};
use crate::decode::{FieldId, offset_in};

/// No method that is registered is longer.
const LONGEST_WORD: usize = 24;
/// More header lines than this are not read.
const MOST_HEADERS: usize = 64;

/// Messages, if this is the start of one: what follows a message that says
/// where it ends is the next.
pub(super) fn messages<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) {
    let mut view = *view;
    while let Some(end) = message(walk, &view) {
        view = view.from(end);
    }
}

/// A message; tells where it ends, if it does so in this segment.
fn message<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<usize> {
    let bytes = view.kept();
    if !begins_with_word(bytes) {
        return None;
    }
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    // An error in a later line does not make the first one less valid.
    let (body, length) = if bytes.starts_with(b"HTTP/1.") {
        let mut response = Response::new(&mut headers);
        let body = response.parse(bytes).ok().and_then(whole);
        response.code?;
        walk.header(FieldId::HTTP, view, body.unwrap_or(bytes.len()), |walk| status(walk, view, &response));
        (body, body_length(response.headers))
    } else {
        let mut request = Request::new(&mut headers);
        let body = request.parse(bytes).ok().and_then(whole);
        request.version?;
        walk.header(FieldId::HTTP, view, body.unwrap_or(bytes.len()), |walk| ask(walk, view, &request));
        (body, body_length(request.headers).or(Some(0)))
    };
    // Each is longer than nothing: this comes to an end.
    view.start.checked_add(body?)?.checked_add(length?)
}

/// Whether a method or a version may stand here: a short word in capital
/// letters, and a space. Most payloads are told apart by their first byte.
fn begins_with_word(bytes: &[u8]) -> bool {
    let is_letter = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'-' | b'_' | b'/' | b'.' | b'0'..=b'9');
    let word = bytes.iter().take(LONGEST_WORD).take_while(|byte| is_letter(byte)).count();
    word > 0 && bytes.get(word) == Some(&b' ')
}

/// How long the body is, where the header lines say so (RFC 9112 §6.3).
fn body_length(headers: &[Header<'_>]) -> Option<usize> {
    let length = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"))?;
    std::str::from_utf8(length.value).ok()?.parse().ok()
}

/// Where the body starts, if the header lines are all here.
fn whole(status: httparse::Status<usize>) -> Option<usize> {
    match status {
        httparse::Status::Complete(end) => Some(end),
        httparse::Status::Partial => None,
    }
}

/// Where `part`, a piece of what the view keeps, stands in the frame.
fn place(view: &View<'_>, part: &[u8]) -> std::ops::Range<usize> {
    let at = view.start + offset_in(view.kept(), part);
    at..at + part.len()
}

fn text<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, field: FieldId, text: &str) {
    walk.put(field, place(view, text.as_bytes()), FieldValue::Text(text));
}

/// The eight bytes of the version, which stand before or behind the rest.
fn version<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, field: FieldId, at: usize) -> Option<()> {
    walk.text(field, view, at, 8)
}

fn ask<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, request: &Request<'_, '_>) -> Option<()> {
    let (method, path) = (request.method?, request.path?);
    let behind = place(view, path.as_bytes()).end;
    walk.boolean(FieldId::HTTP_REQUEST, view.start..behind + 9, true);
    text(walk, view, FieldId::HTTP_REQUEST_METHOD, method);
    text(walk, view, FieldId::HTTP_REQUEST_URI, path);
    if let Some((before, query)) = path.split_once('?') {
        text(walk, view, FieldId::HTTP_REQUEST_URI_PATH, before);
        text(walk, view, FieldId::HTTP_REQUEST_URI_QUERY, query);
    }
    version(walk, view, FieldId::HTTP_REQUEST_VERSION, behind + 1)?;
    lines(walk, view, FieldId::HTTP_REQUEST_LINE, request.headers);
    let named = |name: &str| request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    if let Some(host) = named("host").and_then(|header| std::str::from_utf8(header.value).ok()) {
        // RFC 9112 §3.3: what the path and the host make together.
        let full = if path.starts_with('/') { format!("http://{host}{path}") } else { path.to_owned() };
        walk.put(FieldId::HTTP_REQUEST_FULL_URI, place(view, path.as_bytes()), FieldValue::Text(&full));
    }
    Some(())
}

fn status<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, response: &Response<'_, '_>) -> Option<()> {
    let at = view.start;
    walk.boolean(FieldId::HTTP_RESPONSE, at..at + 12, true);
    version(walk, view, FieldId::HTTP_RESPONSE_VERSION, at)?;
    walk.number(FieldId::HTTP_RESPONSE_CODE, at + 9..at + 12, response.code?);
    if let Some(reason) = response.reason.filter(|reason| !reason.is_empty()) {
        text(walk, view, FieldId::HTTP_RESPONSE_PHRASE, reason);
    }
    lines(walk, view, FieldId::HTTP_RESPONSE_LINE, response.headers);
    Some(())
}

fn lines<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, line: FieldId, headers: &[Header<'_>]) {
    // Where a line was not valid, those behind it were not read.
    for header in headers.iter().take_while(|header| !header.name.is_empty()) {
        let start = place(view, header.name.as_bytes()).start;
        let value = place(view, header.value);
        let rest = view.slice(value.end.max(start)..view.end());
        let end = value.end + rest.iter().position(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let whole = String::from_utf8_lossy(view.slice(start..end));
        walk.put(line, start..end, FieldValue::Text(&whole));
        let Some(field) = named(header.name) else { continue };
        let shown = String::from_utf8_lossy(header.value);
        walk.put(field, value.clone(), FieldValue::Text(&shown));
        if field == FieldId::HTTP_CONTENT_LENGTH_HEADER
            && let Ok(number) = shown.parse::<u64>()
        {
            walk.number(FieldId::HTTP_CONTENT_LENGTH, value, number);
        }
    }
}

/// The field of a header line that has one.
fn named(name: &str) -> Option<FieldId> {
    const NAMES: [(&str, FieldId); 24] = [
        ("Accept", FieldId::HTTP_ACCEPT),
        ("Accept-Encoding", FieldId::HTTP_ACCEPT_ENCODING),
        ("Accept-Language", FieldId::HTTP_ACCEPT_LANGUAGE),
        ("Authorization", FieldId::HTTP_AUTHORIZATION),
        ("Cache-Control", FieldId::HTTP_CACHE_CONTROL),
        ("Connection", FieldId::HTTP_CONNECTION),
        ("Content-Encoding", FieldId::HTTP_CONTENT_ENCODING),
        ("Content-Length", FieldId::HTTP_CONTENT_LENGTH_HEADER),
        ("Content-Type", FieldId::HTTP_CONTENT_TYPE),
        ("Cookie", FieldId::HTTP_COOKIE),
        ("Date", FieldId::HTTP_DATE),
        ("Host", FieldId::HTTP_HOST),
        ("Last-Modified", FieldId::HTTP_LAST_MODIFIED),
        ("Location", FieldId::HTTP_LOCATION),
        ("Referer", FieldId::HTTP_REFERER),
        ("Server", FieldId::HTTP_SERVER),
        ("Set-Cookie", FieldId::HTTP_SET_COOKIE),
        ("Transfer-Encoding", FieldId::HTTP_TRANSFER_ENCODING),
        ("Upgrade", FieldId::HTTP_UPGRADE),
        ("User-Agent", FieldId::HTTP_USER_AGENT),
        ("WWW-Authenticate", FieldId::HTTP_WWW_AUTHENTICATE),
        ("X-Forwarded-For", FieldId::HTTP_X_FORWARDED_FOR),
        ("Proxy-Authenticate", FieldId::HTTP_PROXY_AUTHENTICATE),
        ("Proxy-Authorization", FieldId::HTTP_PROXY_AUTHORIZATION),
    ];
    NAMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| field)
}
