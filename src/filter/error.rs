use std::ops::Range;

use crate::decode::Kind;

/// What is wrong with a text that is no filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct FilterError {
    /// Bytes of the text. Empty at its end, where something is missing.
    pub span: Range<usize>,
    /// What is wrong there.
    pub kind: FilterErrorKind,
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterErrorKind {
    /// Longer than [`super::Filter::LONGEST`].
    #[error("expected a filter of at most {most} bytes, found {length}")]
    TooLong {
        /// In bytes.
        length: usize,
        /// In bytes.
        most: usize,
    },
    /// Nested deeper than [`super::Filter::DEEPEST`].
    #[error("nested deeper than {most} levels")]
    TooDeep {
        /// Levels.
        most: usize,
    },
    /// A character that the language has no use for outside quotes.
    #[error("unexpected character {found:?}")]
    UnexpectedCharacter {
        /// As typed.
        found: char,
    },
    /// A full-width character where its ASCII twin was meant.
    #[error("expected {instead:?}, found {found:?}")]
    FullWidth {
        /// As typed: `（`.
        found: char,
        /// What was meant: `(`.
        instead: char,
    },
    /// `=` for `==`, `|` for `||`.
    #[error("expected {whole}, found {found}")]
    HalfOperator {
        /// As typed.
        found: char,
        /// What was meant.
        whole: &'static str,
    },
    /// A text that is never closed; the span is its opening quote.
    #[error("unclosed quote")]
    UnclosedText,
    /// A backslash before what cannot be escaped.
    #[error("unknown escape {found}")]
    BadEscape {
        /// With its backslash.
        found: String,
    },
    /// Single quotes hold one byte.
    #[error("expected one character, found {found}")]
    BadCharacter {
        /// With its quotes.
        found: String,
    },
    /// A bracket that is never closed; the span is the bracket.
    #[error("unclosed {opening}")]
    Unclosed {
        /// `(`, `[` or `{`.
        opening: char,
    },
    /// A bracket that was never opened.
    #[error("unopened {closing}")]
    Unopened {
        /// `)`, `]` or `}`.
        closing: char,
    },
    /// The text ends where a field or a value should stand.
    #[error("expected a field or a value, found the end")]
    MissingOperand {
        /// What asked for it, where something did.
        after: Option<String>,
    },
    /// Something else where a field or a value should stand.
    #[error("expected a field or a value, found {found}")]
    ExpectedOperand {
        /// As typed.
        found: String,
    },
    /// Something else where an operator should stand.
    #[error("expected an operator, found {found}")]
    ExpectedOperator {
        /// As typed.
        found: String,
        /// The operator it resembles.
        nearest: Option<&'static str>,
    },
    /// `in` without its braces.
    #[error("expected a set in braces, found {found}")]
    ExpectedSet {
        /// As typed; empty at the end.
        found: String,
    },
    /// `in {}`.
    #[error("empty set")]
    EmptySet,
    /// A field in a set: only values may stand there.
    #[error("expected a value in a set, found {found}")]
    FieldInSet {
        /// As typed.
        found: String,
    },
    /// A range whose end is before its start.
    #[error("{found} is empty")]
    EmptyRange {
        /// As typed.
        found: String,
    },
    /// No field, header or protocol is called that.
    #[error("unknown field {name}")]
    UnknownName {
        /// As typed.
        name: String,
        /// Known names that it resembles, the nearest first.
        nearest: Vec<&'static str>,
    },
    /// No function is called that.
    #[error("unknown function {name}")]
    UnknownFunction {
        /// As typed.
        name: String,
        /// The functions there are.
        known: &'static [&'static str],
    },
    /// A function with too few or too many arguments.
    #[error("expected {least} argument(s) of {function}, found {found}")]
    ArgumentCount {
        /// Its name.
        function: &'static str,
        /// At least so many.
        least: usize,
        /// How many there are.
        found: usize,
    },
    /// A value that a field of this kind never has.
    #[error("expected {expected:?}, found {found}")]
    WrongValue {
        /// As typed.
        found: String,
        /// What the field holds.
        expected: ValueType,
    },
    /// A number that the field is too small for.
    #[error("expected {least} to {most}, found {found}")]
    OutOfRange {
        /// As typed.
        found: String,
        /// The smallest that fits.
        least: i128,
        /// The largest that fits.
        most: i128,
    },
    /// A prefix longer than the address, or a mask with holes.
    #[error("expected a prefix length of 0 to {most}, found {found}")]
    BadPrefix {
        /// What stands behind the slash.
        found: String,
        /// Bits of an address.
        most: u8,
    },
    /// A value, a function or a calculation by itself asks nothing.
    #[error("{found} is no test by itself")]
    NotATest {
        /// As typed.
        found: String,
        /// The field whose name it quotes.
        name: Option<&'static str>,
    },
    /// A comparison where a value should stand.
    #[error("{found} has no value")]
    NotAValue {
        /// As typed.
        found: String,
    },
    /// `any` and `all` before something that compares nothing.
    #[error("expected a comparison after {word}")]
    QuantifierAlone {
        /// `any` or `all`.
        word: &'static str,
    },
    /// A value compared with a value.
    #[error("no field is compared")]
    NoField,
    /// Two sides that can never be equal.
    #[error("{left} ({left_type:?}) and {right} ({right_type:?}) are of different kinds")]
    Incompatible {
        /// As typed.
        left: String,
        /// Its kind.
        left_type: ValueType,
        /// As typed.
        right: String,
        /// Its kind.
        right_type: ValueType,
    },
    /// An operator or function that makes no sense of this kind.
    #[error("{operation} cannot be used on {operand} ({found:?})")]
    Inapplicable {
        /// `contains`, `&`, `len`, `[…]`.
        operation: &'static str,
        /// As typed.
        operand: String,
        /// Its kind.
        found: ValueType,
    },
    /// `matches` takes a text in double quotes.
    #[error("expected a pattern in double quotes, found {found}")]
    PatternNotQuoted {
        /// As typed.
        found: String,
    },
    /// No regular expression.
    #[error("bad regular expression: {reason}")]
    BadPattern {
        /// As the `regex` crate puts it.
        reason: String,
    },
    /// A regular expression that would take too much memory.
    #[error("the regular expression needs more than {most} bytes")]
    PatternTooLarge {
        /// In bytes.
        most: usize,
    },
    /// Brackets that hold no slice.
    #[error("expected a slice, found [{found}]")]
    BadSlice {
        /// Between the brackets.
        found: String,
    },
    /// A slice that can never hold a byte.
    #[error("slice [{found}] is empty")]
    EmptySlice {
        /// Between the brackets.
        found: String,
    },
    /// Wireshark reads it, we do not.
    #[error("{what:?} is not supported")]
    Unsupported {
        /// What.
        what: Unsupported,
    },
}

/// What Wireshark's language has and ours has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// `ip.addr#2`.
    Layer,
    /// `${tcp.port}`, `$macro`.
    Reference,
    /// `@tcp.port`.
    Raw,
}

/// What a filter sees in a field: [`Kind`] without how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A whole number.
    Number,
    /// True or false.
    Boolean,
    /// A span of time.
    Span,
    /// A moment.
    Moment,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A hardware address.
    Mac,
    /// Bytes, or a header with all it carries.
    Bytes,
    /// Text.
    Text,
    /// It is there, and that is all it says.
    Nothing,
}

impl ValueType {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Number,
        Self::Boolean,
        Self::Span,
        Self::Moment,
        Self::Ipv4,
        Self::Ipv6,
        Self::Mac,
        Self::Bytes,
        Self::Text,
        Self::Nothing,
    ];

    /// What a field of this kind is to a filter.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Protocol | Kind::Bytes => Self::Bytes,
            Kind::Boolean => Self::Boolean,
            Kind::Number | Kind::Signed | Kind::Hex(_) | Kind::Frame => Self::Number,
            Kind::Mac => Self::Mac,
            Kind::Ipv4 => Self::Ipv4,
            Kind::Ipv6 => Self::Ipv6,
            Kind::Text => Self::Text,
            Kind::Span => Self::Span,
            Kind::Moment | Kind::Date => Self::Moment,
            Kind::Present => Self::Nothing,
        }
    }

    /// Held as bytes while a filter is asked.
    pub(super) const fn is_bytes(self) -> bool {
        matches!(self, Self::Ipv4 | Self::Ipv6 | Self::Mac | Self::Bytes | Self::Text)
    }
}
