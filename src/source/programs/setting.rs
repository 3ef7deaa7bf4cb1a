//! What can be set on a program: `--set KEY=VALUE`.
//!
//! Owns declaring, reading and refusing settings. Has no opinion on what a
//! program does with them, nor on how a person is told their meaning.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

/// One thing that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name before the `=`.
    pub key: &'static str,
    /// Its value where nobody sets it, written as a person would.
    pub default: &'static str,
    /// Under which key the sentences keep its meaning.
    pub meaning: &'static str,
    /// What values it takes.
    pub kind: SettingKind,
}

/// What values a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// A port, 1–65535.
    Port,
    /// A port, 1–65535, or `same`: that of the server.
    OtherPort,
    /// A span with its unit, `0ms`, `250ms`, `1s`, from none to `longest`.
    Duration {
        /// The longest allowed.
        longest: Duration,
    },
    /// Words separated by commas, each of 1 to `longest` bytes; none at all is
    /// allowed.
    Words {
        /// The longest allowed, in bytes.
        longest: usize,
    },
    /// A whole number from 0 to `highest`.
    Count {
        /// The highest allowed.
        highest: u32,
    },
    /// A number of bytes from 1 to `most`.
    Size {
        /// The largest allowed.
        most: u32,
    },
    /// A text of at most `longest` bytes in UTF-8; it may be empty.
    Text {
        /// The longest allowed, in bytes.
        longest: usize,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// There is no `=`.
    #[error("expected KEY=VALUE, found `{found}`")]
    NotAPair {
        /// What was given.
        found: String,
    },
    /// The program has no such setting.
    #[error("there is no setting `{key}`{}", nearest.map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default())]
    Unknown {
        /// What was asked for.
        key: String,
        /// The one that looks most like it, if one does.
        nearest: Option<&'static str>,
        /// All there are.
        known: Vec<&'static str>,
    },
    /// The value is not of its kind.
    #[error("`{key}` expects {}, found `{value}`", kind.example())]
    Malformed {
        /// The setting.
        key: &'static str,
        /// What values it takes.
        kind: SettingKind,
        /// What was given.
        value: String,
    },
    /// The value is of its kind and too small or too large.
    #[error("`{key}` expects {}, found `{value}`", kind.range())]
    OutOfRange {
        /// The setting.
        key: &'static str,
        /// What values it takes.
        kind: SettingKind,
        /// What was given.
        value: String,
    },
}

/// A value that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Port(u16),
    SamePort,
    Duration(Duration),
    Words(Vec<String>),
    Count(u32),
    Text(String),
    Choice(&'static str),
}

/// Every setting of one program with its value.
///
/// A key the program did not declare reads as zero, no words, or `""`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    /// What was given, where it is not the default, as it was written.
    given: BTreeMap<String, String>,
    /// Where the server is.
    address: Ipv4Addr,
    /// Where the name server is.
    name_server: Ipv4Addr,
}

impl Settings {
    /// Reads `pairs` of the form `KEY=VALUE` for a program that declares
    /// `declared`; the last one wins where a key is given twice.
    ///
    /// # Errors
    /// The first pair that does not fit.
    pub fn read<S: AsRef<str>>(declared: &'static [Setting], pairs: &[S]) -> Result<Self, SettingError> {
        let mut values = BTreeMap::new();
        for setting in declared {
            values.insert(setting.key, setting.read(setting.default)?);
        }
        let mut given = BTreeMap::new();
        for pair in pairs {
            let pair = pair.as_ref();
            let (key, value) = pair.split_once('=').ok_or_else(|| SettingError::NotAPair { found: pair.into() })?;
            let Some(setting) = declared.iter().find(|setting| setting.key == key) else {
                return Err(SettingError::Unknown {
                    key: key.into(),
                    nearest: nearest(key, declared.iter().map(|setting| setting.key)),
                    known: declared.iter().map(|setting| setting.key).collect(),
                });
            };
            let read = setting.read(value)?;
            if setting.read(setting.default)? == read {
                given.remove(key);
            } else {
                given.insert(key.to_owned(), value.to_owned());
            }
            values.insert(setting.key, read);
        }
        Ok(Self { values, given, address: Ipv4Addr::LOCALHOST, name_server: Ipv4Addr::LOCALHOST })
    }

    /// The same with the server at this address instead of `127.0.0.1`.
    #[must_use]
    pub fn at(self, address: Ipv4Addr) -> Self {
        Self { address, ..self }
    }

    /// The same with the name server at this address instead of `127.0.0.1`.
    #[must_use]
    pub fn named_by(self, name_server: Ipv4Addr) -> Self {
        Self { name_server, ..self }
    }

    /// Where the name server is.
    pub const fn name_server(&self) -> Ipv4Addr {
        self.name_server
    }

    /// Where the server is.
    pub const fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// What was given, where it is not the default.
    pub fn given(&self) -> &BTreeMap<String, String> {
        &self.given
    }

    /// The value of a [`SettingKind::Port`].
    pub fn port(&self, key: &str) -> u16 {
        if let Some(Value::Port(port)) = self.values.get(key) { *port } else { 0 }
    }

    /// The value of a [`SettingKind::OtherPort`]; where it is `same`, that of
    /// the [`SettingKind::Port`] under `same_as`.
    pub fn other_port(&self, key: &str, same_as: &str) -> u16 {
        if self.values.get(key) == Some(&Value::SamePort) { self.port(same_as) } else { self.port(key) }
    }

    /// The value of a [`SettingKind::Duration`].
    pub fn duration(&self, key: &str) -> Duration {
        if let Some(Value::Duration(duration)) = self.values.get(key) { *duration } else { Duration::ZERO }
    }

    /// The value of a [`SettingKind::Words`].
    pub fn words(&self, key: &str) -> &[String] {
        if let Some(Value::Words(words)) = self.values.get(key) { words } else { &[] }
    }

    /// The value of a [`SettingKind::Text`].
    pub fn text(&self, key: &str) -> &str {
        if let Some(Value::Text(text)) = self.values.get(key) { text } else { "" }
    }

    /// The value of a [`SettingKind::Count`] or a [`SettingKind::Size`].
    pub fn count(&self, key: &str) -> u32 {
        if let Some(Value::Count(count)) = self.values.get(key) { *count } else { 0 }
    }

    /// The value of a [`SettingKind::Choice`].
    pub fn choice(&self, key: &str) -> &'static str {
        if let Some(Value::Choice(choice)) = self.values.get(key) { choice } else { "" }
    }
}

impl Setting {
    fn read(&self, text: &str) -> Result<Value, SettingError> {
        let key = self.key;
        let malformed = || SettingError::Malformed { key, kind: self.kind, value: text.into() };
        let out_of_range = || SettingError::OutOfRange { key, kind: self.kind, value: text.into() };
        match self.kind {
            SettingKind::OtherPort if text == "same" => Ok(Value::SamePort),
            SettingKind::Port | SettingKind::OtherPort => match whole_number(text).ok_or_else(malformed)? {
                Some(0) | None => Err(out_of_range()),
                Some(number) => u16::try_from(number).map(Value::Port).map_err(|_| out_of_range()),
            },
            SettingKind::Duration { longest } => {
                let (digits, nanos_per_unit) = [("ms", 1_000_000), ("us", 1_000), ("s", 1_000_000_000)]
                    .into_iter()
                    .find_map(|(unit, nanos)| Some((text.strip_suffix(unit)?, nanos)))
                    .ok_or_else(malformed)?;
                whole_number(digits)
                    .ok_or_else(malformed)?
                    .and_then(|number: u64| number.checked_mul(nanos_per_unit))
                    .map(Duration::from_nanos)
                    .filter(|duration| *duration <= longest)
                    .map(Value::Duration)
                    .ok_or_else(out_of_range)
            }
            SettingKind::Words { longest } => {
                let words: Vec<String> = text.split(',').filter(|_| !text.is_empty()).map(str::to_owned).collect();
                if words.iter().any(String::is_empty) {
                    return Err(malformed());
                }
                if words.iter().any(|word| word.len() > longest) {
                    return Err(out_of_range());
                }
                Ok(Value::Words(words))
            }
            SettingKind::Count { highest } => whole_number(text)
                .ok_or_else(malformed)?
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| *number <= highest)
                .map(Value::Count)
                .ok_or_else(out_of_range),
            SettingKind::Size { most } => whole_number(text)
                .ok_or_else(malformed)?
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| (1..=most).contains(number))
                .map(Value::Count)
                .ok_or_else(out_of_range),
            SettingKind::Text { longest } => {
                if text.len() > longest {
                    return Err(out_of_range());
                }
                Ok(Value::Text(text.to_owned()))
            }
            SettingKind::Choice(choices) => {
                choices.iter().find(|choice| **choice == text).copied().map(Value::Choice).ok_or_else(malformed)
            }
        }
    }
}

impl SettingKind {
    /// What a value looks like, for an error.
    fn example(self) -> String {
        match self {
            Self::Port => "a port such as 9999".into(),
            Self::OtherPort => "a port such as 9999, or `same`".into(),
            Self::Duration { .. } => "a span with its unit such as 250ms or 1s".into(),
            Self::Words { .. } => "words separated by commas, none of them empty".into(),
            Self::Count { .. } | Self::Size { .. } => "a whole number".into(),
            Self::Text { .. } => "a text".into(),
            Self::Choice(choices) => format!("one of {}", choices.join(", ")),
        }
    }

    /// What values are allowed, for an error.
    fn range(self) -> String {
        match self {
            Self::Port | Self::OtherPort => format!("a port from 1 to {}", u16::MAX),
            Self::Duration { longest } => format!("a span from 0ms to {}s", longest.as_secs()),
            Self::Words { longest } => format!("words of 1 to {longest} bytes each"),
            Self::Count { highest } => format!("a number from 0 to {highest}"),
            Self::Size { most } => format!("a number of bytes from 1 to {most}"),
            Self::Text { longest } => format!("a text of at most {longest} bytes"),
            Self::Choice(_) => self.example(),
        }
    }
}

/// A number in decimal digits: `None` if it is not one, `Some(None)` if it is
/// one beyond all ranges.
#[expect(clippy::option_option, reason = "not a number and too large a number are refused with different words")]
fn whole_number(text: &str) -> Option<Option<u64>> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())
}

/// The known word that takes the fewest changes to become from `word`, if they
/// are fewer than half its letters.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| distance * 2 <= candidate.chars().count())
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out or changed (Levenshtein).
fn edit_distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut before = line;
        let mut best = line + 1;
        let mut next = vec![best];
        for (right, above) in to.chars().zip(row.iter().skip(1)) {
            let changed = before + usize::from(left != right);
            best = changed.min(above + 1).min(best + 1);
            next.push(best);
            before = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    static DECLARED: [Setting; 8] = [
        Setting { key: "port", default: "9999", meaning: "", kind: SettingKind::Port },
        Setting {
            key: "pause",
            default: "1s",
            meaning: "",
            kind: SettingKind::Duration { longest: Duration::from_mins(1) },
        },
        Setting { key: "names", default: "A,B", meaning: "", kind: SettingKind::Words { longest: 4 } },
        Setting { key: "clients", default: "0", meaning: "", kind: SettingKind::Count { highest: 10 } },
        Setting { key: "server", default: "started", meaning: "", kind: SettingKind::Choice(&["started", "none"]) },
        Setting { key: "client-port", default: "same", meaning: "", kind: SettingKind::OtherPort },
        Setting { key: "buffer", default: "1024", meaning: "", kind: SettingKind::Size { most: 2048 } },
        Setting { key: "text", default: "hi", meaning: "", kind: SettingKind::Text { longest: 6 } },
    ];

    fn read(pairs: &[&str]) -> Result<Settings, SettingError> {
        Settings::read(&DECLARED, pairs)
    }

    #[test]
    fn values_are_read_by_their_kind() {
        let settings = read(&["port=80", "pause=250ms", "names=", "clients=3", "server=none"]).unwrap();
        assert_eq!(settings.port("port"), 80);
        assert_eq!(settings.duration("pause"), Duration::from_millis(250));
        assert!(settings.words("names").is_empty());
        assert_eq!(settings.count("clients"), 3);
        assert_eq!(settings.choice("server"), "none");
        assert_eq!(settings.given().len(), 5);
        assert_eq!((settings.other_port("client-port", "port"), settings.count("buffer")), (80, 1024));
        let settings = read(&["client-port=9998", "buffer=1", "text=a=b,"]).unwrap();
        assert_eq!((settings.other_port("client-port", "port"), settings.port("port")), (9998, 9999));
        assert_eq!((settings.count("buffer"), settings.text("text")), (1, "a=b,"));
    }

    #[test]
    fn only_what_differs_from_the_default_is_remembered() {
        let settings = read(&["pause=1000ms", "port=80", "port=9999", "names=苯"]).unwrap();
        assert_eq!(settings.given().iter().collect::<Vec<_>>(), [(&"names".to_owned(), &"苯".to_owned())]);
        assert_eq!(settings.words("names"), ["苯"]);
    }

    #[test]
    fn refusals_say_what_would_do() {
        let cases = [
            ("port", "expected KEY=VALUE, found `port`"),
            ("prot=1", "there is no setting `prot`; the nearest is `port`"),
            ("zzzzzzz=1", "there is no setting `zzzzzzz`"),
            ("port=0", "`port` expects a port from 1 to 65535, found `0`"),
            ("port=65536", "`port` expects a port from 1 to 65535, found `65536`"),
            ("port=99999999999999999999999", "`port` expects a port from 1 to 65535, found `99999999999999999999999`"),
            ("port=-1", "`port` expects a port such as 9999, found `-1`"),
            ("pause=1", "`pause` expects a span with its unit such as 250ms or 1s, found `1`"),
            ("pause=61s", "`pause` expects a span from 0ms to 60s, found `61s`"),
            ("pause=18446744073709551615s", "`pause` expects a span from 0ms to 60s, found `18446744073709551615s`"),
            ("names=a,,b", "`names` expects words separated by commas, none of them empty, found `a,,b`"),
            ("names=Michael", "`names` expects words of 1 to 4 bytes each, found `Michael`"),
            ("clients=11", "`clients` expects a number from 0 to 10, found `11`"),
            ("client-port=0", "`client-port` expects a port from 1 to 65535, found `0`"),
            ("client-port=other", "`client-port` expects a port such as 9999, or `same`, found `other`"),
            ("buffer=0", "`buffer` expects a number of bytes from 1 to 2048, found `0`"),
            ("text=苯环苯", "`text` expects a text of at most 6 bytes, found `苯环苯`"),
            ("server=no", "`server` expects one of started, none, found `no`"),
        ];
        for (pair, sentence) in cases {
            assert_eq!(read(&[pair]).unwrap_err().to_string(), sentence);
        }
    }

    #[test]
    fn distances_are_levenshteins() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
    }
}
