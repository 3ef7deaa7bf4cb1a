# What is made different in a lab: faults, cables, firewalls, kernel settings.
pattern-unknown = there is no fault pattern `{ $found }`; there are: { $known }
pattern-count = expected a number from 1 on, or *, behind # in a fault pattern, found `{ $found }`
condition-not-timed = expected a pattern and a time of at most { $most } s, `data=300ms`, found `{ $found }`
condition-no-node = expected what is at the cable's ends, NODE or NODE-NODE, behind @ or before the colon, found `{ $found }`; there are: { $known }
condition-no-cable = there is no cable between { $one } and { $other }; the cables are: { $known }
condition-several-cables = several cables could be meant by `{ $found }`: { $cables }
condition-not-cable = expected a cable and what it is to be like, `client-switch:delay=20ms,bandwidth=10Mbit,queue=20,mtu=1400`, found `{ $found }`
condition-no-quality = a cable has no `{ $found }`; it has: { $known }
condition-not-time = expected a time of at most { $most } s, 300ms, found `{ $found }`
condition-not-rate = expected a rate, 10Mbit, found `{ $found }`
condition-range = expected { $key } from { $least } to { $most }, found `{ $found }`
condition-not-firewall = expected a host, a port and what is done with packets for it, `server:9999=drop` or `=reject` or `=reject-icmp`, /tcp or /udp behind the port where only one is meant, found `{ $found }`
condition-no-host = there is no host `{ $found }`; the hosts are: { $known }
condition-not-setting = expected a kernel setting and its value, `tcp_sack=0`, a host and a colon before it where only one is meant, found `{ $found }`
condition-no-setting = there is no kernel setting `{ $found }` that can be changed; see `wirelens list settings`
condition-no-setting-nearest = there is no kernel setting `{ $found }` that can be changed; the nearest is `{ $nearest }`
list-settings = Kernel settings: wirelens lab TOPOLOGY --sysctl [HOST:]NAME=VALUE
listener = { $host }listening on { $local }: at most { $waiting } of { $room } waited for accept(){ $full }, at most { $half_open } in SYN-RECEIVED (sampled)
listener-full = , full from { $at } on
simulate-instead = The simulator needs no permission and plays the same topology: `wirelens simulate { $topology }`.
# The kernel settings that can be changed in a lab.
setting-tcp-congestion-control = how the sender finds its speed: reno, cubic, …; the host must allow it
setting-tcp-slow-start-after-idle = 1: slow start again after a pause
setting-tcp-autocorking = 1: small writes are joined while others are on their way
setting-tcp-sack = 1: selective acknowledgments are offered (RFC 2018)
setting-tcp-dsack = 1: what arrives twice is reported (RFC 2883)
setting-tcp-timestamps = 1: timestamps are offered (RFC 7323)
setting-tcp-window-scaling = 1: window scaling is offered (RFC 7323)
setting-tcp-ecn = congestion notification: 0 never, 1 asked for, 2 when asked (RFC 3168)
setting-tcp-fastopen = data in the SYN: 1 as client, 2 as server, 3 both (RFC 7413)
setting-tcp-syn-retries = how often a SYN is sent again
setting-tcp-synack-retries = how often a SYN-ACK is sent again
setting-tcp-syn-linear-timeouts = so many SYNs follow each other by 1 s; then the time doubles
setting-tcp-retries1 = after so many retransmissions in vain another way is looked for
setting-tcp-retries2 = after so many retransmissions in vain the connection is given up
setting-tcp-orphan-retries = the same for a connection that the program has closed; 0 means 8
setting-tcp-fin-timeout = seconds an orphan stays in FIN-WAIT-2; not the time of TIME-WAIT
setting-tcp-keepalive-time = seconds of silence before a keepalive is sent
setting-tcp-keepalive-intvl = seconds from one keepalive to the next
setting-tcp-keepalive-probes = keepalives in vain after which the connection is given up
setting-tcp-early-retrans = 3: a probe finds out whether the last segments were lost (RFC 8985)
setting-tcp-recovery = 1: losses are found by time (RACK, RFC 8985)
setting-tcp-frto = spurious timeouts are recognized (RFC 5682)
setting-tcp-reordering = how far segments may be out of order before one counts as lost
setting-tcp-mtu-probing = 1: where ICMP is lost, the MTU is found by trying (RFC 4821)
setting-tcp-syncookies = 1: when the SYN queue is full nothing is remembered of a SYN; 0: never
setting-tcp-abort-on-overflow = 1: where the accept queue is full the client gets a RST
setting-tcp-max-syn-backlog = how long the SYN queue may be
setting-somaxconn = the most that listen() is given as its backlog
setting-tcp-tw-reuse = whether a socket in TIME-WAIT may connect again: 0, 1, 2 on loopback only
setting-tcp-rfc1337 = 1: a RST does not end TIME-WAIT (RFC 1337)
setting-ip-local-port-range = the ports a client is given, "32768 60999"
setting-tcp-rmem = the receive buffer: least, usual, most, in bytes
setting-tcp-wmem = the send buffer: least, usual, most, in bytes
setting-tcp-moderate-rcvbuf = 1: the receive buffer grows as needed
setting-ip-default-ttl = the TTL that packets set out with
setting-ip-no-pmtu-disc = 1: packets may be fragmented on the way (DF off)
