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

help-option-kernel = Play the scenario's calls and faults on the real kernels of the lab instead of the simulator (20 s at most)
help-option-beside-tcp = Play it also with another TCP and put both side by side: rfc, linux (simulated, Linux-like) or kernel (real, in the lab)
tcp-rfc = simulated by the RFCs
tcp-linux-like = simulated, Linux-like
not-real-line = line { $line }: no kernel does this on request: { $text }
not-real-setting = the kernel has no setting for { $name }={ $value }: this scenario can only be simulated
not-real-option = the socket option { $name } cannot be set in the lab: this scenario can only be simulated
not-real-host = { $host } is neither the client nor the server of the topology: this scenario can only be simulated
real-left-out = the kernel has no such settings and keeps its own habits: { $settings }
