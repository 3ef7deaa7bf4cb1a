## Help: wirelens simulate

help-simulate = Plays a scenario in virtual time, checks what it claims, and draws it
help-simulate-more =
    No network and no privilege is needed: both hosts' TCP is wirelens' own, as
    RFC 9293 writes it. The rule behind each segment is in the frame's comment (-w).
    A scenario that is played as it is written and does not do what it claims ends
    with 1. How to write one: docs/scenarios.md.

    Settings: handshake, time-wait, isn, mss, window, rto, delayed-ack, nagle, sack,
    timestamps, window-scale, congestion, initial-window, bytes (how many the client
    of a topology says); of every cable: delay, bandwidth, loss, duplication,
    reordering. Where one of these is set, the others are 10ms and none instead of
    the topology's.

    Examples:
      wirelens simulate handshake
      wirelens simulate syn-lost --profile linux
      wirelens simulate handshake --branch '3: lose'
      wirelens simulate mine.pkt --lose 'data>#3'
      wirelens simulate router --set delay=20ms
      wirelens simulate --set loss=5% --set bytes=30000 --seed 7 --profile linux
      wirelens simulate --set handshake=two-way        counterfactual
help-option-profile = Both hosts' habits: rfc, as the RFCs recommend, or linux; left out, as the scenario has it
help-option-seed = What chance begins with: the same number gives the same bytes

## What went wrong

simulate-no-ipv4 = the host { $host } has no IPv4 address, and the simulator speaks IPv4 alone
simulate-unfinished = after { $minutes } minutes of virtual time something was still going on; stopped there
expected-number = a whole number from { $least } to { $most }
expected-time = a time such as 200ms, 1s or 2min, at most { $most }
expected-share = a share of all packets, 0% to 99.9999%
expected-rate = bits a second, such as 64k, 10M or 1G
