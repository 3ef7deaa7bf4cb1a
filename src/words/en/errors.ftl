# What went wrong, in English: what failed, what was expected and found, what
# to do, the path last. Keys and placeholders are the same in zh-CN.

error = error: { $sentence }
notice = note: { $sentence }
with-errno = { $text } ({ $name })
at-path = { $sentence }: { $path }
one-or-other = { $first } or { $second }

## Capture files

file-open = cannot open the capture: { $reason }; check its name, or take one of `wirelens list captures`
file-read = cannot read the capture: { $reason }
file-empty = the capture is empty: expected at least a header of 24 bytes, found 0 bytes; capture again
file-not-a-capture = not a capture: expected the first bytes of pcap or pcapng, found { $bytes }; save it as pcapng with the tool it comes from
file-compressed = the capture is compressed; unpack it first, `{ $tool } -dc FILE | wirelens show -`
file-unsupported = cannot read { $what }; convert it first, `editcap -F pcapng OLD NEW`
file-unpack = cannot unpack the capture: { $kind }
file-spool = cannot make a temporary file for the capture: { $reason }; set TMPDIR to a directory with room
file-mixed-link-types = cannot save as pcap: its frames are of link types { $first } and { $second }, which do not fit one pcap file; name it .pcapng
file-save = cannot save the capture: { $reason }; what was there before still is
unsupported-format = the format { $name }
unsupported-pcap-version = pcap version { $version }: expected 2.0 to 2.4
unsupported-pcapng-version = pcapng version { $version }: expected 1.0 to 1.2

## Damaged captures

damage = the capture breaks off at byte { $offset }, after { $frames }: { $kind }; all before that is shown
damage-cut = the record is cut, needed { $needed } bytes, available { $available }
damage-impossible-length = the record has an impossible length, expected { $least } to { $most } bytes, found { $length }
damage-lengths-differ = the block of type { $type } gives two lengths, { $first } bytes at its start, { $last } at its end
damage-corrupt-block = the content of the block of type { $type } contradicts its length of { $length } bytes
damage-unknown-interface = the packet was seen at interface { $interface }, but { $described } are described before it
damage-unsupported = from there on it is { $what }
damage-packed-cut = the { $tool } data is cut after { $packed } bytes
damage-packed-corrupt = the { $tool } data is corrupt near its byte { $packed }
damage-unpacks-too-far = { $packed } bytes of { $tool } data unpack to { $unpacked } bytes and more, as no capture does
damage-spool-failed = keeping a copy in a temporary file failed, { $reason }
damage-read-failed = reading failed, { $reason }

## Left out of a capture

skipped-blocks = { $count ->
    [one] 1 pcapng block of type { $type } was passed over
   *[other] { $count } pcapng blocks of type { $type } were passed over
}
skipped-not-understood = { $count ->
    [one] 1 socket call, output or note written by another version of wirelens was passed over
   *[other] { $count } socket calls, outputs or notes written by another version of wirelens were passed over
}
broken = { $count ->
    [one] 1 pcapng block was broken and passed over, at byte { $offset }: { $kind }
   *[other] { $count } pcapng blocks were broken and passed over, the first at byte { $offset }: { $kind }
}
skipped-not-kept = { $count ->
    [one] 1 block or option of another tool is too much to keep: it is lost when the capture is saved again
   *[other] { $count } blocks or options of other tools are too much to keep: they are lost when the capture is saved again
}
skipped-untimed = { $count ->
    [one] 1 frame came without a time and stands at 1970-01-01 00:00 UTC
   *[other] { $count } frames came without a time and stand at 1970-01-01 00:00 UTC
}

## Running a program

session-not-started = cannot start a session: { $reason }
session-program-not-started = cannot start the { $who }: { $reason }
session-server-ended = the server ended before it was ready on port { $port }: { $exit }
session-server-call-failed = the server ended before it was ready on port { $port }: its { $call } failed: { $reason }
session-server-not-ready = the server was not ready on port { $port } within { $seconds } s
session-standstill = nothing has happened for { $seconds } s: the programs wait for each other
session-end-not-marked = the datagram that marks the end of the exchange could not be sent: { $reason }
session-end-not-seen = the datagram that marks the end of the exchange was not captured within { $seconds } s: the last frames may be missing
session-miscounted = the kernel counted { $received } frames and dropped { $dropped }, but { $read } were read: frames are missing
session-unstamped = { $count ->
    [one] the kernel did not stamp 1 frame: its time is when it was read, too late
   *[other] the kernel did not stamp { $count } frames: their times are when they were read, too late
}
session-bad-reports = { $count ->
    [one] 1 report of a socket call could not be read: that call is missing
   *[other] { $count } reports of socket calls could not be read: these calls are missing
}
session-vanished = the session ended unexpectedly; this is a fault in wirelens
port-taken = port { $port } is taken (EADDRINUSE): `ss -lntup 'sport = :{ $port }'` tells by whom, `--set port=NUMBER` chooses another

session-command-not-found = { $command } is not there: the shell found no such program (status { $status }); check its name, and its path from this directory
session-command-not-executable = { $command } cannot be executed (the shell's status { $status }); `chmod +x FILE`, or name its interpreter
session-tracer-ended = what traced { $command } ended unexpectedly, and the command with it

## Notes about a reader's own commands

remark-untraced = the socket calls of { $command } cannot be seen: { $reason }; packets and states are there all the same. What forbids it: /proc/sys/kernel/yama/ptrace_scope at 2 or 3, a container without ptrace, or a debugger that is there already
remark-not-ready = { $command } did not listen within { $span }; the next command was started all the same
remark-failed = { $command } { $exit }
remark-still-running = { $command } still ran when nothing had happened for { $span } after the last command ended, and was asked to end
remark-killed = { $command } had not ended { $span } after it was asked to, and was killed
remark-left-behind = { $count ->
    [one] { $command } left 1 process behind, which was ended
   *[other] { $command } left { $count } processes behind, which were ended
}
remark-output-cut = { $command } wrote more than 1 MiB: { $bytes } bytes of it are not here
remark-calls-cut = calls of { $command } moved so much at once that { $bytes } bytes of it are not here

live-helper-not-started = cannot start the helper process: { $reason }: { $path }
live-helper-ended = the helper process ended unexpectedly, and the private network with it
live-helper-silent = the helper process did not answer within { $seconds } s
live-talk = cannot talk to the helper process: { $reason }
capture-open = cannot capture on { $interface }: { $reason }
capture-interface-down = the interface went down: the capture ends there
capture-deaf = a datagram sent on { $interface } was not captured within { $millis } ms
capture-read = reading the packet socket failed: { $reason }

## Refusals: the step, the reason, one command

refusal-private = cannot make a private network: { $step }: { $reason }
refusal-host = cannot capture on this host's loopback: { $step }: { $reason }
step-unshare = unshare(CLONE_NEWUSER|CLONE_NEWNET)
step-setgroups = writing /proc/self/setgroups
step-uid-map = writing /proc/self/uid_map
step-gid-map = writing /proc/self/gid_map
step-netlink = socket(AF_NETLINK)
step-loopback-mtu = setting the mtu of lo
step-loopback-segments = setting gso_max_segs of lo
step-loopback-up = bringing lo up
step-loopback-address = adding an address to lo
step-loopback-check = reading back the settings of lo
step-packet-socket = socket(AF_PACKET, SOCK_RAW)
step-packet-options = setsockopt on the packet socket
step-packet-bind = bind of the packet socket to the interface
step-end-mark = opening the socket that marks the end
step-lab-plan = reading the plan of the lab
step-lab-host = unshare(CLONE_NEWNET) for a host
step-lab-setting = changing a kernel setting of a host
step-lab-bridge = making a bridge
step-lab-cable = making a veth pair
step-lab-offload = switching offloads off
step-lab-port = adding a port to a bridge
step-lab-up = bringing an interface up
step-lab-address = adding an address
step-lab-route = adding a route
step-lab-translation = adding a rule to nf_tables that translates addresses
step-lab-firewall = adding a rule to nf_tables that closes a port
step-about = { $step } ({ $about })
step-lab-carrier = waiting for the cables to carry
step-lab-wire = starting a wire
remedy-more-user-namespaces = This system allows no more user namespaces. This raises the limit until it restarts:
remedy-more-network-namespaces = This system allows no more network namespaces. This raises the limit until it restarts:
remedy-unprivileged-namespaces = This system keeps user namespaces to root. This opens them to all until it restarts:
remedy-app-armor = AppArmor forbids it to programs without a profile. This lifts that until the system restarts:
remedy-container-filter = The system-call filter of a container forbids it. Start the container so:
remedy-capture-capability = Capturing on the host takes a capability. This gives it to wirelens:
remedy-container-capability = This container keeps the capability from everybody, root too. Start the container so:
remedy-none = Nothing is known that would help on this system.
captures-instead = Saved captures need no permission: `wirelens list captures`, `wirelens show greeting`.

## The programs

call-failed = { $call } failed: { $reason }
connect-refused = { $call } was refused (ECONNREFUSED): nobody listens on that port; start the server first
program-thread = cannot start a thread for a connection: { $reason }
program-report = { $variable } does not name an open descriptor: { $reason }
program-no-answer = no answer within { $waited }: given up, where the program in the notes waits for ever. The kernel has no error for this socket (SO_ERROR 0)
program-no-answer-error = no answer within { $waited }: given up, where the program in the notes waits for ever. The kernel has an error for this socket: { $reason }
program-reads-nothing = recv() has returned 0 bytes { $reads ->
    [one] once
   *[other] { $reads } times
}: the client has left. The server in the notes does not look at that and would go on for ever
program-input-ended = standard input ended before the program had what it needs
program-input = cannot read standard input: { $reason }
program-not-an-address = expected an IPv4 address such as 127.0.0.1, found { $found }
program-not-a-port = expected { $expected }, found { $found }
program-not-a-name = expected a domain name such as www.example, found { $found }
program-not-a-path = expected a path such as /index.html, found { $found }
program-no-name-server = the name server { $server } did not answer: asked { $tries ->
    [one] once, { $waited }
   *[other] { $tries } times, { $waited } each
}
program-no-such-name = the name server answers { $code }: it has nothing for { $name }
program-no-address = { $name } is a name, but has no IPv4 address
program-not-http = expected a response of HTTP: { $why }
program-not-in-encoding = { $encoding } has no bytes for { $character }
unknown-program = there is no program { $found }; `wirelens list programs` names them
unknown-program-nearest = there is no program { $found }; did you mean `{ $nearest }`?
no-such-role = { $program } has no side called { $found }: expected { $expected }

input-nobody-reads = { $program } reads no input; leave out `--input`
input-not-read = the { $who } of { $program } reads no input, only the { $reader } does

## Their settings

setting-not-a-pair = expected KEY=VALUE, found { $found }
setting-unknown = there is no setting { $found }; there are { $known }
setting-unknown-nearest = there is no setting { $found }; did you mean `{ $nearest }`?
setting-malformed = the setting `{ $key }` expects { $expected }, found { $found }
expected-port = a port from 1 to 65535, such as 9999
expected-other-port = a port from 1 to 65535, such as 9999, or `same`
expected-size = a number of bytes from 1 to { $most }
expected-text = a text of at most { $longest } bytes
expected-duration = a span of 0ms to { $longest }s with its unit, such as 250ms or 1s
expected-words = words separated by commas, each of 1 to { $longest } bytes
expected-count = a whole number from 0 to { $highest }
expected-choice = one of { $choices }

## Error numbers, as errno(3) knows them

errno-eacces = permission denied
errno-eaddrinuse = the address is in use
errno-eaddrnotavail = no interface has this address
errno-eagain = the system has none to give right now
errno-ebadf = no such descriptor is open
errno-econnrefused = connection refused
errno-econnreset = the connection was reset by the peer
errno-eexist = it exists already
errno-einval = invalid argument
errno-eio = input/output error
errno-eisdir = it is a directory
errno-emfile = too many open files
errno-enetdown = the network is down
errno-enodev = no such device
errno-enobufs = no buffer space left
errno-enoent = no such file or directory
errno-enomem = out of memory
errno-enospc = no space left, or a limit is reached
errno-enotdir = not a directory
errno-eperm = operation not permitted
errno-epipe = the other end is closed
errno-erofs = the file system is read-only
errno-etimedout = timed out
