//! The interfaces of the system, in words: the same in the terminal and in the
//! window.

use super::{Words, printable};
use crate::source::live::{Interface, InterfaceError, InterfaceKind};

impl Words {
    /// What an interface is.
    pub fn interface_kind(&self, kind: &InterfaceKind) -> String {
        match kind.made_by() {
            Some(name) => printable(name.as_bytes()),
            None => self.word(&format!("interface-kind-{}", kind.name())),
        }
    }

    /// Whether it is switched on, and has a line to somebody.
    pub fn interface_state(&self, interface: &Interface) -> String {
        self.word(match (interface.up, interface.carrier) {
            (false, _) => "interface-state-down",
            (true, false) => "interface-state-no-carrier",
            (true, true) => "interface-state-up",
        })
    }

    /// Whether it can be captured, in a word or two.
    pub fn interface_capture(&self, interface: &Interface) -> String {
        self.word(match &interface.capture {
            Ok(()) => "interface-capture-yes",
            Err(InterfaceError::Down { .. } | InterfaceError::WentDown { .. }) => "interface-capture-down",
            Err(InterfaceError::Gone { .. } | InterfaceError::Unknown { .. }) => "interface-capture-gone",
            Err(InterfaceError::Hardware { .. }) => "interface-capture-unreadable",
            Err(error) if error.is_permission() => "interface-capture-forbidden",
            Err(InterfaceError::Refused { .. } | InterfaceError::NotListed { .. } | InterfaceError::Capture(_)) => {
                "interface-capture-failed"
            }
        })
    }
}

/// An interface's addresses with their prefixes.
pub fn addresses(interface: &Interface) -> Vec<String> {
    interface.addresses.iter().map(|(address, prefix)| format!("{address}/{prefix}")).collect()
}

/// A hardware address, `02:00:00:00:00:01`.
pub fn mac(address: [u8; 6]) -> String {
    address.map(|byte| format!("{byte:02x}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_kind_has_its_word() {
        let kinds = [
            InterfaceKind::Loopback,
            InterfaceKind::Ethernet,
            InterfaceKind::Wireless,
            InterfaceKind::Bridge,
            InterfaceKind::Bond,
            InterfaceKind::Vlan,
            InterfaceKind::Veth,
            InterfaceKind::Tun,
            InterfaceKind::Tap,
            InterfaceKind::Dummy,
            InterfaceKind::WireGuard,
            InterfaceKind::Tunnel,
            InterfaceKind::Other(String::new()),
        ];
        for words in Language::ALL.map(Words::new) {
            for kind in &kinds {
                assert!(!words.interface_kind(kind).contains('⟨'), "{kind:?}");
            }
            assert_eq!(words.interface_kind(&InterfaceKind::Other("ifb\x1b".into())), "ifb\\x1b");
        }
        assert_eq!(mac([2, 0, 0, 0xab, 0, 1]), "02:00:00:ab:00:01");
    }
}
