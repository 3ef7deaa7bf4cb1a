//! TLS records (RFC 8446 §5.1) and what the handshake says in the open:
//! versions, cipher suites, server name (RFC 6066 §3), ALPN (RFC 7301).

use super::walk::{View, Walk};
use super::{FieldSink, FieldValue};
use crate::decode::FieldId;

/// A record header's length in bytes.
const HEADER: usize = 5;
/// RFC 8446 §5.2: a record's content and what protecting it may add.
const LONGEST: u16 = (1 << 14) + 2048;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// The record that starts here: its type and its length.
fn record_at(view: &View<'_>, at: usize) -> Option<(u8, usize)> {
    let (kind, version, length) = (view.u8(at)?, view.u16(at + 1)?, view.u16(at + 3)?);
    let valid = matches!(kind, CHANGE_CIPHER_SPEC..=APPLICATION_DATA)
        && matches!(version, 0x0300..=0x0304)
        && (1..=LONGEST).contains(&length);
    valid.then_some((kind, usize::from(length)))
}

/// Records, if these are some; tells whether.
pub(super) fn records<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> bool {
    let mut at = view.start;
    // Behind a change of cipher, handshake messages are not in the open.
    let mut open = true;
    while let Some((kind, length)) = record_at(view, at) {
        let record = view.from(at).limited(HEADER + length);
        walk.header(FieldId::TLS, &record, HEADER + length, |walk| {
            let span = at..at + HEADER + length;
            walk.group(FieldId::TLS_RECORD, &record, span, |walk| content(walk, &record, kind, length, open))
        });
        open &= kind != CHANGE_CIPHER_SPEC;
        at += HEADER + length;
    }
    at > view.start
}

fn content<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, kind: u8, length: usize, open: bool) -> Option<()> {
    let at = view.start;
    walk.u8(FieldId::TLS_RECORD_CONTENT_TYPE, view, at)?;
    walk.u16(FieldId::TLS_RECORD_VERSION, view, at + 1)?;
    walk.u16(FieldId::TLS_RECORD_LENGTH, view, at + 3)?;
    let inside = at + HEADER;
    let span = inside..(inside + length).min(view.end());
    match kind {
        CHANGE_CIPHER_SPEC => walk.put(FieldId::TLS_CHANGE_CIPHER_SPEC, span, FieldValue::Present),
        ALERT => {
            walk.group(FieldId::TLS_ALERT_MESSAGE, view, span, |walk| {
                // A protected alert is longer.
                if length == 2 {
                    walk.u8(FieldId::TLS_ALERT_MESSAGE_LEVEL, view, inside)?;
                    walk.u8(FieldId::TLS_ALERT_MESSAGE_DESC, view, inside + 1)?;
                }
                Some(())
            })?;
        }
        HANDSHAKE => return messages(walk, view, inside, inside + length, open),
        _ => walk.bytes(FieldId::TLS_APP_DATA, view, inside, span.len())?,
    }
    Some(())
}

/// The messages in a handshake record; one that goes on in the next record is
/// told where it starts.
fn messages<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, start: usize, end: usize, open: bool) -> Option<()> {
    let mut at = start;
    while at < end {
        let kind = view.u8(at)?;
        let known = matches!(kind, 0..=2 | 4..=6 | 8 | 11..=16 | 20..=25);
        let length = view.u24(at + 1).and_then(|length| usize::try_from(length).ok())?;
        // What is protected looks like anything: a message that is none.
        let readable = open && known && length < 1 << 18 && (kind != 0 || length == 0);
        let behind = if readable { at + 4 + length } else { end };
        walk.group(FieldId::TLS_HANDSHAKE, view, at..behind.min(end), |walk| {
            if !readable {
                return Some(());
            }
            walk.u8(FieldId::TLS_HANDSHAKE_TYPE, view, at)?;
            walk.u24(FieldId::TLS_HANDSHAKE_LENGTH, view, at + 1)?;
            match kind {
                1 => hello(walk, view, at + 4, behind, true),
                2 => hello(walk, view, at + 4, behind, false),
                _ => Some(()),
            }
        })?;
        at = behind;
    }
    Some(())
}

/// `ClientHello` and `ServerHello` (RFC 8446 §4.1).
fn hello<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize, client: bool) -> Option<()> {
    walk.u16(FieldId::TLS_HANDSHAKE_VERSION, view, at)?;
    walk.bytes(FieldId::TLS_HANDSHAKE_RANDOM, view, at + 2, 32)?;
    let length = usize::from(walk.u8(FieldId::TLS_HANDSHAKE_SESSION_ID_LENGTH, view, at + 34)?);
    walk.bytes(FieldId::TLS_HANDSHAKE_SESSION_ID, view, at + 35, length)?;
    let mut at = at + 35 + length;
    if client {
        let length = usize::from(walk.u16(FieldId::TLS_HANDSHAKE_CIPHER_SUITES_LENGTH, view, at)?);
        let stop = at + 2 + length;
        walk.group(FieldId::TLS_HANDSHAKE_CIPHERSUITES, view, at + 2..stop, |walk| {
            for at in (at + 2..stop.saturating_sub(1)).step_by(2) {
                walk.u16(FieldId::TLS_HANDSHAKE_CIPHERSUITE, view, at)?;
            }
            Some(())
        })?;
        let length = usize::from(walk.u8(FieldId::TLS_HANDSHAKE_COMP_METHODS_LENGTH, view, stop)?);
        at = stop + 1 + length;
        walk.group(FieldId::TLS_HANDSHAKE_COMP_METHODS, view, stop + 1..at, |walk| {
            for at in stop + 1..at {
                walk.u8(FieldId::TLS_HANDSHAKE_COMP_METHOD, view, at)?;
            }
            Some(())
        })?;
    } else {
        walk.u16(FieldId::TLS_HANDSHAKE_CIPHERSUITE, view, at)?;
        walk.u8(FieldId::TLS_HANDSHAKE_COMP_METHOD, view, at + 2)?;
        at += 3;
    }
    if at + 2 > end {
        return Some(());
    }
    let length = usize::from(walk.u16(FieldId::TLS_HANDSHAKE_EXTENSIONS_LENGTH, view, at)?);
    extensions(walk, view, at + 2, (at + 2 + length).min(end), client)
}

fn extensions<S: FieldSink>(
    walk: &mut Walk<'_, S>,
    view: &View<'_>,
    mut at: usize,
    end: usize,
    client: bool,
) -> Option<()> {
    while at + 4 <= end {
        let kind = walk.u16(FieldId::TLS_HANDSHAKE_EXTENSION_TYPE, view, at)?;
        let length = usize::from(walk.u16(FieldId::TLS_HANDSHAKE_EXTENSION_LEN, view, at + 2)?);
        let (inside, behind) = (at + 4, at + 4 + length);
        if behind > end {
            return None;
        }
        match kind {
            0 if length > 0 => server_names(walk, view, inside, behind)?,
            16 => protocols(walk, view, inside, behind)?,
            43 => versions(walk, view, inside, behind, client)?,
            _ => {}
        }
        at = behind;
    }
    Some(())
}

fn server_names<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize) -> Option<()> {
    walk.u16(FieldId::TLS_HANDSHAKE_EXTENSIONS_SERVER_NAME_LIST_LEN, view, at)?;
    let mut at = at + 2;
    while at + 3 <= end {
        walk.u8(FieldId::TLS_HANDSHAKE_EXTENSIONS_SERVER_NAME_TYPE, view, at)?;
        let length = usize::from(walk.u16(FieldId::TLS_HANDSHAKE_EXTENSIONS_SERVER_NAME_LEN, view, at + 1)?);
        let length = length.min(end - at - 3);
        walk.text(FieldId::TLS_HANDSHAKE_EXTENSIONS_SERVER_NAME, view, at + 3, length)?;
        at += 3 + length;
    }
    Some(())
}

fn protocols<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize) -> Option<()> {
    walk.u16(FieldId::TLS_HANDSHAKE_EXTENSIONS_ALPN_LEN, view, at)?;
    walk.group(FieldId::TLS_HANDSHAKE_EXTENSIONS_ALPN_LIST, view, at + 2..end, |walk| {
        let mut at = at + 2;
        while at < end {
            let length = usize::from(walk.u8(FieldId::TLS_HANDSHAKE_EXTENSIONS_ALPN_STR_LEN, view, at)?);
            let length = length.min(end - at - 1);
            walk.text(FieldId::TLS_HANDSHAKE_EXTENSIONS_ALPN_STR, view, at + 1, length)?;
            at += 1 + length;
        }
        Some(())
    })
}

/// The client offers a list, the server answers with one (RFC 8446 §4.2.1).
fn versions<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize, client: bool) -> Option<()> {
    let at = if client {
        walk.u8(FieldId::TLS_HANDSHAKE_EXTENSIONS_SUPPORTED_VERSIONS_LEN, view, at)?;
        at + 1
    } else {
        at
    };
    for at in (at..end.saturating_sub(1)).step_by(2) {
        walk.u16(FieldId::TLS_HANDSHAKE_EXTENSIONS_SUPPORTED_VERSION, view, at)?;
    }
    Some(())
}
