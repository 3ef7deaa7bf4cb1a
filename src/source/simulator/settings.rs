//! Knobs as a person writes them: `mss=1000`, `time-wait=0`, `loss=2%`.

/// Settings that contradict each other.
mod contradictions;
/// Values on a scale.
mod values;

use std::time::Duration;

use thiserror::Error;

use super::Link;
use super::scene::{App, Family, Greeting};
use super::tcp::{Algorithm, Handshake, Isn, KeepAlive, Knobs, Limit, Overflow, Profile};
use crate::model::SeqNumber;
pub use contradictions::Contradiction;

/// What a run is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Both ends' TCP.
    pub knobs: Knobs,
    /// What every cable does, where anything of it was set.
    pub link: Option<Link>,
    /// How many bytes each client says.
    pub bytes: usize,
    /// How the programs behave.
    pub app: App,
    /// How long a program waits whose behaviour is to wait.
    pub pause: Duration,
    /// How many clients there are.
    pub clients: u16,
    /// How many connections may wait in each of the server's queues.
    pub backlog: usize,
    /// IPv4 or IPv6.
    pub family: Family,
    /// Which of [`SETTINGS`] were set, a bit for each.
    asked: u64,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number in this range, both ends included.
    Number {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// A time such as `200ms`, `1s`, `2min`; 0 needs no unit.
    Time {
        /// The longest.
        most: Duration,
    },
    /// A time in this range, both ends included.
    Span {
        /// The shortest.
        least: Duration,
        /// The longest.
        most: Duration,
    },
    /// A share of all packets, `2%` or `0.5%`, below 100.
    Share,
    /// Bits a second, `10M`, `1G`.
    Rate,
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingError {
    /// It is not `KEY=VALUE`.
    #[error("expected KEY=VALUE, found \"{found}\"")]
    NotAPair {
        /// What was written.
        found: String,
    },
    /// There is no such setting.
    #[error("there is no setting \"{name}\"")]
    Unknown {
        /// What was written.
        name: String,
    },
    /// The value is not one it may have.
    #[error("\"{found}\" is no value for {name}: expected {expected:?}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What it may be.
        expected: Expected,
        /// What was written.
        found: String,
    },
    /// Two settings do not go together.
    #[error("two settings contradict each other: {0}")]
    Contradiction(#[from] Contradiction),
}

/// Every setting with what it may be, in the order in which they are told.
pub const SETTINGS: &[(&str, Expected)] = &[
    ("handshake", Expected::OneOf(&["three-way", "two-way"])),
    ("time-wait", Expected::Time { most: HOUR }),
    ("isn", Expected::Number { least: 0, most: u32::MAX as u64 }),
    ("mss", Expected::Number { least: 64, most: 1_460 }),
    ("window", Expected::Number { least: 1, most: 1 << 30 }),
    ("rto", Expected::Time { most: MINUTE }),
    ("delayed-ack", Expected::Time { most: Duration::from_millis(500) }),
    ("nagle", ON_OFF),
    ("sack", ON_OFF),
    ("timestamps", ON_OFF),
    ("window-scale", ON_OFF),
    ("congestion", Expected::OneOf(&["reno", "cubic", "none"])),
    ("initial-window", Expected::Number { least: 1, most: 1_000 }),
    ("syn-retries", Expected::Number { least: 0, most: 255 }),
    ("retries", Expected::Number { least: 0, most: 255 }),
    ("user-timeout", Expected::Span { least: SECOND, most: DAY }),
    ("keep-alive", Expected::Time { most: DAY }),
    ("keep-alive-interval", Expected::Span { least: SECOND, most: HOUR }),
    ("keep-alive-probes", Expected::Number { least: 1, most: 255 }),
    ("tail-loss-probe", ON_OFF),
    ("limited-transmit", ON_OFF),
    ("time-wait-reuse", Expected::OneOf(&["off", "incoming", "both"])),
    ("time-wait-reset", Expected::OneOf(&["ends", "ignored"])),
    ("backlog", Expected::Number { least: 1, most: 4_096 }),
    ("syn-cookies", ON_OFF),
    ("overflow", Expected::OneOf(&["ignore", "reset"])),
    ("app", Expected::OneOf(APPS)),
    ("pause", Expected::Span { least: Duration::from_millis(1), most: HOUR }),
    ("clients", Expected::Number { least: 1, most: 1_000 }),
    ("ip", Expected::OneOf(&["4", "6"])),
    ("bytes", Expected::Number { least: 1, most: 10_000_000 }),
    ("loss", Expected::Share),
    ("duplication", Expected::Share),
    ("reordering", Expected::Share),
    ("delay", Expected::Time { most: MINUTE }),
    ("bandwidth", Expected::Rate),
];

const ON_OFF: Expected = Expected::OneOf(&["on", "off"]);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The words of [`App::WORDS`], in their order.
const APPS: &[&str] = &[
    "echo",
    "slow-reader",
    "late-close",
    "never-accepts",
    "crash",
    "crash-after-reading",
    "power-loss",
    "server-closes-first",
    "both-close",
];
/// Linux's `tcp_keepalive_time`, `_intvl` and `_probes`.
const KEEP_ALIVE: KeepAlive = KeepAlive { idle: Duration::from_hours(2), interval: Duration::from_secs(75), probes: 9 };

/// A value that fits its setting.
enum Value {
    /// Its place among the words.
    Word(usize),
    Number(u64),
    Time(Duration),
}

impl Settings {
    /// As a profile has it, over cables as the topology has them.
    pub const fn new(profile: Profile) -> Self {
        Self {
            knobs: profile.knobs(),
            link: None,
            bytes: 6,
            app: App::Echo,
            pause: Duration::from_secs(5),
            clients: 1,
            backlog: 5,
            family: Family::Any,
            asked: 0,
        }
    }

    /// A scene that is set so, with this seed.
    pub fn greeting(&self, seed: u64) -> Greeting {
        Greeting {
            seed,
            says: b"hello\n".iter().copied().cycle().take(self.bytes).collect(),
            app: self.app,
            pause: self.pause,
            clients: self.clients,
            backlog: self.backlog,
            family: self.family,
            link: self.link,
            ..Greeting::new(self.knobs)
        }
    }

    /// Whether this setting was set, and not left as the profile has it.
    fn asked(&self, name: &str) -> bool {
        let place = SETTINGS.iter().position(|(known, _)| *known == name);
        place.is_some_and(|place| self.asked >> place & 1 == 1)
    }

    /// Changes one setting, written `KEY=VALUE`.
    ///
    /// # Errors
    /// As [`set`](Self::set), or it is no such pair.
    pub fn set_pair(&mut self, pair: &str) -> Result<(), SettingError> {
        let (name, value) = pair.split_once('=').ok_or_else(|| SettingError::NotAPair { found: pair.to_owned() })?;
        self.set(name.trim(), value)
    }

    /// Changes one setting.
    ///
    /// # Errors
    /// [`SettingError`]: there is no such setting, it cannot have this value, or
    /// it contradicts what was set before. Then nothing is changed.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        let Some((place, (name, expected))) = SETTINGS.iter().enumerate().find(|(_, (known, _))| *known == name) else {
            return Err(SettingError::Unknown { name: name.to_owned() });
        };
        let refused = || SettingError::Value { name, expected: *expected, found: value.to_owned() };
        let value = read(*expected, value.trim()).ok_or_else(refused)?;
        let mut changed = *self;
        changed.asked |= 1 << place;
        changed.apply(name, &value);
        changed.check()?;
        *self = changed;
        Ok(())
    }

    fn apply(&mut self, name: &str, value: &Value) {
        let knobs = &mut self.knobs;
        match (name, value) {
            ("handshake", Value::Word(0)) => knobs.handshake = Handshake::ThreeWay,
            ("handshake", Value::Word(_)) => knobs.handshake = Handshake::TwoWay,
            ("time-wait", Value::Time(time)) => knobs.time_wait = *time,
            ("isn", Value::Number(isn)) => {
                knobs.isn = Isn::Fixed(SeqNumber::new(u32::try_from(*isn).unwrap_or(u32::MAX)));
            }
            ("mss", Value::Number(mss)) => knobs.mss = u16::try_from(*mss).unwrap_or(u16::MAX),
            ("window", Value::Number(window)) => knobs.window = u32::try_from(*window).unwrap_or(u32::MAX),
            ("rto", Value::Time(time)) => (knobs.rto_initial, knobs.rto_min) = (*time, *time),
            ("delayed-ack", Value::Time(time)) => knobs.delayed_ack = (!time.is_zero()).then_some(*time),
            ("nagle", Value::Word(word)) => knobs.nagle = *word == 0,
            ("sack", Value::Word(word)) => knobs.sack = *word == 0,
            ("timestamps", Value::Word(word)) => knobs.timestamps = *word == 0,
            ("window-scale", Value::Word(word)) => knobs.window_scale = *word == 0,
            ("congestion", Value::Word(0)) => knobs.congestion = Algorithm::Reno,
            ("congestion", Value::Word(1)) => knobs.congestion = Algorithm::Cubic,
            ("congestion", Value::Word(_)) => knobs.congestion = Algorithm::Unlimited,
            ("initial-window", Value::Number(count)) => {
                knobs.initial_window = u32::try_from(*count).unwrap_or(u32::MAX);
            }
            ("bytes", Value::Number(count)) => self.bytes = usize::try_from(*count).unwrap_or(usize::MAX),
            (_, value) => self.apply_to_patience(name, value),
        }
    }

    /// When something is given up, and what a listener does.
    fn apply_to_patience(&mut self, name: &str, value: &Value) {
        // What was switched off is not switched on by its details.
        let silent = self.asked("keep-alive") && self.knobs.keep_alive.is_none();
        let knobs = &mut self.knobs;
        match (name, value) {
            ("keep-alive-interval" | "keep-alive-probes", _) if silent => {}
            ("syn-retries", Value::Number(count)) => knobs.syn_limit = Limit::Retransmissions(narrow(*count)),
            ("retries", Value::Number(count)) => knobs.data_limit = Limit::Retransmissions(narrow(*count)),
            ("user-timeout", Value::Time(time)) => knobs.data_limit = Limit::After(*time),
            ("keep-alive", Value::Time(Duration::ZERO)) => knobs.keep_alive = None,
            ("keep-alive", Value::Time(idle)) => knobs.keep_alive.get_or_insert(KEEP_ALIVE).idle = *idle,
            ("keep-alive-interval", Value::Time(time)) => {
                knobs.keep_alive.get_or_insert(KEEP_ALIVE).interval = *time;
            }
            ("keep-alive-probes", Value::Number(count)) => {
                knobs.keep_alive.get_or_insert(KEEP_ALIVE).probes = narrow(*count);
            }
            ("tail-loss-probe", Value::Word(word)) => knobs.tail_loss_probe = *word == 0,
            ("limited-transmit", Value::Word(word)) => knobs.limited_transmit = *word == 0,
            ("time-wait-reuse", Value::Word(word)) => {
                (knobs.time_wait_reuse, knobs.time_wait_connect) = (*word > 0, *word > 1);
            }
            ("time-wait-reset", Value::Word(word)) => knobs.time_wait_ignores_reset = *word == 1,
            ("syn-cookies", Value::Word(word)) => knobs.syn_cookies = *word == 0,
            ("overflow", Value::Word(0)) => knobs.overflow = Overflow::Ignore,
            ("overflow", Value::Word(_)) => knobs.overflow = Overflow::Reset,
            (_, value) => self.apply_to_programs(name, value),
        }
    }

    fn apply_to_programs(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("app", Value::Word(word)) => self.app = App::WORDS.get(*word).map(|(_, app)| *app).unwrap_or_default(),
            ("pause", Value::Time(time)) => self.pause = *time,
            ("clients", Value::Number(count)) => self.clients = u16::try_from(*count).unwrap_or(u16::MAX),
            ("backlog", Value::Number(count)) => self.backlog = usize::try_from(*count).unwrap_or(usize::MAX),
            ("ip", Value::Word(0)) => self.family = Family::V4,
            ("ip", Value::Word(_)) => self.family = Family::V6,
            (_, value) => self.apply_to_link(name, value),
        }
    }

    fn apply_to_link(&mut self, name: &str, value: &Value) {
        let link = self.link.get_or_insert_default();
        match (name, value) {
            ("delay", Value::Time(time)) => link.delay = *time,
            ("bandwidth", Value::Number(bits)) => link.bandwidth = Some(*bits),
            (_, Value::Number(share)) => {
                let share = u32::try_from(*share).unwrap_or(u32::MAX);
                match name {
                    "loss" => link.loss = share,
                    "duplication" => link.duplication = share,
                    _ => link.reordering = share,
                }
            }
            (_, Value::Word(_) | Value::Time(_)) => {}
        }
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Reads a value of this kind.
fn read(expected: Expected, text: &str) -> Option<Value> {
    match expected {
        Expected::OneOf(words) => words.iter().position(|word| *word == text).map(Value::Word),
        Expected::Number { least, most } => {
            let number: u64 = text.parse().ok()?;
            (least..=most).contains(&number).then_some(Value::Number(number))
        }
        Expected::Time { most } => time(text).filter(|time| *time <= most).map(Value::Time),
        Expected::Span { least, most } => time(text).filter(|time| (least..=most).contains(time)).map(Value::Time),
        Expected::Share => share(text).map(Value::Number),
        Expected::Rate => rate(text).map(Value::Number),
    }
}

/// A number and its unit.
fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| letter.is_ascii_alphabetic() || letter == '%').unwrap_or(text.len()))
}

fn time(text: &str) -> Option<Duration> {
    let (number, unit) = split(text);
    let number: u64 = number.parse().ok()?;
    match unit {
        "us" => Some(Duration::from_micros(number)),
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "min" => Some(Duration::from_secs(number.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(number.checked_mul(3_600)?)),
        "" if number == 0 => Some(Duration::ZERO),
        _ => None,
    }
}

/// Per million, of a number with up to four decimals and a percent sign.
fn share(text: &str) -> Option<u64> {
    let number = text.strip_suffix('%')?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if decimals.is_empty() || decimals.len() > 4 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let parts: u64 = format!("{decimals:0<4}").parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    let share = whole.checked_mul(10_000)?.checked_add(parts)?;
    (share < 1_000_000).then_some(share)
}

fn rate(text: &str) -> Option<u64> {
    let (number, unit) = split(text);
    let factor = match unit {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|bits| *bits > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_does_something() {
        let valid = |expected| match expected {
            Expected::OneOf(words) => words.to_vec(),
            Expected::Number { .. } => vec!["100", "101"],
            Expected::Time { .. } => vec!["0", "3ms"],
            Expected::Span { .. } => vec!["2s", "1h"],
            Expected::Share => vec!["0.5%", "99.9999%"],
            Expected::Rate => vec!["1k", "2G"],
        };
        for (name, expected) in SETTINGS {
            let mut seen = Vec::new();
            for value in valid(*expected) {
                let mut settings = Settings::new(Profile::LinuxLike);
                settings.set(name, value).unwrap();
                assert!(!seen.contains(&settings), "{name}={value} changes nothing");
                seen.push(settings);
            }
        }
    }

    #[test]
    fn every_behaviour_has_its_word() {
        let words: Vec<&str> = App::WORDS.iter().map(|(word, _)| *word).collect();
        assert_eq!(words, APPS);
        // A bit for each setting.
        assert!(SETTINGS.len() <= 64);
    }

    #[test]
    fn a_wrong_value_is_told_with_its_range() {
        let mut settings = Settings::new(Profile::Rfc);
        let before = settings;
        for (name, value) in [
            ("mss", "63"),
            ("mss", "1461"),
            ("mss", "many"),
            ("isn", "4294967296"),
            ("time-wait", "10"),
            ("time-wait", "61min"),
            ("delayed-ack", "501ms"),
            ("nagle", "yes"),
            ("loss", "2"),
            ("loss", "100%"),
            ("loss", "1.23456%"),
            ("loss", ".5%"),
            ("bandwidth", "0"),
            ("bandwidth", "99999999999G"),
            ("user-timeout", "999ms"),
            ("user-timeout", "25h"),
            ("user-timeout", "0"),
            ("backlog", "0"),
            ("app", "sleeps"),
            ("ip", "5"),
        ] {
            let error = settings.set(name, value).unwrap_err();
            assert!(matches!(error, SettingError::Value { .. }), "{name}={value}: {error}");
        }
        assert_eq!(settings.set("speed", "1"), Err(SettingError::Unknown { name: "speed".to_owned() }));
        assert_eq!(settings, before);
        settings.set("loss", "2.5%").unwrap();
        assert_eq!(settings.link.unwrap().loss, 25_000);
        settings.set("handshake", "two-way").unwrap();
        assert!(settings.knobs.counterfactual());
    }
}
