//! Why a network could not be had: the step that failed and the one command
//! that helps.
//!
//! Owns judging errors of the set-up. Has no opinion on how a person is told.

use std::fmt;
use std::fs;
use std::path::Path;

use rustix::thread::{CapabilitySet, capability_is_in_bounding_set};
use serde::{Deserialize, Serialize};

use crate::source::errno;
use crate::trace::Network;

/// A step of the set-up, in the order they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// `unshare(CLONE_NEWUSER|CLONE_NEWNET)`.
    Unshare,
    /// Writing `/proc/self/setgroups`.
    Setgroups,
    /// Writing `/proc/self/uid_map`.
    UidMap,
    /// Writing `/proc/self/gid_map`.
    GidMap,
    /// Opening a netlink socket.
    Netlink,
    /// Setting the loopback interface's MTU.
    LoopbackMtu,
    /// Setting how many segments the loopback interface may join.
    LoopbackSegments,
    /// Bringing the loopback interface up.
    LoopbackUp,
    /// Giving the loopback interface one more address.
    LoopbackAddress,
    /// Reading back what the loopback interface was set to.
    LoopbackCheck,
    /// `socket(AF_PACKET, SOCK_RAW)`.
    PacketSocket,
    /// Setting the packet socket's options.
    PacketOptions,
    /// `bind` of the packet socket to an interface.
    PacketBind,
    /// The socket that marks the end of the exchange.
    EndMark,
    /// Hearing what the lab is to be.
    LabPlan,
    /// Making a host: a thread with a network namespace of its own.
    LabHost,
    /// Changing a kernel setting of a host.
    LabSetting,
    /// Making a switch or a hub.
    LabBridge,
    /// Making a cable.
    LabCable,
    /// Switching the offloads of a cable's end off.
    LabOffload,
    /// Plugging a cable into a switch or a hub.
    LabPort,
    /// Bringing an interface up.
    LabUp,
    /// Giving an interface an address.
    LabAddress,
    /// Adding a route.
    LabRoute,
    /// Letting a router translate addresses, by `nf_tables`.
    LabTranslation,
    /// Closing a port, by `nf_tables`.
    LabFirewall,
    /// Waiting until every cable carries.
    LabCarrier,
    /// Joining the two ends of a wire.
    LabWire,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unshare => "unshare(CLONE_NEWUSER|CLONE_NEWNET)",
            Self::Setgroups => "writing /proc/self/setgroups",
            Self::UidMap => "writing /proc/self/uid_map",
            Self::GidMap => "writing /proc/self/gid_map",
            Self::Netlink => "socket(AF_NETLINK)",
            Self::LoopbackMtu => "setting the mtu of lo",
            Self::LoopbackSegments => "setting gso_max_segs of lo",
            Self::LoopbackUp => "bringing lo up",
            Self::LoopbackAddress => "adding an address to lo",
            Self::LoopbackCheck => "reading back the settings of lo",
            Self::PacketSocket => "socket(AF_PACKET, SOCK_RAW)",
            Self::PacketOptions => "setsockopt on the packet socket",
            Self::PacketBind => "bind(AF_PACKET) to the interface",
            Self::EndMark => "opening the socket that marks the end",
            Self::LabPlan => "reading the plan of the lab",
            Self::LabHost => "unshare(CLONE_NEWNET) for a host",
            Self::LabSetting => "changing a kernel setting of a host",
            Self::LabBridge => "making a bridge",
            Self::LabCable => "making a veth pair",
            Self::LabOffload => "switching offloads off",
            Self::LabPort => "adding a port to a bridge",
            Self::LabUp => "bringing an interface up",
            Self::LabAddress => "adding an address",
            Self::LabRoute => "adding a route",
            Self::LabTranslation => "adding a rule to nf_tables that translates addresses",
            Self::LabFirewall => "adding a rule to nf_tables that closes a port",
            Self::LabCarrier => "waiting for the cables to carry",
            Self::LabWire => "starting a wire",
        })
    }
}

/// What would lift a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// `user.max_user_namespaces` is used up or 0.
    MoreUserNamespaces,
    /// `user.max_net_namespaces` is used up or 0.
    MoreNetworkNamespaces,
    /// Debian's switch for unprivileged user namespaces is off.
    UnprivilegedNamespaces,
    /// `AppArmor` keeps unprivileged user namespaces from being of use.
    AppArmor,
    /// A container's system call filter forbids `unshare`.
    ContainerFilter,
    /// This program has no right to capture on the host.
    CaptureCapability,
    /// Nobody has it in this container, root neither.
    ContainerCapability,
}

impl Remedy {
    /// The one command that helps, for a shell; `executable` is this program.
    pub fn command_line(self, executable: &Path) -> String {
        match self {
            Self::MoreUserNamespaces => "sudo sysctl user.max_user_namespaces=15000".into(),
            Self::MoreNetworkNamespaces => "sudo sysctl user.max_net_namespaces=15000".into(),
            Self::UnprivilegedNamespaces => "sudo sysctl kernel.unprivileged_userns_clone=1".into(),
            Self::AppArmor => "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0".into(),
            Self::ContainerFilter => "docker run --security-opt seccomp=unconfined …".into(),
            Self::ContainerCapability => "docker run --cap-add NET_RAW …".into(),
            Self::CaptureCapability => format!("sudo setcap cap_net_raw+ep {}", quoted(&executable.to_string_lossy())),
        }
    }
}

/// A step of the set-up that the system refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{step}{}: {} ({})", about.as_ref().map(|about| format!(", {about}")).unwrap_or_default(), errno::description(*errno), errno::name(*errno))]
pub struct Refusal {
    /// Which network was asked for.
    pub network: Network,
    /// The step.
    pub step: Step,
    /// The number of the error on this system.
    pub errno: i32,
    /// What would help, where that is known.
    pub remedy: Option<Remedy>,
    /// What exactly was to be done, where the step alone does not say: `server:
    /// net.ipv4.tcp_sack = 0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Refusal {
    /// Judges an error on the system it happened on.
    pub(in crate::source) fn new(network: Network, step: Step, errno: i32) -> Self {
        let kernel = |name: &str| fs::read_to_string(Path::new("/proc/sys").join(name)).ok();
        let remedy = match remedy(network, step, errno, kernel) {
            // Not even a file's capability would give it.
            Some(Remedy::CaptureCapability) if !may_be_had(CapabilitySet::NET_RAW) => Some(Remedy::ContainerCapability),
            remedy => remedy,
        };
        Self { network, step, errno, remedy, about: None }
    }

    /// The same with what exactly was to be done.
    pub(in crate::source) fn about(self, about: String) -> Self {
        Self { about: Some(about), ..self }
    }

    /// The name of the error, `EPERM`.
    pub fn errno_name(&self) -> String {
        errno::name(self.errno)
    }

    /// Whether somebody forbade it, as opposed to something being broken.
    pub const fn is_permission(&self) -> bool {
        // What somebody asked for is refused for what it is, not for who asks.
        let as_asked = matches!(self.step, Step::LabSetting) && self.about.is_some();
        matches!(self.step, Step::Unshare) || matches!(self.errno, libc::EPERM | libc::EACCES) && !as_asked
    }
}

/// What would help; `kernel` reads a file below `/proc/sys`.
fn remedy(network: Network, step: Step, errno: i32, kernel: impl Fn(&str) -> Option<String>) -> Option<Remedy> {
    let is = |name: &str, value: &str| kernel(name).is_some_and(|text| text.trim() == value);
    let forbidden = matches!(errno, libc::EPERM | libc::EACCES);
    match step {
        Step::Unshare if matches!(errno, libc::ENOSPC | libc::EUSERS) => {
            if is("user/max_net_namespaces", "0") && !is("user/max_user_namespaces", "0") {
                Some(Remedy::MoreNetworkNamespaces)
            } else {
                Some(Remedy::MoreUserNamespaces)
            }
        }
        Step::Unshare if forbidden => {
            if is("kernel/unprivileged_userns_clone", "0") {
                Some(Remedy::UnprivilegedNamespaces)
            } else if is("kernel/apparmor_restrict_unprivileged_userns", "1") {
                Some(Remedy::AppArmor)
            } else {
                Some(Remedy::ContainerFilter)
            }
        }
        _ if !forbidden => None,
        Step::PacketSocket if network == Network::Host => Some(Remedy::CaptureCapability),
        // Ubuntu 24.04: unshare succeeds, and what follows is refused.
        _ if is("kernel/apparmor_restrict_unprivileged_userns", "1") => Some(Remedy::AppArmor),
        Step::Setgroups | Step::UidMap | Step::GidMap => Some(Remedy::AppArmor),
        Step::Unshare
        | Step::Netlink
        | Step::LoopbackMtu
        | Step::LoopbackSegments
        | Step::LoopbackUp
        | Step::LoopbackAddress
        | Step::LoopbackCheck
        | Step::PacketSocket
        | Step::PacketOptions
        | Step::PacketBind
        | Step::EndMark
        | Step::LabPlan
        | Step::LabHost
        | Step::LabSetting
        | Step::LabBridge
        | Step::LabCable
        | Step::LabOffload
        | Step::LabPort
        | Step::LabUp
        | Step::LabAddress
        | Step::LabRoute
        | Step::LabTranslation
        | Step::LabFirewall
        | Step::LabCarrier
        | Step::LabWire => None,
    }
}

/// Whether any program started from here could have this capability.
fn may_be_had(capability: CapabilitySet) -> bool {
    // Where the kernel does not say, nothing speaks against it.
    capability_is_in_bounding_set(capability).unwrap_or(true)
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_refusal_has_its_remedy() {
        use Network::{Host, Private};
        type Case = (Network, Step, i32, &'static [&'static str], Option<Remedy>);
        let cases: [Case; 9] = [
            (Private, Step::Unshare, libc::ENOSPC, &["user/max_user_namespaces=0"], Some(Remedy::MoreUserNamespaces)),
            (Private, Step::Unshare, libc::ENOSPC, &["user/max_net_namespaces=0"], Some(Remedy::MoreNetworkNamespaces)),
            (
                Private,
                Step::Unshare,
                libc::EPERM,
                &["kernel/unprivileged_userns_clone=0"],
                Some(Remedy::UnprivilegedNamespaces),
            ),
            (Private, Step::Unshare, libc::EPERM, &[], Some(Remedy::ContainerFilter)),
            (Private, Step::Unshare, libc::EINVAL, &[], None),
            (Private, Step::UidMap, libc::EPERM, &[], Some(Remedy::AppArmor)),
            (
                Private,
                Step::LoopbackMtu,
                libc::EPERM,
                &["kernel/apparmor_restrict_unprivileged_userns=1"],
                Some(Remedy::AppArmor),
            ),
            (Host, Step::PacketSocket, libc::EPERM, &[], Some(Remedy::CaptureCapability)),
            (Host, Step::PacketSocket, libc::ENOBUFS, &[], None),
        ];
        for (network, step, errno, files, expected) in cases {
            let kernel = |name: &str| {
                files
                    .iter()
                    .find_map(|file| file.strip_prefix(name)?.strip_prefix('='))
                    .map(|value| format!("{value}\n"))
            };
            assert_eq!(remedy(network, step, errno, kernel), expected, "{step} {errno} {files:?}");
        }
    }

    #[test]
    fn a_command_line_survives_a_shell() {
        let line = |path: &str| Remedy::CaptureCapability.command_line(Path::new(path));
        assert_eq!(line("/usr/bin/wirelens"), "sudo setcap cap_net_raw+ep /usr/bin/wirelens");
        assert_eq!(line("/a b/it's"), r"sudo setcap cap_net_raw+ep '/a b/it'\''s'");
    }
}
