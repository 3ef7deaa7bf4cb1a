//! The interfaces of the network this program is in: what they are, whether
//! they can be captured, and capturing one.
//!
//! Owns the list and the trial: what is said about capturing was found out by
//! opening a packet socket and binding it, not by guessing. Never looks into a
//! frame.

/// The kernel's answers.
mod rtnetlink;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::packet_socket::{self, Outgoing};
use super::refusal::quoted;
use super::{Capture, CaptureError, Refusal, Step};
use crate::model::LinkType;
use crate::source::errno;
use crate::source::programs::nearest_of;
use crate::trace::Network;
use rtnetlink::Link;

/// How long the kernel has to begin stamping: it does so a little after it was
/// asked to, where nobody else had asked before.
const STAMPING: Duration = Duration::from_millis(10);

/// What an interface is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceKind {
    /// Leads back to this system.
    Loopback,
    /// Has Ethernet frames, and hardware (or a virtual machine's idea of it)
    /// behind it.
    Ethernet,
    /// A radio; its frames look like Ethernet's unless it monitors.
    Wireless,
    /// A switch made of software.
    Bridge,
    /// Several interfaces as one.
    Bond,
    /// One virtual network of a tagged line.
    Vlan,
    /// One end of a virtual cable.
    Veth,
    /// A program reads and writes its packets, which have no link layer.
    Tun,
    /// A program reads and writes its Ethernet frames.
    Tap,
    /// Leads nowhere.
    Dummy,
    /// `WireGuard`.
    WireGuard,
    /// Carries packets inside packets.
    Tunnel,
    /// Anything else, by the name of what made it; empty where nobody says.
    Other(String),
}

impl InterfaceKind {
    /// Its name in JSON, and the end of its phrases' keys.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Ethernet => "ethernet",
            Self::Wireless => "wireless",
            Self::Bridge => "bridge",
            Self::Bond => "bond",
            Self::Vlan => "vlan",
            Self::Veth => "veth",
            Self::Tun => "tun",
            Self::Tap => "tap",
            Self::Dummy => "dummy",
            Self::WireGuard => "wireguard",
            Self::Tunnel => "tunnel",
            Self::Other(_) => "other",
        }
    }

    /// What made it, where it is of no kind that has a name here and the kernel
    /// says.
    pub fn made_by(&self) -> Option<&str> {
        if let Self::Other(name) = self { Some(name.as_str()).filter(|name| !name.is_empty()) } else { None }
    }
}

/// An interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its number in this network, from 1.
    pub index: u32,
    /// As the kernel names it.
    pub name: String,
    /// What it is.
    pub kind: InterfaceKind,
    /// Somebody has switched it on.
    pub up: bool,
    /// It has a line to somebody; means nothing while it is down.
    pub carrier: bool,
    /// Its addresses with the lengths of their prefixes, in bits.
    pub addresses: Vec<(IpAddr, u8)>,
    /// The longest packet it carries, in bytes.
    pub mtu: u32,
    /// Its hardware address, where it has one of six bytes that are not all
    /// zero.
    pub mac: Option<[u8; 6]>,
    /// What its frames start with; `None` where we cannot read them.
    pub link_type: Option<LinkType>,
    /// Whether it can be captured, by having tried.
    pub capture: Result<(), InterfaceError>,
}

/// Why an interface cannot be captured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterfaceError {
    /// The kernel does not say which interfaces there are.
    #[error("cannot list the interfaces: {} ({})", errno::description(*errno), errno::name(*errno))]
    NotListed {
        /// The number of the error on this system.
        errno: i32,
    },
    /// There is none of this name.
    #[error("there is no interface `{name}`; there are {}", known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The one whose name looks most like it.
        nearest: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// The system refused a step.
    #[error("cannot capture on {interface}: {refusal}")]
    Refused {
        /// The interface.
        interface: String,
        /// The step, and what helps.
        refusal: Refusal,
    },
    /// It is switched off.
    #[error("cannot capture on {interface}: it is down")]
    Down {
        /// The interface.
        interface: String,
    },
    /// It went away while it was captured.
    #[error("the interface {interface} is gone: the capture ends there")]
    Gone {
        /// The interface.
        interface: String,
    },
    /// It was switched off while it was captured.
    #[error("the interface {interface} went down: the capture ends there")]
    WentDown {
        /// The interface.
        interface: String,
    },
    /// Its frames start with something we do not know.
    #[error("cannot capture on {interface}: frames of hardware type {hardware} cannot be read")]
    Hardware {
        /// The interface.
        interface: String,
        /// An `ARPHRD_` number of `<linux/if_arp.h>`.
        hardware: u16,
    },
    /// The capture could not begin, or ended early.
    #[error(transparent)]
    Capture(#[from] CaptureError),
}

impl InterfaceError {
    /// Whether somebody forbade it, as opposed to something being broken.
    pub const fn is_permission(&self) -> bool {
        match self {
            Self::Refused { refusal, .. } => refusal.is_permission(),
            Self::NotListed { .. }
            | Self::Unknown { .. }
            | Self::Down { .. }
            | Self::Gone { .. }
            | Self::WentDown { .. }
            | Self::Hardware { .. }
            | Self::Capture(_) => false,
        }
    }

    /// The one command that helps, for a shell; `executable` is this program.
    pub fn remedy(&self, executable: &Path) -> Option<String> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal.remedy?.command_line(executable)),
            Self::Down { interface } | Self::WentDown { interface } => {
                Some(format!("sudo ip link set {} up", quoted(interface)))
            }
            Self::Hardware { .. } => self.detour(),
            Self::NotListed { .. } | Self::Unknown { .. } | Self::Gone { .. } | Self::Capture(_) => None,
        }
    }

    /// A way to see the packets all the same: another program captures, this
    /// one draws.
    pub fn detour(&self) -> Option<String> {
        match self {
            Self::Refused { interface, .. } | Self::Hardware { interface, .. } => {
                Some(format!("sudo tcpdump -U -w - -i {} | wirelens show -", quoted(interface)))
            }
            Self::NotListed { .. }
            | Self::Unknown { .. }
            | Self::Down { .. }
            | Self::Gone { .. }
            | Self::WentDown { .. }
            | Self::Capture(_) => None,
        }
    }
}

/// Every interface, in the order of their numbers. Each is tried, which takes
/// a few milliseconds where capturing is allowed.
///
/// # Errors
/// [`InterfaceError::NotListed`].
pub fn interfaces() -> Result<Vec<Interface>, InterfaceError> {
    let mut interfaces: Vec<Interface> = list()?;
    // All at once: closing one takes the kernel longer than opening many.
    let mut sockets = Vec::new();
    for interface in &mut interfaces {
        match open(interface) {
            Ok(socket) => sockets.push(socket),
            Err(error) => interface.capture = Err(error),
        }
    }
    drop(sockets);
    Ok(interfaces)
}

/// Captures an interface: every frame that passes it, in either direction, of
/// the loopback interface each once. Not promiscuous.
///
/// # Errors
/// [`InterfaceError`]: every variant but those that end a capture.
pub fn capture(name: &str, notify: impl Fn() + Send + 'static) -> Result<(Interface, Capture), InterfaceError> {
    let mut known = list()?;
    let Some(found) = known.iter().position(|interface| interface.name == name) else {
        let known: Vec<String> = known.into_iter().map(|interface| interface.name).collect();
        let nearest = nearest_of(name, known.iter().map(String::as_str)).map(str::to_owned);
        return Err(InterfaceError::Unknown { name: name.to_owned(), nearest, known });
    };
    let interface = known.swap_remove(found);
    let socket = open(&interface)?;
    let capture = Capture::of_interface(socket, &interface.name, interface.index, notify)?;
    Ok((interface, capture))
}

/// Why a capture on an interface ended early: the interface itself is asked.
pub fn end(interface: &Interface, error: CaptureError) -> InterfaceError {
    if error != CaptureError::InterfaceDown {
        return error.into();
    }
    let name = interface.name.clone();
    match rtnetlink::links() {
        Ok(links) if links.iter().all(|link| link.index != interface.index) => InterfaceError::Gone { interface: name },
        Ok(_) | Err(_) => InterfaceError::WentDown { interface: name },
    }
}

/// The interfaces, none of them tried.
fn list() -> Result<Vec<Interface>, InterfaceError> {
    let failed = |error: io::Error| InterfaceError::NotListed { errno: errno::number(&error) };
    let links = rtnetlink::links().map_err(failed)?;
    let mut addresses: BTreeMap<u32, Vec<(IpAddr, u8)>> = BTreeMap::new();
    for (index, address, prefix) in rtnetlink::addresses().map_err(failed)? {
        addresses.entry(index).or_default().push((address, prefix));
    }
    Ok(links.into_iter().map(|link| interface(&link, addresses.remove(&link.index).unwrap_or_default())).collect())
}

fn interface(link: &Link, addresses: Vec<(IpAddr, u8)>) -> Interface {
    let has = |flag: i32| link.flags & flag.cast_unsigned() != 0;
    Interface {
        index: link.index,
        kind: kind(link, is_radio(link)),
        name: link.name.clone(),
        up: has(libc::IFF_UP),
        carrier: link.carrier,
        addresses,
        mtu: link.mtu,
        mac: <[u8; 6]>::try_from(link.address.as_slice()).ok().filter(|mac| *mac != [0; 6]),
        link_type: link_type(link.hardware),
        capture: match link_type(link.hardware) {
            Some(_) => Ok(()),
            None => Err(InterfaceError::Hardware { interface: link.name.clone(), hardware: link.hardware }),
        },
    }
}

/// A packet socket that is bound to this interface and lets nothing in yet.
fn open(interface: &Interface) -> Result<OwnedFd, InterfaceError> {
    interface.capture.clone()?;
    let refused = |refusal| InterfaceError::Refused { interface: interface.name.clone(), refusal };
    // What passes the loopback interface going out comes in again.
    let outgoing = if interface.kind == InterfaceKind::Loopback { Outgoing::Ignored } else { Outgoing::Heard };
    let socket = packet_socket::open(Network::Host, outgoing, None).map_err(refused)?;
    packet_socket::seal(&socket)
        .map_err(|error| refused(Refusal::new(Network::Host, Step::PacketOptions, errno::number(&error))))?;
    match packet_socket::bind(&socket, interface.index) {
        Ok(()) => Ok(socket),
        Err(error) if error.raw_os_error() == Some(libc::ENETDOWN) => {
            Err(InterfaceError::Down { interface: interface.name.clone() })
        }
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENODEV | libc::ENXIO)) => {
            Err(InterfaceError::Gone { interface: interface.name.clone() })
        }
        Err(error) => Err(refused(Refusal::new(Network::Host, Step::PacketBind, errno::number(&error)))),
    }
}

impl Capture {
    /// Reads what a socket hears that is bound to an interface and sealed,
    /// until it is [stopped](Capture::stop) or the interface goes down.
    fn of_interface(
        socket: OwnedFd,
        name: &str,
        index: u32,
        notify: impl Fn() + Send + 'static,
    ) -> Result<Self, CaptureError> {
        let failed = |error: io::Error| CaptureError::Open { interface: name.to_owned(), errno: errno::number(&error) };
        packet_socket::stamp(socket.as_fd()).map_err(failed)?;
        thread::sleep(STAMPING);
        packet_socket::unseal(&socket).map_err(failed)?;
        Self::start(socket, name, index, None, notify)
    }
}

/// What an interface is, by what made it, what its frames start with, and
/// whether it is a radio.
fn kind(link: &Link, is_radio: bool) -> InterfaceKind {
    use InterfaceKind as Kind;
    if link.flags & libc::IFF_LOOPBACK.cast_unsigned() != 0 {
        return Kind::Loopback;
    }
    match link.made_by.as_deref() {
        Some("bridge") => Kind::Bridge,
        Some("bond" | "team") => Kind::Bond,
        Some("vlan") => Kind::Vlan,
        Some("veth") => Kind::Veth,
        Some("dummy") => Kind::Dummy,
        Some("wireguard") => Kind::WireGuard,
        Some("tun") if link.hardware == libc::ARPHRD_ETHER => Kind::Tap,
        Some("tun") => Kind::Tun,
        Some(
            "ipip" | "sit" | "gre" | "gretap" | "erspan" | "ip6tnl" | "ip6gre" | "ip6gretap" | "vti" | "vti6" | "vxlan"
            | "geneve" | "ppp" | "xfrm",
        ) => Kind::Tunnel,
        Some(other) => Kind::Other(other.to_owned()),
        None if is_radio => Kind::Wireless,
        None => match link.hardware {
            libc::ARPHRD_ETHER => Kind::Ethernet,
            libc::ARPHRD_IEEE80211 | libc::ARPHRD_IEEE80211_PRISM | libc::ARPHRD_IEEE80211_RADIOTAP => Kind::Wireless,
            libc::ARPHRD_NONE => Kind::Tun,
            libc::ARPHRD_TUNNEL | libc::ARPHRD_TUNNEL6 | libc::ARPHRD_SIT | libc::ARPHRD_IPGRE | libc::ARPHRD_PPP => {
                Kind::Tunnel
            }
            _ => Kind::Other(String::new()),
        },
    }
}

/// Whether `/sys` knows it as a radio; `/sys` may show another network than
/// the one we are in.
fn is_radio(link: &Link) -> bool {
    let folder = Path::new("/sys/class/net").join(&link.name);
    let same = fs::read_to_string(folder.join("ifindex")).is_ok_and(|index| index.trim() == link.index.to_string());
    same && ["phy80211", "wireless"].iter().any(|name| folder.join(name).exists())
}

/// What the frames of an interface start with, by its `ARPHRD_` number
/// (`<linux/if_arp.h>`), as a packet socket of the type `SOCK_RAW` gives them;
/// `None` where that has no name or depends on the direction.
const fn link_type(hardware: u16) -> Option<LinkType> {
    match hardware {
        libc::ARPHRD_ETHER | libc::ARPHRD_LOOPBACK => Some(LinkType::ETHERNET),
        // Nothing stands before the IP header.
        libc::ARPHRD_NONE
        | ARPHRD_RAWIP
        | libc::ARPHRD_PPP
        | libc::ARPHRD_TUNNEL
        | libc::ARPHRD_TUNNEL6
        | libc::ARPHRD_SIT => Some(LinkType::RAW),
        libc::ARPHRD_IEEE80211 => Some(LinkType(105)),
        libc::ARPHRD_IEEE80211_PRISM => Some(LinkType(119)),
        libc::ARPHRD_IEEE80211_RADIOTAP => Some(LinkType(127)),
        _ => None,
    }
}

/// A modem's packets, since Linux 4.14.
const ARPHRD_RAWIP: u16 = 519;

#[cfg(test)]
mod tests {
    use super::*;

    fn link(made_by: Option<&str>, hardware: u16) -> Link {
        Link { made_by: made_by.map(str::to_owned), hardware, name: "x0".into(), ..Link::default() }
    }

    #[test]
    fn every_interface_is_called_what_it_is() {
        let cases = [
            (link(None, libc::ARPHRD_ETHER), false, InterfaceKind::Ethernet, Some(LinkType::ETHERNET)),
            (link(None, libc::ARPHRD_ETHER), true, InterfaceKind::Wireless, Some(LinkType::ETHERNET)),
            (link(Some("veth"), libc::ARPHRD_ETHER), false, InterfaceKind::Veth, Some(LinkType::ETHERNET)),
            (link(Some("tun"), libc::ARPHRD_ETHER), false, InterfaceKind::Tap, Some(LinkType::ETHERNET)),
            (link(Some("tun"), libc::ARPHRD_NONE), false, InterfaceKind::Tun, Some(LinkType::RAW)),
            (link(Some("wireguard"), libc::ARPHRD_NONE), false, InterfaceKind::WireGuard, Some(LinkType::RAW)),
            (
                link(Some("ifb"), libc::ARPHRD_ETHER),
                false,
                InterfaceKind::Other("ifb".into()),
                Some(LinkType::ETHERNET),
            ),
            (link(None, libc::ARPHRD_IEEE80211_RADIOTAP), true, InterfaceKind::Wireless, Some(LinkType(127))),
            (link(Some("vcan"), 280), false, InterfaceKind::Other("vcan".into()), None),
            (link(Some("gre"), libc::ARPHRD_IPGRE), false, InterfaceKind::Tunnel, None),
        ];
        for (link, radio, expected, frames) in cases {
            assert_eq!(kind(&link, radio), expected, "{link:?}");
            assert_eq!(link_type(link.hardware), frames, "{link:?}");
        }
        let lo = Link { flags: libc::IFF_LOOPBACK.cast_unsigned(), ..link(None, libc::ARPHRD_LOOPBACK) };
        assert_eq!(kind(&lo, false), InterfaceKind::Loopback);
        assert_eq!(link_type(lo.hardware), Some(LinkType::ETHERNET));
    }

    #[test]
    fn what_cannot_be_read_is_not_tried_and_there_is_a_way_round() {
        let can = interface(&link(Some("vcan"), 280), Vec::new());
        let error = InterfaceError::Hardware { interface: "x0".into(), hardware: 280 };
        assert_eq!(can.capture, Err(error.clone()));
        assert_eq!(open(&can).err(), Some(error.clone()));
        let way = "sudo tcpdump -U -w - -i x0 | wirelens show -";
        assert_eq!(error.remedy(Path::new("wirelens")).as_deref(), Some(way));
    }

    #[test]
    fn this_machine_has_its_loopback_interface() {
        let found = interfaces().unwrap();
        let lo = found.iter().find(|interface| interface.kind == InterfaceKind::Loopback).unwrap();
        assert_eq!((lo.index, lo.mac, lo.link_type), (1, None, Some(LinkType::ETHERNET)));
        assert!(lo.mtu >= 1280, "{lo:?}");
    }

    #[test]
    fn a_name_that_is_none_is_told_with_the_nearest() {
        let error = capture("lp", || {}).map(|_| ()).unwrap_err();
        let InterfaceError::Unknown { name, nearest, known } = &error else { panic!("{error}") };
        assert_eq!((name.as_str(), nearest.as_deref()), ("lp", Some("lo")));
        assert!(known.iter().any(|name| name == "lo"));
        assert!(!error.is_permission());
    }
}
