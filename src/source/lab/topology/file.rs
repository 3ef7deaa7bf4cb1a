//! The file as it is written, and the checks.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{LONGEST_NAME, MOST_NODES, MTU, TopologyError, Wrong};
use crate::model::{Bilingual, Cable, Host, Interface, IpNetwork, Node, NodeId, NodeKind, Port, Quality, Topology};

/// The interface of a host that has one.
const ONLY: &str = "eth0";
/// The interfaces of a host, at most.
const MOST_INTERFACES: usize = 16;
/// The largest packet unless the file says otherwise, in bytes.
const USUAL_MTU: u32 = 1500;
/// The longest delay of a cable.
const LONGEST_DELAY: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Bilingual,
    about: Bilingual,
    play: Play,
    #[serde(default)]
    host: Vec<HostFile>,
    #[serde(default)]
    router: Vec<HostFile>,
    #[serde(default)]
    switch: Vec<Named>,
    #[serde(default)]
    hub: Vec<Named>,
    #[serde(default)]
    cable: Vec<CableFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Play {
    client: Spanned<String>,
    server: Spanned<String>,
    dns: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HostFile {
    name: Spanned<String>,
    /// The addresses of its only interface.
    address: Option<OneOrMore>,
    /// Or those of several.
    #[serde(default)]
    interfaces: BTreeMap<String, OneOrMore>,
    gateway: Option<OneOrMore>,
    #[serde(default)]
    routes: BTreeMap<Spanned<String>, Spanned<String>>,
    nat: Option<Spanned<String>>,
    mtu: Option<Spanned<u32>>,
}

/// One text or a list of them; what is wrong with one is said of the place
/// where they begin.
type OneOrMore = Spanned<Texts>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    More(Vec<String>),
}

fn all(texts: &OneOrMore) -> impl Iterator<Item = Text<'_>> {
    let list = match texts.get_ref() {
        Texts::One(one) => std::slice::from_ref(one),
        Texts::More(more) => more,
    };
    list.iter().map(|text| (at(texts), text.as_str()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CableFile {
    from: Spanned<String>,
    to: Spanned<String>,
    delay: Option<Spanned<String>>,
    bandwidth: Option<Spanned<String>>,
    queue: Option<Spanned<usize>>,
    /// Of the interfaces at both ends.
    mtu: Option<Spanned<u32>>,
}

/// A text and the byte where it stands.
type Text<'a> = (usize, &'a str);
/// What is found wrong at a byte of the text.
type Found = (usize, Wrong);

/// Reads and checks a topology.
///
/// # Errors
/// [`TopologyError`]: what is wrong, at which line and column.
pub fn read(text: &str) -> Result<Topology, TopologyError> {
    let wrong = |(byte, wrong): Found| TopologyError::new(text, byte, wrong);
    let file: File = toml::from_str(text).map_err(|error| {
        let byte = error.span().map_or(0, |span| span.start);
        TopologyError::new(text, byte, Wrong::Form(error.message().to_owned()))
    })?;
    let mut reader = Reader::default();
    reader.nodes(&file).map_err(wrong)?;
    reader.cables(&file).map_err(wrong)?;
    reader.check_gateways(&file).map_err(wrong)?;
    let (client, server, name_server) = reader.players(&file.play).map_err(wrong)?;
    let Reader { nodes, cables, .. } = reader;
    Ok(Topology { title: file.title, about: file.about, nodes, cables, client, server, name_server })
}

#[derive(Default)]
struct Reader {
    nodes: Vec<Node>,
    cables: Vec<Cable>,
    /// Who has which address.
    addresses: BTreeSet<IpAddr>,
    /// What is plugged in.
    plugged: BTreeSet<Port>,
}

fn at<T>(spanned: &Spanned<T>) -> usize {
    spanned.span().start
}

fn text(spanned: &Spanned<String>) -> Text<'_> {
    (at(spanned), spanned.get_ref())
}

fn network((at, text): Text<'_>) -> Result<IpNetwork, Found> {
    IpNetwork::parse(text).ok_or_else(|| (at, Wrong::NotNetwork(text.to_owned())))
}

fn address((at, text): Text<'_>) -> Result<IpAddr, Found> {
    text.parse().map_err(|_| (at, Wrong::NotAddress(text.to_owned())))
}

impl Reader {
    fn nodes(&mut self, file: &File) -> Result<(), Found> {
        for (hosts, forwards) in [(&file.host, false), (&file.router, true)] {
            for host in hosts {
                let number = self.name(&host.name)?;
                let kind = NodeKind::Host(self.host(host, forwards, number)?);
                self.nodes.push(Node { name: host.name.get_ref().clone(), kind });
            }
        }
        for (named, kind) in [(&file.switch, NodeKind::Switch), (&file.hub, NodeKind::Hub)] {
            for node in named {
                self.name(&node.name)?;
                self.nodes.push(Node { name: node.name.get_ref().clone(), kind: kind.clone() });
            }
        }
        Ok(())
    }

    /// Checks a new node's name; tells its number, from 1.
    fn name(&self, name: &Spanned<String>) -> Result<u8, Found> {
        let text = name.get_ref();
        let wanted = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if text.is_empty() || text.len() > LONGEST_NAME || !text.chars().all(wanted) {
            return Err((at(name), Wrong::Name(text.clone())));
        }
        if self.nodes.iter().any(|node| node.name == *text) {
            return Err((at(name), Wrong::NameTwice(text.clone())));
        }
        let too_many = || (at(name), Wrong::TooMany { what: "nodes", most: MOST_NODES });
        u8::try_from(self.nodes.len() + 1).ok().filter(|number| usize::from(*number) <= MOST_NODES).ok_or_else(too_many)
    }

    fn host(&mut self, file: &HostFile, forwards: bool, number: u8) -> Result<Host, Found> {
        let mut host = Host { forwards, ..Host::default() };
        let mtu = file.mtu.as_ref().map(mtu).transpose()?.unwrap_or(USUAL_MTU);
        let only = file.address.iter().map(|addresses| (ONLY, addresses));
        let several = file.interfaces.iter().map(|(name, addresses)| (name.as_str(), addresses));
        for (index, (name, addresses)) in (1..).zip(only.chain(several)) {
            if usize::from(index) > MOST_INTERFACES {
                return Err((at(&file.name), Wrong::TooMany { what: "interfaces", most: MOST_INTERFACES }));
            }
            let mut interface = Interface { mac: [2, 0, 0, 0, number, index], addresses: Vec::new(), mtu };
            for text in all(addresses) {
                let found = network(text)?;
                if found.is_reserved() {
                    return Err((text.0, Wrong::Reserved(found.to_string())));
                }
                if !self.addresses.insert(found.address) {
                    return Err((text.0, Wrong::AddressTwice(found.address.to_string())));
                }
                interface.addresses.push(found);
            }
            if host.interfaces.insert(name.to_owned(), interface).is_some() {
                return Err((at(&file.name), Wrong::NameTwice(format!("{}:{name}", file.name.get_ref()))));
            }
        }
        if let Some(nat) = &file.nat {
            if !host.interfaces.contains_key(nat.get_ref()) {
                let node = file.name.get_ref().clone();
                return Err((at(nat), Wrong::NoInterface { node, interface: nat.get_ref().clone() }));
            }
            host.nat = Some(nat.get_ref().clone());
        }
        for gateway in file.gateway.iter().flat_map(all) {
            host.gateways.push(reachable(&host, gateway)?);
        }
        for (to, via) in &file.routes {
            host.routes.push((network(text(to))?, reachable(&host, text(via))?));
        }
        Ok(host)
    }

    /// Gateways are somebody's.
    fn check_gateways(&self, file: &File) -> Result<(), Found> {
        for host in file.host.iter().chain(&file.router) {
            for (at, text) in host.gateway.iter().flat_map(all).chain(host.routes.values().map(text)) {
                if !self.addresses.contains(&address((at, text))?) {
                    return Err((at, Wrong::GatewayNobody(text.to_owned())));
                }
            }
        }
        Ok(())
    }

    fn cables(&mut self, file: &File) -> Result<(), Found> {
        // Which switches and hubs hang together so far: a cable within one
        // group closes a circle.
        let mut group: Vec<usize> = (0..self.nodes.len()).collect();
        for cable in &file.cable {
            let ends = [self.port(&cable.from, &cable.to)?, self.port(&cable.to, &cable.from)?];
            let [one, other] = &ends;
            if one.node == other.node {
                return Err((at(&cable.to), Wrong::CableToItself(cable.to.get_ref().clone())));
            }
            for (port, text) in [(one, &cable.from), (other, &cable.to)] {
                if !self.plugged.insert(port.clone()) {
                    return Err((at(text), Wrong::CableTwice(self.told(port))));
                }
            }
            let passes = |id: NodeId| self.nodes.get(id.0).is_some_and(|node| !matches!(node.kind, NodeKind::Host(_)));
            if passes(one.node) && passes(other.node) {
                let (from, to) = (group.get(one.node.0).copied(), group.get(other.node.0).copied());
                if from == to {
                    let circle = self.nodes.iter().zip(&group).filter(|(_, member)| Some(**member) == from);
                    let names = circle.map(|(node, _)| node.name.clone()).collect();
                    return Err((at(&cable.from), Wrong::Circle(names)));
                }
                for member in &mut group {
                    if Some(*member) == to {
                        *member = from.unwrap_or(*member);
                    }
                }
            }
            if let Some(mtu) = cable.mtu.as_ref().map(mtu).transpose()? {
                for port in &ends {
                    if let Some(NodeKind::Host(host)) = self.nodes.get_mut(port.node.0).map(|node| &mut node.kind)
                        && let Some(interface) = host.interfaces.get_mut(&port.interface)
                    {
                        interface.mtu = mtu;
                    }
                }
            }
            self.cables.push(Cable { ends, quality: quality(cable)? });
        }
        for host in file.host.iter().chain(&file.router) {
            let Some(id) = self.find(host.name.get_ref()) else { continue };
            for interface in self.interfaces(id) {
                let port = Port { node: id, interface };
                if !self.plugged.contains(&port) {
                    return Err((at(&host.name), Wrong::NoCable(self.told(&port))));
                }
            }
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.name == name).map(NodeId)
    }

    fn interfaces(&self, id: NodeId) -> Vec<String> {
        match self.nodes.get(id.0).map(|node| &node.kind) {
            Some(NodeKind::Host(host)) => host.interfaces.keys().cloned().collect(),
            Some(NodeKind::Switch | NodeKind::Hub) | None => Vec::new(),
        }
    }

    fn told(&self, port: &Port) -> String {
        let name = self.nodes.get(port.node.0).map(|node| node.name.as_str()).unwrap_or_default();
        format!("{name}:{}", port.interface)
    }

    /// Reads `client` or `router:eth1`; a switch's port is called after what
    /// is at the cable's other end.
    fn port(&self, text: &Spanned<String>, other: &Spanned<String>) -> Result<Port, Found> {
        let (name, interface) = match text.get_ref().split_once(':') {
            Some((name, interface)) => (name, Some(interface)),
            None => (text.get_ref().as_str(), None),
        };
        let id = self.find(name).ok_or_else(|| (at(text), Wrong::Unknown(name.to_owned())))?;
        let is_host = matches!(self.nodes.get(id.0), Some(Node { kind: NodeKind::Host(_), .. }));
        let missing =
            |interface: &str| (at(text), Wrong::NoInterface { node: name.to_owned(), interface: interface.to_owned() });
        if is_host {
            let interface = interface.unwrap_or(ONLY);
            return if self.interfaces(id).iter().any(|known| known == interface) {
                Ok(Port { node: id, interface: interface.to_owned() })
            } else {
                Err(missing(interface))
            };
        }
        if let Some(interface) = interface {
            return Err(missing(interface));
        }
        let far = other.get_ref().split(':').next().unwrap_or_default();
        // Several cables between the same two are numbered.
        let free = |name: &String| !self.plugged.contains(&Port { node: id, interface: name.clone() });
        let names = std::iter::once(far.to_owned()).chain((2..).map(|count: u32| format!("{far}{count}")));
        let interface = names.into_iter().find(free).unwrap_or_default();
        Ok(Port { node: id, interface })
    }

    fn players(&self, play: &Play) -> Result<(NodeId, NodeId, Option<NodeId>), Found> {
        let player = |text: &Spanned<String>| {
            let id = self.find(text.get_ref()).ok_or_else(|| (at(text), Wrong::Unknown(text.get_ref().clone())))?;
            match self.nodes.get(id.0) {
                Some(Node { kind: NodeKind::Host(_), .. }) => Ok(id),
                _ => Err((at(text), Wrong::NotHost(text.get_ref().clone()))),
            }
        };
        Ok((player(&play.client)?, player(&play.server)?, play.dns.as_ref().map(player).transpose()?))
    }
}

/// A gateway must be on one of the host's own networks.
fn reachable(host: &Host, text: Text<'_>) -> Result<IpAddr, Found> {
    let gateway = address(text)?;
    let networks = || host.interfaces.values().flat_map(|interface| &interface.addresses);
    if networks().any(|network| network.contains(gateway)) {
        return Ok(gateway);
    }
    let networks = networks().map(ToString::to_string).collect();
    Err((text.0, Wrong::GatewayOutside { gateway: gateway.to_string(), networks }))
}

fn mtu(mtu: &Spanned<u32>) -> Result<u32, Found> {
    if MTU.contains(mtu.get_ref()) {
        return Ok(*mtu.get_ref());
    }
    let (least, most) = (u64::from(*MTU.start()), u64::from(*MTU.end()));
    Err((at(mtu), Wrong::Range { what: "an MTU", found: u64::from(*mtu.get_ref()), least, most }))
}

fn quality(file: &CableFile) -> Result<Quality, Found> {
    let mut quality = Quality::default();
    if let Some(text) = &file.delay {
        let delay = time(text.get_ref()).ok_or_else(|| (at(text), Wrong::NotTime(text.get_ref().clone())))?;
        if delay > LONGEST_DELAY {
            let found = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
            let most = u64::try_from(LONGEST_DELAY.as_millis()).unwrap_or(u64::MAX);
            return Err((at(text), Wrong::Range { what: "milliseconds", found, least: 0, most }));
        }
        quality.delay = delay;
    }
    if let Some(text) = &file.bandwidth {
        let rate = rate(text.get_ref()).ok_or_else(|| (at(text), Wrong::NotRate(text.get_ref().clone())))?;
        quality.bandwidth = Some(rate);
    }
    quality.queue = file.queue.as_ref().map(|queue| *queue.get_ref());
    Ok(quality)
}

/// A number and its unit: `300ms`.
fn measured(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

/// Reads `300ms`, `2s`, `50us`.
pub fn time(text: &str) -> Option<Duration> {
    match measured(text)? {
        (number, "us" | "µs") => Some(Duration::from_micros(number)),
        (number, "ms") => Some(Duration::from_millis(number)),
        (number, "s") => Some(Duration::from_secs(number)),
        _ => None,
    }
}

/// Reads `10Mbit`: bits a second, as tc(8) writes them.
pub fn rate(text: &str) -> Option<u64> {
    let (number, unit) = measured(text)?;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "bit" => 1,
        "kbit" => 1_000,
        "mbit" => 1_000_000,
        "gbit" => 1_000_000_000,
        _ => return None,
    };
    number.checked_mul(factor).filter(|rate| *rate > 0)
}
