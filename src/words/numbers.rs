//! Times, sizes and other numbers as people write them: the same in every
//! language.

use crate::model::{CalendarTime, Span, Timestamp};

/// A length of time with three or four digits that count and its unit:
/// `850 ns`, `8.4 µs`, `118 µs`, `1.04 ms`, `40.2 ms`, `1.000 s`, `134.8 s`.
pub fn span(span: Span) -> String {
    let nanos = span.nanos();
    let sign = if nanos < 0 { "−" } else { "" };
    let nanos = nanos.unsigned_abs();
    // Digits are cut, not rounded: 999.96 µs is not yet a millisecond.
    let tenths = |unit: u64| format!("{}.{}", nanos / unit, nanos % unit * 10 / unit);
    let hundredths = |unit: u64| format!("{}.{:02}", nanos / unit, nanos % unit * 100 / unit);
    let text = match nanos {
        0 => "0".to_owned(),
        1..1_000 => format!("{nanos} ns"),
        1_000..100_000 => format!("{} µs", tenths(1_000)),
        100_000..1_000_000 => format!("{} µs", nanos / 1_000),
        1_000_000..10_000_000 => format!("{} ms", hundredths(1_000_000)),
        10_000_000..100_000_000 => format!("{} ms", tenths(1_000_000)),
        100_000_000..1_000_000_000 => format!("{} ms", nanos / 1_000_000),
        1_000_000_000..100_000_000_000 => {
            format!("{}.{:03} s", nanos / 1_000_000_000, nanos % 1_000_000_000 / 1_000_000)
        }
        _ => format!("{} s", tenths(1_000_000_000)),
    };
    format!("{sign}{text}")
}

/// A moment as ISO 8601 has it, in UTC, to the nanosecond:
/// `2026-02-28T09:15:00.000000042Z`.
pub fn moment(at: Timestamp) -> String {
    let CalendarTime { year, month, day, hour, minute, second, nanos } = at.into();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z")
}

/// A moment for people, in UTC, to the second: `2026-02-28 09:15:00 UTC`.
pub fn date(at: Timestamp) -> String {
    let CalendarTime { year, month, day, hour, minute, second, .. } = at.into();
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// A long number in groups of three, with thin spaces: `2 739 104 233`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_their_place_in_the_calendar() {
        let at = Timestamp::from_nanos;
        assert_eq!(moment(at(951_782_400_000_000_007)), "2000-02-29T00:00:00.000000007Z");
        assert_eq!(moment(at(-1)), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(moment(at(i64::MAX)), "2262-04-11T23:47:16.854775807Z");
        assert_eq!(moment(at(i64::MIN)), "1677-09-21T00:12:43.145224192Z");
        assert_eq!(date(at(1_555_002_999_743_518_000)), "2019-04-11 17:16:39 UTC");
    }

    #[test]
    fn spans_are_short_and_never_rounded_up() {
        let cases = [
            (0, "0"),
            (850, "850 ns"),
            (8_400, "8.4 µs"),
            (118_900, "118 µs"),
            (999_960, "999 µs"),
            (1_047_900, "1.04 ms"),
            (40_260_000, "40.2 ms"),
            (999_999_999, "999 ms"),
            (1_000_400_000, "1.000 s"),
            (134_812_000_000, "134.8 s"),
            (-26_000, "−26.0 µs"),
        ];
        for (nanos, text) in cases {
            assert_eq!(span(Span::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(grouped(2_739_104_233), "2 739 104 233");
        assert_eq!(grouped(100), "100");
        assert_eq!(grouped(1000), "1 000");
    }
}
