//! Who asked for whose MAC address, and for the sake of which message.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use super::{Chapter, Event, Sighting, fields, number, values};
use crate::conversation::link_type;
use crate::decode::{self, Carried, FieldId, MacAddress, Value};
use crate::model::{Span, Timestamp};
use crate::trace::{FrameNumber, Trace};

/// Requests of the same host for the same address belong together within this
/// time: Linux asks once a second, three times (arp(7)).
const TOGETHER: Span = Span::from_millis(3500);

/// A question of ARP with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Who asked.
    pub by: IpAddr,
    /// For whose MAC address.
    pub of: IpAddr,
    /// What was answered.
    pub mac: Option<MacAddress>,
}

/// The same with its frames.
pub(super) struct Exchange {
    neighbour: Neighbour,
    asker: MacAddress,
    frames: BTreeSet<FrameNumber>,
    from: Timestamp,
    until: Timestamp,
    answered: Option<Timestamp>,
}

/// Every exchange of ARP in a trace, in order.
pub(super) fn exchanges(trace: &Trace) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut headers = decode::Headers::default();
    for (frame, at, place, bytes) in trace.frames() {
        decode::headers_into(link_type(trace, place), &bytes.bytes, bytes.original_length, &mut headers);
        if !matches!(headers.carried, Carried::Arp) {
            continue;
        }
        let Some(said) = said(trace, frame) else { continue };
        let (by, of) = if said.is_request { (said.source, said.target) } else { (said.target, said.source) };
        let known = exchanges.iter_mut().rev().find(|known| {
            (known.neighbour.by, known.neighbour.of) == (by.into(), of.into()) && at.since(known.until) <= TOGETHER
        });
        match known {
            Some(known) => {
                known.frames.insert(frame);
                known.until = known.until.max(at);
                if !said.is_request {
                    known.neighbour.mac = Some(said.mac);
                    known.answered.get_or_insert(at);
                }
            }
            // Who only answers, or speaks of itself, has asked nobody.
            None if !said.is_request || by == of => {}
            None => exchanges.push(Exchange {
                neighbour: Neighbour { by: by.into(), of: of.into(), mac: None },
                asker: said.mac,
                frames: BTreeSet::from([frame]),
                from: at,
                until: at,
                answered: None,
            }),
        }
    }
    exchanges
}

/// What a frame of ARP says.
struct Said {
    is_request: bool,
    mac: MacAddress,
    source: Ipv4Addr,
    target: Ipv4Addr,
}

fn said(trace: &Trace, frame: FrameNumber) -> Option<Said> {
    let fields = fields(trace, frame)?;
    let address = |id| {
        values(&fields, id)
            .find_map(|value| if let Value::Address(IpAddr::V4(address)) = value { Some(*address) } else { None })
    };
    let mac = values(&fields, FieldId::ARP_SRC_HW_MAC)
        .find_map(|value| if let Value::Mac(mac) = value { Some(*mac) } else { None });
    let opcode = values(&fields, FieldId::ARP_OPCODE).find_map(number)?;
    Some(Said {
        is_request: opcode == 1,
        mac: mac?,
        source: address(FieldId::ARP_SRC_PROTO_IPV4)?,
        target: address(FieldId::ARP_DST_PROTO_IPV4)?,
    })
}

/// Takes the exchanges that served these sightings: the next frame from the
/// asker to the address that was answered is one of them. A question without
/// an answer served whoever waited in vain: it is not told.
pub(super) fn serving(seen: &[Sighting], exchanges: &mut Vec<Exchange>) -> Option<Chapter> {
    let serves = |exchange: &mut Exchange| {
        let (Some(answered), Some(mac)) = (exchange.answered, exchange.neighbour.mac) else { return false };
        seen.iter().any(|sighting| {
            let between = sighting.at.since(answered);
            sighting.ethernet == Some((exchange.asker, mac)) && sighting.at >= answered && between <= TOGETHER
        })
    };
    let serving: Vec<Exchange> = exchanges.extract_if(.., serves).collect();
    let from = serving.iter().map(|exchange| exchange.from).min()?;
    let until = serving.iter().map(|exchange| exchange.until).max()?;
    let frames: BTreeSet<FrameNumber> = serving.iter().flat_map(|exchange| exchange.frames.iter().copied()).collect();
    let neighbours = serving.iter().map(|exchange| exchange.neighbour).collect();
    let what = Event::Neighbours(neighbours);
    Some(Chapter { what, frames: frames.into_iter().collect(), from, until, conversation: None })
}
