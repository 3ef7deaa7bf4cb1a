//! Calls as packetdrill writes them: `accept(3, ..., ...) = 4`.

use super::super::cursor::Cursor;
use super::super::syntax::HostName;
use super::super::{Endpoint, Outcome, ScenarioError, SocketOption, SystemCall, Wanted, Wrong};
use crate::model::{RecvName, SendName};

/// The most bytes that one call moves.
const MOST_BYTES: u64 = 10_000_000;
/// The highest descriptor.
const MOST_DESCRIPTORS: u64 = 1_023;

/// A call and what it must return, where that is said.
pub(super) fn call(cursor: &mut Cursor<'_>) -> Result<(SystemCall, Option<Outcome>), ScenarioError> {
    cursor.spaces();
    let mark = cursor.mark();
    let name = cursor.word();
    let read = match name {
        "socket" => socket,
        "bind" => bind,
        "listen" => listen,
        "accept" => accept,
        "connect" => connect,
        "write" => |cursor: &mut Cursor<'_>| send(cursor, SendName::Write),
        "send" => |cursor: &mut Cursor<'_>| send(cursor, SendName::Send),
        "read" => |cursor: &mut Cursor<'_>| receive(cursor, RecvName::Read),
        "recv" => |cursor: &mut Cursor<'_>| receive(cursor, RecvName::Recv),
        "shutdown" => shutdown,
        "close" => close,
        "setsockopt" => set_option,
        "getsockopt" => get_error,
        _ => {
            cursor.back_to(mark);
            return Err(cursor.expected(Wanted::Call));
        }
    };
    cursor.sign("(")?;
    let call = read(cursor)?;
    cursor.sign(")")?;
    let result = if cursor.eat("=") { outcome(cursor)? } else { None };
    Ok((call, result))
}

/// `0`, `-1 ECONNREFUSED (Connection refused)`, `...`.
fn outcome(cursor: &mut Cursor<'_>) -> Result<Option<Outcome>, ScenarioError> {
    if cursor.eat("...") {
        return Ok(None);
    }
    if !cursor.eat("-1") {
        cursor.spaces();
        if !cursor.rest().starts_with(|first: char| first.is_ascii_digit()) {
            return Err(cursor.expected(Wanted::Result));
        }
        let value = cursor.number(0, MOST_BYTES)?;
        return Ok(Some(Outcome::Value(i64::try_from(value).unwrap_or(i64::MAX))));
    }
    let name = error_name(cursor)?;
    // What strerror(3) says of it, as packetdrill writes it.
    if cursor.eat("(") {
        cursor.take_while(|letter| letter != ')');
        cursor.sign(")")?;
    }
    Ok(Some(Outcome::Error(name)))
}

fn error_name(cursor: &mut Cursor<'_>) -> Result<String, ScenarioError> {
    cursor.spaces();
    let mark = cursor.mark();
    let name = cursor.word();
    if name.len() > 1 && name.starts_with('E') && name.chars().all(|letter| letter.is_ascii_uppercase()) {
        return Ok(name.to_owned());
    }
    cursor.back_to(mark);
    Err(cursor.expected(Wanted::Result))
}

/// A descriptor.
pub(super) fn descriptor(cursor: &mut Cursor<'_>) -> Result<i32, ScenarioError> {
    let number = cursor.number(0, MOST_DESCRIPTORS)?;
    Ok(i32::try_from(number).unwrap_or(0))
}

/// `server:80`, `192.0.2.1:80`, `:80`.
pub(super) fn endpoint(cursor: &mut Cursor<'_>) -> Result<Endpoint, ScenarioError> {
    cursor.spaces();
    let mark = cursor.mark();
    let host = if cursor.rest().starts_with(|first: char| first.is_ascii_digit()) {
        let text = cursor.take_while(|letter| letter.is_ascii_digit() || letter == '.');
        let address = text.parse().ok();
        if address.is_none() {
            cursor.back_to(mark);
        }
        Some(HostName::Address(address.ok_or_else(|| cursor.expected(Wanted::Endpoint))?))
    } else {
        let name = cursor.word();
        (!name.is_empty()).then(|| HostName::Name(name.to_owned()))
    };
    if !cursor.eat(":") {
        cursor.back_to(mark);
        return Err(cursor.expected(Wanted::Endpoint));
    }
    let mark = cursor.mark();
    let port = cursor.number_u16()?;
    if port == 0 {
        return Err(cursor.wrong(mark, Wrong::Range { found: "0".to_owned(), least: 1, most: 65_535 }));
    }
    Ok(Endpoint { host, port })
}

/// `, ...` where it stands.
fn dots(cursor: &mut Cursor<'_>) -> bool {
    let mark = cursor.mark();
    let found = cursor.eat(",") && cursor.eat("...");
    if !found {
        cursor.back_to(mark);
    }
    found
}

fn socket(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let wanted = |cursor: &Cursor<'_>| cursor.expected(Wanted::Arguments("..., SOCK_STREAM, IPPROTO_TCP"));
    let family = cursor.eat("...") || cursor.eat_word("AF_INET");
    if !(family && cursor.eat(",") && cursor.eat_word("SOCK_STREAM") && cursor.eat(",")) {
        return Err(wanted(cursor));
    }
    if cursor.eat_word("IPPROTO_TCP") || cursor.eat("0") { Ok(SystemCall::Socket) } else { Err(wanted(cursor)) }
}

fn bind(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    cursor.sign(",")?;
    Ok(SystemCall::Bind { fd, address: endpoint(cursor)? })
}

fn listen(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    cursor.sign(",")?;
    let backlog = cursor.number(0, 65_535)?;
    Ok(SystemCall::Listen { fd, backlog: i32::try_from(backlog).unwrap_or(i32::MAX) })
}

fn accept(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    while dots(cursor) {}
    Ok(SystemCall::Accept { fd })
}

fn connect(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    if dots(cursor) {
        while dots(cursor) {}
        return Ok(SystemCall::Connect { fd, to: None });
    }
    cursor.sign(",")?;
    Ok(SystemCall::Connect { fd, to: Some(endpoint(cursor)?) })
}

/// Behind the descriptor: `, ..., 1000` or `, 1000`.
fn count(cursor: &mut Cursor<'_>) -> Result<usize, ScenarioError> {
    dots(cursor);
    cursor.sign(",")?;
    let count = cursor.number(0, MOST_BYTES)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn send(cursor: &mut Cursor<'_>, by: SendName) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    let count = count(cursor)?;
    if by == SendName::Send && cursor.eat(",") && !cursor.eat("0") {
        return Err(cursor.expected(Wanted::Sign("0")));
    }
    Ok(SystemCall::Send { fd, count, by })
}

fn receive(cursor: &mut Cursor<'_>, by: RecvName) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    let count = count(cursor)?;
    let mut whole = false;
    if by == RecvName::Recv && cursor.eat(",") && !cursor.eat("0") {
        whole = cursor.eat_word("MSG_WAITALL");
        if !whole {
            return Err(cursor.expected(Wanted::Sign("MSG_WAITALL")));
        }
    }
    Ok(SystemCall::Recv { fd, count, whole, by })
}

fn shutdown(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    cursor.sign(",")?;
    if cursor.eat_word("SHUT_WR") {
        Ok(SystemCall::Shutdown { fd })
    } else {
        Err(cursor.expected(Wanted::Sign("SHUT_WR")))
    }
}

fn close(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    Ok(SystemCall::Close { fd: descriptor(cursor)? })
}

/// `SOL_TCP`, `SOL_SOCKET`, `IPPROTO_TCP`, and the comma behind it.
fn level(cursor: &mut Cursor<'_>) -> Result<(), ScenarioError> {
    cursor.sign(",")?;
    if ["SOL_SOCKET", "SOL_TCP", "IPPROTO_TCP"].into_iter().any(|level| cursor.eat_word(level)) {
        return cursor.sign(",");
    }
    Err(cursor.expected(Wanted::Sign("SOL_SOCKET, SOL_TCP")))
}

fn set_option(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    level(cursor)?;
    cursor.spaces();
    let mark = cursor.mark();
    let name = cursor.word();
    let Some((_, option)) = SocketOption::NAMED.iter().find(|(known, _)| *known == name) else {
        cursor.back_to(mark);
        return Err(cursor.expected(Wanted::SocketOption));
    };
    cursor.sign(",")?;
    let value = match option {
        // `{onoff=1, linger=0}`: only a linger of no time does anything.
        SocketOption::Linger => {
            for (sign, word) in [("{", "onoff"), (",", "linger")] {
                if !cursor.eat(sign) || !cursor.eat_word(word) || !cursor.eat("=") {
                    return Err(cursor.expected(Wanted::Arguments("{onoff=1, linger=0}")));
                }
                let number = if word == "onoff" { "1" } else { "0" };
                if !cursor.eat(number) {
                    return Err(cursor.expected(Wanted::Arguments("{onoff=1, linger=0}")));
                }
            }
            cursor.sign("}")?;
            0
        }
        SocketOption::NoDelay | SocketOption::KeepAlive | SocketOption::QuickAck | SocketOption::ReuseAddress => {
            bracketed(cursor, 0, 1)?
        }
        SocketOption::KeepIdle | SocketOption::KeepInterval => bracketed(cursor, 1, 32_767)?,
        SocketOption::KeepCount => bracketed(cursor, 1, 127)?,
        SocketOption::ReceiveBuffer | SocketOption::SendBuffer => bracketed(cursor, 1, 1 << 30)?,
        SocketOption::MaximumSegment => bracketed(cursor, 64, 1_460)?,
        SocketOption::UserTimeout => bracketed(cursor, 0, 1_000_000_000)?,
    };
    cursor.sign(",")?;
    cursor.number(4, 8)?;
    Ok(SystemCall::SetOption { fd, option: *option, value })
}

/// `[1]`.
fn bracketed(cursor: &mut Cursor<'_>, least: u64, most: u64) -> Result<i64, ScenarioError> {
    cursor.sign("[")?;
    let number = cursor.number(least, most)?;
    cursor.sign("]")?;
    Ok(i64::try_from(number).unwrap_or(i64::MAX))
}

fn get_error(cursor: &mut Cursor<'_>) -> Result<SystemCall, ScenarioError> {
    let fd = descriptor(cursor)?;
    level(cursor)?;
    if !cursor.eat_word("SO_ERROR") {
        return Err(cursor.expected(Wanted::Sign("SO_ERROR")));
    }
    cursor.sign(",")?;
    cursor.sign("[")?;
    let error = if cursor.eat("0") { None } else { Some(error_name(cursor)?) };
    cursor.sign("]")?;
    cursor.sign(",")?;
    cursor.eat("[");
    cursor.number(4, 4)?;
    cursor.eat("]");
    Ok(SystemCall::GetError { fd, error })
}
