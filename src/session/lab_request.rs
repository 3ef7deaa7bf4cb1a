//! A run in a lab as it is asked for in texts: on the command line, in the
//! window's dialog, and again with one thing more.
//!
//! Owns what the texts have to do with each other: the topology that is named,
//! the program or the commands and the hosts they run on, what is to be made
//! different. How each is read is the affair of who owns it; that a sentence is
//! made of an error is that of `words`.

/// Whose TCP is ours.
mod core;

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::core::{CoreError, CoreTexts};

use super::conditions::{self, ConditionError, ConditionTexts};
use super::{CommandLine, Commands, Lab, LabWork, Request};
use crate::model::{NodeId, Topology};
use crate::source::lab::plan::{self, Plan};
use crate::source::lab::topology::{self, SHIPPED, TopologyError};
use crate::source::programs::{self, InputError, SettingError};
use crate::trace::{FrameNumber, Network, Notes, Trace};

/// The program that runs where none is named.
pub const USUAL: &str = "tcp-greeting";
/// How long a command has to listen before the next one is started.
const WAIT: Duration = Duration::from_secs(1);
/// Commands of more bytes than this in all do not fit into a message.
pub const MOST_BYTES: usize = 30_000;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabRequest {
    /// A topology that comes with us, or the path of the reader's.
    pub topology: String,
    /// What runs.
    pub work: Work,
    /// What is made different.
    pub conditions: ConditionTexts,
    /// Whose TCP is ours instead of the kernel's.
    pub core: CoreTexts,
}

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A bundled program.
    Program {
        /// Its name.
        id: String,
        /// `KEY=VALUE` each.
        settings: Vec<String>,
    },
    /// `HOST: COMMAND` each, in the order they are to be started.
    Commands(Vec<String>),
}

/// A topology that comes with us.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Its name.
    pub id: &'static str,
    /// It.
    pub topology: Topology,
}

/// What is wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum LabRequestError {
    /// There is no such topology and no such file.
    #[error("there is no topology `{found}`, and no such file")]
    NoTopology {
        /// What was asked for.
        found: String,
        /// Those that come with us.
        known: Vec<&'static str>,
    },
    /// The file could not be read.
    #[error("cannot read the topology: {source}: {path}", path = path.display())]
    NotRead {
        /// Why.
        source: io::Error,
        /// Where it is.
        path: PathBuf,
    },
    /// The topology is wrong.
    #[error("{error}: {name}")]
    Topology {
        /// What is wrong, and where.
        error: TopologyError,
        /// Its name.
        name: String,
    },
    /// There is no such program.
    #[error("there is no program `{found}`")]
    NoProgram {
        /// What was asked for.
        found: String,
        /// The one that looks most like it, if one does.
        nearest: Option<&'static str>,
    },
    /// The program cannot be set so.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The program cannot be given its lines.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The host that is to be the server has no address that the bundled
    /// programs use.
    #[error("{host} has no IPv4 address")]
    NoIpv4 {
        /// Which.
        host: String,
    },
    /// Not a host of the topology, `:` and a command.
    #[error("expected HOST: COMMAND, found `{found}`; the hosts are {}", known.join(", "))]
    NotAHost {
        /// What was asked for.
        found: String,
        /// The hosts.
        known: Vec<String>,
    },
    /// The commands are too long.
    #[error("expected commands of at most {MOST_BYTES} bytes in all, found {bytes}")]
    TooLong {
        /// How long they are.
        bytes: usize,
    },
    /// What is to be made different is wrong.
    #[error(transparent)]
    Condition(#[from] ConditionError),
    /// A host cannot do without its kernel's TCP, or ours cannot be set so.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// Every topology that comes with us, in their order.
pub fn offered() -> Vec<Offered> {
    // Those that come with us are never refused.
    let read = |shipped: &topology::Shipped| Some(Offered { id: shipped.id, topology: shipped.read().ok()? });
    SHIPPED.iter().filter_map(read).collect()
}

impl LabRequest {
    /// The usual program on a topology.
    pub fn of(topology: impl Into<String>) -> Self {
        let work = Work::Program { id: USUAL.to_owned(), settings: Vec::new() };
        Self { topology: topology.into(), work, conditions: ConditionTexts::default(), core: CoreTexts::default() }
    }

    /// What a run that was recorded had asked for, as far as its notes tell: a
    /// bundled program with its settings. `None` where something else ran.
    pub fn of_notes(notes: &Notes, topology: impl Into<String>) -> Option<Self> {
        let id = notes.program.clone()?;
        let settings = notes.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let work = Work::Program { id, settings };
        let (conditions, core) = (ConditionTexts::default(), CoreTexts::default());
        Some(Self { topology: topology.into(), work, conditions, core })
    }

    /// The same as it goes by itself: without what is done to frames, or,
    /// where nothing is, without anything that is made different; where nothing
    /// is either, with the kernels' TCP. `None` where this is it.
    pub fn plain(&self) -> Option<Self> {
        let ConditionTexts { lose, delay, duplicate, swap, unplug, .. } = &self.conditions;
        let is_faulty = [lose, delay, duplicate, swap, unplug].iter().any(|texts| !texts.is_empty());
        let mut conditions = ConditionTexts::default();
        if is_faulty {
            conditions.cable.clone_from(&self.conditions.cable);
            conditions.firewall.clone_from(&self.conditions.firewall);
            conditions.sysctl.clone_from(&self.conditions.sysctl);
        }
        if conditions != self.conditions {
            return Some(Self { conditions, ..self.clone() });
        }
        (self.core != CoreTexts::default()).then(|| Self { core: CoreTexts::default(), ..self.clone() })
    }

    /// Reads the topology; with what it is called.
    ///
    /// # Errors
    /// [`LabRequestError::NoTopology`], [`NotRead`](LabRequestError::NotRead),
    /// [`Topology`](LabRequestError::Topology).
    pub fn read_topology(&self) -> Result<(String, Topology), LabRequestError> {
        let name = &self.topology;
        let wrong = |error| LabRequestError::Topology { error, name: name.clone() };
        if let Some(shipped) = topology::find(name) {
            return Ok((name.clone(), shipped.read().map_err(wrong)?));
        }
        match std::fs::read_to_string(name) {
            Ok(text) => {
                let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Ok((stem, topology::read(&text).map_err(wrong)?))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let known = SHIPPED.iter().map(|shipped| shipped.id).collect();
                Err(LabRequestError::NoTopology { found: name.clone(), known })
            }
            Err(source) => Err(LabRequestError::NotRead { source, path: PathBuf::from(name) }),
        }
    }

    /// Everything that a session needs. `executable` is this program, as in
    /// [`Request::executable`].
    ///
    /// # Errors
    /// The first thing that is wrong: topology, conditions, what runs.
    pub fn lab(&self, executable: &Path) -> Result<Lab, LabRequestError> {
        let (name, topology) = self.read_topology()?;
        let conditions = conditions::read(&topology, &self.conditions)?;
        let what = match &self.work {
            Work::Program { id, settings } => bundled(id, settings, &topology, executable)?,
            Work::Commands(lines) => commands(lines, &topology, executable)?,
        };
        let mut plan = Plan::of(&topology, &conditions);
        let program = if let Work::Program { id, .. } = &self.work { Some(id.as_str()) } else { None };
        self.core.apply(&topology, &mut plan, program)?;
        let map = Box::new(conditions.applied_to(&topology));
        Ok(Lab { topology: name, map, plan, what, executable: executable.to_owned() })
    }
}

/// The pattern, with its cable, that in the next run chooses the frame that
/// this one is: the text of a fault. `None` where the frame was not in a lab.
pub fn pattern_of(trace: &Trace, frame: FrameNumber) -> Option<String> {
    let topology = trace.notes.map.as_deref()?;
    let pointed = conditions::point_at(trace, topology, frame)?;
    Some(format!("{}@{}", pointed.pattern, conditions::cable_name(topology, pointed.cable)))
}

/// A bundled program: its server and its client where the topology says.
fn bundled(id: &str, settings: &[String], topology: &Topology, executable: &Path) -> Result<LabWork, LabRequestError> {
    let program = programs::find(id)
        .ok_or_else(|| LabRequestError::NoProgram { found: id.to_owned(), nearest: programs::nearest(id) })?;
    let settings = program.read_settings(settings)?.at(ipv4(topology, topology.server)?);
    let inputs = program.read_inputs::<&str>(&settings, &[])?;
    let request = Request { program, settings, inputs, network: Network::Lab, executable: executable.to_owned() };
    let number = |node| plan::number(topology, node).ok_or_else(|| not_a_host("", topology));
    Ok(LabWork::Program { request, server: number(topology.server)?, client: number(topology.client)? })
}

fn ipv4(topology: &Topology, node: NodeId) -> Result<Ipv4Addr, LabRequestError> {
    let interfaces = topology.host(node).into_iter().flat_map(|host| host.interfaces.values());
    let mut addresses = interfaces.flat_map(|interface| &interface.addresses).map(|network| network.address);
    let first = addresses.find_map(|address| if let IpAddr::V4(address) = address { Some(address) } else { None });
    first.ok_or_else(|| LabRequestError::NoIpv4 {
        host: topology.get(node).map_or_else(String::new, |node| node.name.clone()),
    })
}

/// Commands, each with its host before it: `client: python3 client.py`.
fn commands(asked: &[String], topology: &Topology, executable: &Path) -> Result<LabWork, LabRequestError> {
    let bytes: usize = asked.iter().map(String::len).sum();
    if bytes > MOST_BYTES {
        return Err(LabRequestError::TooLong { bytes });
    }
    let line = |text: &String| {
        let read = text.split_once(':').map(|(host, command)| (host.trim(), command.trim()));
        let read = read.filter(|(_, command)| !command.is_empty()).and_then(|(host, command)| {
            let host = plan::number(topology, topology.node(host)?)?;
            Some(CommandLine { text: command.to_owned(), host: Some(host), input: None })
        });
        read.ok_or_else(|| not_a_host(text, topology))
    };
    let commands = asked.iter().map(line).collect::<Result<_, LabRequestError>>()?;
    let executable = executable.to_owned();
    Ok(LabWork::Commands(Commands { commands, addresses: Vec::new(), wait: WAIT, executable }))
}

fn not_a_host(found: &str, topology: &Topology) -> LabRequestError {
    let known = topology.hosts().map(|(_, node, _)| node.name.clone()).collect();
    LabRequestError::NotAHost { found: found.to_owned(), known }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(change: impl FnOnce(&mut LabRequest)) -> Result<Lab, LabRequestError> {
        let mut request = LabRequest::of("cable");
        change(&mut request);
        request.lab(Path::new("wirelens"))
    }

    #[test]
    fn every_topology_that_comes_with_us_runs_the_usual_program() {
        let offered = offered();
        assert!(offered.len() >= 8, "{}", offered.len());
        for Offered { id, .. } in offered {
            let lab = LabRequest::of(id).lab(Path::new("wirelens")).unwrap();
            assert_eq!(lab.topology, id);
            assert!(matches!(lab.what, LabWork::Program { .. }));
        }
    }

    #[test]
    fn faults_are_built_into_the_cables_and_can_be_left_out() {
        let mut request = LabRequest::of("cable");
        request.conditions.lose = vec!["data>#2".into()];
        request.conditions.sysctl = vec!["tcp_sack=0".into()];
        let faults = |lab: &Lab| lab.plan.wires().map(|wire| wire.faults.len()).sum::<usize>();
        assert_eq!(faults(&request.lab(Path::new("x")).unwrap()), 1);
        let plain = request.plain().unwrap();
        assert_eq!(faults(&plain.lab(Path::new("x")).unwrap()), 0);
        assert_eq!(plain.conditions.sysctl, ["tcp_sack=0"]);
        assert_eq!(plain.plain().unwrap(), LabRequest::of("cable"));
        assert_eq!(LabRequest::of("cable").plain(), None);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_was_found() {
        let said = |change: fn(&mut LabRequest)| request(change).unwrap_err().to_string();
        assert_eq!(said(|request| request.topology = "cabel".into()), "there is no topology `cabel`, and no such file");
        assert_eq!(
            said(|request| request.work = Work::Program { id: "tcp-greting".into(), settings: Vec::new() }),
            "there is no program `tcp-greting`"
        );
        assert_eq!(
            said(|request| request.work = Work::Commands(vec!["nobody: true".into()])),
            "expected HOST: COMMAND, found `nobody: true`; the hosts are client, server"
        );
        assert_eq!(
            said(|request| request.work = Work::Commands(vec![format!("client: {}", "x".repeat(MOST_BYTES))])),
            "expected commands of at most 30000 bytes in all, found 30008"
        );
        assert!(request(|request| request.conditions.lose = vec!["dat".into()]).is_err());
        assert!(request(|request| request.conditions.delay = vec!["data".into()]).is_err());
    }
}
