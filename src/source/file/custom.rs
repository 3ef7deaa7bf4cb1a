//! What pcapng has no block for rides in its Custom Blocks, as JSON: notes,
//! programs, socket calls, outputs, exits.
//! See `docs/decisions/0001-custom-blocks-in-pcapng.md`.

use serde::{Deserialize, Serialize};

use crate::model::{ExitStatus, OutputStream, Place, SocketCall, Timestamp};
use crate::trace::Notes;

/// The number that RFC 5612 reserves for documentation: the project has none
/// of its own.
pub(super) const PRIVATE_ENTERPRISE_NUMBER: u32 = 32473;

/// What every block of ours starts with, because the number above is not ours
/// alone.
pub(super) const SIGNATURE: &[u8; 8] = b"wirelens";

/// The only version so far.
const VERSION: u32 = 1;

/// One block's content with its version.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    document: T,
}

/// One block's content.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Document {
    /// How the trace came to be.
    Notes(Notes),
    /// A program, before its first event.
    Program {
        /// What its events call it in this section.
        number: u32,
        /// [`Place::Program`].
        place: Place,
    },
    /// Something a program did.
    Event {
        /// When.
        at: Timestamp,
        /// Which program, by its number in this section.
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

impl Document {
    /// What a Custom Block's data says; `None` where it is not ours, of another
    /// version, or broken. What stands behind the JSON (options, padding) is
    /// not looked at.
    pub(super) fn of(private_enterprise_number: u32, data: &[u8]) -> Option<Self> {
        if private_enterprise_number != PRIVATE_ENTERPRISE_NUMBER {
            return None;
        }
        let json = data.strip_prefix(SIGNATURE)?;
        let found: Versioned<Self> = serde_json::Deserializer::from_slice(json).into_iter().next()?.ok()?;
        (found.v == VERSION).then_some(found.document)
    }

    /// The data of a Custom Block: signature, JSON, and spaces up to a multiple
    /// of four, because the block does not tell where its data ends.
    pub(super) fn data(&self) -> serde_json::Result<Vec<u8>> {
        let mut data = SIGNATURE.to_vec();
        serde_json::to_writer(&mut data, &Versioned { v: VERSION, document: self })?;
        data.resize(data.len().next_multiple_of(4), b' ');
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Option<Document> {
        Document::of(PRIVATE_ENTERPRISE_NUMBER, format!("wirelens{json}").as_bytes())
    }

    #[test]
    fn a_document_reads_as_written_in_the_decision() {
        let exit =
            Document::Event { at: Timestamp::from_nanos(7), program: 2, what: Happening::Exit(ExitStatus::Code(3)) };
        let data = exit.data().unwrap();
        let text = r#"wirelens{"v":1,"event":{"at":7,"program":2,"what":{"exit":{"code":3}}}}"#;
        assert_eq!(String::from_utf8(data).unwrap().trim_end(), text);
        let output = Document::Event {
            at: Timestamp::from_nanos(7),
            program: 2,
            what: Happening::Output { stream: OutputStream::Stdout, written: Written::new("苯\n".as_bytes()) },
        };
        let text = "\"what\":{\"output\":{\"stream\":\"stdout\",\"text\":\"苯\\n\"}}";
        assert!(String::from_utf8(output.data().unwrap()).unwrap().contains(text));
    }

    #[test]
    fn only_our_own_first_version_is_understood() {
        let exit = r#""event":{"at":7,"program":2,"what":{"exit":{"code":3}}}"#;
        assert!(of(&format!("{{\"v\":1,{exit}}}")).is_some());
        assert!(of(&format!("{{\"v\":1,{exit}}}\0\0trailing")).is_some(), "options may follow");
        assert!(of(&format!("{{\"v\":1,\"more\":[],{exit}}}")).is_some(), "a field may be added");
        assert!(of(&format!("{{\"v\":2,{exit}}}")).is_none());
        assert!(of(&format!("{{\"v\":1,{exit}")).is_none());
        assert!(of(r#"{"v":1}"#).is_none());
        assert!(of("").is_none());
        let data = format!("wirelens{{\"v\":1,{exit}}}");
        assert!(Document::of(1, data.as_bytes()).is_none());
        assert!(Document::of(PRIVATE_ENTERPRISE_NUMBER, data.as_bytes().get(1..).unwrap()).is_none());
    }
}
