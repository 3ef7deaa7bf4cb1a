# What a conversation is about, in English. Keys and placeholders are the
# same in zh-CN; a test compares them.

## What the kernel said

kernel-agrees = kernel states sampled { $count ->
    [one] once: it agrees
   *[other] { $count } times: all agree
}
kernel-differs = kernel states sampled { $count ->
    [one] once
   *[other] { $count } times
}: { $differ } of them differ from what was inferred
kernel-disagreement = { $who }: sampled { $said }, inferred { $inferred }
kernel-destroyed = “socket destroyed”

## Names

client = client
server = server
dns-server = name server
role-unknown = program
unknown-end = ?

## Where a picture comes from

origin-captured-private = captured · private network
origin-captured-host = captured · this host's loopback
nothing-simulated = Nothing was sent in this simulation.
origin-simulated = simulated
origin-counterfactual = counterfactual · simulated with a rule removed
origin-file = from a file
frames = { $count ->
    [one] 1 frame
   *[other] { $count } frames
}
drops = { $count } lost
drops-unknown = losses not counted
states-inferred = states inferred by RFC 9293
calls-recorded = calls recorded by the programs
calls-traced = calls traced by ptrace
calls-absent = calls not recorded
calls-outside = No packet passed. The socket calls:
calls-outside-more = … and { $count } more
calls-outside-count = { $count } socket calls belong to none of these conversations
calls-unix = AF_UNIX sockets send no packets: the kernel hands the bytes from one process to the other, and nothing crosses an interface.
conversation-title = conversation { $id }

## How it begins, goes on and ends

opening-three-way-handshake = three-way handshake
opening-simultaneous-open = simultaneous open
opening-refused = refused: nobody listens
opening-unanswered = SYN without an answer
opening-fast-open = fast open: data in the SYN
opening-incomplete = handshake, incomplete in this capture
opening-not-seen = beginning not captured
closing-four-segment = teardown, four segments
closing-three-segment = teardown, three segments
closing-simultaneous-close = simultaneous close
closing-reset = reset
closing-half-closed = half-closed: one direction only
closing-open = still open
phase-before = before the first segment
phase-before-short = before
phase-data = data

## Silence

quiet = { $span }: nothing on the wire
doing-waits = { $who } waits in { $call }
doing-elsewhere = { $who }: in no socket call (sleeps or computes)
doing-ended = { $who } has ended
doing-unknown = { $who }: calls not recorded

## Programs

exit-code = exits { $code }
exit-signal = ends: { $signal }
never-returned = does not return
end-of-stream = EOF
time-wait-note = TIME-WAIT goes on: 2 MSL, 60 s on Linux
bytes = { $count } B

## Summary below the ladder

summary-bytes = client sent { $client } B, server sent { $server } B in { $segments } segments
outside = not drawn: { $list }
outside-icmp = { $count } ICMP
outside-arp = { $count } ARP
outside-other-protocol = { $count } of other protocols
outside-fragment = { $count } fragments
outside-unreadable = { $count } unreadable
outside-unknown-link = { $count } on an unknown link layer
nothing-captured = Nothing was captured that is TCP or UDP. Likely causes: the program ended before it sent anything; it used another port; the capture ended too early.
nothing-in-file = There is neither TCP nor UDP in this file.
pinned-title = Pinned for this run:

## What happened, in one sentence

caption-syn = The client asks to connect and says from which number it counts its bytes.
caption-syn-server = The server asks too, before it has seen the client's SYN.
caption-syn-ack = The server agrees (ACK) and asks back (SYN) in one segment.
caption-syn-ack-crossed = The { $who } confirms the other's SYN and sends its own once more: both had asked at once.
caption-handshake-ack = The client confirms: now both know that the other hears them.
caption-data = The { $who } sends { $bytes } of data.
caption-ack = The { $who } confirms what has arrived; it sends no data.
caption-ack-nothing-new = The { $who } confirms nothing new: its window has changed, or it answers something that came before.
caption-ack-of-fin = The { $who } confirms the FIN; it may still send data itself.
caption-last-ack = The { $who } confirms the last FIN: both directions are closed.
caption-fin = The { $who } has no more data to send and closes its direction.
caption-refused = Nobody listens on this port: the server's kernel refuses.
caption-rst = The { $who } breaks the connection off; what was under way is lost.
caption-again = The { $who } sends this again.

## Why the numbers are what they are

why-seq-initial = seq 0: the { $who }'s initial sequence number (raw { $raw }), chosen by its kernel
why-seq-next = seq { $total } = { $sum }: what the { $who } had sent before
why-seq-unmoved = seq { $seq }: the { $who } has sent nothing yet that counts
why-seq-again = seq { $seq }: below { $next }, which would come next, so it is sent again
why-seq-ahead = seq { $seq }: { $missing } bytes before it are not in this capture
why-seq-first-seen = seq 1 (raw { $raw }): the first seen; the SYN was not captured
why-seq-of-reset = raw seq { $raw }: a reset from no connection takes 0, or the number it was asked to have
why-ack-next = ack { $total } = { $sum } received: the next byte the { $who } expects
why-ack-unmoved = ack { $ack }: nothing new has arrived since its last ACK
why-ack-back = ack { $ack }: below { $highest }, which it had acknowledged already
why-ack-unseen = ack { $ack }: acknowledges what this capture does not hold
why-ack-absent = no ack: there is nothing to acknowledge yet
why-window-unscaled = win { $bytes }: free buffer in bytes; { $syn ->
    [yes] a SYN's window is never scaled
   *[no] this connection does not scale
}
why-window-scaled = win { $bytes } = { $raw } × { $factor }: free buffer in bytes, scaled as its SYN announced
why-window-unknown = win { $raw }, unscaled: the SYN with the scale was not captured
sum-bytes = { $count } B
counts-as-one = { $flag } counts as one
and-payload = It carries { $bytes } of data.

## What moved

moved = { $who }: { $from } → { $to }
moved-first = { $who }: { $to } (first seen here)
rule = RFC 9293 { $section }

## Who made it be sent

cause-call = sent because the { $who }'s program called { $call }
cause-exit = sent because the { $who }'s program ended: its kernel closes what it left open
cause-kernel-answers-syn = sent by the server's kernel alone: the socket listens, accept() plays no part
cause-kernel-answers-crossed-syn = sent by the kernel alone: the SYNs crossed, and each must be acknowledged
cause-kernel-finishes-handshake = sent by the kernel alone, inside connect(), to finish the handshake
cause-kernel-acknowledges = sent by the kernel alone: data must be acknowledged
cause-kernel-acknowledges-fin = sent by the kernel alone: a FIN must be acknowledged
cause-kernel-refuses = sent by the kernel alone: no socket listens on this port
cause-kernel-resets = sent by the kernel alone: no connection expects what came
cause-kernel-sends-again = sent by the kernel alone: it had no ACK for it
cause-unknown = nobody recorded the calls of the { $who }
releases = lets the { $who }'s { $call } return
call-causes = { $call } → frame { $frames }
call-no-causes = { $call } sends nothing by itself
call-released-by = returned because of frame { $frame }

## Checksums

checksum-right = right
checksum-wrong = wrong, should be { $expected }
checksum-left-to-hardware = left to the hardware
checksum-unverifiable = not all bytes were captured

## Remarks on frames

remark-cut = the capture kept { $kept } of { $wire } bytes
remark-malformed = { $layer } at byte { $offset } cannot be read: { $reason }
remark-unknown-link = link type { $name } is not read
remark-fragment = a fragment: its transport header is elsewhere
remark-bad-option = the option at byte { $offset } contradicts its own length

## Datagrams

phase-datagrams = datagrams: nothing is opened, nothing is closed
summary-datagrams = client sent { $client } B, server sent { $server } B in { $segments } datagrams
caption-datagram = The { $who } sends one datagram of { $bytes }: it arrives whole or not at all, and nobody confirms it.
caption-icmp = ICMP from the { $who }'s side: { $meaning }.
caption-icmp-about = It quotes the start of the datagram in frame { $frame }.
icmp-port-unreachable = port unreachable
icmp-host-unreachable = host unreachable
icmp-network-unreachable = network unreachable
icmp-prohibited = administratively prohibited
icmp-too-big = packet too big
icmp-time-exceeded = time to live exceeded
icmp-echo-request = echo request
icmp-echo-reply = echo reply
icmp-other = another message
icmp-quotes = quotes frame { $frame }
why-datagram-length = length { $total } = 8 B header + { $bytes } B of payload
why-datagram-boundary = one send, one datagram: its boundaries reach the receiver, unlike those in a TCP stream
why-datagram-no-numbers = no sequence number, no acknowledgment: UDP knows nothing of order or loss
why-icmp-port = RFC 792: the host says so when no socket is bound to the port; an unconnected socket is not told
why-icmp = RFC 792: a host or a router says why the datagram could not be delivered, and quotes its start
cause-kernel-nobody-bound = sent by the kernel alone: no socket is bound to this UDP port
cause-kernel-undelivered = sent by a kernel on the way: the datagram could not be delivered
cause-kernel-nothing-new = sent by the kernel alone: nothing new is acknowledged; the window has changed, or something came again

## Summary

summary-run = run
summary-conversations = conversations
summary-messages = segments and datagrams
summary-with-payload =   of them with payload
summary-payload = bytes of payload
summary-wire = bytes of all frames
summary-time = first frame to last
summary-frames = frames
summary-findings = Findings
summary-found = { $count ->
    [one] 1 segment with a finding
   *[other] { $count } segments with findings
}
