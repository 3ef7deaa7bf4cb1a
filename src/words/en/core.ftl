# Our own TCP in the place of a kernel's.
help-option-core = Let the programs on this host bring wirelens's own TCP (RFC 9293) instead of the kernel's; may be given for several hosts
help-option-knob = Set a knob of that TCP, such as nagle=off or mss=500; see `wirelens simulate --help`
origin-core = { $host }: TCP by wirelens ({ $tcp })
core-not-tcp = { $program } speaks UDP: only TCP can be ours instead of the kernel's
core-not-host = { $host } is no host of this topology; the hosts are: { $known }
core-router = { $host } is a router: its kernel passes packets on and cannot be done without
core-interfaces = { $host } has not exactly one interface with an IPv4 address, which wirelens's own TCP needs
core-cables = { $setting } belongs to cables, which a topology file describes; --knob sets TCP alone

program-tcp-bulk-title = Many bytes, there and back
program-tcp-bulk-look = Look at the sequence graph: the first flight is ten segments (the initial window, RFC 6928), then slow start doubles it each round trip. Lose a segment in the lab with --lose 'data>#30' and see duplicate ACKs, SACK blocks and the fast retransmission.
program-error-cut-short = the peer ended after { $came } of { $expected } bytes
program-error-altered = the byte at place { $place } of the stream is not the one that was sent
setting-bytes = how many bytes are sent
setting-back = no: nothing comes back
setting-closes-first = who closes first, and so goes through TIME-WAIT
core-commands = --core works with the bundled programs: other commands ask their kernel for sockets
