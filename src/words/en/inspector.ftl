# The inspector: header grid, arithmetic, state machines, state diagram.

inspector-segment = Segment
inspector-icmp = ICMP error
inspector-datagram = Datagram
inspector-frame = Frame
inspector-call = Call
inspector-machine = State machine
inspector-sums = The sums
inspector-deeds = What both state machines did with it
inspector-deeds-inferred = Inferred from the captured segments by RFC 9293 §3.10; no kernel was asked.
inspector-options = Options

form-grid = grid
form-tree = tree
form-both = grid and tree

## The grid of a header's bits

grid-quoted = quoted { $header }
grid-says = says { $value }
cell-bit = bit { $bit }
cell-bits = bits { $from }–{ $to }
cell-bytes = { $count } bytes
cell-padding = padding
cell-not-captured = not captured
cell-not-captured-short = –

## Names that fit where the field is narrow

short-tcp-hdr-len = offset
short-tcp-flags-res = rsv
short-tcp-flags-cwr = C
short-tcp-flags-ece = E
short-tcp-flags-urg = U
short-tcp-flags-ack = A
short-tcp-flags-push = P
short-tcp-flags-reset = R
short-tcp-flags-syn = S
short-tcp-flags-fin = F
short-tcp-option-len = length
short-tcp-options-mss = MSS
short-tcp-options-mss-val = MSS
short-tcp-options-wscale = WS
short-tcp-options-wscale-shift = shift
short-tcp-options-sack-perm = SACK perm.
short-tcp-options-sack = SACK
short-tcp-options-timestamp = TS
short-tcp-options-timestamp-tsval = TSval
short-tcp-options-timestamp-tsecr = TSecr
short-tcp-options-nop = NOP
short-tcp-options-eol = EOL
short-ip-version = ver.
short-ip-hdr-len = IHL
short-ip-dsfield-dscp = DSCP
short-ip-dsfield-ecn = ECN
short-ip-flags-df = D
short-ip-flags-mf = M
short-ip-ttl = TTL
short-ip-proto = protocol
short-ip-opt-type = type
short-ipv6-version = ver.
short-ipv6-tclass-dscp = DSCP
short-ipv6-tclass-ecn = ECN
short-ipv6-nxt = next
short-ipv6-hlim = hops
short-vlan-priority = PCP
short-vlan-dei = D
short-arp-hw-size = MAC length
short-arp-proto-size = IP length
short-icmpv6-nd-na-flag-r = R
short-icmpv6-nd-na-flag-s = S
short-icmpv6-nd-na-flag-o = O

## Menus

menu-copy-value = copy value
menu-copy-filter = copy as filter
menu-apply-filter = apply as filter
menu-copy-hex = copy as hexadecimal
menu-copy-c = copy as C array
menu-copy-text = copy as text
bytes-marked = { $all }; marked, from byte { $from }: { $bytes }
bytes-all = all { $count } bytes
bytes-fewer = only the first { $count } bytes

## The sums

sums-in-words = in words
sum-ack = ack
sum-ack-note = the numbers of the { $peer }'s frame { $frame }, added up: the next byte the { $who } expects
sum-next = next ack
sum-next-note = what the { $peer } acknowledges when all of this has arrived
sum-next-nothing = nothing in it counts: no ACK is due
sum-next-reset = a reset is never acknowledged
sum-window = window
sum-window-note = bytes the { $who } can take from its ack on (RFC 7323 §2.3)
sum-window-syn = bytes the { $who } can take; a SYN's window is not scaled (RFC 7323 §2.2)
sum-window-unknown = the SYN with the scale was not captured
sum-flight = under way
sum-flight-note = SND.NXT − SND.UNA, in bytes (SYN and FIN count as one); the { $peer }'s window allows { $window } B (frame { $frame })
sum-flight-beyond = SND.NXT − SND.UNA, in bytes: more than the { $window } B that the { $peer } allowed in frame { $frame }
sum-flight-unknown = SND.NXT − SND.UNA, in bytes; the { $peer }'s window is not known
sum-rtt = round trip
sum-rtt-note = from the { $peer }'s frame { $frame } to its ACK, where this capture was made
sum-rtt-karn = frame { $frame } was sent more than once: nobody knows which of them this answers (RFC 6298 §3)
sum-echo = timestamp
sum-echo-note = given back to the { $peer }: it left in frame { $frame }
sum-echo-nothing = no ACK: there is nothing to give back yet (RFC 7323 §3.2)
sum-echo-unseen = no segment with this value was seen from the { $peer }
sum-checksum = { $header } checksum
checksum-covers-header = the header
checksum-covers-message = the message
checksum-covers-all = pseudo-header, header and payload
checksum-note-right = right: the sum over { $covers } is 0xffff (RFC 1071)
checksum-note-wrong = wrong: over { $covers } it should be { $expected }, found { $found }
checksum-note-hardware = left to the hardware: { $found } is the sum of the pseudo-header alone, which the kernel puts there
checksum-note-unverifiable = not all bytes were captured: the sum over { $covers } cannot be made
checksum-note-absent = left out, which UDP over IPv4 may (RFC 768)

## What both state machines did

machine-sender = { $who }, sender: { $state }
machine-receiver = { $who }, receiver: { $state }
machine-unknown = state not known
sent-syn = OPEN: its SYN takes one number, SND.NXT { $next }
sent-syn-ack = answers the SYN with its own, which takes one number: SND.NXT { $next }
sent-data = SEND: { $bytes }, SND.NXT { $next }
sent-fin = CLOSE: { $length ->
    [0] the FIN takes one number
   *[other] { $bytes } and the FIN, which takes one number
}, SND.NXT { $next }
sent-again = sends again what was not acknowledged: SND.NXT stays { $next }
sent-reset = sends a reset: it keeps no record of this segment
sent-ack = acknowledges all up to RCV.NXT = { $ack }
sent-ack-too = with it goes the ACK: RCV.NXT = { $ack }
sent-usable = may send { $left } B more: SND.UNA + SND.WND − SND.NXT
sent-window-full = may send nothing more until an ACK or a window comes
got-lost = the segment was lost: the receiver saw nothing of it
got-unknown = the capture does not tell its state
got-closed = no connection: a reset is due
got-closed-reset = no connection: the reset is dropped
got-listen-reset = first, RST: ignored
got-listen-ack = second, ACK: nothing was sent that could be acknowledged; a reset is due
got-listen-other = neither SYN, ACK nor RST: dropped
got-listen-syn = third, SYN: RCV.NXT = SEG.SEQ + 1 = { $expected }; SYN ACK is due
linux-request = Linux: until the last ACK this is a request, no socket; accept() does not see it (listen(2))
got-syn-sent-ack = first, ACK: { $iss } < { $ack } ≤ { $next } (ISS, SEG.ACK, SND.NXT): acceptable
got-syn-sent-bad-ack = first, ACK: { $ack } is not behind ISS { $iss } and up to SND.NXT { $next }: a reset is due
got-syn-sent-reset = second, RST with an acceptable ACK: connection refused
got-syn-sent-reset-without = second, RST without ACK: dropped
got-syn-sent-syn-ack = fourth, SYN: RCV.NXT = { $expected }, SND.UNA { $una }: its own SYN is acknowledged, ACK is due
got-syn-sent-syn = fourth, SYN without ACK: RCV.NXT = { $expected }; both asked at once, SYN ACK is due
got-syn-sent-other = neither SYN nor RST: dropped
got-inside = first, number: { $low } ≤ { $seq } < { $high }: in the window
got-outside = first, number: { $seq } is not within { $low } … { $high }: dropped; ACK is due unless it is a reset
got-reset = second, RST with exactly the expected number: the connection is gone
got-reset-challenge = second, RST in the window but not the expected number: challenge ACK (RFC 5961 §3)
got-syn = fourth, SYN in a connection: challenge ACK (RFC 5961 §4)
got-no-ack = fifth, no ACK bit: dropped
got-ack = fifth, ACK: SND.UNA { $una }, { $count } newly acknowledged
got-ack-unmoved = fifth, ACK { $ack }: nothing new, SND.UNA stays
got-ack-old = fifth, ACK { $ack }: older than SND.UNA { $una }, ignored
got-ack-ahead = fifth, ACK { $ack }: of something not seen being sent
got-window = SND.WND { $old } → { $new }
got-text = seventh, text: takes { $bytes }, RCV.NXT { $expected }; ACK is due
got-text-old = seventh, text: { $bytes } that it had already; RCV.NXT stays { $expected }, ACK is due
got-text-queued = seventh, text: { $bytes } behind a hole of { $hole } B; RCV.NXT stays { $expected }, a duplicate ACK is due
got-fin = eighth, FIN: RCV.NXT { $expected }, ACK is due
got-fin-waits = eighth, FIN: changes no state here; RCV.NXT { $expected }

## Options

option-in-force = In force: both SYNs have it.
option-not-in-force = Not in force: the { $who }'s SYN does not have it.
option-unseen = Whether it is in force cannot be told: the { $who }'s SYN was not captured.
option-mss = The { $who } takes segments of at most { $size } B of data; the { $peer } sends none larger (RFC 9293 §3.7.1).
option-mss-both = The client says { $client }, the server { $server }: each binds the other.
option-scale = Windows of the { $who } count 2^{ $shift } = { $factor } bytes each, from behind its SYN on (RFC 7323 §2).
option-scale-largest = Its largest window: { $bytes } B.
option-sack-permitted = The { $who } understands blocks that say what arrived behind a hole (RFC 2018 §2).
option-sack = What the { $who } has behind a hole, beside its ACK (RFC 2018 §3):
option-sack-title = SACK, { $count ->
    [one] 1 block
   *[other] { $count } blocks
}
option-sack-block = has { $from }–{ $to } ({ $bytes } B)
option-sack-twice = received twice: { $from }–{ $to } ({ $bytes } B; D-SACK, RFC 2883)
option-sack-hole = misses { $from }–{ $to } ({ $bytes } B)
option-timestamps = TSval is the { $who }'s clock, TSecr gives back the peer's: to measure round trips and tell old duplicates (RFC 7323 §3, §5).
option-timestamps-first = TSecr is 0: there is nothing to give back yet.

## Frames that belong to no conversation

frame-not-here = This frame is not in memory and could not be read again.
frame-unread = frame
frame-in-conversation = show it in conversation { $id }
frame-shows-again = another sighting of the segment in frame { $frame }
frame-tcp = A TCP segment from port { $from } to port { $to }: { $flags }, { $bytes } of data.
frame-udp = A UDP datagram from port { $from } to port { $to }: { $bytes } of data.
frame-icmp = ICMP: { $meaning }.
frame-icmp-about = It quotes a packet from { $from } to { $to }.
frame-other = What is read of it ends with { $name }.
frame-arp-request = { $sender } asks everybody: which hardware address has { $target }?
frame-arp-reply = { $sender } answers: its hardware address is { $mac }.
frame-arp-probe = Asks whether { $target } is free, without saying who asks (RFC 5227).
frame-arp-gratuitous = { $sender } tells everybody, unasked, that its hardware address is { $mac }.
frame-arp-other = ARP with another operation than request and reply.
frame-router-solicitation = Asks for routers on this link (RFC 4861 §4.1).
frame-router-advertisement = A router says that it is there and which prefixes the link has (RFC 4861 §4.2).
frame-neighbor-solicitation = Asks which hardware address has { $target }: IPv6's ARP (RFC 4861 §4.3).
frame-neighbor-advertisement = Answers: { $target } has the hardware address { $mac } (RFC 4861 §4.4).

## The state diagram

event-passive-open = passive OPEN
event-active-open = active OPEN
event-close = CLOSE
event-send = SEND
event-syn = rcv SYN
event-rst = rcv RST
event-syn-ack = rcv SYN,ACK
event-ack-of-syn = rcv ACK of SYN
event-fin = rcv FIN
event-ack-of-fin = rcv ACK of FIN
event-timeout = Timeout=2MSL
action-create = create TCB
action-delete = delete TCB
action-create-syn = snd SYN
action-syn = snd SYN
action-syn-ack = snd SYN,ACK
action-ack = snd ACK
action-fin = snd FIN
action-none = x
diagram-none = No conversation is shown.
diagram-udp = UDP has no states: a datagram opens nothing and closes nothing, so neither end has anything to remember of the other (RFC 768).
diagram-inferred = RFC 9293, figure 5. States are inferred; bold is what the selected segment did.
diagram-outside = Not in the figure (resets, and FIN with its ACK at once):
diagram-pick = Click a state or an edge: which segments did it stands here.
diagram-entered = Who entered { $state }
diagram-took = Who went { $edge }
diagram-nobody = Nobody, in this conversation.
diagram-sent = sent frame { $frame } { $flags }
diagram-received = received frame { $frame } { $flags }
diagram-state = { $state }, not visited
diagram-state-visited = { $state }, visited
diagram-state-now = { $state }, now: { $who }
diagram-edge = { $from } to { $to }: { $event } / { $action }, taken { $count } ×
diagram-edge-just = { $from } to { $to }: { $event } / { $action }, taken { $count } ×, by this segment
