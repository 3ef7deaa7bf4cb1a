//! From text to a scenario.

/// What programs call.
mod call;
/// Packets.
mod packet;

use std::time::Duration;

use super::cursor::{Cursor, LONGEST};
use super::{
    Cited, Deed, Field, Line, Numbers, Order, Place, Scenario, ScenarioError, Set, Until, Value, Wanted, When, Wrong,
};
use crate::model::{Bilingual, TcpState};
use crate::source::lab::wire::{Fault, FaultKind, LONGEST_DELAY, Pattern, PatternError};
use crate::source::simulator::settings::Settings;
use crate::source::simulator::tcp::Profile;

/// The longest file, in bytes.
const MOST_BYTES: usize = 256 * 1024;
/// The most lines of a play.
const MOST_LINES: usize = 10_000;
/// When a play is stopped that does not say when.
const USUAL_LIMIT: Duration = Duration::from_mins(10);
/// Settings of cables.
pub(super) const OF_CABLES: [&str; 5] = ["delay", "bandwidth", "loss", "duplication", "reordering"];

/// Settings of programs that are not written down.
const OF_PROGRAMS: [&str; 6] = ["app", "pause", "clients", "ip", "bytes", "backlog"];

/// Reads a scenario.
///
/// # Errors
/// [`ScenarioError`]: what is wrong, with line and column.
pub fn read(text: &str) -> Result<Scenario, ScenarioError> {
    let nowhere = |wrong| ScenarioError { place: Place { line: 1, column: 1, width: 1 }, line: String::new(), wrong };
    if text.len() > MOST_BYTES {
        return Err(nowhere(Wrong::TooMuch { what: "bytes", most: MOST_BYTES }));
    }
    let mut head = Head::default();
    let mut lines = Vec::new();
    for (number, whole) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let mut cursor = Cursor::new(number, whole);
        if cursor.is_done() {
            continue;
        }
        let continued = whole.starts_with([' ', '\t']) && lines.is_empty();
        if continued && head.open.is_some() {
            head.go_on(&cursor);
            continue;
        }
        cursor.spaces();
        if cursor.rest().starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '*' | '.')) {
            if lines.len() >= MOST_LINES {
                return Err(cursor.wrong(0, Wrong::TooMuch { what: "lines", most: MOST_LINES }));
            }
            if matches!(lines.last(), Some(Line { deed: Deed::End, .. })) {
                return Err(cursor.wrong(cursor.mark(), Wrong::BehindEnd));
            }
            lines.push(line(&mut cursor)?);
        } else {
            head.line(&mut cursor, !lines.is_empty())?;
        }
    }
    head.finish(lines).map_err(nowhere)
}

/// The lines before the play.
#[derive(Default)]
struct Head {
    texts: [Bilingual; 3],
    /// Which text goes on in an indented line.
    open: Option<(usize, bool)>,
    citations: Vec<Cited>,
    topology: Option<String>,
    profile: Option<Profile>,
    only: Option<(String, Place)>,
    numbers: Option<Numbers>,
    limit: Option<Duration>,
    settings: Vec<Set>,
}

/// The texts, in the order of [`Head::texts`].
const TEXTS: [&str; 3] = ["title", "about", "linux"];

impl Head {
    fn line(&mut self, cursor: &mut Cursor<'_>, late: bool) -> Result<(), ScenarioError> {
        self.open = None;
        let start = cursor.mark();
        let name = cursor.word().to_owned();
        let misplaced =
            |cursor: &Cursor<'_>| cursor.wrong(start, Wrong::Misplaced { name: cursor_name(cursor, start) });
        if let Some(which) = TEXTS.iter().position(|text| *text == name) {
            cursor.sign(".")?;
            let chinese = match cursor.word() {
                "en" => false,
                "zh" => true,
                _ => return Err(cursor.expected(Wanted::Sign("en, zh"))),
            };
            let misplaced = misplaced(cursor);
            cursor.sign(":")?;
            let text = cursor.rest_with_comment().to_owned();
            let slot = self.texts.get_mut(which).map(|both| if chinese { &mut both.zh } else { &mut both.en });
            return match slot {
                Some(slot) if slot.is_empty() && !late => {
                    *slot = text;
                    self.open = Some((which, chinese));
                    Ok(())
                }
                _ => Err(misplaced),
            };
        }
        if name == "set" {
            cursor.back_to(start);
            let set = setting(cursor, None)?;
            self.settings.push(set);
            return if late { Err(misplaced(cursor)) } else { Ok(()) };
        }
        let known = ["cite", "topology", "profile", "only", "numbers", "limit"].contains(&name.as_str());
        if !known {
            // `client: set isn 100`.
            if !name.is_empty() && cursor.eat(":") && cursor.eat_word("set") {
                cursor.back_to(start + name.len() + 1);
                let set = setting(cursor, Some(name))?;
                self.settings.push(set);
                return if late { Err(misplaced(cursor)) } else { Ok(()) };
            }
            cursor.back_to(start);
            return Err(cursor.expected(Wanted::HeadOrTime));
        }
        let twice = misplaced(cursor);
        cursor.sign(":")?;
        cursor.spaces();
        let fresh = match name.as_str() {
            "cite" => {
                self.citations.push(cited(cursor)?);
                true
            }
            "topology" => {
                let found = cursor.take_while(|letter| !letter.is_whitespace()).to_owned();
                if found.is_empty() {
                    return Err(cursor.expected(Wanted::Name));
                }
                self.topology.replace(found).is_none()
            }
            "profile" => {
                let profile = match cursor.word() {
                    "rfc" => Profile::Rfc,
                    "linux" | "linux-like" => Profile::LinuxLike,
                    word => {
                        cursor.back_to(cursor.mark() - word.len());
                        return Err(cursor.expected(Wanted::Profile));
                    }
                };
                self.profile.replace(profile).is_none()
            }
            "numbers" => {
                let numbers = match cursor.word() {
                    "relative" => Numbers::Relative,
                    "absolute" => Numbers::Absolute,
                    word => {
                        cursor.back_to(cursor.mark() - word.len());
                        return Err(cursor.expected(Wanted::NumberStyle));
                    }
                };
                self.numbers.replace(numbers).is_none()
            }
            "only" => {
                let mark = cursor.mark();
                let host = cursor.word().to_owned();
                if host.is_empty() {
                    return Err(cursor.expected(Wanted::Name));
                }
                let place = cursor.place(mark);
                self.only.replace((host, place)).is_none()
            }
            _ => {
                let limit = cursor.time()?.ok_or_else(|| cursor.expected(Wanted::Duration))?;
                self.limit.replace(limit).is_none()
            }
        };
        cursor.done()?;
        if fresh && !late { Ok(()) } else { Err(twice) }
    }

    /// A text that goes on.
    fn go_on(&mut self, cursor: &Cursor<'_>) {
        let Some((which, chinese)) = self.open else { return };
        let Some(both) = self.texts.get_mut(which) else { return };
        let text = cursor.whole().trim();
        if chinese {
            both.zh.push_str(text);
        } else {
            both.en.extend([" ", text]);
        }
    }

    fn finish(self, lines: Vec<Line>) -> Result<Scenario, Wrong> {
        let [title, about, linux] = self.texts;
        for (text, name) in [
            (&title.en, "title.en"),
            (&title.zh, "title.zh"),
            (&about.en, "about.en"),
            (&about.zh, "about.zh"),
            (if linux.zh.is_empty() { &title.en } else { &linux.en }, "linux.en"),
            (if linux.en.is_empty() { &title.en } else { &linux.zh }, "linux.zh"),
        ] {
            if text.is_empty() {
                return Err(Wrong::Missing { name });
            }
        }
        Ok(Scenario {
            title,
            about,
            linux: (!linux.en.is_empty()).then_some(linux),
            citations: self.citations,
            topology: self.topology.unwrap_or_else(|| "cable".to_owned()),
            profile: self.profile.unwrap_or(Profile::Rfc),
            only: self.only,
            numbers: self.numbers.unwrap_or_default(),
            limit: self.limit.unwrap_or(USUAL_LIMIT),
            settings: self.settings,
            lines,
        })
    }
}

/// What was read since `start`.
fn cursor_name(cursor: &Cursor<'_>, start: usize) -> String {
    cursor.whole().get(start..cursor.mark()).unwrap_or_default().trim().to_owned()
}

/// `RFC 9293 3.5, figure 6`.
fn cited(cursor: &mut Cursor<'_>) -> Result<Cited, ScenarioError> {
    if !cursor.eat_word("RFC") {
        return Err(cursor.expected(Wanted::Citation));
    }
    let rfc = cursor.number_u16()?;
    cursor.spaces();
    let section = cursor.take_while(|letter| letter.is_ascii_alphanumeric() || letter == '.').to_owned();
    if section.is_empty() {
        return Err(cursor.expected(Wanted::Citation));
    }
    let figure = if cursor.eat(",") {
        if !cursor.eat_word("figure") {
            return Err(cursor.expected(Wanted::Sign("figure")));
        }
        Some(cursor.number_u16()?)
    } else {
        None
    };
    Ok(Cited { rfc, section, figure })
}

/// `set isn 100`.
fn setting(cursor: &mut Cursor<'_>, host: Option<String>) -> Result<Set, ScenarioError> {
    cursor.eat_word("set");
    cursor.spaces();
    let mark = cursor.mark();
    let name = cursor.word().to_owned();
    if name.is_empty() {
        return Err(cursor.expected(Wanted::Setting));
    }
    cursor.spaces();
    let value = cursor.take_while(|letter| !letter.is_whitespace()).to_owned();
    if value.is_empty() {
        return Err(cursor.expected(Wanted::Setting));
    }
    let place = cursor.place(mark);
    if host.is_some() && OF_CABLES.contains(&name.as_str()) {
        return Err(cursor.wrong(mark, Wrong::CablesAlone { name }));
    }
    if OF_PROGRAMS.contains(&name.as_str()) {
        return Err(cursor.wrong(mark, Wrong::Programs { name }));
    }
    // Only to see whether it can be set so.
    let tried = Settings::new(Profile::Rfc).set(&name, &value);
    tried.map_err(|error| cursor.wrong(mark, Wrong::Setting(error)))?;
    cursor.done()?;
    Ok(Set { host, name, value, place })
}

/// A line of the play.
fn line(cursor: &mut Cursor<'_>) -> Result<Line, ScenarioError> {
    let start = cursor.mark();
    let when = when(cursor)?;
    let deed = deed(cursor)?;
    if matches!(when, When::Blocking(..)) && !matches!(deed, Deed::Call { .. }) {
        return Err(cursor.wrong(start, Wrong::NothingWaits));
    }
    cursor.done()?;
    Ok(Line { when, deed, place: cursor.place(start), text: cursor.whole().to_owned() })
}

/// `0`, `+0.1`, `*`, `+0~+0.1`, `+0...`, `+0...0.1`.
fn when(cursor: &mut Cursor<'_>) -> Result<When, ScenarioError> {
    if cursor.eat("*") {
        return Ok(When::Any);
    }
    let mark = cursor.mark();
    let from = until(cursor)?;
    if cursor.eat("~") {
        let to = until(cursor)?;
        if to.relative != from.relative || to.after < from.after {
            return Err(cursor.wrong(mark, Wrong::EmptyTime));
        }
        return Ok(When::Between(from, to));
    }
    if !cursor.rest().starts_with("...") {
        return Ok(When::At(from));
    }
    cursor.eat("...");
    let mut to = None;
    if cursor.rest().starts_with(|next: char| next.is_ascii_digit() || matches!(next, '+' | '.')) {
        let end = until(cursor)?;
        // The end of a relative time is relative, with or without its sign.
        let end = Until { relative: from.relative, ..end };
        if end.after < from.after {
            return Err(cursor.wrong(mark, Wrong::EmptyTime));
        }
        to = Some(end);
    }
    Ok(When::Blocking(from, to))
}

fn until(cursor: &mut Cursor<'_>) -> Result<Until, ScenarioError> {
    let relative = cursor.eat("+");
    let after = cursor.time()?.ok_or_else(|| cursor.expected(Wanted::Time))?;
    Ok(Until { relative, after })
}

fn deed(cursor: &mut Cursor<'_>) -> Result<Deed, ScenarioError> {
    let host = cursor.word().to_owned();
    match host.as_str() {
        "" => return Err(cursor.expected(Wanted::Subject)),
        "end" => return Ok(Deed::End),
        "wire" if cursor.eat(":") => return wire(cursor),
        _ => {}
    }
    if cursor.eat(":") {
        return of_host(cursor, host);
    }
    if cursor.eat_word("silent") {
        return Ok(Deed::Silent { host });
    }
    if cursor.eat(">") {
        if cursor.eat("...") {
            return Ok(Deed::Expect { host, packet: None });
        }
        let packet = packet::packet(cursor)?;
        return Ok(Deed::Expect { host, packet: Some(packet) });
    }
    if cursor.eat("<") {
        let packet = packet::packet(cursor)?;
        return Ok(Deed::Inject { host, packet });
    }
    let fd = if cursor.eat("(") {
        let fd = call::descriptor(cursor)?;
        cursor.sign(")")?;
        Some(fd)
    } else {
        None
    };
    if cursor.eat("=") {
        cursor.spaces();
        let mark = cursor.mark();
        let name = cursor.word();
        let state = TcpState::ALL.into_iter().find(|state| state.name() == name);
        cursor.back_to(if state.is_some() { cursor.mark() } else { mark });
        let state = state.ok_or_else(|| cursor.expected(Wanted::State))?;
        return Ok(Deed::State { host, fd, state });
    }
    if !cursor.eat(".") {
        return Err(cursor.expected(Wanted::HostDoes));
    }
    let mark = cursor.mark();
    let name = cursor.word();
    let field = Field::NAMED.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
    cursor.back_to(if field.is_some() { cursor.mark() } else { mark });
    let field = field.ok_or_else(|| cursor.expected(Wanted::Field))?;
    let order = order(cursor)?;
    let value = value(cursor, field)?;
    Ok(Deed::Inner { host, fd, field, order, value })
}

/// Behind `client:`.
fn of_host(cursor: &mut Cursor<'_>, host: String) -> Result<Deed, ScenarioError> {
    cursor.spaces();
    let mark = cursor.mark();
    match cursor.word() {
        "set" => {
            cursor.back_to(mark);
            Ok(Deed::Set(setting(cursor, Some(host))?))
        }
        "kill" => Ok(Deed::Kill { host }),
        "reboot" => Ok(Deed::Reboot { host }),
        _ => {
            cursor.back_to(mark);
            let (call, result) = call::call(cursor)?;
            Ok(Deed::Call { host, call, result })
        }
    }
}

/// Behind `wire:`.
fn wire(cursor: &mut Cursor<'_>) -> Result<Deed, ScenarioError> {
    cursor.spaces();
    let mark = cursor.mark();
    let kind = match cursor.word() {
        "cut" => return Ok(Deed::Cut { cut: true }),
        "mend" => return Ok(Deed::Cut { cut: false }),
        "set" => {
            cursor.back_to(mark);
            let set = setting(cursor, None)?;
            if !OF_CABLES.contains(&set.name.as_str()) {
                cursor.back_to(mark);
                return Err(cursor.expected(Wanted::WireDoes));
            }
            return Ok(Deed::Set(set));
        }
        "lose" => FaultKind::Lose,
        "duplicate" => FaultKind::Duplicate,
        "swap" => FaultKind::Swap,
        "delay" => FaultKind::Delay(Duration::ZERO),
        "unplug" => FaultKind::Unplug(Duration::ZERO),
        _ => {
            cursor.back_to(mark);
            return Err(cursor.expected(Wanted::WireDoes));
        }
    };
    cursor.spaces();
    let mark = cursor.mark();
    let (text, quoted) = if cursor.eat("\"") {
        let inside = cursor.take_while(|letter| letter != '"').to_owned();
        cursor.sign("\"")?;
        let behind = cursor.take_while(|letter| !letter.is_whitespace() && letter != '=');
        (format!("{inside}{behind}"), true)
    } else {
        (cursor.take_while(|letter| !letter.is_whitespace() && letter != '=').to_owned(), false)
    };
    let pattern = if quoted { Pattern::of_filter(&text) } else { text.parse() };
    let pattern = pattern.map_err(|error: PatternError| cursor.wrong(mark, Wrong::Pattern(error)))?;
    let kind = if matches!(kind, FaultKind::Delay(_) | FaultKind::Unplug(_)) {
        cursor.sign("=")?;
        let mark = cursor.mark();
        let delay = cursor.time()?.ok_or_else(|| cursor.expected(Wanted::Duration))?;
        if delay > LONGEST_DELAY {
            let found = delay.as_secs().to_string();
            return Err(cursor.wrong(mark, Wrong::Range { found, least: 0, most: LONGEST_DELAY.as_secs() }));
        }
        if kind == FaultKind::Delay(Duration::ZERO) { FaultKind::Delay(delay) } else { FaultKind::Unplug(delay) }
    } else {
        kind
    };
    Ok(Deed::Fault(Fault { kind, pattern }))
}

fn order(cursor: &mut Cursor<'_>) -> Result<Order, ScenarioError> {
    let signs = [
        ("<=", Order::AtMost),
        (">=", Order::AtLeast),
        ("!=", Order::Other),
        ("=", Order::Equal),
        ("<", Order::Less),
        (">", Order::More),
    ];
    let found = signs.into_iter().find(|(sign, _)| cursor.eat(sign));
    found.map(|(_, order)| order).ok_or_else(|| cursor.expected(Wanted::Order))
}

fn value(cursor: &mut Cursor<'_>, field: Field) -> Result<Value, ScenarioError> {
    if field.is_time() {
        let time = cursor.time()?.ok_or_else(|| cursor.expected(Wanted::Duration))?;
        return Ok(Value::Time(time.min(LONGEST)));
    }
    if cursor.eat_word("infinity") {
        return Ok(Value::Infinity);
    }
    if !cursor.rest().starts_with(|first: char| first.is_ascii_digit()) {
        return Err(cursor.expected(Wanted::Value));
    }
    let number = cursor.number(0, u64::from(u32::MAX))?;
    Ok(if cursor.eat_word("mss") { Value::Segments(number) } else { Value::Number(number) })
}
