//! Simulations: what is different about one, what became of its claims, and
//! what is wrong with what was asked for.

use std::fmt::Display;

use super::{Words, printable};
use crate::session::simulating::{
    Branch, Expected, FaultKind, Profile, Scenario, Simulation, SimulationError, SimulationRequest, Subject,
    WithKernels,
};

impl Words {
    /// What a simulation is beside another one: its name, whose habits it has,
    /// and what was changed.
    pub fn simulation_title(&self, request: &SimulationRequest, profile: Profile) -> String {
        let profile = self.word(match profile {
            Profile::Rfc => "simulating-rfc",
            Profile::LinuxLike => "simulating-linux-like",
        });
        let mut parts = vec![printable(request.name().as_bytes()), profile];
        parts.extend(request.branches.iter().map(|branch| self.branch(branch)));
        parts.extend(request.set.iter().map(|pair| printable(pair.as_bytes())));
        parts.extend(request.faults.options().map(|(option, text)| self.condition(option, text)));
        if request.seed != 1 {
            parts.push(self.say("simulating-seed-is", &[("seed", &request.seed)]));
        }
        parts.join(" · ")
    }

    /// What is done to a frame: `frame 5 lost`.
    pub fn branch(&self, branch: &Branch) -> String {
        let frame: (&str, &dyn Display) = ("frame", &branch.frame.0);
        match branch.kind {
            FaultKind::Lose => self.say("simulating-branch-lose", &[frame]),
            FaultKind::Delay(by) | FaultKind::Unplug(by) => {
                let time =
                    super::span(crate::model::Span::from_nanos(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)));
                self.say("simulating-branch-delay", &[frame, ("time", &time)])
            }
            FaultKind::Duplicate => self.say("simulating-branch-duplicate", &[frame]),
            FaultKind::Swap => self.say("simulating-branch-swap", &[frame]),
        }
    }

    /// What shipped scenarios are about.
    pub fn subject(&self, subject: Subject) -> String {
        self.word(match subject {
            Subject::OpenAndClose => "simulating-open-close",
            Subject::Loss => "simulating-loss",
            Subject::Pace => "simulating-pace",
            Subject::Strangers => "simulating-strangers",
            Subject::WhatIf => "simulating-what-if",
        })
    }

    /// Where a scenario's rules stand.
    pub fn citations(&self, scenario: &Scenario) -> String {
        scenario.citations.iter().map(|cited| self.cited(cited)).collect::<Vec<_>>().join(" · ")
    }

    /// Where Linux does otherwise.
    pub fn otherwise_on_linux(&self, scenario: &Scenario) -> Option<String> {
        let text = scenario.linux.as_ref()?;
        let text = printable(self.choose(&text.en, &text.zh).as_bytes());
        Some(self.say("scenario-linux", &[("text", &text)]))
    }

    /// What became of the claims of a scenario, in one line; nothing where
    /// there are none.
    pub fn claims(&self, simulation: &Simulation) -> Option<String> {
        let count = simulation.claims.len();
        let missed = simulation.claims.iter().filter(|claim| claim.missed.is_some()).count();
        if count == 0 {
            return None;
        }
        Some(match missed {
            0 => self.say("simulating-claims-kept", &[("count", &count)]),
            _ => self.claims_missed(missed, count),
        })
    }

    /// How each claim was missed that was.
    pub fn claims_not_met(&self, simulation: &Simulation) -> Vec<String> {
        let Some(scenario) = &simulation.scenario else { return Vec::new() };
        simulation.claims.iter().filter_map(|claim| self.claim(scenario, claim)).collect()
    }

    /// What of a simulation is not done where kernels play it, in sentences.
    pub fn left_out_by_kernels(&self, made: &WithKernels) -> Vec<String> {
        let mut told = Vec::new();
        if !made.real.left_out.is_empty() {
            told.push(self.say("real-left-out", &[("settings", &made.real.left_out.join(", "))]));
        }
        if !made.without.is_empty() {
            let faults = printable(made.without.join(", ").as_bytes());
            told.push(self.say("simulating-kernel-without", &[("faults", &faults)]));
        }
        if !made.branches.is_empty() {
            let branches: Vec<String> = made.branches.iter().map(|branch| self.branch(branch)).collect();
            told.push(self.say("simulating-kernel-branches", &[("branches", &branches.join(", "))]));
        }
        told
    }

    /// What a setting is and what it may be.
    pub fn knob(&self, name: &str, expected: Expected) -> String {
        let meaning = self.simulator_setting(name);
        let expected = self.expected_of_simulator(expected);
        self.say("simulating-knob", &[("name", &name), ("meaning", &meaning), ("expected", &expected)])
    }

    /// Why something cannot be played so.
    pub fn simulation_error(&self, error: &SimulationError) -> String {
        match error {
            SimulationError::Scenario { name, error } => self.scenario_error(name, error),
            SimulationError::Play { name, error } => self.play_error(name, error),
            SimulationError::Topology(error) => self.lab_request_error(error),
            SimulationError::Fault(error) => self.condition_error(error),
            SimulationError::Setting(error) => self.simulator_setting_error(error),
            SimulationError::Network(error) => self.simulator_network_error(error),
            SimulationError::NotBranched => self.word("simulating-not-branched"),
            SimulationError::NotScripted => self.word("simulating-not-scripted"),
            SimulationError::NotReal(error) => self.not_real(error),
        }
    }
}
