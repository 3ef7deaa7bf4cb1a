## Help: wirelens simulate

help-simulate = Plays a scenario in virtual time, checks what it claims, and draws it
help-simulate-more =
    No network and no privilege is needed: both hosts' TCP is wirelens' own, as
    RFC 9293 writes it. -v tells the rule behind each segment, and so does -w.
    A scenario that is played as it is written and does not do what it claims ends
    with 1. How to write one: docs/scenarios.md.

    Settings: handshake, time-wait, isn, mss, window, rto, delayed-ack, nagle, sack,
    timestamps, window-scale, congestion, initial-window, bytes (how many the client
    of a topology says), app (echo, slow-reader, late-close, never-accepts, crash,
    crash-after-reading, power-loss, server-closes-first, both-close), pause,
    clients, backlog, ip, syn-retries, retries, user-timeout, keep-alive,
    keep-alive-interval, keep-alive-probes, tail-loss-probe, limited-transmit,
    time-wait-reuse, time-wait-reset, syn-cookies, overflow; of every
    cable: delay, bandwidth, loss, duplication, reordering. Where one of these is
    set, the others are 10ms and none instead of the topology's. A value that does
    not fit is refused with the setting's meaning and range.

    Examples:
      wirelens simulate handshake
      wirelens simulate syn-backoff --profile linux
      wirelens simulate handshake --branch '3: lose'
      wirelens simulate mine.pkt --lose 'data>#3'
      wirelens simulate router --set delay=20ms
      wirelens simulate --set loss=5% --set bytes=30000 --seed 7 --profile linux
      wirelens simulate --set handshake=two-way        counterfactual
help-option-profile = Both hosts' habits: rfc, as the RFCs recommend, or linux; left out, as the scenario has it
help-option-seed = What chance begins with: the same number gives the same bytes

## What went wrong

simulate-no-address = the host { $host } has no address
simulate-no-way = the host { $client } has no way to { $server }: no address of the same family, or no route
simulate-unfinished = after { $minutes } minutes of virtual time something was still going on; stopped there
expected-number = a whole number from { $least } to { $most }
expected-time = a time such as 200ms, 1s or 2min, at most { $most }
expected-span = a time from { $least } to { $most }
expected-share = a share of all packets, 0% to 99.9999%
expected-rate = bits a second, such as 64k, 10M or 1G

## What each setting is

knob-refused = { $refusal } ({ $key }: { $meaning })
knob-handshake = in how many steps a connection begins; two is a counterfactual
knob-time-wait = how long TIME-WAIT lasts; 0 is a counterfactual
knob-isn = the initial sequence number of both ends
knob-mss = the largest segment, in bytes of data
knob-window = the receive buffer, which is the largest window, in bytes
knob-rto = the retransmission timeout before anything is measured, and its floor
knob-delayed-ack = how long an acknowledgment may wait; 0: not at all
knob-nagle = whether small segments wait for an acknowledgment
knob-sack = whether selective acknowledgments are offered
knob-timestamps = whether the timestamps option is offered
knob-window-scale = whether the window scale option is offered
knob-congestion = how the congestion window moves; none is a counterfactual
knob-initial-window = the first congestion window, in segments
knob-syn-retries = how often an unanswered SYN goes again
knob-retries = how often unacknowledged data goes again
knob-user-timeout = how long data may stay unacknowledged
knob-keep-alive = the silence before the first keep-alive; 0: none
knob-keep-alive-interval = the time between keep-alives
knob-keep-alive-probes = how many unanswered keep-alives end a connection
knob-tail-loss-probe = whether the end of a flight is asked for before the timer goes off
knob-limited-transmit = whether the first two duplicate ACKs each bring out a new segment
knob-time-wait-reuse = who may take over a connection in TIME-WAIT: nobody, a newer SYN, or also a program that connects
knob-time-wait-reset = whether a reset ends TIME-WAIT
knob-backlog = how many connections may wait in each of the server's queues
knob-syn-cookies = whether a full SYN queue answers with cookies
knob-overflow = what a handshake gets that completes into a full accept queue
knob-app = how the programs behave
knob-pause = how long a program waits whose behaviour is to wait
knob-clients = how many clients connect, all at once
knob-ip = IPv4 or IPv6
knob-bytes = how many bytes each client says
knob-loss = how many packets every cable loses
knob-duplication = how many packets every cable delivers twice
knob-reordering = how many packets every cable delivers late
knob-delay = how long every cable takes, one way
knob-bandwidth = how many bits a second every cable carries

## Settings that contradict each other

contradiction-two-limits = the settings user-timeout and retries each say when data is given up: choose one
contradiction-keep-alive-off = keep-alive=0 sends no keep-alives, so keep-alive-interval and keep-alive-probes mean nothing
contradiction-probe-without-sack = tail-loss-probe=on needs SACK, and sack=off takes it away
contradiction-cookie-without-third-step = a SYN cookie comes back in the third step, and handshake=two-way has none
contradiction-no-time-wait = with time-wait=0 there is no TIME-WAIT to take over or to end
contradiction-reuse-without-timestamps = time-wait-reuse=both needs timestamps, and timestamps=off takes them away
contradiction-no-congestion-window = with congestion=none there is no congestion window, so initial-window means nothing
contradiction-nobody-pauses = with this app no program pauses: pause goes with slow-reader, late-close and power-loss
