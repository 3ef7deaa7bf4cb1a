//! What pcapng has no block for rides in custom options, as JSON: notes,
//! programs, socket calls, outputs, exits, what the kernel said, what wires and
//! simulated stacks did.
//! See `docs/decisions/0001-custom-options-in-pcapng.md`.

use serde::{Deserialize, Serialize};

use crate::model::{ExitStatus, LinkAction, OutputStream, Place, SocketCall, SocketState, StackStep, Timestamp};
use crate::trace::Notes;

/// The number that RFC 5612 reserves for documentation: the project has none
/// of its own.
pub(super) const PRIVATE_ENTERPRISE_NUMBER: u32 = 32473;

/// What an option of ours starts with where it begins a document, because the
/// number above is not ours alone.
pub(super) const BEGINS: &str = "wirelens";

/// What an option of ours starts with where it continues the one before.
pub(super) const CONTINUES: &str = "wirelen+";

/// The only version so far.
const VERSION: u32 = 1;

/// A document with its version.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    document: T,
}

/// What one document says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Document {
    /// How the trace came to be.
    Notes(Notes),
    /// A program, a kernel or a wire, before its first event.
    Program {
        /// What its events call it in this section.
        number: u32,
        /// [`Place::Program`], [`Place::Kernel`] or [`Place::Wire`].
        place: Place,
    },
    /// What we counted ourselves: marks an Interface Statistics Block as ours.
    Statistics {
        /// Frames dropped at all interfaces, where somebody counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drops: Option<u64>,
    },
    /// Something a program or a wire did, or a kernel said.
    Event {
        /// When.
        at: Timestamp,
        /// Which program or kernel, by its number in this section.
        program: u32,
        /// What.
        what: Happening,
    },
}

/// Everything of [`What`](crate::model::What) that is no frame.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Happening {
    Call(SocketCall),
    Output {
        stream: OutputStream,
        #[serde(flatten)]
        written: Written,
    },
    Exit(ExitStatus),
    State(SocketState),
    Action(LinkAction),
    Step(Box<StackStep>),
}

/// What a program wrote: as text where it is text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Written {
    Text(String),
    Bytes(Vec<u8>),
}

impl Written {
    pub(super) fn new(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(bytes.to_vec()),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Happening {
    /// Whether this can happen there: a kernel says what its sockets are, a
    /// wire does things to frames, a program does the rest.
    pub(super) const fn fits(&self, place: &Place) -> bool {
        match self {
            Self::State(_) | Self::Step(_) => matches!(place, Place::Kernel { .. }),
            Self::Action(_) => matches!(place, Place::Wire { .. }),
            Self::Call(_) | Self::Output { .. } | Self::Exit(_) => matches!(place, Place::Program { .. }),
        }
    }
}

impl Document {
    /// What a document says; `None` where it is of another version or broken.
    pub(super) fn of(json: &[u8]) -> Option<Self> {
        let found: Versioned<Self> = serde_json::from_slice(json).ok()?;
        (found.v == VERSION).then_some(found.document)
    }

    /// The document as it is written.
    pub(super) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Versioned { v: VERSION, document: self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_reads_as_written_in_the_decision() {
        let exit =
            Document::Event { at: Timestamp::from_nanos(7), program: 2, what: Happening::Exit(ExitStatus::Code(3)) };
        let text = r#"{"v":1,"event":{"at":7,"program":2,"what":{"exit":{"code":3}}}}"#;
        assert_eq!(exit.json().unwrap(), text);
        let output = Document::Event {
            at: Timestamp::from_nanos(7),
            program: 2,
            what: Happening::Output { stream: OutputStream::Stdout, written: Written::new("苯\n".as_bytes()) },
        };
        let text = "\"what\":{\"output\":{\"stream\":\"stdout\",\"text\":\"苯\\n\"}}";
        assert!(output.json().unwrap().contains(text));
    }

    #[test]
    fn only_the_first_version_is_understood() {
        let of = |json: &str| Document::of(json.as_bytes());
        let exit = r#""event":{"at":7,"program":2,"what":{"exit":{"code":3}}}"#;
        assert!(of(&format!("{{\"v\":1,{exit}}}")).is_some());
        assert!(of(&format!("{{\"v\":1,\"more\":[],{exit}}}")).is_some(), "a field may be added");
        assert!(of(&format!("{{\"v\":2,{exit}}}")).is_none());
        assert!(of(&format!("{{\"v\":1,{exit}")).is_none());
        assert!(of(r#"{"v":1}"#).is_none());
        assert!(of("").is_none());
    }
}
