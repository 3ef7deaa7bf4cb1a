//! `web-page`: from a name to a page. A client asks a name server for an
//! address, connects to a web server and fetches a page.
//!
//! Owns what the three sides say. The messages are written and read by
//! libraries (simple-dns, httparse). Has no opinion on where they run: on one
//! host, or each on its own.

/// The client: look up, connect, fetch, close.
mod client;
/// Messages of the Domain Name System.
mod dns;
/// Requests and responses.
mod http;
/// The name server.
mod name_server;
/// The web server.
mod web_server;

use std::net::SocketAddr;
use std::sync::Arc;

use super::declared::{CLIENTS, SERVER, local, patience, tcp_port};
use super::recorded::Recorder;
use super::{Program, ProgramError, Setting, SettingKind, Settings, nothing_to_type, one_client};
use crate::model::Role;

/// The one name that the name server knows. Nobody can own a name below
/// `example` (RFC 2606 §2, RFC 6761 §6.5), so no answer from elsewhere can be
/// mistaken for ours.
const NAME: &str = "www.example";
/// The longest name, in characters (RFC 1035 §2.3.4: 255 octets with lengths).
const LONGEST_NAME: usize = 253;
/// The longest path, in bytes.
const LONGEST_PATH: usize = 1000;

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "web-page",
    roles: &[Role::NameServer, Role::Server, Role::Client],
    settings: &[
        Setting {
            key: "name",
            default: NAME,
            meaning: "setting-name",
            kind: SettingKind::Text { longest: LONGEST_NAME },
        },
        Setting {
            key: "path",
            default: "/",
            meaning: "setting-path",
            kind: SettingKind::Text { longest: LONGEST_PATH },
        },
        tcp_port("80"),
        Setting { key: "dns-port", default: "53", meaning: "setting-dns-port", kind: SettingKind::Port },
        patience("1s"),
        Setting { key: "tries", default: "2", meaning: "setting-tries", kind: SettingKind::Count { highest: 100 } },
        CLIENTS,
        SERVER,
        Setting {
            key: "dns",
            default: "started",
            meaning: "setting-dns",
            kind: SettingKind::Choice(&["started", "none"]),
        },
    ],
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: one_client,
    ports: |settings| vec![settings.port("port"), settings.port("dns-port")],
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    let name_server = SocketAddr::from((settings.name_server(), settings.port("dns-port")));
    match role {
        Role::NameServer => name_server::serve(recorder, name_server, settings.address()),
        Role::Server => web_server::serve(recorder, local(settings), settings.count("clients")),
        Role::Client => client::fetch(
            recorder,
            &client::Wanted {
                name: settings.text("name"),
                path: settings.text("path"),
                port: settings.port("port"),
                name_server,
                patience: settings.duration("patience"),
                tries: settings.count("tries").max(1),
            },
        ),
    }
}
