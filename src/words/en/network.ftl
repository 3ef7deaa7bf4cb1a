# The network with a message on its way through it, in English. Keys and
# placeholders are the same in zh-CN; a test compares them.

net-nothing = No message has crossed this network yet.
net-switch = switch
net-hub = hub
net-host = host
net-router = router
net-translator = router that translates addresses
net-addresses = { $count } addresses

net-arrived = arrived
net-unknown = what became of it was not seen
net-frame = frame { $number }

net-missing = not seen behind here
net-lost-here = the wire lost it here
net-queue-full = the queue of the cable was full: lost here
net-missing-here = it was not seen behind here
net-delayed = ⏱ delayed by the wire
net-duplicated = ⧉ duplicated by the wire
net-swapped = ⇅ swapped with the next one by the wire
net-unplugged = the cable was pulled behind it
net-again = came a second time

net-said = the { $what }
net-said-data = the data ({ $what })
net-said-arp-request = the ARP request
net-said-arp-reply = the ARP reply

net-copy-hub = a copy: a hub repeats everything to everybody
net-copy-flood = a copy: the switch does not know the way yet and sends it everywhere
net-copy-broadcast = a copy: it is for everybody on the link
net-sees = sees it
net-unseen = does not see it
net-sees-hub = sees { $what }: a hub repeats everything to everybody
net-sees-flood = sees { $what }: the switch does not know the way yet
net-sees-broadcast = sees { $what }: it is for everybody on the link
net-switch-knows = does not see { $what }: { $switch } knows the way
net-other-network = does not see { $what }: another network
net-lost-before = does not see { $what }: it was lost before

net-card = { $from } → { $to }, { $after }, { $known }
net-row-changed = { $protocol } { $field } { $value }, changed: it was { $before }
net-quoted = quoted { $protocol }
net-field-source = from
net-field-destination = to
net-field-ttl = TTL
net-field-hop-limit = hop limit
net-field-checksum = checksum
net-field-source-port = from port
net-field-destination-port = to port
net-field-flags = flags
net-field-length = length
net-field-operation = operation
net-field-sender-mac = sender MAC
net-field-sender-ip = sender IP
net-field-target-mac = target MAC
net-field-target-ip = target IP
net-field-type = type
net-field-code = code
net-field-mtu = MTU

net-told-sends = { $node } sends it.
net-told-direct = { $node } sends it: { $target } is on its own network, so the frame goes to that host's own MAC address. RFC 1122 3.3.1.1
net-told-gateway = { $node } sends it: { $target } is not on the network of { $own }, so the frame goes to the MAC address of the gateway { $gateway }; the IP packet inside is for { $target }. RFC 1122 3.3.1.1
net-told-arp-request = { $node } asks everybody on its link (ff:ff:ff:ff:ff:ff) who has { $target }: without that MAC address it cannot send the packet that waits. RFC 826
net-told-arp-reply = { $node } answers the one who asked, and nobody else: { $address } is here. RFC 826
net-told-fate = { $told } – { $fate }

net-why-card = How the sender decides whose MAC address it needs
net-why-nobody = Whose MAC address?
net-why-same = = { $target } is in { $network }: the same network
net-why-other = ≠ { $target } is not in { $network }: another network
net-why-direct = → it asks { $target } itself
net-why-gateway = → it asks the gateway { $gateway }
net-why-no-route = → there is no way: it sends nothing
net-why-itself = → that is the host itself

net-tables = What those on the way remember at this moment, inferred from the frames
net-table-more = { $count } earlier ones
net-new = new
net-chosen = decides for this message
net-arp-by-reply = by the reply in frame { $frame } · { $interface }
net-arp-by-request = by the question in frame { $frame } · { $interface }
net-arp-by-announcement = by the announcement in frame { $frame } · { $interface }
net-arp-by-overhearing = by a question for somebody else in frame { $frame } · { $interface }
net-arp-asked = asked for in frame { $frame } · { $interface }
net-station = from frame { $frame } · heard { $heard } ago, kept for { $ageing }
net-inside = inside
net-outside = outside
net-translation = { $protocol } to { $peer } · frame { $frame }
net-operation-request = { $number } · request
net-operation-reply = { $number } · reply
