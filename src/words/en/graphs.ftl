# Graphs.

graph-stevens = Stevens
graph-stevens-about = Sequence numbers over time: a point where each segment's data begins
graph-tcptrace = tcptrace
graph-tcptrace-about = Sequence numbers over time: each segment a bar, between what is acknowledged and what the window allows
graph-round-trip = RTT
graph-round-trip-about = Round-trip time: from each segment to its acknowledgment, as seen where it was captured
graph-in-flight = in flight
graph-in-flight-about = Bytes sent and not yet acknowledged, against the receiver's window
graph-throughput = throughput
graph-throughput-about = Bits a second: everything sent, and what of it was acknowledged
graph-window = window
graph-window-about = How many bytes the receiver says it can take
graph-congestion = cwnd
graph-congestion-about = The sender's congestion window: never on the wire, known only where its kernel was asked
graph-datagrams = datagrams
graph-datagrams-about = How large each datagram is
graph-rate = rate
graph-rate-about = Payload in bits a second

graph-axis-at = time since the first segment
graph-axis-sequence = sequence number
graph-axis-sequence-raw = raw sequence number
graph-axis-bytes = bytes
graph-axis-time = round-trip time
graph-axis-rate = bits a second
graph-axis-segments = segments

graph-kind = graph shown
graph-swap = Show the other direction
graph-raw = raw numbers
graph-raw-hint = Sequence numbers as they stand in the header instead of counted from 0
graph-fit = fit
graph-fit-hint = Show all of it (double click)
graph-zoom-in = Zoom in (Ctrl and the wheel)
graph-zoom-out = Zoom out
graph-hide = Click to hide it
graph-unhide = Click to show it
graph-above = above the picture
graph-all-hidden = Everything is hidden: click a name on the right to show it.

graph-nothing-udp-sequence = UDP has no sequence numbers and no acknowledgments.
graph-nothing-udp-acknowledgments = UDP has no acknowledgments: there is nothing to measure this by.
graph-nothing-udp-window = UDP has no window: a receiver cannot slow its sender down.
graph-nothing-udp-congestion = UDP has no congestion window.
graph-nothing-segment = Nothing was captured in this direction.
graph-nothing-data = No segment carried data in this direction.
graph-nothing-moment = Everything was captured in one moment: there is no rate.
graph-nothing-answer = Nothing came back: nobody advertised a window.
graph-nothing-acknowledged = Nothing that was sent in this direction was acknowledged in this capture.
graph-nothing-karn = Every acknowledged segment was sent more than once: nothing says which copy an acknowledgment is for (Karn's algorithm, RFC 6298 §3).
graph-nothing-scale = The SYNs were not captured: without the window scale a window is not a number of bytes.
graph-nothing-sampled = No segment carries the congestion window, and nobody asked the sender's kernel for it: that happens only while a program runs here.

graph-remark-bucket = each value is a mean over { $length }
graph-remark-scale = the window is not shown: the SYNs with its scale were not captured
graph-remark-karn = { $count ->
    [one] 1 segment left out: sent more than once, and nothing says which copy was acknowledged (Karn)
   *[other] { $count } segments left out: sent more than once, and nothing says which copy was acknowledged (Karn)
}

graph-summary = { $graph }, { $direction }: { $what }
graph-sum-segments = { $count ->
    [0] no data
    [one] 1 segment with data
   *[other] { $count } segments with data
}
graph-sum-numbers = sequence numbers { $range }
graph-sum-again = { $count ->
    [one] 1 retransmission
   *[other] { $count } retransmissions
}
graph-sum-out-of-order = { $count } out of order
graph-sum-lost = { $count } lost
graph-sum-sack = { $count ->
    [one] 1 SACK block
   *[other] { $count } SACK blocks
}
graph-sum-zero-window = { $count ->
    [one] 1 zero window
   *[other] { $count } zero windows
}
graph-sum-round-trips = { $count ->
    [one] 1 round trip
   *[other] { $count } round trips
}
graph-sum-median = median { $median }
graph-sum-samples = { $count ->
    [one] 1 sample
   *[other] { $count } samples
}
graph-sum-told = { $count ->
    [one] told once
   *[other] told { $count } times
}
graph-sum-flight = at most { $most } in flight
graph-sum-window = window { $range }
graph-sum-windows = { $count ->
    [one] 1 segment
   *[other] { $count } segments
}
graph-sum-values = { $low } to { $high }
graph-sum-datagrams = { $count ->
    [one] 1 datagram
   *[other] { $count } datagrams
}
graph-sum-errors = { $count ->
    [one] 1 ICMP error
   *[other] { $count } ICMP errors
}
graph-sum-rate = { $name } at most { $most }
graph-segments = { $count } segments
graph-answered = answered by frame { $number }

layer-acknowledged = acknowledged
layer-acknowledged-about = The next byte the receiver expects
layer-window-edge = window
layer-window-edge-about = The receiver allows the numbers below this line: acknowledgment number + window
layer-sack = SACK
layer-sack-about = A block that the receiver holds beyond a hole (RFC 2018)
layer-duplicate-sack = D-SACK
layer-duplicate-sack-about = A block that the receiver got twice (RFC 2883)
layer-data = data
layer-data-about = Payload, sent for the first time
layer-again = retransmission
layer-again-about = Numbers that were sent before
layer-out-of-order = out of order
layer-out-of-order-about = It was overtaken on its way
layer-lost = lost
layer-lost-about = One place saw it and the next one did not
layer-duplicate-ack = duplicate ACK
layer-duplicate-ack-about = The same acknowledgment number again (RFC 5681 §2)
layer-zero-window = zero window
layer-zero-window-about = The receiver can take nothing more
layer-window-full = window full
layer-window-full-about = It fills the receiver's window to the last byte
layer-syn = SYN
layer-syn-about = Opens; takes one sequence number
layer-fin = FIN
layer-fin-about = Closes; takes one sequence number
layer-reset = RST
layer-reset-about = Ends the connection at once
layer-round-trip = RTT
layer-round-trip-about = From a segment to the acknowledgment of exactly this segment
layer-round-trip-covered = RTT + wait
layer-round-trip-covered-about = From a segment to an acknowledgment that covers later ones too: how long the receiver waited before it acknowledged is in it
layer-round-trip-sack = RTT by SACK
layer-round-trip-sack-about = From a segment to the SACK block that covers it (RFC 2018)
layer-round-trip-timestamps = RTT by timestamps
layer-round-trip-timestamps-about = Sent more than once; the acknowledgment echoes the timestamp of this copy alone (RFC 7323 §4)
layer-round-trip-sampled = SRTT, sampled
layer-round-trip-sampled-about = The smoothed time that the sender's kernel gave when it was asked
layer-round-trip-told = SRTT, told by our own TCP
layer-round-trip-told-about = The smoothed time that the sender's TCP, which is wirelens's own, told at each change of its state
layer-in-flight = in flight
layer-in-flight-about = Sent and neither acknowledged nor in a SACK block
layer-window = window
layer-window-about = What the receiver says it can take
layer-throughput = throughput
layer-throughput-about = All payload, what is sent again too
layer-rate = payload
layer-rate-about = The payload of datagrams
layer-goodput-acknowledged = goodput
layer-goodput-acknowledged-about = Payload newly acknowledged
layer-goodput-first-sent = first sent
layer-goodput-first-sent-about = Payload sent for the first time: no acknowledgment was captured
layer-congestion-sampled = cwnd, sampled
layer-congestion-sampled-about = The congestion window that the sender's kernel gave when it was asked
layer-congestion-simulated = cwnd, simulated
layer-congestion-simulated-about = The congestion window, step by step, as the sender's simulated TCP told it
layer-threshold-simulated = ssthresh, simulated
layer-threshold-simulated-about = The slow start threshold that the sender's simulated TCP told at each of its steps; there is none before the first loss
layer-datagram = datagram
layer-datagram-about = Its payload in bytes
layer-error = ICMP error
layer-error-about = An error about a datagram came back
