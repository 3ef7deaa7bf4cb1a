//! Where something was seen: an interface, a program, a kernel, or a wire.

use serde::{Deserialize, Serialize};

use super::LinkType;

/// The number of a place in its trace, from 0 in order of appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceId(pub u32);

/// What a program is to the conversation it takes part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Asks first.
    Client,
    /// Waits to be asked.
    Server,
    /// Waits to be asked where the server is.
    #[serde(rename = "dns-server")]
    NameServer,
}

impl Role {
    /// The word on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::NameServer => "dns-server",
        }
    }
}

/// An interface, a program, a kernel that was asked, or a wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Place {
    /// A network interface; its frames start with `link_type`.
    Interface {
        /// As the kernel names it, `lo`; empty where a file does not say.
        name: String,
        /// What a person would call it, where known.
        description: Option<String>,
        /// What its frames start with.
        link_type: LinkType,
    },
    /// An operating-system process.
    Program {
        /// The bundled program's id, `tcp-greeting`; of any other program what
        /// a person would call it, `server.py`.
        name: String,
        /// Which side it plays; `None` where it is not ours and nobody knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Role>,
        /// Process id, as the system it ran on counted.
        pid: u32,
        /// The words it was started with.
        command: Vec<String>,
    },
    /// The kernel, as far as it keeps the sockets of one network.
    Kernel {
        /// As it names itself, `Linux 6.18.0`.
        system: String,
        /// Of which host, where there are several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host: Option<String>,
    },
    /// A cable that we carry frames over ourselves.
    Wire {
        /// The interfaces it joins, the client's side first: `client:eth0`.
        ends: [String; 2],
    },
}
