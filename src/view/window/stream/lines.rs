//! What both sides said as lines of text: in one of four spellings, cut to
//! the width of the window.

use std::fmt::Write as _;

use encoding_rs::{DecoderResult, Encoding};

use crate::conversation::{End, Ends, PieceContent, Stream};
use crate::decode::push_safe;

/// How bytes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Text in UTF-8.
    #[default]
    Utf8,
    /// Text in GBK.
    Gbk,
    /// Sixteen bytes a line, in hexadecimal and as text.
    Hex,
    /// ASCII, all else escaped.
    Raw,
}

impl Spelling {
    pub(super) const ALL: [Self; 4] = [Self::Utf8, Self::Gbk, Self::Hex, Self::Raw];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Utf8 => "spelling-utf8",
            Self::Gbk => "spelling-gbk",
            Self::Hex => "spelling-hex",
            Self::Raw => "spelling-raw",
        }
    }
}

/// Spells what one side says, piece by piece.
#[derive(Clone, Debug, Default)]
struct Speller {
    /// The beginning of a character that goes on in the next piece.
    carried: Vec<u8>,
    /// Bytes so far.
    offset: usize,
    /// The last piece.
    piece: usize,
}

impl Speller {
    /// The lines of the next piece.
    fn say(&mut self, bytes: &[u8], spelling: Spelling, columns: usize) -> Vec<String> {
        let offset = self.offset;
        self.offset += bytes.len();
        let encoding = match spelling {
            Spelling::Hex => return hexadecimal(bytes, offset),
            Spelling::Raw => return wrapped(&escaped(bytes), columns),
            Spelling::Utf8 => encoding_rs::UTF_8,
            Spelling::Gbk => encoding_rs::GBK,
        };
        let mut whole = std::mem::take(&mut self.carried);
        whole.extend_from_slice(bytes);
        let (text, carried) = decoded(&whole, encoding);
        self.carried = carried;
        wrapped(&text, columns)
    }

    /// The beginning of a character that never went on.
    fn rest(&mut self) -> Option<Line> {
        let carried = std::mem::take(&mut self.carried);
        let mut text = String::new();
        for byte in &carried {
            push_byte(*byte, &mut text);
        }
        (!text.is_empty()).then_some(Line { piece: self.piece, starts: false, missing: None, text })
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Which piece it is of.
    pub(super) piece: usize,
    /// It is the piece's first.
    pub(super) starts: bool,
    /// The bytes that are missing here, if it stands for a hole.
    pub(super) missing: Option<u64>,
    /// What it says.
    pub(super) text: String,
}

/// Bytes in a line of hexadecimal.
const ROW: usize = 16;

/// All of `sides` that was said, in lines of up to `columns` columns.
pub(super) fn lines(stream: &Stream, spelling: Spelling, sides: Ends<bool>, columns: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut spellers: Ends<Speller> = Ends::default();
    for (piece, one) in stream.pieces.iter().enumerate().filter(|(_, piece)| *sides.of(piece.from)) {
        let speller = spellers.of_mut(one.from);
        match &one.content {
            PieceContent::Missing(count) => {
                // What comes behind a hole is another text.
                lines.extend(speller.rest());
                lines.push(Line { piece, starts: true, missing: Some(*count), text: String::new() });
            }
            PieceContent::Bytes(bytes) => {
                speller.piece = piece;
                let said = speller.say(bytes, spelling, columns).into_iter().enumerate();
                lines.extend(said.map(|(index, text)| Line { piece, starts: index == 0, missing: None, text }));
            }
        }
    }
    lines.extend(spellers.client.rest());
    lines.extend(spellers.server.rest());
    lines
}

/// The payload itself, of the sides that are wanted, without the holes.
pub(super) fn bytes(stream: &Stream, sides: Ends<bool>) -> Vec<u8> {
    let wanted = stream.pieces.iter().filter(|piece| *sides.of(piece.from));
    let bytes = wanted.filter_map(|piece| match &piece.content {
        PieceContent::Bytes(bytes) => Some(bytes.as_slice()),
        PieceContent::Missing(_) => None,
    });
    bytes.collect::<Vec<_>>().concat()
}

/// Text with its lines, and the beginning of a character at its end. Bytes
/// that are not UTF-8 throughout are ASCII and escapes: a stray pair that
/// happens to be valid would be nonsense. In GBK nearly every pair is valid:
/// there only those are escaped that are not.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> (String, Vec<u8>) {
    let mut text = String::new();
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut rest = bytes;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len());
        let mut piece = String::with_capacity(room);
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut piece, true);
        push_lines(&piece, &mut text);
        let (done, behind) = rest.split_at_checked(read).unwrap_or((rest, &[]));
        rest = behind;
        let DecoderResult::Malformed(bad, after) = result else { return (text, Vec::new()) };
        let end = done.len().saturating_sub(usize::from(after));
        let bad = done.get(end.saturating_sub(usize::from(bad))..end).unwrap_or_default();
        if rest.is_empty() && after == 0 && begins_character(bad, encoding) {
            return (text, bad.to_vec());
        }
        if encoding == encoding_rs::UTF_8 {
            text.clear();
            push_ascii(bytes, &mut text);
            return (text, Vec::new());
        }
        for byte in bad {
            push_byte(*byte, &mut text);
        }
    }
}

/// Whether these bytes may be the beginning of a character.
fn begins_character(bytes: &[u8], encoding: &'static Encoding) -> bool {
    if encoding == encoding_rs::UTF_8 {
        return std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    }
    matches!(bytes, [0x81..=0xfe] | [0x81..=0xfe, b'0'..=b'9'] | [0x81..=0xfe, b'0'..=b'9', 0x81..=0xfe])
}

/// ASCII with its lines, all else escaped.
fn push_ascii(bytes: &[u8], out: &mut String) {
    for piece in bytes.chunk_by(|one, next| one.is_ascii() == next.is_ascii()) {
        match std::str::from_utf8(piece) {
            Ok(text) if text.is_ascii() => push_lines(text, out),
            Ok(_) | Err(_) => piece.iter().for_each(|byte| push_byte(*byte, out)),
        }
    }
}

/// ASCII, all else escaped.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n\n"),
            b'\\' => text.push_str("\\\\"),
            byte if byte.is_ascii() => push_safe(&char::from(*byte).to_string(), &mut text),
            byte => push_byte(*byte, &mut text),
        }
    }
    text
}

/// Appends what is formatted.
pub(super) fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    out.write_fmt(what).unwrap_or_default();
}

fn push_byte(byte: u8, out: &mut String) {
    push(out, format_args!("\\x{byte:02x}"));
}

/// Appends text made safe for a screen; its lines stay lines.
fn push_lines(text: &str, out: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let line = line.strip_suffix('\r').filter(|_| text.contains('\n')).unwrap_or(line);
        push_safe(&line.replace('\t', "    "), out);
    }
}

/// A text in lines of up to `columns` columns. An end of line at its end
/// begins no line.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        let mut piece = String::new();
        let mut used = 0;
        for character in line.chars() {
            let wide = crate::words::width(character.encode_utf8(&mut [0; 4]));
            if used + wide > columns {
                lines.push(std::mem::take(&mut piece));
                used = 0;
            }
            piece.push(character);
            used += wide;
        }
        lines.push(piece);
    }
    lines
}

/// `00000010  48 65 6c 6c 6f …  Hello`.
fn hexadecimal(bytes: &[u8], offset: usize) -> Vec<String> {
    let line = |(index, row): (usize, &[u8])| {
        let mut line = format!("{:08x}  ", offset + index * ROW);
        for place in 0..ROW {
            match row.get(place) {
                Some(byte) => push(&mut line, format_args!("{byte:02x} ")),
                None => line.push_str("   "),
            }
            if place == 7 {
                line.push(' ');
            }
        }
        line.push(' ');
        let shown = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' };
        line.extend(row.iter().map(shown));
        line
    };
    if bytes.is_empty() {
        return vec![String::new()];
    }
    bytes.chunks(ROW).enumerate().map(line).collect()
}

/// Both sides.
pub(super) const BOTH: Ends<bool> = Ends { client: true, server: true };

/// One side.
pub(super) const fn only(end: End) -> Ends<bool> {
    match end {
        End::Client => Ends { client: true, server: false },
        End::Server => Ends { client: false, server: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Piece;
    use crate::model::Timestamp;
    use crate::trace::FrameNumber;

    fn stream(pieces: &[(End, &[u8])]) -> Stream {
        let piece = |(frame, (from, bytes)): (u32, &(End, &[u8]))| Piece {
            from: *from,
            frame: FrameNumber(frame),
            at: Timestamp::default(),
            content: PieceContent::Bytes(bytes.to_vec()),
        };
        Stream { pieces: (1..).zip(pieces).map(piece).collect(), is_cut: false }
    }

    fn told(pieces: &[(End, &[u8])], spelling: Spelling) -> Vec<String> {
        lines(&stream(pieces), spelling, BOTH, 20)
            .into_iter()
            .map(|line| format!("{} {}", line.piece, line.text))
            .collect()
    }

    #[test]
    fn a_character_may_be_cut_by_a_segment_and_another_side_may_speak_between() {
        let greeting = "你好\r\nbye\n".as_bytes();
        let cut = [(End::Client, &greeting[..4]), (End::Server, &b"\xff!"[..]), (End::Client, &greeting[4..])];
        assert_eq!(told(&cut, Spelling::Utf8), ["0 你", "1 \\xff!", "2 好", "2 bye"]);
        let gbk = b"\xca\xd5\xb5\xbd"; // 收到
        assert_eq!(told(&[(End::Server, &gbk[..3]), (End::Server, &gbk[3..])], Spelling::Gbk), ["0 收", "1 到"]);
        assert_eq!(told(&[(End::Server, &gbk[..3])], Spelling::Gbk), ["0 收", "0 \\xb5"]);
        assert_eq!(told(&[(End::Server, b"a\xffb")], Spelling::Gbk), ["0 a\\xffb"]);
        // Two of the bytes would be a letter.
        assert_eq!(told(&[(End::Server, gbk)], Spelling::Utf8), ["0 \\xca\\xd5\\xb5\\xbd"]);
    }

    #[test]
    fn what_is_no_text_is_escaped() {
        let bytes = [(End::Client, &b"a\x1b[2J\n\xe4\xbd"[..])];
        assert_eq!(told(&bytes, Spelling::Raw), ["0 a\\x1b[2J\\n", "0 \\xe4\\xbd"]);
        assert_eq!(told(&[(End::Client, &b"a\x1b[2J"[..])], Spelling::Utf8), ["0 a\\x1b[2J"]);
    }

    #[test]
    fn long_lines_are_cut_by_columns() {
        assert_eq!(wrapped("0123456789", 8), ["01234567", "89"]);
        assert_eq!(wrapped("你好你好你好", 8), ["你好你好", "你好"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    #[test]
    fn hexadecimal_counts_each_sides_bytes() {
        let pieces = [(End::Client, &b"0123456789abcdef0"[..]), (End::Server, b"x"), (End::Client, b"1")];
        let told = told(&pieces, Spelling::Hex);
        assert_eq!(told[0], "0 00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef");
        assert!(told[1].starts_with("0 00000010  30 "));
        assert!(told[2].starts_with("1 00000000  78 "));
        assert!(told[3].starts_with("2 00000011  31 "));
        assert_eq!(bytes(&stream(&pieces), only(End::Client)), b"0123456789abcdef01");
    }
}
