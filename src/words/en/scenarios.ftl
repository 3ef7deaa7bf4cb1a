# Scenarios of the simulator.

list-simulations = Simulations: wirelens simulate SCENARIO
help-simulate-scenario = Which scenario, see `wirelens list simulations`; or a file of one, mine.pkt; or a topology, on which a client greets a server; left out, cable
help-option-branch = Another way from frame N on: '5: lose', '5: delay=300ms', '5: duplicate', '5: swap'

scenario-linux = Linux: { $text }
scenario-figure = { $cited }, figure { $figure }

scenario-unknown = there is no scenario, no topology and no file { $found }; scenarios: { $scenarios }; topologies: { $topologies }
scenario-not-read = the scenario cannot be read: { $reason }: { $path }
scenario-error = { $name }, line { $line }: { $what }
scenario-expected = expected { $expected }, found { $found }
scenario-expected-end = expected { $expected }, found the end of the line
scenario-misplaced = { $name } stands twice, or behind the first line with a time
scenario-missing = the line { $name } is missing
scenario-cables-alone = { $name } is a setting of cables, not of a host
scenario-programs = { $name } is a setting of programs, and here the file says what they do
scenario-filter = { $found } is no display filter
scenario-no-host = there is no host { $found } in the topology; there are: { $known }
scenario-range = expected a number from { $least } to { $most }, found { $found }
scenario-length = from { $from } to { $to } are { $expected } bytes, found ({ $found })
scenario-empty-time = the time ends before it begins
scenario-behind-end = the play has ended before, with `end`
scenario-nothing-waits = only a call can wait: `...` behind a time stands before calls
scenario-too-many-lines = more than { $most } lines
scenario-too-many-bytes = the file is longer than { $most } bytes

scenario-wants-head-or-time = a time, or one of title.en, title.zh, about.en, about.zh, linux.en, linux.zh, cite, topology, profile, only, numbers, limit, set
scenario-wants-time = a time, such as 0.1 or +0.1
scenario-wants-subject = the name of a host, `wire` or `end`
scenario-wants-host-does = `:`, `>`, `<`, `=`, `silent` or a field behind the host
scenario-wants-wire-does = lose, delay, duplicate, swap, unplug, cut, mend or set with a setting of cables
scenario-wants-call = a call, set, kill or reboot
scenario-wants-option = one of the options { $known }
scenario-wants-result = a number, or -1 and the name of an error such as ECONNRESET
scenario-wants-flags = the control bits of a packet: of S F R P U E W and . for ACK, each once
scenario-wants-numbers = sequence numbers, such as 1:11(10)
scenario-wants-packet-field = ack, win, urg, from, to or options in < >
scenario-wants-packet-option = mss, sackOK, TS, nop, wscale, sack, eol or ...
scenario-wants-state = a state of TCP, such as ESTABLISHED or FIN-WAIT-1
scenario-wants-field = one of the fields { $known }
scenario-wants-order = one of = != < <= > >=
scenario-wants-value = a number, a number of segments such as 10mss, or infinity
scenario-wants-number = a whole number
scenario-wants-duration = a time such as 0.5, 200ms, 3s, 10min or 2h, at most 30 days
scenario-wants-citation = a section of an RFC, such as RFC 9293 3.5, figure 6
scenario-wants-profile = rfc or linux
scenario-wants-number-style = relative or absolute
scenario-wants-setting = a setting and its value
scenario-wants-name = a name
scenario-wants-endpoint = an address and a port, such as server:80
scenario-wants-text = a text
scenario-wants-end = the end of the line

claims-missed = { $missed ->
    [one] one claim of { $count } was not met:
   *[other] { $missed } claims of { $count } were not met:
}
claim-missed = line { $line }: { $what }
missed-packet = it sent { $found } at { $at } s instead
missed-when = expected from { $from } s to { $to } s, found at { $found } s
missed-moment = expected at { $from } s, found at { $found } s
missed-no-packet = nothing was sent until { $until } s
missed-not-silent = it sent { $found } at { $at } s
missed-state = found { $found }
missed-value = found { $found }
missed-no-value = it has no such value now
missed-result = the call returned { $found }
missed-returned = expected until { $to } s, the call returned at { $found } s
missed-waits = the call never returned
missed-late = expected at { $wanted } s, but it was { $now } s already
missed-no-socket = there is no socket { $fd }
missed-no-host = the host has no socket
missed-no-peer = nobody is there whom the packet could be from
missed-not-reached = the play was over before

simulate-too-many-frames = after { $most } frames something was still going on; stopped there
simulate-branch-scenario = --branch takes a scenario, not a topology
branch-malformed = expected a frame and what is done to it, `5: lose`, `5: delay=300ms`, `5: duplicate` or `5: swap`, found { $found }
branch-no-frame = there is no frame { $found } to branch from: expected 1 to { $most }
branch-from-nowhere = nobody sent frame { $found }: it cannot go another way
