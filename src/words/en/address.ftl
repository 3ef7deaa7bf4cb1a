# The address desk: what an address, a MAC address, a port says by itself.
address-name-address = address
address-name-mask = mask
address-name-and = address AND mask
address-name-other = the other
address-name-and-other = the other AND mask
address-name-kind = kind
address-name-class = class
address-name-wildcard = wildcard
address-name-network = network
address-name-broadcast = broadcast
address-name-hosts = hosts
address-name-place = this address
address-name-prefix = prefix
address-name-canonical = shortest form
address-name-full = full form
address-name-zone = zone
address-name-embedded = IPv4 inside
address-name-scope = scope
address-name-interface = interface identifier
address-name-solicited = solicited-node group
address-name-group = group
address-name-mac = MAC address
address-name-first-octet = first octet
address-name-group-bit = bit I/G
address-name-local-bit = bit U/L
address-name-oui = OUI
address-name-link-local = link-local address
address-name-port = port
address-name-service = service
address-name-ephemeral = Linux

address-number = as one number { $decimal } = { $hex }
address-class-hosts = first bits { $bits }, first octet { $from }–{ $to }; { $networks } networks (/{ $prefix }) of { $hosts } hosts each.
address-class-d = first bits { $bits }, first octet { $from }–{ $to }: groups (multicast), no networks and no hosts.
address-class-e = first bits { $bits }, first octet { $from }–{ $to }: reserved, for experiments.
address-class-history = Classes are history: since 1993 the mask alone says where the network ends (CIDR, RFC 4632).
address-mask-class = no mask was given: this is what class { $class } meant. Give one: /24 or 255.255.255.0
address-mask-usual = no length was given: this is the usual one (RFC 4291 §2.5.1)
address-wildcard = the mask turned round: ones where the host's bits are
address-and = address AND mask: the host's bits are 0
address-broadcast = the host's bits are 1: everybody in the network (RFC 922 §7)
address-none = none
address-no-broadcast = a network of one or two addresses has none (RFC 3021)
address-hosts = { $hosts } hosts: 2^{ $bits } addresses without the first (network) and the last (broadcast)
address-one-host = one address alone: a host, or a route to it
address-two-hosts = two hosts at the two ends of one link; neither address is lost (RFC 3021)
address-hosts-ipv6 = 2^{ $bits }{ $size } addresses; IPv6 has no broadcast
address-place-network = the network itself
address-place-broadcast = everybody in the network
address-place-no-host = no host may have it (RFC 1122 §3.2.1.3)
address-interface = the lower 64 bits: which interface of the network
address-interface-mac = ff:fe in its middle: made from the MAC address { $mac } (modified EUI-64, RFC 4291 appendix A)
address-solicited = where its owner is asked for its MAC address, in frames to { $mac } (RFC 4861 §7.2.1)
address-zone = on which of the host's interfaces: a link-local address says nothing by itself (RFC 4007 §11)
address-group-mac = 01:00:5e and the lower 23 bits of the group: 32 groups share it (RFC 1112 §6.4)
address-group-mac-ipv6 = 33:33 and the lower 32 bits of the group (RFC 2464 §7)
address-first-octet = the last bit is I/G, the one before it U/L
address-bit-group-0 = 0: one interface
address-bit-group-1 = 1: a group
address-bit-local-0 = 0: universal, given by its maker
address-bit-local-1 = 1: local, chosen by whoever runs it
address-oui = the first three octets: to whom the IEEE gave the block
address-link-local = if it is made from the MAC address (RFC 4291 appendix A); many hosts choose another (RFC 7217)
address-no-service = none of the usual ones

address-reach-global = means the same everywhere; routers pass it on
address-reach-inside = routers pass it on only among those who agree on it; unknown on the Internet
address-reach-link = routers do not pass it on

address-kind-global = public: may be reached from the whole Internet
address-kind-this-network = a host of "this network"
address-kind-this-host = this host, while it has no address; for bind(): every address of this host
address-kind-private = private: for networks of one's own
address-kind-shared = shared: between a provider and its customers (carrier-grade NAT)
address-kind-loopback = loopback: never leaves this host
address-kind-link-local = link-local: valid on one link only
address-kind-protocol-assignments = for protocols of the IETF
address-kind-service-continuity = IPv4 service continuity: ends of tunnels
address-kind-anycast = anycast: the nearest server of a protocol
address-kind-nat64-discovery = finds out whether there is a NAT64
address-kind-documentation = documentation: for examples, never in a real network
address-kind-as112 = AS112: answers for reverse lookups of private addresses
address-kind-amt = AMT: multicast through tunnels
address-kind-six-to-four-relay = relays of 6to4, given up
address-kind-benchmark = benchmarks: for measuring devices
address-kind-multicast = multicast: a group
address-kind-multicast-link = multicast on one link, for the network's own protocols
address-kind-multicast-scoped = multicast within limits that an administrator sets
address-kind-reserved = reserved
address-kind-broadcast = limited broadcast: everybody on this link
address-kind-unassigned = not assigned
address-kind-unspecified = unspecified: no address; for bind(): every address of this host
address-kind-v4-compatible = IPv4-compatible, given up
address-kind-v4-mapped = IPv4-mapped: an IPv4 address for a program that speaks IPv6; never on the wire
address-kind-nat64 = NAT64: an IPv4 address behind a translator
address-kind-nat64-local = NAT64 of one's own network
address-kind-discard = discarded by routers on purpose
address-kind-teredo = Teredo: IPv6 in UDP
address-kind-orchid = ORCHIDv2: names of hosts, not places
address-kind-six-to-four = 6to4: IPv6 through IPv4
address-kind-segment-routing = segment identifiers (SRv6)
address-kind-unique-local = unique local: private, for networks of one's own
address-kind-site-local = site-local, given up

address-group-all-hosts = all hosts of the link
address-group-all-routers = all routers of the link
address-group-ospf = all OSPF routers
address-group-rip = all RIPv2 routers
address-group-vrrp = VRRP: routers that stand in for each other
address-group-group-reports = reports about groups (IGMPv3, MLDv2)
address-group-mdns = Multicast DNS
address-group-llmnr = LLMNR: names of neighbours
address-group-ssdp = SSDP: finding devices (UPnP)
address-group-dhcp-agents = DHCPv6 servers and relays
address-group-solicited-node = solicited-node: whoever has the last 24 bits in common

address-scope-interface-local = interface-local: this host
address-scope-link-local = link-local: this link
address-scope-realm-local = realm-local: as the network's technology says
address-scope-admin-local = admin-local: as an administrator says
address-scope-site-local = site-local: this site
address-scope-organization-local = organization-local: this organization
address-scope-global = global: everywhere
address-scope-unassigned = no meaning is assigned to it

address-mac-universal = one interface, by its maker's number
address-mac-local = one interface, with an address of somebody's choice: virtual machines, labs, phones that hide
address-mac-null = none: not known yet, as in an ARP request
address-mac-broadcast = broadcast: everybody on the link
address-mac-ipv4-group = the group { $group } of IPv4, and 31 others with the same lower 23 bits
address-mac-ipv6-group = a group of IPv6 whose address ends in { $group }
address-mac-bridges = switches among themselves; no switch passes it on
address-mac-virtual-router = virtual router { $number }: the address wanders to whoever stands in (VRRP)
address-mac-group = a group

address-port-zero = nobody's
address-port-zero-why = for bind() it means: choose one for me
address-port-well-known = well-known port, 0–1023
address-port-well-known-why = services of the system (RFC 6335 §6); on Unix only the privileged listen there
address-port-registered = registered port, 1024–49151
address-port-registered-why = given out by IANA (RFC 6335 §6), free for any program to use
address-port-dynamic = dynamic port, 49152–65535
address-port-dynamic-why = never given to a service (RFC 6335 §6): for clients and for one's own use
address-ephemeral = may be a client's: an ephemeral port
address-ephemeral-why = chosen from { $from }–{ $to } (ip_local_port_range); other systems choose elsewhere

address-same = { $address } AND /{ $prefix } = { $own }; { $other } AND /{ $prefix } = { $others }: the same network. { $address } asks { $other } itself for its MAC address (ARP) and sends to it.
address-same-ipv6 = { $address } and { $other } have the same /{ $prefix }: { $own }. { $address } asks { $other } itself for its MAC address (Neighbor Solicitation) and sends to it.
address-not-same = { $address } AND /{ $prefix } = { $own }; { $other } AND /{ $prefix } = { $others }: not the same network. { $address } asks its gateway for its MAC address (ARP); the IP packet still names { $other }.
address-not-same-ipv6 = { $address } is in { $own }, { $other } in { $others } by the same /{ $prefix }: not the same network. { $address } asks its router for its MAC address (Neighbor Solicitation); the packet still names { $other }.
address-disagree = The two do not agree, because their masks differ: one asks the other directly, the other sends through its gateway. Such a mistake is hard to find.

address-wrong-empty = type an address, a MAC address, a port or a service: 192.168.1.10/24, fe80::1, 02:00:00:00:01:01, 443, https
address-wrong-long = { $length } bytes are more than any address takes
address-wrong-nothing = expected an IP address, a MAC address, a port or a service, found { $found }
address-wrong-octets = expected 4 numbers with dots between them, found { $found }
address-wrong-octet = expected a number from 0 to 255, found { $found }
address-wrong-no-octet = expected a number from 0 to 255 here
address-wrong-zero = { $found } begins with 0, which some programs read as octal: leave the 0 out
address-wrong-prefix = expected the number of network bits, 0 to { $most }, found { $found }
address-wrong-mask = { $found } is no mask: its ones must all stand in front. The nearest is { $nearest }
address-wrong-character = { $found } is in no IPv6 address: expected 0–9, a–f and :
address-wrong-group = expected 1 to 4 hexadecimal digits between colons, found { $found }
address-wrong-gaps = a second ::, which may stand only once: how many zeros would each be?
address-wrong-groups = expected 8 groups, or fewer with ::, found { $found }
address-wrong-mac = expected 6 pairs of hexadecimal digits, found { $found }
address-wrong-port = expected a port from 0 to 65535, found { $found }
address-wrong-versions = expected an address of the same version of IP
address-wrong-extra = { $found } is more than can be meant here

address-title = Address desk
address-about = An IP address with its mask, a MAC address, a port or a service; a second address to ask whether they are neighbours.
address-field = Address
address-example = 192.168.1.10/24
address-menu = Address desk…
address-menu-of = Address desk: { $address }
address-bits = in bits: the network's, and behind the edge │ the host's
address-bits-alone = in bits
address-bits-line = { $name }: { $bits }
address-line = { $name }: { $value }. { $why }
address-comparison = the same network?

help-address = Tells what an address says by itself: class, block, network, hosts, bits; MAC addresses and ports too
help-address-more =
    An IP address with its mask (/24 or 255.255.255.0), or a MAC address, a port, a
    service. Behind an IP address may stand another one: are they neighbours?
    No name is looked up and nobody is asked.

    Examples:
      wirelens address 192.168.1.10/24
      wirelens address 192.168.1.10 255.255.255.0 192.168.2.1
      wirelens address fe80::200:ff:fe00:101
      wirelens address 01:00:5e:00:00:fb
      wirelens address https --format json
help-option-name-server = Where the name server is, 127.0.0.1 if left out
help-address-address = The address, its mask where it stands apart, and one to compare it with
