//! What is wrong with a topology, and where in its text.

use std::fmt;

/// A place in a text, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl Position {
    /// The place of a byte.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column }
    }
}

/// Why a topology cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {wrong}", position.line, position.column)]
pub struct TopologyError {
    /// Where.
    pub position: Position,
    /// The line itself, to be shown.
    pub line: String,
    /// What.
    pub wrong: Wrong,
}

impl TopologyError {
    pub(super) fn new(text: &str, byte: usize, wrong: Wrong) -> Self {
        let position = Position::of(text, byte);
        let line = text.lines().nth(position.line - 1).unwrap_or_default().to_owned();
        Self { position, line, wrong }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The file's form: what its reader says.
    Form(String),
    /// A name that is empty, too long, or has other than letters, digits, `-`
    /// and `_`.
    Name(String),
    /// Two nodes have this name.
    NameTwice(String),
    /// There is nothing of this name.
    Unknown(String),
    /// The node has no such interface.
    NoInterface {
        /// The node.
        node: String,
        /// The interface.
        interface: String,
    },
    /// Not an address with its network, as in `192.168.1.10/24`.
    NotNetwork(String),
    /// Not an address.
    NotAddress(String),
    /// Two interfaces have this address.
    AddressTwice(String),
    /// It names the network itself or everybody in it, not a host.
    Reserved(String),
    /// It is in none of the host's networks, so it cannot be reached from
    /// there.
    GatewayOutside {
        /// The gateway.
        gateway: String,
        /// The host's networks.
        networks: Vec<String>,
    },
    /// Nobody has the gateway's address.
    GatewayNobody(String),
    /// There is a cable in this interface already.
    CableTwice(String),
    /// A cable from something to itself.
    CableToItself(String),
    /// Switches and hubs in a circle: a broadcast would go round for ever.
    Circle(Vec<String>),
    /// There is no cable in this interface.
    NoCable(String),
    /// Not a time, as in `300ms`.
    NotTime(String),
    /// Not a rate, as in `10Mbit`.
    NotRate(String),
    /// A number outside of its range.
    Range {
        /// Of what.
        what: &'static str,
        /// What stands there.
        found: u64,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// There is too much of it.
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many at most.
        most: usize,
    },
    /// Programs run on hosts only.
    NotHost(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(text) => f.write_str(text),
            Self::Name(name) => write!(f, "expected a name of letters, digits, - and _, found {name:?}"),
            Self::NameTwice(name) => write!(f, "there are two of the name {name}"),
            Self::Unknown(name) => write!(f, "there is nothing called {name}"),
            Self::NoInterface { node, interface } => write!(f, "{node} has no interface {interface}"),
            Self::NotNetwork(text) => write!(f, "expected an address and its network, 192.168.1.10/24, found {text}"),
            Self::NotAddress(text) => write!(f, "expected an address, found {text}"),
            Self::AddressTwice(address) => write!(f, "two interfaces have the address {address}"),
            Self::Reserved(address) => write!(f, "{address} is the network itself or everybody in it, not a host"),
            Self::GatewayOutside { gateway, networks } => {
                write!(f, "the gateway {gateway} is in none of the host's networks, {}", networks.join(", "))
            }
            Self::GatewayNobody(gateway) => write!(f, "nobody has the gateway's address, {gateway}"),
            Self::CableTwice(port) => write!(f, "there is a cable in {port} already"),
            Self::CableToItself(node) => write!(f, "a cable from {node} to itself"),
            Self::Circle(nodes) => write!(f, "a circle of switches and hubs: {}", nodes.join(" – ")),
            Self::NoCable(port) => write!(f, "there is no cable in {port}"),
            Self::NotTime(text) => write!(f, "expected a time, 300ms, found {text}"),
            Self::NotRate(text) => write!(f, "expected a rate, 10Mbit, found {text}"),
            Self::Range { what, found, least, most } => {
                write!(f, "expected {what} from {least} to {most}, found {found}")
            }
            Self::TooMany { what, most } => write!(f, "more than {most} {what}"),
            Self::NotHost(name) => write!(f, "{name} is no host: programs run on hosts"),
        }
    }
}
