//! What is to be made different in a lab, read from texts as they stand on the
//! command line, and written back.
//!
//! Owns the texts' form. What they mean is in `source/lab/conditions`; that a
//! sentence is made of an error is the affair of `words`.

/// The pattern that means one frame of a recorded run.
mod pointing;

use std::time::Duration;

use crate::conversation::{self, Glance, Label, Survey};
use crate::filter::{Collected, Filter, FilterError};
use crate::model::{CableId, LinkType, NodeId, PlaceId, Protocol, Topology};
use crate::source::clock;
use crate::source::lab::conditions::{
    CableChange, CableFault, Conditions, FirewallAction, FirewallRule, SettingChange, find_setting, nearest_setting,
    short_name,
};
use crate::source::lab::topology::{self, MTU};
use crate::source::lab::wire::{Chosen, Fault, FaultKind, LONGEST_DELAY, Matcher, Pattern, PatternError};
use crate::trace::FrameNumber;

pub use pointing::{Pointed, point_at};

/// The most frames that can wait in a cable's queue.
const LONGEST_QUEUE: usize = 1_000_000;
/// What can be set of a cable.
const CABLE_KEYS: [&str; 4] = ["delay", "bandwidth", "queue", "mtu"];

/// What was asked for, as it was typed; each list is one option of the command
/// line, and has the option's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionTexts {
    /// `data>#3`, `syn@server`, `data@router-server`.
    pub lose: Vec<String>,
    /// `data=300ms`.
    pub delay: Vec<String>,
    /// As `lose`.
    pub duplicate: Vec<String>,
    /// As `lose`.
    pub swap: Vec<String>,
    /// `data>#2=3s`.
    pub unplug: Vec<String>,
    /// `router-server:delay=20ms,bandwidth=10Mbit,queue=20,mtu=1400`.
    pub cable: Vec<String>,
    /// `server:9999=drop`, `server:9999/udp=reject`.
    pub firewall: Vec<String>,
    /// `tcp_sack=0`, `server:tcp_syncookies=0`.
    pub sysctl: Vec<String>,
}

/// What is wrong with such a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// The pattern of frames.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A display filter in its place.
    #[error("{error}: {filter}")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        error: FilterError,
    },
    /// Not a pattern, `=` and a time of at most [`LONGEST_DELAY`].
    #[error("expected a pattern and a time of at most {} s, found `{found}`", LONGEST_DELAY.as_secs())]
    NotTimed {
        /// What was given.
        found: String,
    },
    /// There is no such node, nor two joined by `-`.
    #[error("expected a node or two, NODE-NODE, found `{found}`")]
    NoNode {
        /// What was given.
        found: String,
        /// The nodes.
        known: Vec<String>,
    },
    /// There is no cable between these two.
    #[error("there is no cable between {} and {}", between[0], between[1])]
    NoCable {
        /// The two.
        between: [String; 2],
        /// The cables, `client-switch`.
        known: Vec<String>,
    },
    /// Several cables could be meant.
    #[error("there are several cables at {found}: {}", cables.join(", "))]
    SeveralCables {
        /// What was given.
        found: String,
        /// They, as they can be named.
        cables: Vec<String>,
    },
    /// Not `NODE-NODE:KEY=VALUE,…`.
    #[error("expected NODE-NODE:delay=20ms, found `{found}`")]
    NotCableChange {
        /// What was given.
        found: String,
    },
    /// A cable has no such quality.
    #[error("a cable has no `{found}`; it has {}", CABLE_KEYS.join(", "))]
    NoQuality {
        /// What was given.
        found: String,
    },
    /// Not a time of at most [`LONGEST_DELAY`].
    #[error("expected a time of at most {} s, found `{found}`", LONGEST_DELAY.as_secs())]
    NotTime {
        /// What was given.
        found: String,
    },
    /// Not a rate.
    #[error("expected a rate, 10Mbit, found `{found}`")]
    NotRate {
        /// What was given.
        found: String,
    },
    /// Not a number in its range.
    #[error("expected {key} from {least} to {most}, found `{found}`")]
    Range {
        /// Of what.
        key: &'static str,
        /// What was given.
        found: String,
        /// From here.
        least: u64,
        /// To here.
        most: u64,
    },
    /// Not `HOST:PORT=drop`.
    #[error("expected HOST:PORT=drop or reject, found `{found}`")]
    NotFirewall {
        /// What was given.
        found: String,
    },
    /// There is no such host; switches and hubs have neither firewall nor
    /// settings.
    #[error("there is no host `{found}`; the hosts are {}", known.join(", "))]
    NoHost {
        /// What was given.
        found: String,
        /// The hosts and routers.
        known: Vec<String>,
    },
    /// Not `NAME=VALUE`.
    #[error("expected NAME=VALUE, found `{found}`")]
    NotSetting {
        /// What was given.
        found: String,
    },
    /// None of the kernel settings that can be changed.
    #[error("there is no kernel setting `{found}` to be changed")]
    NoSetting {
        /// What was given.
        found: String,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
}

impl ConditionError {
    /// What can be set of a cable.
    pub const fn cable_keys() -> [&'static str; 4] {
        CABLE_KEYS
    }
}

/// Reads everything that was asked for.
///
/// # Errors
/// The first text that is wrong, in the order of [`ConditionTexts`].
pub fn read(topology: &Topology, texts: &ConditionTexts) -> Result<Conditions, ConditionError> {
    let mut conditions = Conditions::default();
    let plain =
        [(&texts.lose, FaultKind::Lose), (&texts.duplicate, FaultKind::Duplicate), (&texts.swap, FaultKind::Swap)];
    for (patterns, kind) in plain {
        for text in patterns {
            conditions.faults.push(fault(topology, text, kind)?);
        }
    }
    for (patterns, kind) in
        [(&texts.delay, FaultKind::Delay as fn(Duration) -> FaultKind), (&texts.unplug, FaultKind::Unplug)]
    {
        for text in patterns {
            let (pattern, time) = timed(text).ok_or_else(|| ConditionError::NotTimed { found: text.clone() })?;
            conditions.faults.push(fault(topology, pattern, kind(time))?);
        }
    }
    for text in &texts.cable {
        let (cable, change) = cable_change(topology, text)?;
        let all = conditions.cables.entry(cable).or_default();
        all.delay = change.delay.or(all.delay);
        all.bandwidth = change.bandwidth.or(all.bandwidth);
        all.queue = change.queue.or(all.queue);
        all.mtu = change.mtu.or(all.mtu);
    }
    conditions.firewall = texts.firewall.iter().map(|text| firewall(topology, text)).collect::<Result<_, _>>()?;
    conditions.settings = texts.sysctl.iter().map(|text| setting(topology, text)).collect::<Result<_, _>>()?;
    Ok(conditions)
}

/// The same as texts again: what is read from them is what is given.
pub fn texts(topology: &Topology, conditions: &Conditions) -> ConditionTexts {
    let mut texts = ConditionTexts::default();
    for CableFault { fault, cable } in &conditions.faults {
        let pattern = match cable {
            Some(cable) => format!("{}@{}", fault.pattern, cable_name(topology, *cable)),
            None => fault.pattern.to_string(),
        };
        let timed = |time: Duration| format!("{pattern}={}", time_text(time));
        match fault.kind {
            FaultKind::Lose => texts.lose.push(pattern),
            FaultKind::Duplicate => texts.duplicate.push(pattern),
            FaultKind::Swap => texts.swap.push(pattern),
            FaultKind::Delay(time) => texts.delay.push(timed(time)),
            FaultKind::Unplug(time) => texts.unplug.push(timed(time)),
        }
    }
    for (cable, change) in &conditions.cables {
        let all = [
            change.delay.map(|delay| format!("delay={}", time_text(delay))),
            change.bandwidth.map(|rate| format!("bandwidth={rate}bit")),
            change.queue.map(|queue| format!("queue={queue}")),
            change.mtu.map(|mtu| format!("mtu={mtu}")),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        texts.cable.push(format!("{}:{}", cable_name(topology, *cable), all.join(",")));
    }
    let host = |id: NodeId| topology.get(id).map_or("", |node| &node.name);
    for FirewallRule { host: id, port, protocol, action } in &conditions.firewall {
        let protocol = protocol.map(|protocol| format!("/{protocol}")).unwrap_or_default();
        texts.firewall.push(format!("{}:{port}{protocol}={}", host(*id), action.name()));
    }
    for SettingChange { host: id, name, value } in &conditions.settings {
        let host = id.map(|id| format!("{}:", host(id))).unwrap_or_default();
        texts.sysctl.push(format!("{host}{}={value}", short_name(name)));
    }
    texts
}

impl ConditionTexts {
    /// Each with its option, without the dashes, in the order they are read.
    pub fn options(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [
            ("lose", &self.lose),
            ("duplicate", &self.duplicate),
            ("swap", &self.swap),
            ("delay", &self.delay),
            ("unplug", &self.unplug),
            ("cable", &self.cable),
            ("firewall", &self.firewall),
            ("sysctl", &self.sysctl),
        ];
        lists.into_iter().flat_map(|(option, texts)| texts.iter().map(move |text| (option, text.as_str())))
    }
}

/// The shortest way to write a whole number of microseconds.
fn time_text(time: Duration) -> String {
    let micros = time.as_micros();
    match (micros % 1_000_000, micros % 1_000) {
        (0, _) => format!("{}s", micros / 1_000_000),
        (_, 0) => format!("{}ms", micros / 1_000),
        _ => format!("{micros}us"),
    }
}

/// What a cable is called: `router-server`; with interfaces where there are
/// several between the two.
pub fn cable_name(topology: &Topology, cable: CableId) -> String {
    let Some(found) = topology.cable(cable) else { return String::new() };
    let [one, other] = found.ends.each_ref();
    let name = |id: NodeId| topology.get(id).map_or("", |node| &node.name);
    let alone =
        topology.cables_of(one.node).filter(|id| topology.cables_of(other.node).any(|both| both == *id)).count();
    if alone == 1 {
        return format!("{}-{}", name(one.node), name(other.node));
    }
    format!("{}-{}", topology.place(one), topology.place(other))
}

/// A pattern, a cable behind it, and what is done.
fn fault(topology: &Topology, text: &str, kind: FaultKind) -> Result<CableFault, ConditionError> {
    let (pattern, place) = split_place(text);
    let cable = place.map(|place| find_cable(topology, place)).transpose()?;
    Ok(CableFault { fault: Fault { kind, pattern: pattern_of(pattern)? }, cable })
}

/// What stands before an `@` and behind it, where it is a place that does: a
/// display filter may have such a sign in a text of its own.
fn split_place(text: &str) -> (&str, Option<&str>) {
    let part_of_a_place = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
    match text.rsplit_once('@') {
        Some((pattern, place)) if place.chars().all(part_of_a_place) => (pattern, Some(place)),
        _ => (text, None),
    }
}

/// A pattern and a time.
fn timed(text: &str) -> Option<(&str, Duration)> {
    let (pattern, time) = text.rsplit_once('=')?;
    Some((pattern, topology::time(time).filter(|time| *time <= LONGEST_DELAY)?))
}

/// Reads a kind of segment, or a display filter.
///
/// # Errors
/// [`ConditionError::Pattern`], [`ConditionError::Filter`].
pub fn pattern_of(text: &str) -> Result<Pattern, ConditionError> {
    match text.parse() {
        // One word is meant as a kind; some are protocols, as filters know them.
        Err(error @ PatternError::Unknown { .. }) => {
            let pattern = Pattern::of_filter(text)?;
            let Chosen::Filter(filter) = &pattern.what else { return Ok(pattern) };
            match Filter::parse(filter) {
                Ok(_) => Ok(pattern),
                Err(_) if filter.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => Err(error.into()),
                Err(error) => Err(ConditionError::Filter { filter: filter.clone(), error }),
            }
        }
        read => Ok(read?),
    }
}

/// The cable of `NODE`, which has one, `NODE-NODE` or `NODE:INTERFACE`.
fn find_cable(topology: &Topology, text: &str) -> Result<CableId, ConditionError> {
    if let Some(id) = topology.cable_at(text) {
        return Ok(id);
    }
    let named = |cables: &[CableId]| cables.iter().map(|id| cable_name(topology, *id)).collect();
    if let Some(node) = topology.node(text) {
        let cables: Vec<CableId> = topology.cables_of(node).collect();
        return match cables.as_slice() {
            [only] => Ok(*only),
            several => Err(ConditionError::SeveralCables { found: text.to_owned(), cables: named(several) }),
        };
    }
    // A name may have dashes of its own.
    let mut ends = text.match_indices('-').filter_map(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)));
    let end = |text: &str| {
        let node = topology.node(text.split(':').next().unwrap_or_default())?;
        let cables = topology.cables_of(node);
        Some(if text.contains(':') { vec![topology.cable_at(text)?] } else { cables.collect::<Vec<_>>() })
    };
    let two = ends.find_map(|(one, other)| Some(([one, other], end(one)?, end(other)?)));
    let Some((between, one, other)) = two else {
        let known = topology.nodes.iter().map(|node| node.name.clone()).collect();
        return Err(ConditionError::NoNode { found: text.to_owned(), known });
    };
    let both: Vec<CableId> = one.into_iter().filter(|id| other.contains(id)).collect();
    match both.as_slice() {
        [only] if between[0] != between[1] => Ok(*only),
        [_, _, ..] => Err(ConditionError::SeveralCables { found: text.to_owned(), cables: named(&both) }),
        _ => {
            let all: Vec<CableId> = (0..topology.cables.len()).map(CableId).collect();
            Err(ConditionError::NoCable { between: between.map(str::to_owned), known: named(&all) })
        }
    }
}

/// `NODE-NODE:delay=20ms,mtu=1400`.
fn cable_change(topology: &Topology, text: &str) -> Result<(CableId, CableChange), ConditionError> {
    // An interface may be named too, so the last colon before a `=` counts.
    let wrong = || ConditionError::NotCableChange { found: text.to_owned() };
    let before = text.find('=').and_then(|at| text.get(..at)).ok_or_else(wrong)?;
    let colon = before.rfind(':').ok_or_else(wrong)?;
    let (Some(place), Some(list)) = (text.get(..colon), text.get(colon + 1..)) else { return Err(wrong()) };
    let cable = find_cable(topology, place)?;
    let mut change = CableChange::default();
    for item in list.split(',') {
        let (key, value) = item.split_once('=').ok_or_else(wrong)?;
        let number = |key, least: u64, most: u64| {
            let number = value.parse().ok().filter(|number: &u64| (least..=most).contains(number));
            number.ok_or_else(|| ConditionError::Range { key, found: value.to_owned(), least, most })
        };
        match key.trim() {
            "delay" => {
                let delay = topology::time(value).filter(|delay| *delay <= LONGEST_DELAY);
                change.delay = Some(delay.ok_or_else(|| ConditionError::NotTime { found: value.to_owned() })?);
            }
            "bandwidth" => {
                let rate = topology::rate(value);
                change.bandwidth = Some(rate.ok_or_else(|| ConditionError::NotRate { found: value.to_owned() })?);
            }
            "queue" => {
                let queue = number("queue", 0, u64::try_from(LONGEST_QUEUE).unwrap_or(u64::MAX))?;
                change.queue = usize::try_from(queue).ok();
            }
            "mtu" => {
                let mtu = number("mtu", u64::from(*MTU.start()), u64::from(*MTU.end()))?;
                change.mtu = u32::try_from(mtu).ok();
            }
            other => return Err(ConditionError::NoQuality { found: other.to_owned() }),
        }
    }
    Ok((cable, change))
}

fn host(topology: &Topology, name: &str) -> Result<NodeId, ConditionError> {
    let found = topology.node(name).filter(|id| topology.host(*id).is_some());
    found.ok_or_else(|| ConditionError::NoHost {
        found: name.to_owned(),
        known: topology.hosts().map(|(_, node, _)| node.name.clone()).collect(),
    })
}

/// `HOST:PORT=drop`, `HOST:PORT/udp=reject`.
fn firewall(topology: &Topology, text: &str) -> Result<FirewallRule, ConditionError> {
    let wrong = || ConditionError::NotFirewall { found: text.to_owned() };
    let (place, action) = text.split_once('=').ok_or_else(wrong)?;
    let (name, port) = place.split_once(':').ok_or_else(wrong)?;
    let (port, protocol) = match port.split_once('/') {
        Some((port, "tcp")) => (port, Some(Protocol::Tcp)),
        Some((port, "udp")) => (port, Some(Protocol::Udp)),
        Some(_) => return Err(wrong()),
        None => (port, None),
    };
    let action = FirewallAction::find(action).ok_or_else(wrong)?;
    let host = host(topology, name)?;
    let in_range = port.parse().ok().filter(|port: &u16| *port > 0);
    let port = in_range.ok_or_else(|| ConditionError::Range {
        key: "port",
        found: port.to_owned(),
        least: 1,
        most: u64::from(u16::MAX),
    })?;
    Ok(FirewallRule { host, port, protocol, action })
}

/// `NAME=VALUE`, `HOST:NAME=VALUE`.
fn setting(topology: &Topology, text: &str) -> Result<SettingChange, ConditionError> {
    let (name, value) = text.split_once('=').ok_or_else(|| ConditionError::NotSetting { found: text.to_owned() })?;
    let (host, name) = match name.split_once(':') {
        Some((name, setting)) => (Some(host(topology, name)?), setting),
        None => (None, name),
    };
    let known = find_setting(name.trim());
    let known =
        known.ok_or_else(|| ConditionError::NoSetting { found: name.to_owned(), nearest: nearest_setting(name) })?;
    // As the kernel writes several numbers.
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() {
        return Err(ConditionError::NotSetting { found: text.to_owned() });
    }
    Ok(SettingChange { host, name: known.to_owned(), value })
}

/// What a display filter selects, for a wire: it remembers what has passed, as
/// `tcp.analysis` needs.
pub fn matcher(text: &str) -> Option<Matcher> {
    let filter = Filter::parse(text).ok()?;
    let mut collected = Collected::new(filter.wanted());
    let mut survey = Survey::default();
    let mut number = 0_u32;
    Some(Box::new(move |bytes| {
        number = number.saturating_add(1);
        let glance = Glance {
            number: FrameNumber(number),
            at: clock::now(),
            place: PlaceId(0),
            link_type: LinkType::ETHERNET,
            original_length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            bytes,
        };
        let row = survey.take(&glance);
        collected.clear();
        conversation::fields(&glance, row, &Label { interface: None, comment: None }, &mut collected);
        filter.matches(&collected)
    }))
}

#[cfg(test)]
mod tests;
