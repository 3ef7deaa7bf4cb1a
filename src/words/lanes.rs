//! What stands at lifelines, and from where to where arrows go.

use super::Words;
use crate::model::{Place, PlaceId};
use crate::timeline::lanes::{Address, Crossing, Host, Lane};
use crate::trace::Trace;

impl Words {
    /// A host by its address, with the side where it talks to itself:
    /// `server 127.0.0.1`.
    pub fn host(&self, host: Host) -> String {
        let side = host.side.map(|end| format!("{} ", self.end(end))).unwrap_or_default();
        format!("{side}{}", host.address)
    }

    /// From whom to whom: `10.0.0.1 → 10.0.0.2`.
    pub fn crossing(&self, crossing: &Crossing) -> String {
        let to = crossing.to.map_or_else(|| self.word("lanes-everyone"), |host| self.host(host));
        format!("{} → {to}", self.host(crossing.from))
    }

    /// What stands above a lifeline: its name, and an address or a number
    /// beside it where it has one.
    pub fn lane(&self, trace: &Trace, lane: &Lane) -> (String, String) {
        match lane {
            Lane::Host(Host { address, side: Some(end) }) => (self.end(*end), address.to_string()),
            Lane::Host(host) => (host.address.to_string(), String::new()),
            Lane::Others { hosts } => (self.say("lanes-others", &[("count", hosts)]), String::new()),
            Lane::End(host, end) => (self.end(*end), host.address.to_string()),
            Lane::Place { place, interface } => (self.lane_place(trace, *place, *interface), String::new()),
        }
    }

    fn lane_place(&self, trace: &Trace, place: PlaceId, interface: Option<u32>) -> String {
        // Of a capture of any interface the number tells more than "any".
        match (trace.place(place), interface) {
            (Some(Place::Interface { name, .. }), None) if !name.is_empty() => super::printable(name.as_bytes()),
            (_, Some(number)) => self.say("place-number", &[("number", &number)]),
            _ => self.say("place-number", &[("number", &place.0)]),
        }
    }

    /// The kind of an address that has no name: nothing for those of the
    /// network layer.
    pub fn hardware(&self, address: Address) -> String {
        self.say("lanes-hardware", &[("address", &address)])
    }
}
