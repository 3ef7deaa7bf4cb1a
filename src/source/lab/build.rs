//! Doing what a plan says, step by step, by synchronous netlink.
//!
//! Owns the hosts' namespaces and every socket that was opened in them. Runs in
//! the helper process; nothing has to be undone, because the namespaces, with
//! all that is in them, end with it.

/// Not letting packets pass.
mod firewall;
/// Hiding behind an address.
mod masquerade;
/// Speaking to the packet filter.
mod netfilter;
/// A network interface's offloads.
mod offloads;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::Path;
use std::thread;
use std::time::Duration;

use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage};
use netlink_packet_route::link::{
    BridgePortState, InfoBridge, InfoBridgePort, InfoData, InfoKind, InfoPortData, InfoVeth, LinkAttribute, LinkFlags,
    LinkInfo, LinkMessage, State,
};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope, RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use rustix::net::{SocketFlags, SocketType, socket_with};

use super::plan::{At, BuildStep, HostNumber, LinkEnd, Plan};
use super::relay::Relay;
use super::wire::Compile;
use crate::model::IpNetwork;
use crate::source::clock::Deadline;
use crate::source::errno;
use crate::source::live::packet_socket::{self, Outgoing};
use crate::source::live::route::Route;
use crate::source::live::{Refusal, Step, kernel_settings, namespace, sock_diag};
use crate::source::programs::CoreSetup;
use crate::trace;

/// The loopback interface is the first of every network namespace.
const LOOPBACK: u32 = 1;
/// How long cables have to carry; it takes a millisecond or two.
const CARRIER_LIMIT: Duration = Duration::from_secs(2);
/// How soon they are looked at again.
const CARRIER_STEP: Duration = Duration::from_micros(200);
/// Without it a router is none.
const FORWARDING: [&str; 2] = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"];

/// Which congestion control is for everybody, and which there are.
const CONGESTION_CONTROL: &str = "net.ipv4.tcp_congestion_control";
const ALLOWED: &str = "/proc/sys/net/ipv4/tcp_allowed_congestion_control";

/// What was built.
pub(in crate::source) struct Built {
    /// The hosts' network namespaces, by their numbers.
    pub(in crate::source) namespaces: Vec<OwnedFd>,
    /// Packet sockets, not bound yet, each with its interface's name and index.
    pub(in crate::source) taps: Vec<(String, u32, OwnedFd)>,
    /// Sockets to ask the kernel about sockets on, each with its host's name.
    pub(in crate::source) kernels: Vec<(String, OwnedFd)>,
    /// Where marks are sent: a packet socket of the host and the interface.
    pub(in crate::source) marks: Vec<(OwnedFd, u32)>,
    /// The settings that shape the picture, as they are: those of the first
    /// host, and of the others what differs, as `host:name`.
    pub(in crate::source) pinned: BTreeMap<String, String>,
    /// The wires, which work already.
    pub(in crate::source) relays: Vec<Relay>,
    /// What programs bring their own TCP to, by the numbers of the hosts.
    pub(in crate::source) cores: BTreeMap<u32, CoreLink>,
}

/// What a program's own TCP sends and hears by.
pub(in crate::source) struct CoreLink {
    /// A packet socket, bound to the interface.
    pub(in crate::source) socket: OwnedFd,
    /// The interface.
    pub(in crate::source) index: u32,
    /// What the program is told.
    pub(in crate::source) setup: CoreSetup,
}

/// A host: what was opened in its namespace.
struct Host {
    name: String,
    namespace: OwnedFd,
    route: Route,
    /// For requests about interfaces, netdevice(7).
    control: OwnedFd,
    taps: Vec<OwnedFd>,
    marks: Vec<OwnedFd>,
    sock_diag: Option<OwnedFd>,
    /// To its packet filter, where it has rules.
    filter: Option<netlink_sys::Socket>,
    /// For programs that bring their own TCP.
    core: Option<OwnedFd>,
    pinned: BTreeMap<String, String>,
}

/// What is to be opened in a host's namespace.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    settings: &'a [(String, String)],
    changed: &'a [(String, String)],
    taps: usize,
    sampled: bool,
    /// The first step that needs its packet filter.
    filters: Option<Step>,
    core: bool,
}

/// Where the steps are done.
struct Ground {
    route: Route,
    control: OwnedFd,
    hosts: Vec<Host>,
}

fn refused(step: Step) -> impl Fn(io::Error) -> Refusal {
    move |error| Refusal::new(trace::Network::Lab, step, errno::number(&error))
}

/// Builds a lab around this thread's own network namespace, which becomes the
/// place of switches, hubs and the middles of wires. `parent` is told what the
/// wires do on purpose; `compile` knows what display filters mean.
pub(in crate::source) fn build(plan: &Plan, parent: &OwnedFd, compile: Compile) -> Result<Built, Refusal> {
    quiet_middle();
    // Where there is no such setting the tables are larger than need be.
    namespace::small_tables().ok();
    let mut ground = Ground {
        route: Route::open().map_err(refused(Step::Netlink))?,
        control: control().map_err(refused(Step::LabOffload))?,
        hosts: hosts(plan)?,
    };
    let mut relays = Vec::new();
    let mut cores = BTreeMap::new();
    let mut carriers = Vec::new();
    for step in &plan.steps {
        match step {
            BuildStep::Host { .. } => {}
            BuildStep::Bridge { index, name, learns } => {
                ground.route.add(bridge(*index, name, *learns)).map_err(refused(Step::LabBridge))?;
            }
            BuildStep::Cable { ends } => ground.cable(ends)?,
            BuildStep::Port { index, bridge } => {
                let mut link = link(*index);
                link.attributes.push(LinkAttribute::Controller(*bridge));
                ground.route.set(link).map_err(refused(Step::LabPort))?;
            }
            BuildStep::Up { at, index } => {
                ground.route(*at)?.set(up(*index)).map_err(refused(Step::LabUp))?;
                carriers.push((*at, *index));
            }
            BuildStep::Address { host, index, network } => {
                let route = ground.route(At::Host(*host))?;
                route.add(address(*index, *network)).map_err(refused(Step::LabAddress))?;
            }
            BuildStep::Route { host, to, via } => {
                let route = ground.route(At::Host(*host))?;
                route.add(way(*to, *via)).map_err(refused(Step::LabRoute))?;
            }
            BuildStep::Masquerade { host, index } => {
                let filter = ground.filter(*host)?;
                masquerade::behind(filter, *index).map_err(refused(Step::LabTranslation))?;
            }
            BuildStep::Core { host, index, setup } => {
                let socket = ground.host(*host)?.core.take();
                let socket =
                    socket.ok_or_else(|| refused(Step::LabPlan)(io::Error::from_raw_os_error(libc::EINVAL)))?;
                packet_socket::bind(&socket, *index).map_err(refused(Step::LabWire))?;
                cores.insert(host.0, CoreLink { socket, index: *index, setup: setup.clone() });
            }
            BuildStep::Firewall { host, port, protocol, action } => {
                let filter = ground.filter(*host)?;
                firewall::close(filter, *port, *protocol, *action).map_err(refused(Step::LabFirewall))?;
            }
            BuildStep::Wire(wire) => {
                let number = u32::try_from(relays.len()).unwrap_or(u32::MAX);
                relays.push(Relay::start(wire, number, parent, compile).map_err(refused(Step::LabWire))?);
            }
        }
    }
    ground.await_carriers(&carriers)?;
    Ok(ground.hand_over(plan, relays, cores))
}

/// IPv6 would speak on every port.
fn quiet_middle() {
    for name in ["all", "default"] {
        // A kernel without IPv6 has no such file, and none is needed.
        fs::write(format!("/proc/sys/net/ipv6/conf/{name}/disable_ipv6"), "1").ok();
    }
}

/// The hosts, each made by a thread of its own, all at once: a socket keeps the
/// namespace it was opened in, so that no thread has to stay.
fn hosts(plan: &Plan) -> Result<Vec<Host>, Refusal> {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for step in &plan.steps {
            let BuildStep::Host { host, name, settings, changed, sampled } = step else { continue };
            let taps = plan.taps.iter().filter(|tap| tap.host == *host).count();
            let filters = plan.steps.iter().find_map(|step| {
                if let BuildStep::Masquerade { host: other, .. } = step {
                    (other == host).then_some(Step::LabTranslation)
                } else if let BuildStep::Firewall { host: other, .. } = step {
                    (other == host).then_some(Step::LabFirewall)
                } else {
                    None
                }
            });
            let core =
                plan.steps.iter().any(|step| matches!(step, BuildStep::Core { host: other, .. } if other == host));
            let wanted = Wanted { settings, changed, taps, sampled: *sampled, filters, core };
            let thread = thread::Builder::new()
                .name(format!("host {name}"))
                .spawn_scoped(scope, move || Host::make(name, wanted))
                .map_err(refused(Step::LabHost))?;
            threads.push(thread);
        }
        let gone = || refused(Step::LabHost)(io::Error::from_raw_os_error(libc::EPROTO));
        threads.into_iter().map(|thread| thread.join().map_err(|_| gone())?).collect()
    })
}

impl Host {
    fn make(name: &str, wanted: Wanted<'_>) -> Result<Self, Refusal> {
        let Wanted { settings, changed, taps, sampled, filters, core } = wanted;
        let namespace = namespace::another().map_err(refused(Step::LabHost))?;
        let mut pinned = BTreeMap::new();
        for (setting, value) in settings {
            let told = set(setting, value);
            if FORWARDING.contains(&setting.as_str()) && value == "1" && told.as_deref().ok() != Some("1") {
                let error = told.err().unwrap_or_else(|| io::Error::from_raw_os_error(libc::EPROTO));
                return Err(refused(Step::LabSetting)(error));
            }
            // A refusal shows in what is read back.
            pinned.extend(told.ok().map(|told| (setting.clone(), told)));
        }
        pinned.extend(kernel_settings::pin());
        for (setting, value) in changed {
            let about = || {
                let known = if setting == CONGESTION_CONTROL { fs::read_to_string(ALLOWED).ok() } else { None };
                let known = known
                    .map(|known| format!("; tcp_allowed_congestion_control = {}", known.trim()))
                    .unwrap_or_default();
                format!("{name}: {setting} = {value}{known}")
            };
            let told = set(setting, value).map_err(|error| refused(Step::LabSetting)(error).about(about()))?;
            if told != *value {
                let error = io::Error::from_raw_os_error(libc::EINVAL);
                return Err(refused(Step::LabSetting)(error).about(about()));
            }
            pinned.insert(setting.clone(), told);
        }
        let mut route = Route::open().map_err(refused(Step::Netlink))?;
        route.set(up(LOOPBACK)).map_err(refused(Step::LoopbackUp))?;
        let sockets = || {
            let heard = (0..taps).map(|_| packet_socket::open(trace::Network::Lab, Outgoing::Heard, None));
            heard.collect::<Result<Vec<_>, Refusal>>()
        };
        Ok(Self {
            name: name.to_owned(),
            namespace,
            route,
            control: control().map_err(refused(Step::LabOffload))?,
            taps: sockets()?,
            marks: sockets()?,
            // Where the kernel does not tell, the host is there all the same.
            sock_diag: if sampled { sock_diag::open().ok() } else { None },
            core: core.then(|| packet_socket::open(trace::Network::Lab, Outgoing::Ignored, None)).transpose()?,
            filter: filters.map(|step| netfilter::open().map_err(refused(step))).transpose()?,
            pinned,
        })
    }
}

/// Sets a kernel setting of this thread's network namespace, and tells what it
/// is afterwards.
fn set(name: &str, value: &str) -> io::Result<String> {
    let path = Path::new("/proc/sys").join(name.replace('.', "/"));
    let read = || {
        let text = fs::read_to_string(&path)?;
        Ok::<_, io::Error>(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    if read()? != value {
        fs::write(&path, value)?;
    }
    read()
}

fn control() -> io::Result<OwnedFd> {
    Ok(socket_with(rustix::net::AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?)
}

impl Ground {
    fn host(&mut self, number: HostNumber) -> Result<&mut Host, Refusal> {
        let host = usize::try_from(number.0).ok().and_then(|index| self.hosts.get_mut(index));
        host.ok_or_else(|| refused(Step::LabPlan)(io::Error::from_raw_os_error(libc::EINVAL)))
    }

    fn filter(&mut self, number: HostNumber) -> Result<&netlink_sys::Socket, Refusal> {
        let missing = || refused(Step::LabPlan)(io::Error::from_raw_os_error(libc::EINVAL));
        self.host(number)?.filter.as_ref().ok_or_else(missing)
    }

    fn route(&mut self, at: At) -> Result<&mut Route, Refusal> {
        match at {
            At::Middle => Ok(&mut self.route),
            At::Host(number) => Ok(&mut self.host(number)?.route),
        }
    }

    /// A veth pair. Without its offloads off, frames that we carry would have
    /// unfinished checksums, and be ignored in silence.
    fn cable(&mut self, [first, second]: &[LinkEnd; 2]) -> Result<(), Refusal> {
        let peer = self.describe(second)?;
        let mut pair = self.describe(first)?;
        let veth = InfoData::Veth(InfoVeth::Peer(peer));
        pair.attributes.push(LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Veth), LinkInfo::Data(veth)]));
        self.route.add(RouteNetlinkMessage::NewLink(pair)).map_err(refused(Step::LabCable))?;
        for end in [first, second] {
            let control = match end.at {
                At::Middle => &self.control,
                At::Host(number) => &self.host(number)?.control,
            };
            offloads::off(control, &end.name).map_err(refused(Step::LabOffload))?;
        }
        Ok(())
    }

    fn describe(&mut self, end: &LinkEnd) -> Result<LinkMessage, Refusal> {
        let mut link = link(end.index);
        link.attributes = vec![LinkAttribute::IfName(end.name.clone()), LinkAttribute::Mtu(end.mtu)];
        link.attributes.extend(end.mac.map(|mac| LinkAttribute::Address(mac.to_vec())));
        if let At::Host(number) = end.at {
            link.attributes.push(LinkAttribute::NetNsFd(self.host(number)?.namespace.as_raw_fd()));
        }
        Ok(link)
    }

    /// Waits until every cable carries and every port passes frames on: the
    /// kernel sees to it a little later.
    fn await_carriers(&mut self, carriers: &[(At, u32)]) -> Result<(), Refusal> {
        let deadline = Deadline::after(CARRIER_LIMIT);
        for (at, index) in carriers {
            loop {
                let found = self.route(*at)?.get(link(*index)).map_err(refused(Step::LabCarrier))?;
                if carries(&found) {
                    break;
                }
                if deadline.has_passed() {
                    return Err(refused(Step::LabCarrier)(io::Error::from_raw_os_error(libc::ETIMEDOUT)));
                }
                thread::sleep(CARRIER_STEP);
            }
        }
        Ok(())
    }

    fn hand_over(self, plan: &Plan, relays: Vec<Relay>, cores: BTreeMap<u32, CoreLink>) -> Built {
        let mut pinned: BTreeMap<String, String> = BTreeMap::new();
        let (mut namespaces, mut kernels, mut taps, mut marks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (host, number) in self.hosts.into_iter().zip(0..) {
            let differs = host.pinned.into_iter().filter_map(|(name, value)| {
                (pinned.get(&name) != Some(&value)).then(|| (format!("{}:{name}", host.name), name, value))
            });
            let differs: Vec<_> = differs.collect();
            pinned
                .extend(differs.into_iter().map(|(full, name, value)| (if number == 0 { name } else { full }, value)));
            let planned = plan.taps.iter().filter(|tap| tap.host == HostNumber(number));
            for ((tap, socket), mark) in planned.zip(host.taps).zip(host.marks) {
                taps.push((tap.name.clone(), tap.index, socket));
                marks.push((mark, tap.index));
            }
            kernels.extend(host.sock_diag.map(|socket| (host.name, socket)));
            namespaces.push(host.namespace);
        }
        Built { namespaces, taps, kernels, marks, pinned, relays, cores }
    }
}

/// Whether an interface is up and, where it is a bridge's port, passes frames
/// on.
fn carries(link: &LinkMessage) -> bool {
    let mut up = false;
    let mut passes = true;
    for attribute in &link.attributes {
        if let LinkAttribute::OperState(state) = attribute {
            up = *state == State::Up;
        } else if let LinkAttribute::LinkInfo(infos) = attribute {
            for info in infos {
                if let LinkInfo::PortData(InfoPortData::BridgePort(port)) = info {
                    passes = port.contains(&InfoBridgePort::State(BridgePortState::Forwarding));
                }
            }
        }
    }
    up && passes
}

fn link(index: u32) -> LinkMessage {
    let mut link = LinkMessage::default();
    link.header.index = index;
    link
}

fn up(index: u32) -> LinkMessage {
    let mut link = link(index);
    link.header.flags = LinkFlags::Up;
    link.header.change_mask = LinkFlags::Up;
    link
}

/// A bridge that passes frames on from the first moment. One that forgets at
/// once where somebody is repeats every frame at every port: a hub.
fn bridge(index: u32, name: &str, learns: bool) -> RouteNetlinkMessage {
    let mut settings = vec![InfoBridge::ForwardDelay(0), InfoBridge::MulticastSnooping(false)];
    if !learns {
        settings.push(InfoBridge::AgeingTime(0));
    }
    let mut link = link(index);
    let info = vec![LinkInfo::Kind(InfoKind::Bridge), LinkInfo::Data(InfoData::Bridge(settings))];
    link.attributes = vec![LinkAttribute::IfName(name.to_owned()), LinkAttribute::LinkInfo(info)];
    RouteNetlinkMessage::NewLink(link)
}

fn address(index: u32, network: IpNetwork) -> RouteNetlinkMessage {
    let mut message = AddressMessage::default();
    message.header.index = index;
    message.header.prefix_len = network.prefix;
    message.attributes = vec![AddressAttribute::Local(network.address), AddressAttribute::Address(network.address)];
    match network.address {
        IpAddr::V4(address) => {
            message.header.family = AddressFamily::Inet;
            let host = u32::MAX.checked_shr(u32::from(network.prefix)).unwrap_or(0);
            let broadcast = std::net::Ipv4Addr::from_bits(address.to_bits() | host);
            message.attributes.push(AddressAttribute::Broadcast(broadcast));
        }
        IpAddr::V6(_) => {
            message.header.family = AddressFamily::Inet6;
            // Nobody else can have it: the topology was checked.
            message.attributes.push(AddressAttribute::Flags(AddressFlags::Nodad));
        }
    }
    RouteNetlinkMessage::NewAddress(message)
}

fn way(to: Option<IpNetwork>, via: IpAddr) -> RouteNetlinkMessage {
    let of = |address: IpAddr| match address {
        IpAddr::V4(address) => RouteAddress::Inet(address),
        IpAddr::V6(address) => RouteAddress::Inet6(address),
    };
    let mut message = RouteMessage::default();
    message.header.address_family = if via.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    message.header.table = RouteHeader::RT_TABLE_MAIN;
    message.header.protocol = RouteProtocol::Static;
    message.header.scope = RouteScope::Universe;
    message.header.kind = RouteType::Unicast;
    message.attributes = vec![RouteAttribute::Gateway(of(via))];
    if let Some(to) = to {
        message.header.destination_prefix_length = to.prefix;
        message.attributes.push(RouteAttribute::Destination(of(to.network())));
    }
    RouteNetlinkMessage::NewRoute(message)
}
