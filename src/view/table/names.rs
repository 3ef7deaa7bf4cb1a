//! Names of numbers: `EtherType`s and IP protocols (IANA, IEEE), PPP's
//! protocols, LLC's access points, link types (tcpdump.org), DNS's types.
//! Where there are two names, the short one is for the column.

use crate::model::LinkType;

/// A short name and a long one.
type Names = Option<(&'static str, &'static str)>;

pub(super) fn ether_type(number: u64) -> Names {
    Some(match number {
        0x0800 => ("IPv4", "Internet Protocol, Version 4"),
        0x0806 => ("ARP", "Address Resolution Protocol"),
        0x0842 => ("WOL", "Wake On LAN"),
        0x22F3 => ("TRILL", "Transparent Interconnection of Lots of Links"),
        0x6003 => ("DEC DNA", "DEC DNA Routing Protocol"),
        0x6004 => ("LAT", "DEC LAT"),
        0x8035 => ("RARP", "Reverse Address Resolution Protocol"),
        0x809B => ("DDP", "AppleTalk"),
        0x80F3 => ("AARP", "AppleTalk Address Resolution Protocol"),
        0x8100 => ("VLAN", "802.1Q Virtual LAN"),
        0x8137 => ("IPX", "Internetwork Packet eXchange"),
        0x86DD => ("IPv6", "Internet Protocol, Version 6"),
        0x8808 => ("MAC CTRL", "Ethernet flow control"),
        0x8809 => ("Slow", "Slow Protocols"),
        0x8847 => ("MPLS", "MPLS label switched packet"),
        0x8848 => ("MPLS", "MPLS multicast label switched packet"),
        0x8863 => ("PPPoED", "PPP-over-Ethernet Discovery"),
        0x8864 => ("PPPoES", "PPP-over-Ethernet Session"),
        0x888E => ("EAPOL", "802.1X Authentication"),
        0x8892 => ("PROFINET", "PROFINET"),
        0x8899 => ("Realtek", "Realtek Layer 2 Protocols"),
        0x88A2 => ("AoE", "ATA over Ethernet"),
        0x88A4 => ("EtherCAT", "EtherCAT"),
        0x88A8 => ("VLAN", "802.1ad Provider Bridge"),
        0x88B7 => ("OUI Ext", "OUI Extended EtherType"),
        0x88CC => ("LLDP", "Link Layer Discovery Protocol"),
        0x88E5 => ("MACSEC", "802.1AE (MACsec)"),
        0x88E7 => ("PBB", "802.1ah Provider Backbone Bridge"),
        0x88F5 => ("MVRP", "802.1Q Multiple VLAN Registration Protocol"),
        0x88F7 => ("PTPv2", "Precision Time Protocol"),
        0x8902 => ("CFM", "802.1ag Connectivity Fault Management"),
        0x8906 => ("FCoE", "Fibre Channel over Ethernet"),
        0x894F => ("NSH", "Network Service Header"),
        0x9000 => ("LOOP", "Configuration Test Protocol (loopback)"),
        _ => return None,
    })
}

pub(super) fn ip_protocol(number: u64) -> Names {
    Some(match number {
        0 => ("IPv6", "IPv6 hop-by-hop option"),
        1 => ("ICMP", "ICMP"),
        2 => ("IGMP", "IGMP"),
        3 => ("GGP", "GGP"),
        4 => ("IPIP", "IPIP"),
        5 => ("ST", "Stream"),
        6 => ("TCP", "TCP"),
        8 => ("EGP", "EGP"),
        9 => ("IGP", "IGRP"),
        17 => ("UDP", "UDP"),
        27 => ("RDP", "RDP"),
        33 => ("DCCP", "DCCP"),
        41 => ("IPv6", "IPv6"),
        43 => ("IPv6", "Routing Header for IPv6"),
        44 => ("IPv6", "Fragment Header for IPv6"),
        46 => ("RSVP", "RSVP"),
        47 => ("GRE", "Generic Routing Encapsulation"),
        50 => ("ESP", "Encap Security Payload"),
        51 => ("AH", "Authentication Header"),
        55 => ("MOBILE", "IP Mobility"),
        57 => ("SKIP", "SKIP"),
        58 => ("ICMPv6", "ICMPv6"),
        60 => ("IPv6", "Destination options for IPv6"),
        88 => ("EIGRP", "EIGRP"),
        89 => ("OSPF", "OSPF IGP"),
        94 => ("IPIP", "IPIP"),
        97 => ("ETHERIP", "Ether in IP"),
        103 => ("PIM", "PIM"),
        108 => ("IPComp", "IPComp"),
        112 => ("VRRP", "VRRP"),
        115 => ("L2TP", "L2TP"),
        124 => ("ISIS", "ISIS over IPv4"),
        132 => ("SCTP", "SCTP"),
        135 => ("MIPv6", "Mobility Header"),
        136 => ("UDPlite", "UDPlite"),
        137 => ("MPLS", "MPLS in IP"),
        _ => return None,
    })
}

/// RFC 1661 §2 and IANA's PPP numbers.
pub(super) fn ppp_protocol(number: u64) -> Names {
    Some(match number {
        0x0021 => ("PPP IP", "Internet Protocol version 4"),
        0x002D => ("PPP VJC", "Van Jacobson Compressed TCP/IP"),
        0x002F => ("PPP VJU", "Van Jacobson Uncompressed TCP/IP"),
        0x003D => ("PPP MP", "Multilink"),
        0x0057 => ("PPP IPv6", "Internet Protocol version 6"),
        0x00FD => ("PPP Comp", "Compressed packet"),
        0x8021 => ("PPP IPCP", "IP Control Protocol"),
        0x8057 => ("PPP IPV6CP", "IPv6 Control Protocol"),
        0x80FD => ("PPP CCP", "Compression Control Protocol"),
        0xC021 => ("PPP LCP", "Link Control Protocol"),
        0xC023 => ("PPP PAP", "Password Authentication Protocol"),
        0xC025 => ("PPP LQR", "Link Quality Report"),
        0xC223 => ("PPP CHAP", "Challenge Handshake Authentication Protocol"),
        0xC227 => ("EAP", "Extensible Authentication Protocol"),
        _ => return None,
    })
}

/// What two access points are used for, where that is one protocol.
pub(super) fn llc_protocol((to, _): (u64, u64)) -> Option<&'static str> {
    Some(match to {
        0x42 => "STP",
        0xE0 => "IPX",
        0xF0 => "NetBIOS",
        0xFE => "OSI",
        _ => return None,
    })
}

pub(super) fn llc_point(point: u64) -> Option<&'static str> {
    Some(match point & !1 {
        0x00 => "NULL LSAP",
        0x02 => "LLC Sub-Layer Management",
        0x04 => "SNA Path Control",
        0x06 => "TCP/IP",
        0x42 => "Spanning Tree BPDU",
        0x98 => "ARP",
        0xAA => "SNAP",
        0xE0 => "NetWare",
        0xF0 => "NetBIOS",
        0xFE => "ISO Network Layer",
        _ => return None,
    })
}

/// The function of an unnumbered frame, without the bit that asks for an
/// answer (IEEE 802.2 §5.4.3).
pub(super) fn llc_function(control: u64) -> &'static str {
    match control & 0xEF {
        0x03 => "UI",
        0x0F => "DM",
        0x43 => "DISC",
        0x63 => "UA",
        0x6F => "SABME",
        0x87 => "FRMR",
        0xAF => "XID",
        0xE3 => "TEST",
        _ => "Unknown",
    }
}

/// <https://www.tcpdump.org/linktypes.html>.
pub(super) fn link_type(link_type: LinkType) -> Names {
    Some(match link_type.0 {
        0 => ("NULL", "BSD loopback"),
        1 => ("Ethernet", "Ethernet"),
        3 => ("AX.25", "AX.25"),
        6 => ("TR", "IEEE 802.5 Token Ring"),
        7 => ("ARCNET", "ARCNET"),
        8 => ("SLIP", "SLIP"),
        9 | 50 => ("PPP", "PPP"),
        10 => ("FDDI", "FDDI"),
        51 => ("PPPoES", "PPPoE"),
        100 => ("ATM", "RFC 1483 ATM"),
        104 => ("CHDLC", "Cisco HDLC"),
        105 => ("802.11", "IEEE 802.11 wireless LAN"),
        106 => ("ATM", "Linux Classical IP over ATM"),
        107 => ("FR", "Frame Relay"),
        113 | 276 => ("SLL", "Linux cooked-mode capture"),
        114 => ("LTalk", "Apple LocalTalk"),
        117 => ("PFLOG", "OpenBSD PF log"),
        119 => ("802.11", "IEEE 802.11 with Prism header"),
        122 => ("IPoFC", "IP over Fibre Channel"),
        123 => ("ATM", "SunATM"),
        127 => ("802.11", "IEEE 802.11 with radiotap header"),
        129 => ("ARCNET", "ARCNET, Linux"),
        138 => ("IEEE1394", "IP over IEEE 1394"),
        147..=162 => ("USER", "Private use"),
        163 => ("802.11", "IEEE 802.11 with AVS header"),
        187 | 201 => ("HCI_H4", "Bluetooth HCI"),
        189 | 220 => ("USB", "USB, Linux"),
        192 => ("PPI", "Per-Packet Information"),
        195 | 215 | 230 => ("802.15.4", "IEEE 802.15.4"),
        224 => ("FC", "Fibre Channel"),
        226 => ("IPNET", "Solaris IPNET"),
        227 => ("CAN", "CAN bus"),
        231 => ("D-Bus", "D-Bus"),
        239 => ("NFLOG", "Linux netfilter log"),
        247 => ("IPoIB", "IP over InfiniBand"),
        249 => ("USB", "USBPcap"),
        251 => ("LE LL", "Bluetooth Low Energy"),
        253 => ("Netlink", "Linux netlink"),
        258 => ("PKTAP", "Apple PKTAP"),
        271 => ("VSOCK", "Linux vsock"),
        _ => return None,
    })
}

/// IANA's resource record types.
pub(super) fn dns_type(number: u64) -> Option<&'static str> {
    const FROM_ZERO: [&str; 66] = [
        "Unused", "A", "NS", "MD", "MF", "CNAME", "SOA", "MB", "MG", "MR", "NULL", "WKS", "PTR", "HINFO", "MINFO",
        "MX", "TXT", "RP", "AFSDB", "X25", "ISDN", "RT", "NSAP", "NSAP-PTR", "SIG", "KEY", "PX", "GPOS", "AAAA", "LOC",
        "NXT", "EID", "NIMLOC", "SRV", "ATMA", "NAPTR", "KX", "CERT", "A6", "DNAME", "SINK", "OPT", "APL", "DS",
        "SSHFP", "IPSECKEY", "RRSIG", "NSEC", "DNSKEY", "DHCID", "NSEC3", "NSEC3PARAM", "TLSA", "SMIMEA", "", "HIP",
        "NINFO", "RKEY", "TALINK", "CDS", "CDNSKEY", "OPENPGPKEY", "CSYNC", "ZONEMD", "SVCB", "HTTPS",
    ];
    let low = usize::try_from(number).ok().and_then(|number| FROM_ZERO.get(number)).filter(|name| !name.is_empty());
    low.copied().or(match number {
        99 => Some("SPF"),
        104 => Some("NID"),
        105 => Some("L32"),
        106 => Some("L64"),
        107 => Some("LP"),
        108 => Some("EUI48"),
        109 => Some("EUI64"),
        249 => Some("TKEY"),
        250 => Some("TSIG"),
        251 => Some("IXFR"),
        252 => Some("AXFR"),
        253 => Some("MAILB"),
        254 => Some("MAILA"),
        255 => Some("ANY"),
        256 => Some("URI"),
        257 => Some("CAA"),
        32_768 => Some("TA"),
        32_769 => Some("DLV"),
        65_281 => Some("WINS"),
        65_282 => Some("WINS-R"),
        _ => None,
    })
}
