//! Values as numbers on a scale, and what a setting is when nobody sets it.

use std::time::Duration;

use super::{Expected, SETTINGS, Settings, Value, read};
use crate::source::simulator::scene::{App, Family};
use crate::source::simulator::tcp::{Algorithm, Handshake, Isn, Limit, Overflow};

/// The rates that a scale has, in bits a second: 1 kbit/s to 100 Gbit/s.
const RATES: (u64, u64) = (1_000, 100_000_000_000);
/// The largest share, in millionths.
const SHARES: u64 = 999_999;

impl Expected {
    /// What a setting may be, by its name.
    pub fn of(name: &str) -> Option<Self> {
        SETTINGS.iter().find(|(known, _)| *known == name).map(|(_, expected)| *expected)
    }

    /// From where to where a scale goes: numbers, microseconds, millionths or
    /// bits a second. `None` for words.
    pub fn scale(self) -> Option<(u64, u64)> {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        match self {
            Self::OneOf(_) => None,
            Self::Number { least, most } => Some((least, most)),
            Self::Time { most } => Some((0, micros(most))),
            Self::Span { least, most } => Some((micros(least), micros(most))),
            Self::Share => Some((0, SHARES)),
            Self::Rate => Some(RATES),
        }
    }

    /// Where on the scale a value is, as it is written; `None` of one that may
    /// not be.
    pub fn place(self, text: &str) -> Option<u64> {
        match read(self, text.trim())? {
            Value::Word(_) => None,
            Value::Number(number) => Some(number),
            Value::Time(time) => u64::try_from(time.as_micros()).ok(),
        }
    }

    /// A value as it is written, from its place on the scale.
    pub fn text(self, place: u64) -> String {
        let units = |units: &[(u64, &str)]| {
            let fits = units.iter().find(|(size, _)| place.is_multiple_of(*size));
            fits.map_or_else(|| place.to_string(), |(size, unit)| format!("{}{unit}", place / size))
        };
        match self {
            Self::OneOf(words) => {
                usize::try_from(place).ok().and_then(|place| words.get(place)).copied().unwrap_or_default().to_owned()
            }
            Self::Number { .. } => place.to_string(),
            Self::Time { .. } | Self::Span { .. } if place == 0 => "0".to_owned(),
            Self::Time { .. } | Self::Span { .. } => {
                units(&[(3_600_000_000, "h"), (60_000_000, "min"), (1_000_000, "s"), (1_000, "ms"), (1, "us")])
            }
            Self::Share => {
                let decimals = format!("{:04}", place % 10_000);
                match decimals.trim_end_matches('0') {
                    "" => format!("{}%", place / 10_000),
                    decimals => format!("{}.{decimals}%", place / 10_000),
                }
            }
            Self::Rate => units(&[(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"), (1, "")]),
        }
    }
}

impl Settings {
    /// What a setting is now, as it would be written; `None` where that cannot
    /// be written: numbers from a clock, cables as the topology has them, a
    /// limit of the other kind.
    pub fn value(&self, name: &str) -> Option<String> {
        let expected = Expected::of(name)?;
        let knobs = &self.knobs;
        let on = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
        let word = |word: &str| Some(word.to_owned());
        let time = |time: Duration| u64::try_from(time.as_micros()).ok().map(|micros| expected.text(micros));
        let share = |share: u32| Some(expected.text(u64::from(share)));
        match name {
            "handshake" => word(if knobs.handshake == Handshake::TwoWay { "two-way" } else { "three-way" }),
            "time-wait" => time(knobs.time_wait),
            "isn" => match knobs.isn {
                Isn::Fixed(number) => Some(number.raw().to_string()),
                Isn::Clock { .. } => None,
            },
            "mss" => Some(knobs.mss.to_string()),
            "window" => Some(knobs.window.to_string()),
            "rto" => (knobs.rto_initial == knobs.rto_min).then(|| time(knobs.rto_initial)).flatten(),
            "delayed-ack" => time(knobs.delayed_ack.unwrap_or_default()),
            "nagle" => on(knobs.nagle),
            "sack" => on(knobs.sack),
            "timestamps" => on(knobs.timestamps),
            "window-scale" => on(knobs.window_scale),
            "congestion" => word(match knobs.congestion {
                Algorithm::Reno => "reno",
                Algorithm::Cubic => "cubic",
                Algorithm::Unlimited => "none",
            }),
            "initial-window" => Some(knobs.initial_window.to_string()),
            "syn-retries" => retransmissions(knobs.syn_limit),
            "retries" => retransmissions(knobs.data_limit),
            "user-timeout" => match knobs.data_limit {
                Limit::After(after) => time(after),
                Limit::Retransmissions(_) => None,
            },
            "keep-alive" => time(knobs.keep_alive.map(|keep| keep.idle).unwrap_or_default()),
            "keep-alive-interval" => knobs.keep_alive.and_then(|keep| time(keep.interval)),
            "keep-alive-probes" => knobs.keep_alive.map(|keep| keep.probes.to_string()),
            "tail-loss-probe" => on(knobs.tail_loss_probe),
            "limited-transmit" => on(knobs.limited_transmit),
            "time-wait-reuse" => word(match (knobs.time_wait_reuse, knobs.time_wait_connect) {
                (_, true) => "both",
                (true, false) => "incoming",
                (false, false) => "off",
            }),
            "time-wait-reset" => word(if knobs.time_wait_ignores_reset { "ignored" } else { "ends" }),
            "syn-cookies" => on(knobs.syn_cookies),
            "overflow" => word(match knobs.overflow {
                Overflow::Ignore => "ignore",
                Overflow::Reset => "reset",
            }),
            "backlog" => Some(self.backlog.to_string()),
            "app" => App::WORDS.iter().find(|(_, app)| *app == self.app).map(|(word, _)| (*word).to_owned()),
            "pause" => time(self.pause),
            "clients" => Some(self.clients.to_string()),
            "ip" => match self.family {
                Family::Any => None,
                Family::V4 => word("4"),
                Family::V6 => word("6"),
            },
            "bytes" => Some(self.bytes.to_string()),
            "loss" => self.link.and_then(|link| share(link.loss)),
            "duplication" => self.link.and_then(|link| share(link.duplication)),
            "reordering" => self.link.and_then(|link| share(link.reordering)),
            "delay" => self.link.and_then(|link| time(link.delay)),
            "bandwidth" => self.link.and_then(|link| link.bandwidth).map(|bits| expected.text(bits)),
            _ => None,
        }
    }
}

fn retransmissions(limit: Limit) -> Option<String> {
    match limit {
        Limit::Retransmissions(count) => Some(count.to_string()),
        Limit::After(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::simulator::tcp::Profile;

    #[test]
    fn what_is_set_is_told_as_it_was_written() {
        for (name, expected) in SETTINGS {
            let values = match *expected {
                Expected::OneOf(words) => words.to_vec(),
                Expected::Number { .. } => vec!["64", "100"],
                Expected::Time { .. } => vec!["0", "3ms", "500ms"],
                Expected::Span { .. } => vec!["2s", "1h"],
                Expected::Share => vec!["0%", "0.5%", "99.9999%"],
                Expected::Rate => vec!["1k", "1500k", "2G"],
            };
            for value in values {
                let mut settings = Settings::new(Profile::Rfc);
                settings.set(name, value).unwrap();
                // A keep-alive's details are nothing where there is none.
                assert_eq!(settings.value(name).as_deref(), Some(value), "{name}={value}");
                if let Some((least, most)) = expected.scale() {
                    let place = expected.place(value).unwrap();
                    assert!((least..=most).contains(&place), "{name}={value}: {place}");
                    assert_eq!(expected.text(place), value);
                    for end in [least, most] {
                        assert!(settings.set(name, &expected.text(end)).is_ok(), "{name}={}", expected.text(end));
                    }
                }
            }
        }
    }

    #[test]
    fn profiles_tell_what_they_have() {
        let (rfc, linux) = (Settings::new(Profile::Rfc), Settings::new(Profile::LinuxLike));
        let both = |name| (rfc.value(name), linux.value(name));
        assert_eq!(both("time-wait"), (Some("4min".into()), Some("1min".into())));
        assert_eq!(both("congestion"), (Some("reno".into()), Some("cubic".into())));
        assert_eq!(both("user-timeout"), (Some("5min".into()), None));
        assert_eq!(both("retries"), (None, Some("15".into())));
        assert_eq!(both("isn"), (None, None));
        assert_eq!(both("delay"), (None, None));
    }
}
