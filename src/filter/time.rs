use super::literal::decimal;

/// A moment in nanoseconds since 1970-01-01 00:00 UTC: seconds since then,
/// ISO 8601 (`2020-07-04`, `2020-07-04 12:34:56.5`, `2020-07-04T12:34:56Z`,
/// `…+08:00`), or as Wireshark writes it (`Jul  4, 2020 12:34:56.5 UTC`). UTC
/// where no zone is given: what a filter selects does not depend on the
/// machine.
pub(super) fn moment(text: &str) -> Option<i128> {
    let text = text.trim();
    if text.starts_with('-') {
        return None;
    }
    decimal(text, 9).or_else(|| iso(text)).or_else(|| written(text))
}

fn iso(text: &str) -> Option<i128> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.split('-');
    let days = days(digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?)?;
    if parts.next().is_some() {
        return None;
    }
    let time = time.trim();
    let (clock, offset) = match time.find(['+', '-', 'Z']) {
        Some(at) => (time.get(..at)?, zone(time.get(at..)?)?),
        None => (time, 0),
    };
    let clock = if time.is_empty() { 0 } else { of_day(clock.trim())? };
    at(days, clock)?.checked_sub(offset)
}

/// `Z`, `+08:00`, `-0330`; in nanoseconds.
fn zone(text: &str) -> Option<i128> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.get(1..)?.replace(':', "");
    let (hours, minutes) = (digits(rest.get(..2)?, 2)?, if rest.len() > 2 { digits(rest.get(2..)?, 2)? } else { 0 });
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000_000_000)
}

fn written(text: &str) -> Option<i128> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_whitespace();
    let month = words.next()?;
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let day = words.next()?.strip_suffix(',')?;
    let days = days(digits(words.next()?, 4)?, month, digits(day, day.len().min(2))?)?;
    let clock = words.next().map_or(Some(0), of_day)?;
    match (words.next(), words.next()) {
        (None | Some("UTC"), None) => at(days, clock),
        _ => None,
    }
}

/// A whole number of so many digits.
fn digits(text: &str, count: usize) -> Option<i128> {
    let digits = text.len() == count && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// `12:34`, `12:34:56`, `12:34:56.789`; in nanoseconds.
fn of_day(text: &str) -> Option<i128> {
    let mut parts = text.split(':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let seconds = parts.next().map_or(Some(0), |seconds| decimal(seconds, 9))?;
    let sound = parts.next().is_none() && hours < 24 && minutes < 60 && seconds < 60_000_000_000;
    sound.then_some((hours * 60 + minutes) * 60_000_000_000 + seconds)
}

fn at(days: i128, clock: i128) -> Option<i128> {
    days.checked_mul(86_400_000_000_000)?.checked_add(clock)
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i128, month: i128, day: i128) -> Option<i128> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i128::from(leap),
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    // Years that begin in March end with the leap day.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i128 = 1_000_000_000;

    #[test]
    fn moments_are_read_in_every_way_they_are_written() {
        // `date -u -d 2020-07-04T12:34:56 +%s`
        let expected = 1_593_866_096 * SECOND;
        for text in [
            "1593866096",
            "1593866096.0",
            "2020-07-04T12:34:56",
            "2020-07-04 12:34:56Z",
            "2020-07-04T12:34:56.000",
            "2020-07-04T20:34:56+08:00",
            "2020-07-04T09:04:56-0330",
            "Jul  4, 2020 12:34:56",
            "Jul 4, 2020 12:34:56.000000000 UTC",
        ] {
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        assert_eq!(moment("1970-01-01"), Some(0));
        assert_eq!(moment("1969-12-31 23:59"), Some(-60 * SECOND));
        assert_eq!(moment("2000-02-29"), Some(951_782_400 * SECOND));
        assert_eq!(moment("0001-01-01"), Some(-62_135_596_800 * SECOND));
    }

    #[test]
    fn other_texts_are_no_moments() {
        for text in [
            "",
            "-1",
            "yesterday",
            "2020-13-01",
            "2019-02-29",
            "2020-07-04T25:00",
            "2020-07-04T12",
            "2020-07-04T12:34:60",
            "2020-07",
            "20-07-04",
            "2020-07-04T12:34+99:00",
            "Foo 4, 2020",
            "Jul 4 2020",
            "Jul 4, 2020 12:34 CET",
            "2020-07-04-05",
            "2020-07-04T12:34é",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
