//! What is looked at before anything is played.

use std::collections::BTreeMap;

use crate::model::Topology;
use crate::source::simulator::scenario::play::{Run, is_overridden};
use crate::source::simulator::scenario::{Deed, Scenario, ScenarioError, Wrong};

/// Whether a host does anything in the play beside carrying packets.
pub(super) fn speaks(scenario: &Scenario, host: &str) -> bool {
    scenario.lines.iter().any(|line| match &line.deed {
        Deed::Call { host: own, .. }
        | Deed::Kill { host: own }
        | Deed::Reboot { host: own }
        | Deed::Expect { host: own, .. }
        | Deed::Inject { host: own, .. }
        | Deed::State { host: own, .. }
        | Deed::Inner { host: own, .. }
        | Deed::Silent { host: own } => own == host,
        Deed::Set(set) => set.host.as_deref() == Some(host),
        Deed::Fault(_) | Deed::Cut { .. } | Deed::End => false,
    }) || scenario.settings.iter().any(|set| set.host.as_deref() == Some(host))
}

/// Every host that is named is one of the network's.
pub(super) fn check_hosts(scenario: &Scenario, topology: &Topology) -> Result<(), ScenarioError> {
    let known: Vec<String> = topology.hosts().map(|(_, node, _)| node.name.clone()).collect();
    let check = |host: &str, place, line: &str| {
        if known.iter().any(|own| own == host) {
            return Ok(());
        }
        let wrong = Wrong::NoHost { found: host.to_owned(), known: known.clone() };
        Err(ScenarioError { place, line: line.to_owned(), wrong })
    };
    if let Some((host, place)) = &scenario.only {
        check(host, *place, "")?;
    }
    for set in &scenario.settings {
        set.host.as_deref().map_or(Ok(()), |host| check(host, set.place, ""))?;
    }
    for line in &scenario.lines {
        let host = match &line.deed {
            Deed::Call { host, .. }
            | Deed::Kill { host }
            | Deed::Reboot { host }
            | Deed::Expect { host, .. }
            | Deed::Inject { host, .. }
            | Deed::State { host, .. }
            | Deed::Inner { host, .. }
            | Deed::Silent { host } => Some(host),
            Deed::Set(set) => set.host.as_ref(),
            Deed::Fault(_) | Deed::Cut { .. } | Deed::End => None,
        };
        host.map_or(Ok(()), |host| check(host, line.place, &line.text))?;
    }
    Ok(())
}

/// What the run was set to, for the trace.
pub(super) fn noted(scenario: &Scenario, run: &Run) -> BTreeMap<String, String> {
    let mut noted = BTreeMap::new();
    for set in &scenario.settings {
        let name = set.host.as_ref().map_or_else(|| set.name.clone(), |host| format!("{host}.{}", set.name));
        if !is_overridden(run, &set.name) {
            noted.insert(name, set.value.clone());
        }
    }
    for pair in &run.set {
        if let Some((name, value)) = pair.split_once('=') {
            noted.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    noted.insert("topology".to_owned(), scenario.topology.clone());
    noted.insert("seed".to_owned(), run.seed.to_string());
    noted
}
