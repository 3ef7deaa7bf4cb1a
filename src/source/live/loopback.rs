//! The loopback interface of a private network, set up to teach.
//!
//! Owns the netlink messages. Has no opinion on any other interface.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{LinkAttribute, LinkFlags, LinkMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

use super::{Refusal, Step};
use crate::source::errno;
use crate::trace::Network;

/// The loopback interface is the first of every network namespace.
pub(super) const LOOPBACK_INDEX: u32 = 1;
/// Ethernet's, so that a segment carries what a segment carries elsewhere;
/// Linux gives its loopback 65,536.
const MTU: u32 = 1500;
/// Only one segment to a frame; otherwise the kernel hands frames of up to
/// 64 kB to the loopback interface and to us.
const GSO_MAX_SEGS: u32 = 1;

/// Sets the loopback interface to an MTU of 1500 and one segment to a frame,
/// brings it up, gives it these addresses beside its own, and tells what it is
/// set to afterwards.
pub(super) fn set_up(addresses: &[IpAddr]) -> Result<BTreeMap<String, String>, Refusal> {
    let refused = |step| move |error: io::Error| Refusal::new(Network::Private, step, errno::number(&error));
    let mut route = Route::open().map_err(refused(Step::Netlink))?;
    route.set(|link| link.attributes.push(LinkAttribute::Mtu(MTU))).map_err(refused(Step::LoopbackMtu))?;
    route
        .set(|link| link.attributes.push(LinkAttribute::GsoMaxSegs(GSO_MAX_SEGS)))
        .map_err(refused(Step::LoopbackSegments))?;
    route
        .set(|link| {
            link.header.flags = LinkFlags::Up;
            link.header.change_mask = LinkFlags::Up;
        })
        .map_err(refused(Step::LoopbackUp))?;
    for address in addresses {
        match route.add(*address) {
            // 127.0.0.1, or one that was given twice.
            Err(error) if errno::number(&error) == libc::EEXIST => {}
            added => added.map_err(refused(Step::LoopbackAddress))?,
        }
    }
    let link = route.get().map_err(refused(Step::LoopbackCheck))?;
    let is = |wanted: &LinkAttribute| link.attributes.contains(wanted);
    if !link.header.flags.contains(LinkFlags::Up)
        || !is(&LinkAttribute::Mtu(MTU))
        || !is(&LinkAttribute::GsoMaxSegs(GSO_MAX_SEGS))
    {
        // The kernel said yes to each and did not do it.
        return Err(Refusal::new(Network::Private, Step::LoopbackCheck, libc::EPROTO));
    }
    let mut told = told(&link);
    if !addresses.is_empty() {
        let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        told.insert("lo.addresses".to_owned(), addresses.join(" "));
    }
    Ok(told)
}

/// What the loopback interface is set to, by the names `ip -d link` uses.
pub(super) fn read() -> io::Result<BTreeMap<String, String>> {
    Ok(told(&Route::open()?.get()?))
}

fn told(link: &LinkMessage) -> BTreeMap<String, String> {
    link.attributes
        .iter()
        .filter_map(|attribute| {
            if let LinkAttribute::Mtu(mtu) = attribute {
                Some(("lo.mtu".to_owned(), mtu.to_string()))
            } else if let LinkAttribute::GsoMaxSegs(segments) = attribute {
                Some(("lo.gso_max_segs".to_owned(), segments.to_string()))
            } else {
                None
            }
        })
        .collect()
}

/// A conversation with the kernel about interfaces: rtnetlink(7).
struct Route {
    socket: Socket,
    sequence: u32,
}

impl Route {
    fn open() -> io::Result<Self> {
        let socket = Socket::new(NETLINK_ROUTE)?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, sequence: 0 })
    }

    /// Changes the loopback interface.
    fn set(&mut self, change: impl FnOnce(&mut LinkMessage)) -> io::Result<()> {
        let mut link = loopback();
        change(&mut link);
        self.ask(RouteNetlinkMessage::SetLink(link), NLM_F_REQUEST | NLM_F_ACK).map(|_| ())
    }

    /// Gives the loopback interface one more address, that alone.
    fn add(&mut self, address: IpAddr) -> io::Result<()> {
        let mut message = AddressMessage::default();
        message.header.index = LOOPBACK_INDEX;
        (message.header.family, message.header.prefix_len) = match address {
            IpAddr::V4(_) => (AddressFamily::Inet, 32),
            IpAddr::V6(_) => (AddressFamily::Inet6, 128),
        };
        message.attributes = vec![AddressAttribute::Local(address), AddressAttribute::Address(address)];
        let flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
        self.ask(RouteNetlinkMessage::NewAddress(message), flags).map(|_| ())
    }

    /// Asks how the loopback interface is.
    fn get(&mut self) -> io::Result<LinkMessage> {
        match self.ask(RouteNetlinkMessage::GetLink(loopback()), NLM_F_REQUEST)? {
            Some(RouteNetlinkMessage::NewLink(link)) => Ok(link),
            _ => Err(io::Error::from_raw_os_error(libc::EPROTO)),
        }
    }

    /// Sends one request and reads its one answer: `None` where it says no
    /// more than "done".
    fn ask(&mut self, request: RouteNetlinkMessage, flags: u16) -> io::Result<Option<RouteNetlinkMessage>> {
        self.sequence += 1;
        let mut message = NetlinkMessage::new(NetlinkHeader::default(), NetlinkPayload::from(request));
        message.header.flags = flags;
        message.header.sequence_number = self.sequence;
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;
        loop {
            let (bytes, _) = self.socket.recv_from_full()?;
            let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&bytes)
                .map_err(|_| io::Error::from_raw_os_error(libc::EPROTO))?;
            if answer.header.sequence_number != self.sequence {
                continue;
            }
            return match answer.payload {
                NetlinkPayload::InnerMessage(message) => Ok(Some(message)),
                NetlinkPayload::Error(error) if error.code.is_some() => {
                    Err(io::Error::from_raw_os_error(error.raw_code().saturating_neg()))
                }
                NetlinkPayload::Error(_) => Ok(None),
                // The type may grow; none of the rest answers our questions.
                NetlinkPayload::Done(_) | NetlinkPayload::Noop | NetlinkPayload::Overrun(_) | _ => {
                    Err(io::Error::from_raw_os_error(libc::EPROTO))
                }
            };
        }
    }
}

/// A message about the loopback interface that says nothing yet.
fn loopback() -> LinkMessage {
    let mut link = LinkMessage::default();
    link.header.index = LOOPBACK_INDEX;
    link
}
