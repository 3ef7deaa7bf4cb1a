# The command line, in English. Keys and placeholders are the same in zh-CN.

## Help: headings

help-heading-usage = Usage:
help-heading-commands = Commands
help-heading-arguments = Arguments
help-heading-options = Options

## Help: commands

help-wirelens = Runs real TCP and UDP programs, captures their packets and draws what happened: handshake, teardown, both ends' states, the socket calls.
help-wirelens-more =
    Without a command: the window. Where there is no display: tcp-greeting, drawn
    in the terminal.

    Examples:
      wirelens run tcp-greeting                a client and a server on a private network
      wirelens run tcp-greeting -w talk.pcapng   the same, saved; Wireshark reads it too
      wirelens show talk.pcapng                draws it again
      wirelens COMMAND --help                  more about a command

    Standard output carries the picture and nothing else; what the programs say and
    what there is to note goes to standard error. Ctrl-C ends a run in good order.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no permission, 4 the capture is
    damaged but was partly read.
help-list = Lists the bundled programs with their settings, the topologies of the lab, the simulations, and the captures that come with wirelens
help-list-more =
    Examples:
      wirelens list
      wirelens list programs --format json
help-run = Runs a bundled client and server, captures their packets and draws them
help-run-more =
    Examples:
      wirelens run tcp-greeting
      wirelens run tcp-greeting --set pause=0ms --set names=Ada,Grace
      wirelens run tcp-greeting --set server=none     nobody listens: refused
      wirelens run tcp-chat --input 'hello\nexit' --input 'server=hi'
      wirelens run tcp-short-connections --beside tcp-long-connection
      wirelens run tcp-greeting --format json | jq '.conversations[0].opening'
help-exec = Runs any commands on a private network, captures their packets and traces their socket calls
help-exec-more =
    The commands start in order, the next one when the one before listens (or has
    bound a datagram socket), or after 1 s. The run is over when the last one has
    ended and nothing has happened for 1.5 s, at most 10 s later; what still runs
    then is asked to end, and killed 1 s after that.

    Examples:
      wirelens exec 'python3 server.py' 'python3 client.py'
      wirelens exec --address 192.168.1.104 'python3 server.py' 'python3 client.py'
      wirelens exec --input 'hello\nexit' 'python3 server.py' 'python3 client.py'
      wirelens exec 'python3 -m http.server -b ::1 8000' 'curl -s http://[::1]:8000/'
help-program = Plays one side of a bundled program alone, as an ordinary program
help-program-more =
    Examples, in two terminals:
      wirelens program tcp-greeting server
      wirelens program tcp-greeting client
help-show = Draws a saved capture, or one that is coming in
help-show-more =
    With -Y the frames that a display filter selects are meant: -w saves only them,
    the formats of one line a frame write only them; the ladder and JSON show the
    conversations they are in, whole, with the selected segments marked ».
    `tcpdump`, `table` and `summary` keep no frame in memory: a file may be of any size.

    Examples:
      wirelens show talk.pcapng
      wirelens show big.pcap.gz --format summary
      wirelens show talk.pcapng -Y 'tcp.analysis.retransmission' --format table
      wirelens show talk.pcapng -Y 'tcp.port == 443' -w https.pcapng
      wirelens show greeting            one that comes with wirelens, see `wirelens list captures`
      tcpdump -c 20 -w - tcp | wirelens show -

help-fields = Writes chosen fields of every frame: a row a frame, tab-separated, as `tshark -T fields`
help-fields-more =
    Examples:
      wirelens fields talk.pcapng -e frame.number -e ip.src -e tcp.analysis.ack_rtt
      wirelens fields talk.pcapng -Y 'tcp.flags.syn == 1' -e frame.number -e tcp.stream
help-capture = Captures an interface of this system and draws what passes
help-capture-more =
    Every frame that passes the interface, in both directions; not promiscuous.
    -f keeps only what it selects. It is a display filter, as for -Y, not one of
    tcpdump's; wirelens applies it after the kernel has handed the frame over, so
    it makes the file smaller but not the work. What it did not keep is counted,
    and frames are numbered without it. -c counts what is kept.
    `tcpdump` and `table` write each line as its frame comes, `ladder`, `json` and
    `summary` at the end: after -c frames or Ctrl-C, or when the interface is gone.
    For the ladder and JSON the last 1 GiB of frames are in memory, for the others
    none. -w writes each frame as it comes: what is killed loses none.

    Examples:
      wirelens interfaces                         what there is to capture
      sudo wirelens capture -i eth0               until Ctrl-C, then the ladder
      sudo wirelens capture -i lo -c 20 --format tcpdump
      sudo wirelens capture -i eth0 -f 'tcp.port == 443' -w https.pcapng
      sudo tcpdump -U -w - -i eth0 | wirelens show -      only tcpdump is root

help-interfaces = Lists the interfaces of this system and whether each can be captured
help-interfaces-more =
    Each was tried: a packet socket was opened and bound to it. Where that failed,
    the step that failed and what helps stand below.

    Examples:
      wirelens interfaces
      wirelens interfaces --format json

## Help: arguments

help-list-what = What to list; all if left out
help-exec-commands = The commands, each in quotes as one would type it
help-run-program = Which program: see `wirelens list programs`
help-program-program = Which program: see `wirelens list programs`
help-program-role = Which side: server or client
help-show-file = A pcap or pcapng file, plain, gzip or zstd; - for standard input. Where there is no such file: the name of a capture that comes with wirelens
help-fields-file = A pcap or pcapng file, plain, gzip or zstd; - for standard input

## Help: options

help-option-absolute = Sequence numbers as they stand in the header, not counted from the SYN
help-option-address = One more address of the private network, IPv4 or IPv6; may be given several times
help-option-capture-filter = Keeps only the frames that this display filter selects; the others are counted
help-option-count = Ends after so many frames
help-option-interface = Which interface: see `wirelens interfaces`
help-option-color = Colours: auto (on a terminal, unless NO_COLOR is set), always or never
help-option-conversation = Only the conversation with this number; the first is 0
help-option-format = How it is written
help-option-field = A field by Wireshark's name, `tcp.len`; given several times, as many columns
help-option-filter = A display filter in Wireshark's language, see docs/filters.md
help-option-help = This help
help-option-input = What is typed into a side that reads: client=TEXT, server=TEXT, or the client's TEXT alone, with \n between lines; left out, the program brings its own lines
help-option-command-input = What a command reads on its standard input, \n for a new line; the last one, or given several times, that many of the last
help-option-beside = Another program, run after it with the same settings: both summed up side by side
help-option-lang = Language: en or zh; left out, the environment's (LC_ALL, LC_MESSAGES, LANG)
help-option-network = Where it runs: private, a network made for this run, or host, this host's loopback
help-option-quiet = Neither the programs' output nor notes, only errors
help-option-set = Sets something on the program; may be given several times
help-option-verbose = Also which kernel settings were pinned, and how long things took
help-option-version = The version
help-option-write = Saves what was seen as pcapng, or as pcap where the name ends so; - for standard output, where it replaces the picture

## Lists

list-programs = Programs: wirelens run PROGRAM
list-captures = Captures: wirelens show CAPTURE
list-default = default { $value }
list-default-empty = default: empty

## Notes and errors

no-window-no-display = no window: neither DISPLAY nor WAYLAND_DISPLAY is set; run wirelens in a graphical session, or over `ssh -X`. Here is tcp-greeting in the terminal:
no-window-not-built = no window: this wirelens was built without it; `cargo build --release` builds it with. Here is tcp-greeting in the terminal:
no-window-failed = no window: { $reason }. Here is tcp-greeting in the terminal:
timing-network = network ready after { $span }
timing-run = run over after { $span }
timing-drawn = read and drawn in { $span }
no-conversation = there is no conversation { $id }: { $count ->
    [0] this capture has none
    [one] this capture has one, number 0
   *[other] this capture has { $count }, numbered from 0
}
too-many-inputs = there are { $inputs } --input for { $commands } commands; give one for each at most
commands-too-long = the commands and their input are too long: { $bytes } bytes, at most { $most }
write-and-format = `-w -` and `--format` both want standard output; write to a file, or leave out `--format`
write-to-terminal = `-w -` writes binary data, and standard output is a terminal; redirect it, or name a file
output-failed = cannot write to standard output: { $reason }
not-a-field = `{ $name }` is a filter, not a field
document-failed = cannot write the JSON document: { $reason }
frames-dropped = { $count ->
    [one] 1 frame was
   *[other] { $count } frames were
} dropped to stay within the bound of memory: the oldest ones
saved-left-out = left out of the saved file, for pcap has no place for it: { $count } (calls, comments, options, other tools' blocks); pcapng keeps all
