//! Settings that several programs declare.
//!
//! Owns their keys, kinds and the names of their meanings. Has no opinion on
//! what a program does with them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::text::Encoding;
use super::{Setting, SettingKind, Settings};

/// The size of every buffer in the notes, in bytes.
pub(super) const BUFFER: usize = 1024;
/// The longest datagram that IPv4 carries, in bytes: 65,535 without the two
/// headers (RFC 768, RFC 791 section 3.1).
const LONGEST_DATAGRAM: usize = 65_507;

/// Where a TCP server listens.
pub(super) const fn tcp_port(default: &'static str) -> Setting {
    Setting { key: "port", default, meaning: "setting-port", kind: SettingKind::Port }
}

/// What a UDP server is bound to.
pub(super) const fn udp_port(default: &'static str) -> Setting {
    Setting { key: "port", default, meaning: "setting-udp-port", kind: SettingKind::Port }
}

/// Whether a run starts the server.
pub(super) const SERVER: Setting = Setting {
    key: "server",
    default: "started",
    meaning: "setting-server",
    kind: SettingKind::Choice(&["started", "none"]),
};

/// How many clients a server serves.
pub(super) const CLIENTS: Setting =
    Setting { key: "clients", default: "0", meaning: "setting-clients", kind: SettingKind::Count { highest: 10_000 } };

/// How many datagrams a server answers.
pub(super) const DATAGRAMS: Setting = Setting {
    key: "datagrams",
    default: "0",
    meaning: "setting-datagrams",
    kind: SettingKind::Count { highest: 1_000_000 },
};

/// How long a client waits for an answer.
pub(super) const fn patience(default: &'static str) -> Setting {
    Setting {
        key: "patience",
        default,
        meaning: "setting-patience",
        kind: SettingKind::Duration { longest: Duration::from_hours(1) },
    }
}

/// How text becomes bytes.
pub(super) const fn encoding(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, default, meaning, kind: SettingKind::Choice(Encoding::NAMES) }
}

/// A text that is sent.
pub(super) const fn text(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, default, meaning, kind: SettingKind::Text { longest: LONGEST_DATAGRAM } }
}

/// The size of a buffer.
pub(super) const BUFFER_SIZE: Setting =
    Setting { key: "buffer", default: "1024", meaning: "setting-buffer", kind: SettingKind::Size { most: 65_536 } };

/// Whether the program is as it stands in the notes.
pub(super) const fn mended(meaning: &'static str) -> Setting {
    Setting { key: "mended", default: "yes", meaning, kind: SettingKind::Choice(&["yes", "no"]) }
}

/// The encoding set under `key`.
pub(super) fn encoding_of(settings: &Settings, key: &str) -> Encoding {
    Encoding::named(settings.choice(key))
}

/// The size set for the buffer, in bytes.
pub(super) fn buffer_of(settings: &Settings) -> usize {
    usize::try_from(settings.count("buffer")).unwrap_or(BUFFER)
}

/// The server: its address and the port set.
pub(super) fn local(settings: &Settings) -> SocketAddr {
    SocketAddr::from((settings.address(), settings.port("port")))
}

/// Every address of this host, which the notes write `''`.
pub(super) fn any(settings: &Settings) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::UNSPECIFIED, settings.port("port")))
}
