//! Reads what a person wrote: `192.168.1.10/24`, `192.168.1.10
//! 255.255.255.0`, `fe80::1%eth0`, `02:00:00:00:01:01`, `443`, `https`; behind
//! an IP address there may stand another one to compare it with.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::super::MacAddress;
use super::ipv4::Class;
use super::port::SERVICES;
use super::{Asked, MaskFrom, Placed, Subject};
use crate::model::IpNetwork;

/// The longest text that is read, in bytes.
const LONGEST: usize = 256;

/// Why it was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wrong}")]
pub struct NotRead {
    /// Which bytes of the text are wrong.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub wrong: Wrong,
}

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Nothing was written.
    #[error("nothing to look up")]
    Empty,
    /// More than any address takes.
    #[error("{length} bytes are too many")]
    TooLong {
        /// How long the text is, in bytes.
        length: usize,
    },
    /// It looks like no address.
    #[error("`{found}` is no address, port or service")]
    Nothing {
        /// What was found.
        found: String,
    },
    /// Not four numbers with dots between them.
    #[error("expected 4 numbers with dots, found {found}")]
    OctetCount {
        /// How many.
        found: usize,
    },
    /// One of them is no number from 0 to 255.
    #[error("expected a number from 0 to 255, found `{found}`")]
    Octet {
        /// What was found.
        found: String,
    },
    /// It begins with 0: some programs read that as octal.
    #[error("`{found}` begins with 0")]
    LeadingZero {
        /// What was found.
        found: String,
    },
    /// Behind the slash stands no length.
    #[error("expected a length from 0 to {most}, found `{found}`")]
    Prefix {
        /// What was found.
        found: String,
        /// The longest.
        most: u8,
    },
    /// A mask whose ones are not all in front.
    #[error("{found} is no mask")]
    Mask {
        /// What was found.
        found: Ipv4Addr,
        /// The nearest one that keeps its leading ones.
        nearest: Ipv4Addr,
    },
    /// A character that no IPv6 address has.
    #[error("no IPv6 address has `{found}` in it")]
    Ipv6Character {
        /// What was found.
        found: char,
    },
    /// More than four digits.
    #[error("expected 1 to 4 hexadecimal digits, found `{found}`")]
    Group {
        /// What was found.
        found: String,
    },
    /// `::` stands for as many zeros as are missing: only once.
    #[error("two ::")]
    TwoGaps,
    /// Not eight groups.
    #[error("expected 8 groups, found {found}")]
    GroupCount {
        /// How many.
        found: usize,
    },
    /// Not six pairs of hexadecimal digits.
    #[error("expected 6 pairs of hexadecimal digits, found `{found}`")]
    Mac {
        /// What was found.
        found: String,
    },
    /// A number that no port has.
    #[error("expected a port from 0 to 65535, found {found}")]
    Port {
        /// What was found.
        found: String,
    },
    /// An address of the other version of IP.
    #[error("two versions of IP")]
    Versions,
    /// More than can be meant.
    #[error("`{found}` is too much")]
    Extra {
        /// What was found.
        found: String,
    },
}

/// A word and where it begins.
#[derive(Clone, Copy)]
struct Token<'a> {
    at: usize,
    text: &'a str,
}

impl<'a> Token<'a> {
    fn wrong(self, wrong: Wrong) -> NotRead {
        NotRead { span: self.at..self.at + self.text.len(), wrong }
    }

    /// Both sides of the first `separator`.
    fn split(self, separator: char) -> (Self, Option<Self>) {
        match self.text.split_once(separator) {
            Some((before, behind)) => {
                let at = self.at + before.len() + separator.len_utf8();
                (Token { text: before, ..self }, Some(Token { at, text: behind }))
            }
            None => (self, None),
        }
    }

    /// The pieces between separators.
    fn pieces(self, separator: char) -> Vec<Token<'a>> {
        let mut at = self.at;
        let piece = |text: &'a str| {
            let piece = Token { at, text };
            at += text.len() + separator.len_utf8();
            piece
        };
        self.text.split(separator).map(piece).collect()
    }
}

/// Reads what is asked.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(text: &str) -> Result<Asked, NotRead> {
    if text.len() > LONGEST {
        return Err(NotRead { span: 0..text.len(), wrong: Wrong::TooLong { length: text.len() } });
    }
    let mut tokens = tokens(text).into_iter().peekable();
    let first = tokens.next().ok_or(NotRead { span: 0..text.len(), wrong: Wrong::Empty })?;
    let mut asked = subject(first)?;
    if let Subject::Ip(placed) = &mut asked.subject {
        // `192.168.1.10 255.255.255.0`
        let is_mask = |token: &Token<'_>| token.text.starts_with("255.");
        if placed.address().is_ipv4()
            && placed.mask != MaskFrom::Said
            && let Some(token) = tokens.next_if(is_mask)
        {
            placed.network.prefix = mask(token)?;
            placed.mask = MaskFrom::Said;
        }
        if let Some(token) = tokens.next() {
            let other = ip(token)?;
            let Subject::Ip(other) = other.subject else { return Err(token.wrong(Wrong::Versions)) };
            if other.address().is_ipv4() != placed.address().is_ipv4() {
                return Err(token.wrong(Wrong::Versions));
            }
            asked.other = Some(other);
        }
    }
    match tokens.next() {
        Some(token) => Err(token.wrong(Wrong::Extra { found: token.text.to_owned() })),
        None => Ok(asked),
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let start = text.as_ptr().addr();
    text.split_whitespace().map(|word| Token { at: word.as_ptr().addr() - start, text: word }).collect()
}

/// What the first word is about, by the look of it.
fn subject(token: Token<'_>) -> Result<Asked, NotRead> {
    let alone = |subject| Asked { subject, port: None, zone: None, other: None };
    let text = token.text;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(text) {
        return Ok(alone(Subject::Port(port(token)?)));
    }
    if let Some(rest) = text.strip_prefix(':')
        && digits(rest)
    {
        return Ok(alone(Subject::Port(port(Token { at: token.at + 1, text: rest })?)));
    }
    // `443/tcp`, `tcp/443`
    if let (before, Some(behind)) = token.split('/') {
        let is_protocol = |token: Token<'_>| matches!(token.text.to_ascii_lowercase().as_str(), "tcp" | "udp");
        if is_protocol(behind) && digits(before.text) {
            return Ok(alone(Subject::Port(port(before)?)));
        }
        if is_protocol(before) && digits(behind.text) {
            return Ok(alone(Subject::Port(port(behind)?)));
        }
    }
    if let Some(service) = SERVICES.iter().find(|service| service.name.eq_ignore_ascii_case(text)) {
        return Ok(alone(Subject::Port(service.port)));
    }
    if looks_like_mac(text) {
        return Ok(alone(Subject::Mac(mac(token)?)));
    }
    ip(token)
}

/// An IP address with what may stand behind it.
fn ip(token: Token<'_>) -> Result<Asked, NotRead> {
    let text = token.text;
    // `[::1]:80`
    if let Some(inside) = text.strip_prefix('[') {
        let (inside, behind) = Token { at: token.at + 1, text: inside }.split(']');
        let behind = behind.ok_or_else(|| token.wrong(Wrong::Nothing { found: text.to_owned() }))?;
        let mut asked = ip(inside)?;
        if !behind.text.is_empty() {
            let (before, number) = behind.split(':');
            let number = number.filter(|_| before.text.is_empty());
            let number = number.ok_or_else(|| behind.wrong(Wrong::Extra { found: behind.text.to_owned() }))?;
            asked.port = Some(port(number)?);
        }
        return Ok(asked);
    }
    let (address, behind) = token.split('/');
    let (address, zone) = address.split('%');
    let colons = address.text.matches(':').count();
    if colons >= 2 {
        let address_6 = ipv6(address)?;
        let (prefix, mask) = match behind {
            Some(behind) => (length(behind, 128)?, MaskFrom::Said),
            None if is_one(address_6) => (64, MaskFrom::Usual),
            None => (128, MaskFrom::None),
        };
        let placed = Placed { network: IpNetwork { address: address_6.into(), prefix }, mask };
        let zone = zone.map(|zone| zone.text.to_owned()).filter(|zone| !zone.is_empty());
        return Ok(Asked { subject: Subject::Ip(placed), port: None, zone, other: None });
    }
    if let Some(zone) = zone {
        return Err(zone.wrong(Wrong::Extra { found: zone.text.to_owned() }));
    }
    let (address, number) = address.split(':');
    if !address.text.contains('.') && !address.text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(token.wrong(Wrong::Nothing { found: text.to_owned() }));
    }
    let address_4 = ipv4(address)?;
    let number = number.map(port).transpose()?;
    let (prefix, mask) = match (behind, Class::of(address_4).prefix()) {
        (Some(behind), _) if behind.text.contains('.') => (mask(behind)?, MaskFrom::Said),
        (Some(behind), _) => (length(behind, 32)?, MaskFrom::Said),
        // 0.0.0.0 and the loopback network belong to class A by their bits.
        (None, Some(prefix)) => (prefix, MaskFrom::Class),
        (None, None) => (32, MaskFrom::None),
    };
    let placed = Placed { network: IpNetwork { address: address_4.into(), prefix }, mask };
    Ok(Asked { subject: Subject::Ip(placed), port: number, zone: None, other: None })
}

/// Whether an address is one interface's, and so in a network.
fn is_one(address: Ipv6Addr) -> bool {
    super::ipv6::Interface::of(address).is_some()
}

fn ipv4(token: Token<'_>) -> Result<Ipv4Addr, NotRead> {
    let pieces = token.pieces('.');
    let mut octets = [0; 4];
    // What is wrong with a piece is told before how many there are.
    for (index, piece) in pieces.iter().enumerate() {
        let found = || piece.text.to_owned();
        if piece.text.is_empty() || !piece.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(piece.wrong(Wrong::Octet { found: found() }));
        }
        if piece.text.len() > 1 && piece.text.starts_with('0') {
            return Err(piece.wrong(Wrong::LeadingZero { found: found() }));
        }
        let octet: u8 = piece.text.parse().map_err(|_| piece.wrong(Wrong::Octet { found: found() }))?;
        if let Some(place) = octets.get_mut(index) {
            *place = octet;
        }
    }
    if pieces.len() != octets.len() {
        return Err(token.wrong(Wrong::OctetCount { found: pieces.len() }));
    }
    Ok(Ipv4Addr::from(octets))
}

/// How many ones a mask begins with.
fn mask(token: Token<'_>) -> Result<u8, NotRead> {
    let found = ipv4(token)?;
    let ones = found.to_bits().leading_ones();
    if found.to_bits().count_ones() != ones {
        let nearest = Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - ones).unwrap_or(0));
        return Err(token.wrong(Wrong::Mask { found, nearest }));
    }
    Ok(u8::try_from(ones).unwrap_or(32))
}

/// How many bits name the network.
fn length(token: Token<'_>, most: u8) -> Result<u8, NotRead> {
    let digits = !token.text.is_empty() && token.text.bytes().all(|byte| byte.is_ascii_digit());
    let length = token.text.parse().ok().filter(|length| digits && *length <= most);
    length.ok_or_else(|| token.wrong(Wrong::Prefix { found: token.text.to_owned(), most }))
}

fn port(token: Token<'_>) -> Result<u16, NotRead> {
    token.text.parse().map_err(|_| token.wrong(Wrong::Port { found: token.text.to_owned() }))
}

fn ipv6(token: Token<'_>) -> Result<Ipv6Addr, NotRead> {
    if let Ok(address) = token.text.parse() {
        return Ok(address);
    }
    // What follows only finds out why.
    let allowed = |character: char| character.is_ascii_hexdigit() || matches!(character, ':' | '.');
    if let Some((at, found)) = token.text.char_indices().find(|(_, character)| !allowed(*character)) {
        let span = token.at + at..token.at + at + found.len_utf8();
        return Err(NotRead { span, wrong: Wrong::Ipv6Character { found } });
    }
    let mut gaps = token.text.match_indices("::").map(|(at, _)| at);
    if let (Some(_), Some(second)) = (gaps.next(), gaps.next()) {
        return Err(NotRead { span: token.at + second..token.at + second + 2, wrong: Wrong::TwoGaps });
    }
    let pieces = token.pieces(':');
    for piece in &pieces {
        if piece.text.contains('.') {
            ipv4(*piece)?;
        } else if piece.text.len() > 4 {
            return Err(piece.wrong(Wrong::Group { found: piece.text.to_owned() }));
        }
    }
    let dotted = usize::from(token.text.contains('.'));
    let found = pieces.iter().filter(|piece| !piece.text.is_empty()).count() + dotted;
    Err(token.wrong(Wrong::GroupCount { found }))
}

/// `02:00:00:00:01:01`, `02-00-…`, `0200.0000.0101`.
fn looks_like_mac(text: &str) -> bool {
    let pieces = |separator| text.split(separator).map(str::len).collect::<Vec<_>>();
    let colons = pieces(':');
    let hexadecimal = text.chars().any(|character| character.is_ascii_hexdigit());
    text.matches('-').count() >= 4 && hexadecimal
        || (colons.len() == 6 && !text.contains("::") && colons.iter().all(|length| *length <= 2))
        || pieces('.') == [4, 4, 4]
}

fn mac(token: Token<'_>) -> Result<MacAddress, NotRead> {
    let separator = token.text.chars().find(|character| matches!(character, ':' | '-' | '.')).unwrap_or(':');
    let mut octets = Vec::new();
    for piece in token.pieces(separator) {
        let wrong = || piece.wrong(Wrong::Mac { found: piece.text.to_owned() });
        let digits = piece.text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u16::from_str_radix(piece.text, 16).ok().filter(|_| digits).ok_or_else(wrong)?;
        if separator == '.' {
            octets.extend(number.to_be_bytes());
        } else {
            octets.push(u8::try_from(number).map_err(|_| wrong())?);
        }
    }
    let found = token.text.to_owned();
    octets.try_into().map(MacAddress).map_err(|_| token.wrong(Wrong::Mac { found }))
}
