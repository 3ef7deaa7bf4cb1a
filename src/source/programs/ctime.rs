//! The time of day as C's `ctime` and Python's write it:
//! `Thu Mar 15 08:00:00 2018`.
//!
//! Owns asking the C library for local time. Has no opinion on who wants it.
#![expect(unsafe_code, reason = "the standard library knows no time zones; localtime_r(3) does")]

use crate::source::clock;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// This moment.
pub(super) fn now() -> String {
    at(clock::now().nanos().div_euclid(1_000_000_000))
}

/// A moment in seconds since 1970, in local time.
fn at(seconds: libc::time_t) -> String {
    // SAFETY: a structure of integers and one pointer, for all of which zero
    // is a value.
    let mut time: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both point to what they should, for as long as the call lasts.
    // It reads TZ; nothing in this program changes the environment.
    if unsafe { libc::localtime_r(&raw const seconds, &raw mut time) }.is_null() {
        // A year that does not fit.
        return format!("{seconds} s since 1970");
    }
    let name = |names: &'static [&'static str], index: libc::c_int| {
        usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("?")
    };
    format!(
        "{} {} {:>2} {:02}:{:02}:{:02} {}",
        name(&DAYS, time.tm_wday),
        name(&MONTHS, time.tm_mon),
        time.tm_mday,
        time.tm_hour,
        time.tm_min,
        time.tm_sec,
        i64::from(time.tm_year) + 1900
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_24_characters_and_its_year() {
        // In the middle of 2018 wherever one is.
        let text = at(1_530_000_000);
        assert_eq!(text.len(), 24, "{text}");
        assert!(text.ends_with(" 2018") && text.contains(" Jun 2"), "{text}");
        assert!(now().len() == 24);
    }
}
