//! `wirelens lab`: programs on real hosts, with hubs, switches and routers
//! between them.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::arguments::Lab as Asked;
use super::output::Output;
use super::run::{ITSELF, perform};
use super::{Failure, Status, exec, picture, program};
use crate::model::{NodeId, Topology};
use crate::session::{CommandLine, Commands, Lab, LabWork, Request, conditions};
use crate::source::lab::plan::{self, Plan};
use crate::source::lab::topology::{self, SHIPPED};
use crate::trace::Network;
use crate::words::{Words, printable};

/// The program that runs where none is named.
const USUAL: &str = "tcp-greeting";
/// How long a command has to listen before the next one is started.
const WAIT: Duration = Duration::from_secs(1);

/// Builds what was asked for, runs it and draws it.
pub(super) fn lab(asked: &Asked, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let (name, topology) = read(&asked.topology, words)?;
    let conditions = conditions::read(&topology, &asked.conditions.texts())
        .map_err(|error| Failure::new(Status::Usage, words.condition_error(&error)))?;
    let plan = Plan::of(&topology, &conditions);
    let what = if asked.commands.is_empty() {
        bundled(asked, &topology, words)?
    } else {
        commands(&asked.commands, &topology, words)?
    };
    let lab = Lab {
        topology: name,
        map: Box::new(conditions.applied_to(&topology)),
        plan,
        what,
        executable: PathBuf::from(ITSELF),
    };
    perform(lab, &asked.drawing, words, output)
}

/// A topology that comes with us, or one of the reader's.
fn read(name: &str, words: &Words) -> Result<(String, Topology), Failure> {
    let wrong = |name: &str, error| Failure::new(Status::Usage, words.topology_error(name, &error));
    if let Some(shipped) = topology::find(name) {
        return Ok((name.to_owned(), shipped.read().map_err(|error| wrong(name, error))?));
    }
    match fs::read_to_string(name) {
        Ok(text) => {
            let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok((stem, topology::read(&text).map_err(|error| wrong(name, error))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let known: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.id).collect();
            let facts: [(&str, &dyn std::fmt::Display); 2] =
                [("found", &printable(name.as_bytes())), ("known", &known.join(", "))];
            Err(Failure::new(Status::Usage, words.say("lab-unknown", &facts)))
        }
        Err(error) => {
            let facts: [(&str, &dyn std::fmt::Display); 2] =
                [("reason", &words.io_reason(&error)), ("path", &printable(name.as_bytes()))];
            Err(Failure::new(Status::Failed, words.say("lab-not-read", &facts)))
        }
    }
}

/// A bundled program: its server and its client where the topology says.
fn bundled(asked: &Asked, topology: &Topology, words: &Words) -> Result<LabWork, Failure> {
    let (program, settings) = program::find(asked.run.as_deref().unwrap_or(USUAL), &asked.set, words)?;
    let settings = settings.at(ipv4(topology, topology.server, words)?);
    let inputs = program
        .read_inputs::<&str>(&settings, &[])
        .map_err(|error| Failure::new(Status::Usage, words.input_error(&error)))?;
    let request = Request { program, settings, inputs, network: Network::Lab, executable: PathBuf::from(ITSELF) };
    let number = |node| plan::number(topology, node).ok_or_else(|| not_a_host("", topology, words));
    Ok(LabWork::Program { request, server: number(topology.server)?, client: number(topology.client)? })
}

fn ipv4(topology: &Topology, node: NodeId, words: &Words) -> Result<Ipv4Addr, Failure> {
    let interfaces = topology.host(node).into_iter().flat_map(|host| host.interfaces.values());
    let mut addresses = interfaces.flat_map(|interface| &interface.addresses).map(|network| network.address);
    let first = addresses.find_map(|address| if let IpAddr::V4(address) = address { Some(address) } else { None });
    first.ok_or_else(|| {
        let host = topology.get(node).map_or("", |node| &node.name);
        Failure::new(Status::Usage, words.say("lab-no-ipv4", &[("host", &host)]))
    })
}

/// Commands, each with its host before it: `client: python3 client.py`.
fn commands(asked: &[String], topology: &Topology, words: &Words) -> Result<LabWork, Failure> {
    exec::check_length(asked, words)?;
    let line = |text: &String| {
        let read = text.split_once(':').map(|(host, command)| (host.trim(), command.trim()));
        let read = read.filter(|(_, command)| !command.is_empty()).and_then(|(host, command)| {
            let host = plan::number(topology, topology.node(host)?)?;
            Some(CommandLine { text: command.to_owned(), host: Some(host), input: None })
        });
        read.ok_or_else(|| not_a_host(text, topology, words))
    };
    let commands = asked.iter().map(line).collect::<Result<_, Failure>>()?;
    Ok(LabWork::Commands(Commands { commands, addresses: Vec::new(), wait: WAIT, executable: PathBuf::from(ITSELF) }))
}

fn not_a_host(found: &str, topology: &Topology, words: &Words) -> Failure {
    let known: Vec<&str> = topology.hosts().map(|(_, node, _)| node.name.as_str()).collect();
    let facts: [(&str, &dyn std::fmt::Display); 2] =
        [("found", &printable(found.as_bytes())), ("known", &known.join(", "))];
    Failure::new(Status::Usage, words.say("lab-no-host", &facts))
}
