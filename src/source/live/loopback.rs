//! The loopback interface of a private network, set up to teach.
//!
//! Owns the netlink messages. Has no opinion on any other interface.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;

use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{LinkAttribute, LinkFlags, LinkMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::route::Route;
use super::{Refusal, Step};
use crate::source::errno;
use crate::trace::Network;

/// Its name.
pub(super) const LOOPBACK: &str = "lo";
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
    set(&mut route, |link| link.attributes.push(LinkAttribute::Mtu(MTU))).map_err(refused(Step::LoopbackMtu))?;
    set(&mut route, |link| link.attributes.push(LinkAttribute::GsoMaxSegs(GSO_MAX_SEGS)))
        .map_err(refused(Step::LoopbackSegments))?;
    set(&mut route, |link| {
        link.header.flags = LinkFlags::Up;
        link.header.change_mask = LinkFlags::Up;
    })
    .map_err(refused(Step::LoopbackUp))?;
    for address in addresses {
        match add(&mut route, *address) {
            // 127.0.0.1, or one that was given twice.
            Err(error) if errno::number(&error) == libc::EEXIST => {}
            added => added.map_err(refused(Step::LoopbackAddress))?,
        }
    }
    let link = route.get(loopback()).map_err(refused(Step::LoopbackCheck))?;
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
    Ok(told(&Route::open()?.get(loopback())?))
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

/// Changes the loopback interface.
fn set(route: &mut Route, change: impl FnOnce(&mut LinkMessage)) -> io::Result<()> {
    let mut link = loopback();
    change(&mut link);
    route.set(link)
}

/// Gives the loopback interface one more address, that alone.
fn add(route: &mut Route, address: IpAddr) -> io::Result<()> {
    let mut message = AddressMessage::default();
    message.header.index = LOOPBACK_INDEX;
    (message.header.family, message.header.prefix_len) = match address {
        IpAddr::V4(_) => (AddressFamily::Inet, 32),
        IpAddr::V6(_) => (AddressFamily::Inet6, 128),
    };
    message.attributes = vec![AddressAttribute::Local(address), AddressAttribute::Address(address)];
    route.add(RouteNetlinkMessage::NewAddress(message))
}

/// A message about the loopback interface that says nothing yet.
fn loopback() -> LinkMessage {
    let mut link = LinkMessage::default();
    link.header.index = LOOPBACK_INDEX;
    link
}
