# A message on its way: what each hop does to it, who sees it, what tables learn.
journey-arp-request = ARP: who has { $target }? tell { $sender }
journey-arp-announcement = ARP announcement: { $sender } is at { $mac }
journey-arp-reply = ARP: { $sender } is at { $mac }
journey-tcp = { $flags } { $from } → { $to }
journey-tcp-data = { $flags } { $length } B { $from } → { $to }
journey-udp = UDP { $length } B { $from } → { $to }
journey-icmp = ICMP { $meaning } { $from } → { $to }
journey-icmp-about = ICMP { $meaning } { $from } → { $to }, about { $about }
journey-fragment = a fragment { $from } → { $to }
journey-other = another protocol { $from } → { $to }
journey-other-link = a frame of another protocol
journey-short-arp-request = ARP ?
journey-short-arp-reply = ARP !
journey-short-udp = UDP { $length } B
journey-short-icmp = ICMP
journey-short-data = { $length } B
journey-short-fragment = fragment
journey-short-other = frame
journey-everybody = everybody

journey-leg = { $from } → { $to }
journey-first-place = at { $to }
journey-between = between { $from } and { $to }
journey-captured-at = captured at { $place }
journey-captured-both = captured at { $from } and { $to }
journey-seen-as-before = inferred: what is between changes nothing
journey-seen-label = captured at
journey-seen-both = both ends
journey-seen-inferred = inferred
journey-frame-label = frame
journey-moment-label = moment

journey-stay-ports = IP addresses, ports and the { $protocol } checksum stay
journey-stay-addresses = IP addresses and all that is behind them stay
journey-stop-router = { $node }: both MAC addresses replaced, TTL { $before } → { $after }, so the IP checksum changes; { $stay }. RFC 1812 5.3.1
journey-stop-router-v6 = { $node }: both MAC addresses replaced, hop limit { $before } → { $after }; IPv6 has no header checksum; { $stay }. RFC 8200 3
journey-stop-cut = The packet is cut into pieces, for a link that takes only smaller ones. RFC 791 3.2
journey-stop-source = { $node } translates: source { $before } becomes { $after }, so the { $protocol } checksum changes too; both MAC addresses replaced, TTL { $ttl } → { $ttlafter }. RFC 3022 2.2
journey-stop-destination = { $node } translates back: destination { $before } becomes { $after }, so the { $protocol } checksum changes too; both MAC addresses replaced, TTL { $ttl } → { $ttlafter }. RFC 3022 2.2
journey-stop-quoted = What the error quotes is translated too, or nobody inside would know it. RFC 3022 4.3
journey-stop-switch-knows = { $node }: a switch changes nothing; it knows at which port { $mac } is and sends the frame only there. IEEE 802.1D 7.7
journey-stop-switch-flood = { $node }: a switch changes nothing; it does not know yet where { $mac } is and sends the frame to every other port. IEEE 802.1D 7.7
journey-stop-switch-broadcast = { $node }: a switch changes nothing; what is for everybody goes to every other port. IEEE 802.1D 7.7
journey-stop-hub = { $node }: a hub changes nothing and repeats the frame at every other port.
journey-stop-nothing = { $node }: nothing is changed.
journey-stop-changed = { $node }: { $fields } changed.

journey-sees-hub = { $host } sees it: a hub repeats to all
journey-sees-flood = { $host } sees it: the switch does not know the way yet
journey-sees-broadcast = { $host } sees it: it is for everybody on the link
journey-unseen-switch = { $host } does not see it: { $switch } knows the way
journey-unseen-network = { $host } does not see it: a router passes no broadcast on
journey-unseen-elsewhere = { $host } does not see it: it is on another network
journey-unseen-lost = { $host } does not see it: it was lost before

journey-lost = lost on the cable { $from } – { $to }
journey-lost-queue = lost at the cable { $from } – { $to }: its queue was full
journey-lost-missing = not seen behind { $from }
journey-stopped = ended at { $node }, which passed it on to nobody
journey-action-delayed = delayed on the cable { $from } – { $to }, on purpose
journey-action-duplicated = delivered twice by the cable { $from } – { $to }, on purpose
journey-action-swapped = swapped with the next one on the cable { $from } – { $to }, on purpose
journey-again = came to { $to } once more (frame { $frame })

journey-learns-asked = { $node } asks for the MAC address of { $address }
journey-learns-reply = { $node } learns from the answer: { $address } is at { $mac }
journey-learns-request = { $node } learns from the question: { $address } is at { $mac }
journey-learns-announcement = { $node } brings up to date, from the announcement: { $address } is at { $mac }
journey-learns-overheard = { $node } brings up to date, from a question for somebody else: { $address } is at { $mac }
journey-learns-station = { $node } learns: { $mac } is at the port to { $port }
journey-learns-translation = { $node } remembers: inside { $inside } is outside { $outside }, towards { $peer }
journey-lesson-frame = frame { $frame }

journey-gateway-same = { $own }: { $target } is on the same network → { $target } itself is asked for its MAC
journey-gateway-other = { $own }: { $target } is not on the same network → the gateway { $gateway } is asked for its MAC
journey-gateway-route = { $own }: { $target } is not on the same network → { $gateway } is asked for its MAC, by the route to { $network }
journey-gateway-nobody = { $own }: { $target } is not on the same network and there is no route → nobody is asked
journey-gateway-itself = { $own }: { $target } is the host itself → nobody is asked
journey-gateway-title = Why ask for the MAC of { $asked }?
journey-gateway-own = own
journey-gateway-target = target

journey-table-arp = ARP cache of { $node }
journey-table-stations = MAC table of { $node }
journey-table-routes = routes of { $node }
journey-table-translations = translations of { $node }
journey-table-arp-source = inferred from the ARP frames that it received. RFC 826
journey-table-stations-source = inferred from the frames that entered its ports; forgotten after { $ageing }. IEEE 802.1D 7.8, 7.9
journey-table-routes-source = from the topology; the longest prefix that matches decides. RFC 1812 5.2.4.3
journey-table-translations-source = inferred from the packets on both sides. RFC 3022
journey-table-empty = nothing yet
journey-asking = asked, no answer yet
journey-direct = directly
journey-via = via { $via }
journey-everywhere = everywhere else
journey-port = port to { $port }

journey-map-title = cables
journey-interfaces-title = addresses
journey-tables-title = tables at the end
journey-nat-behind = translates behind { $interface }
journey-count = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
journey-one-place = captured at one place only: what happens on the way is not in this capture
journey-unplaced = { $count ->
    [one] 1 frame is on no cable of the map
   *[other] { $count } frames are on no cable of the map
}
journey-conversation = conversation { $id }
journey-changed-note = * changed by the stop before
journey-lost-mark = lost
