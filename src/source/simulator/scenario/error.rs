//! What is wrong with a scenario, and where in its text.

use thiserror::Error;

use super::Place;
use crate::source::lab::wire::PatternError;
use crate::source::simulator::settings::SettingError;

/// Why a scenario cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {}, column {}: {wrong}", place.line, place.column)]
pub struct ScenarioError {
    /// Where.
    pub place: Place,
    /// The line itself, to be shown.
    pub line: String,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    /// Something else stands where this should.
    #[error("expected {expected:?}, found {found:?}")]
    Expected {
        /// What should stand there.
        expected: Wanted,
        /// What does; empty at the end of the line.
        found: String,
    },
    /// A line of the head that has no place here.
    #[error("{name} stands twice, or behind the first line of the play")]
    Misplaced {
        /// The line's name.
        name: String,
    },
    /// The head lacks this line.
    #[error("there is no line {name}")]
    Missing {
        /// The line's name.
        name: &'static str,
    },
    /// A setting that cannot be.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// A setting of cables, for one host.
    #[error("{name} is a setting of cables, not of a host")]
    CablesAlone {
        /// The setting.
        name: String,
    },
    /// A setting of programs: here the file says what they do.
    #[error("{name} is a setting of programs, which are written down here")]
    Programs {
        /// The setting.
        name: String,
    },
    /// A pattern of frames that cannot be.
    #[error("{0}")]
    Pattern(#[from] PatternError),
    /// A display filter that cannot be.
    #[error("{found:?} is no display filter")]
    Filter {
        /// As it is written.
        found: String,
    },
    /// No host of the topology has this name.
    #[error("there is no host {found:?}")]
    NoHost {
        /// As it is written.
        found: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A number outside of its range.
    #[error("expected a number from {least} to {most}, found {found}")]
    Range {
        /// As it is written.
        found: String,
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// `0:10(9)`: the length contradicts the numbers.
    #[error("from {from} to {to} are {expected} bytes, found {found}")]
    Length {
        /// The first number.
        from: u32,
        /// The one behind the last.
        to: u32,
        /// What the numbers give.
        expected: u32,
        /// What stands in the brackets.
        found: u32,
    },
    /// A range that ends before it begins.
    #[error("the time ends before it begins")]
    EmptyTime,
    /// A line behind the one that ends the play.
    #[error("the play has ended before")]
    BehindEnd,
    /// A call that waits, where it cannot.
    #[error("only a call can wait")]
    NothingWaits,
    /// More of it than can be read.
    #[error("more than {most} {what}")]
    TooMuch {
        /// Of what: `bytes`, `lines`.
        what: &'static str,
        /// How much at most.
        most: usize,
    },
}

/// What should stand somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A line of the head, or a time.
    HeadOrTime,
    /// A time.
    Time,
    /// A host, `wire` or `end`.
    Subject,
    /// What a host does: `:`, `>`, `<`, `=`, `.field`, `silent`.
    HostDoes,
    /// What a wire does.
    WireDoes,
    /// What a program calls, `set`, `kill` or `reboot`.
    Call,
    /// The arguments of this call.
    Arguments(&'static str),
    /// An option of a socket.
    SocketOption,
    /// What a call returns.
    Result,
    /// The control bits of a packet.
    Flags,
    /// `0:10(10)`.
    Numbers,
    /// `ack`, `win`, `urg`, `from`, `to` or options.
    PacketField,
    /// An option of a packet.
    PacketOption,
    /// A state's name.
    State,
    /// A field's name.
    Field,
    /// `=`, `!=`, `<` …
    Order,
    /// A value a field is compared with.
    Value,
    /// A whole number.
    Number,
    /// A time with its unit.
    Duration,
    /// `RFC 9293 3.5`.
    Citation,
    /// `rfc` or `linux`.
    Profile,
    /// `relative` or `absolute`.
    NumberStyle,
    /// A name, a value.
    Setting,
    /// A name.
    Name,
    /// An address and a port.
    Endpoint,
    /// A text.
    Text,
    /// This sign.
    Sign(&'static str),
    /// The end of the line.
    End,
}
