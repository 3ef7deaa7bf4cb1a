//! Questions and answers of the Domain Name System (RFC 1035).
//!
//! Owns which messages are understood. The bytes are simple-dns's.

use std::net::Ipv4Addr;

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Name, OPCODE, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, ResourceRecord, TYPE};

use super::super::ProgramError;

/// How long an answer may be kept, in seconds.
const TTL: u32 = 300;
/// Bytes of a header (RFC 1035 §4.1.1), of the shortest question and of the
/// shortest record (§4.1.2, §4.1.3).
const HEADER: usize = 12;
const QUESTION: usize = 5;
const RECORD: usize = 11;

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The name's addresses, at least one.
    Addresses(Vec<Ipv4Addr>),
    /// There is no such name, or the server will not say: its RCODE.
    Refused(String),
    /// The name has no IPv4 address.
    None,
}

/// The question for a name's IPv4 address, as a host asks that wants the name
/// server to find out (RD).
pub(super) fn question(id: u16, name: &str) -> Result<Vec<u8>, ProgramError> {
    let wrong = || ProgramError::NotAName { found: name.to_owned() };
    // RFC 1035 §2.3.4: labels of 1 to 63 octets; simple-dns skips empty ones.
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_graphic());
    if !name.strip_suffix('.').unwrap_or(name).split('.').all(label) {
        return Err(wrong());
    }
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name).map_err(|_| wrong())?;
    packet.questions.push(Question::new(name, QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().map_err(|_| wrong())
}

/// What comes back for the question with this number and name; `None` for any
/// other message (RFC 5452 §9.1).
pub(super) fn answer(message: &[u8], id: u16, name: &str) -> Option<Answer> {
    let packet = parse(message)?;
    let [asked] = packet.questions.as_slice() else { return None };
    if packet.id() != id || !packet.has_flags(PacketFlag::RESPONSE) || !is(&asked.qname, name) {
        return None;
    }
    if packet.rcode() != RCODE::NoError {
        return Some(Answer::Refused(code(packet.rcode()).to_owned()));
    }
    // Aliases are not followed: the server knows none.
    let of_name = packet.answers.iter().filter(|record| is(&record.name, name));
    let addresses: Vec<Ipv4Addr> = of_name
        .filter_map(|record| if let RData::A(A { address }) = record.rdata { Some(address.into()) } else { None })
        .collect();
    Some(if addresses.is_empty() { Answer::None } else { Answer::Addresses(addresses) })
}

/// The name server's reply to a message; `None` where nothing is to be said:
/// to what is no question at all.
pub(super) fn reply(message: &[u8], known: &str, address: Ipv4Addr) -> Option<Vec<u8>> {
    let Some(query) = parse(message) else {
        // What can be read of it is its number and that it is a question
        // (RFC 1035 §4.1.1: format error).
        let [high, low, flags, ..] = message else { return None };
        if flags & 0x80 != 0 {
            return None;
        }
        let mut packet = Packet::new_reply(u16::from_be_bytes([*high, *low]));
        *packet.rcode_mut() = RCODE::FormatError;
        return packet.build_bytes_vec().ok();
    };
    if query.has_flags(PacketFlag::RESPONSE) {
        return None;
    }
    let mut packet = Packet::new_reply(query.id());
    if query.has_flags(PacketFlag::RECURSION_DESIRED) {
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    let questions = query.questions.clone();
    *packet.rcode_mut() = match questions.as_slice() {
        _ if query.opcode() != OPCODE::StandardQuery => RCODE::NotImplemented,
        [asked] if !is(&asked.qname, known) => {
            packet.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
            RCODE::NameError
        }
        [asked] => {
            packet.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
            let is_asked = matches!(asked.qtype, QTYPE::TYPE(TYPE::A) | QTYPE::ANY);
            if is_asked && matches!(asked.qclass, QCLASS::CLASS(CLASS::IN) | QCLASS::ANY) {
                let address = RData::A(A { address: address.into() });
                packet.answers.push(ResourceRecord::new(asked.qname.clone(), CLASS::IN, TTL, address));
            }
            RCODE::NoError
        }
        _ => RCODE::FormatError,
    };
    packet.questions = questions;
    packet.build_bytes_vec_compressed().ok()
}

/// Reads a message whose counts its length can hold.
fn parse(message: &[u8]) -> Option<Packet<'_>> {
    let (counts, _) = message.get(4..HEADER)?.as_chunks();
    let mut counts = counts.iter().map(|count| usize::from(u16::from_be_bytes(*count)));
    let questions = counts.next()?;
    let records: usize = counts.sum();
    if message.len() < HEADER + questions * QUESTION + records * RECORD {
        return None;
    }
    Packet::parse(message).ok()
}

/// Names are the same whatever their case (RFC 1035 §2.3.3).
fn is(name: &Name<'_>, known: &str) -> bool {
    name.to_string().eq_ignore_ascii_case(known.strip_suffix('.').unwrap_or(known))
}

/// A response code as everybody calls it.
const fn code(code: RCODE) -> &'static str {
    match code {
        RCODE::NoError => "NOERROR",
        RCODE::FormatError => "FORMERR",
        RCODE::ServerFailure => "SERVFAIL",
        RCODE::NameError => "NXDOMAIN",
        RCODE::NotImplemented => "NOTIMP",
        RCODE::Refused => "REFUSED",
        RCODE::YXDOMAIN
        | RCODE::YXRRSET
        | RCODE::NXRRSET
        | RCODE::NOTAUTH
        | RCODE::NOTZONE
        | RCODE::BADVERS
        | RCODE::Reserved => "an RCODE of its own",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 80);

    fn asked(name: &str) -> Option<Answer> {
        let question = question(0x1234, name).unwrap();
        answer(&reply(&question, "www.example", ADDRESS).unwrap(), 0x1234, name)
    }

    #[test]
    fn a_known_name_has_its_address() {
        for name in ["www.example", "WWW.Example", "www.example."] {
            assert_eq!(asked(name), Some(Answer::Addresses(vec![ADDRESS])), "{name}");
        }
        assert_eq!(asked("nowhere.example"), Some(Answer::Refused("NXDOMAIN".into())));
    }

    #[test]
    fn the_bytes_are_those_of_the_rfc() {
        let question = question(0x1234, "www.example").unwrap();
        // Number, RD, one question; 3www7example, A, IN.
        let expected = b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01";
        assert_eq!(question, expected);
        let reply = reply(&question, "www.example", ADDRESS).unwrap();
        // QR, AA, RD; the name is a pointer to byte 12, TTL 300.
        assert_eq!(reply[2..12], *b"\x85\x00\0\x01\0\x01\0\0\0\0");
        assert_eq!(reply[29..], *b"\xc0\x0c\0\x01\0\x01\0\0\x01\x2c\0\x04\xc6\x33\x64\x50");
    }

    #[test]
    fn what_is_not_the_answer_is_no_answer() {
        let question = question(0x1234, "www.example").unwrap();
        let reply = reply(&question, "www.example", ADDRESS).unwrap();
        assert_eq!(answer(&reply, 0x1235, "www.example"), None);
        assert_eq!(answer(&reply, 0x1234, "mail.example"), None);
        assert_eq!(answer(&question, 0x1234, "www.example"), None);
        assert_eq!(answer(&reply[..20], 0x1234, "www.example"), None);
        // Another type than A: the name is there, an address is not.
        let mut other = question.clone();
        other[26] = 28;
        let none = super::reply(&other, "www.example", ADDRESS).unwrap();
        assert_eq!(answer(&none, 0x1234, "www.example"), Some(Answer::None));
    }

    #[test]
    fn nonsense_is_answered_briefly_or_not_at_all() {
        let reply = |message: &[u8]| super::reply(message, "www.example", ADDRESS);
        assert_eq!(reply(b""), None);
        assert_eq!(reply(b"\x12"), None);
        // A header that promises 65,535 records.
        let mut promising = question(1, "www.example").unwrap();
        promising[6..8].fill(0xff);
        assert_eq!(reply(&promising).unwrap()[..4], [0, 1, 0x80, 1]);
        // An answer is not answered.
        let own = reply(&question(1, "www.example").unwrap()).unwrap();
        assert_eq!(reply(&own), None);
        // A name that points to itself.
        let looped = b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\xc0\x0c\0\x01\0\x01";
        assert_eq!(reply(looped).unwrap()[..4], [0x12, 0x34, 0x80, 1]);
        assert!(matches!(question(1, "a..b"), Err(ProgramError::NotAName { .. })));
        assert!(matches!(question(1, &"a".repeat(64)), Err(ProgramError::NotAName { .. })));
    }
}
