//! Hosts of a lab whose programs bring our own TCP, as they are asked for.

use crate::model::Topology;
use crate::source::lab::plan::{NoCore, Plan};
use crate::source::programs::CoreSetup;
use crate::source::simulator::settings::{SettingError, Settings};
use crate::source::simulator::tcp::Profile;

/// Whose TCP is ours instead of the kernel's, and how it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoreTexts {
    /// The hosts, by name.
    pub hosts: Vec<String>,
    /// As Linux was seen to do; as the RFC has it if not.
    pub linux_like: bool,
    /// `KEY=VALUE` each, as `wirelens simulate --set` has them.
    pub knobs: Vec<String>,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoreError {
    /// There is no such host.
    #[error("there is no host {found}; the hosts are {}", known.join(", "))]
    NoHost {
        /// What was asked for.
        found: String,
        /// The hosts.
        known: Vec<String>,
    },
    /// The host cannot do without its kernel.
    #[error(transparent)]
    Kernel(#[from] NoCore),
    /// Only TCP can be ours.
    #[error("{program} speaks UDP")]
    NotTcp {
        /// The program.
        program: String,
    },
    /// Other programs than ours ask the kernel.
    #[error("commands ask the kernel for their sockets")]
    Commands,
    /// A knob cannot be set so.
    #[error(transparent)]
    Knob(#[from] SettingError),
    /// It belongs to cables.
    #[error("{knob} belongs to cables")]
    NotTcpKnob {
        /// As it was written.
        knob: String,
    },
}

impl CoreTexts {
    /// Lets these hosts of a plan do without their kernels. `program` is what
    /// runs; `None` for commands.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(super) fn apply(&self, topology: &Topology, plan: &mut Plan, program: Option<&str>) -> Result<(), CoreError> {
        if self.hosts.is_empty() {
            return Ok(());
        }
        let program = program.ok_or(CoreError::Commands)?;
        if program.starts_with("udp-") {
            return Err(CoreError::NotTcp { program: program.to_owned() });
        }
        let profile = if self.linux_like { Profile::LinuxLike } else { Profile::Rfc };
        let usual = Settings::new(profile);
        let mut settings = usual;
        for knob in &self.knobs {
            settings.set_pair(knob)?;
            if (settings.link, settings.bytes) != (usual.link, usual.bytes) {
                return Err(CoreError::NotTcpKnob { knob: knob.clone() });
            }
        }
        for name in &self.hosts {
            let found = topology.node(name).and_then(|node| Some((node, topology.host(node)?.clone())));
            let (node, host) = found.ok_or_else(|| CoreError::NoHost {
                found: name.clone(),
                known: topology.hosts().map(|(_, node, _)| node.name.clone()).collect(),
            })?;
            let setup = CoreSetup { host, linux_like: self.linux_like, set: self.knobs.clone() };
            plan.do_without_kernel(topology, node, setup)?;
        }
        Ok(())
    }
}
