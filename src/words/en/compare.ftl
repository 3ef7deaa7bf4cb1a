# Two runs beside each other. `left` and `right` in a changed value are what it
# is in the left run and in the right one.

compare-left = left
compare-right = right
compare-comma = {", "}
compare-same = nothing is different but times
compare-on-left = on the left:
compare-without = without the fault
compare-with = with: { $faults }
compare-conversations = conversations that have no partner: { $left } on the left, { $right } on the right

compare-from = { $what } from the { $who }
compare-kind-syn = SYN
compare-kind-data = data
compare-kind-ack = ACK
compare-kind-fin = FIN
compare-kind-rst = reset
compare-lost = lost: { $what }
compare-delayed = delayed: { $what }
compare-duplicated = arrived twice: { $what }
compare-swapped = swapped with the next one: { $what }
compare-queue-full = lost, the queue was full: { $what }
compare-unplugged = the cable was pulled behind: { $what }
compare-plugged = the cable was plugged in again before: { $what }
compare-pattern = {" "}(`{ $pattern }`)
compare-again = ; sent again after { $span }
compare-never-again = ; never sent again

compare-done = { $what } on the { $side }
compare-done-lost = lost
compare-done-delayed = delayed
compare-done-duplicated = arrived twice
compare-done-swapped = swapped with the next one
compare-done-queue-full = lost, the queue was full
compare-done-unplugged = the cable was pulled behind it
compare-done-plugged = the cable was plugged in again before it

compare-repeated = segments that repeat what was sent: { $left } → { $right }
compare-alone = segments that only one run has: { $left } on the left, { $right } on the right
compare-orders = { $count ->
    [one] 1 segment passed in another order
   *[other] { $count } segments passed in another order
}
compare-opening = opening: { $left } → { $right }
compare-closing = closing: { $left } → { $right }
compare-closing-same = closing the same: { $closing }
compare-lasted = first segment to last: { $left } → { $right }
compare-states = { $who }, only on the { $side }: { $states }
compare-call = { $who }'s { $call }():{" "}
compare-calls-more = and { $count } more calls
compare-only = only on the { $side }
compare-asked = asked for { $left } → { $right }
compare-returned = returned { $left } → { $right }
compare-not-returned = nothing
compare-took = took { $left } → { $right }

compare-order = passed in another order
compare-wait = after { $left } → { $right }
compare-flags = flags { $left } → { $right }
compare-length = length { $left } → { $right }
compare-ack = ack { $left } → { $right }
compare-window = window { $left } → { $right }

beside-format = two runs beside each other are drawn as ladder, json or summary
beside-options = two runs beside each other are compared whole: neither -w nor -Y goes with --beside
help-option-beside-file = Another capture: both side by side, with what is different

lab-do-lose = lose
lab-do-delay = delay
lab-do-duplicate = duplicate
lab-do-swap = swap
lab-do-unplug = unplug at
lab-do-cable = cable
lab-do-firewall = firewall
lab-do-sysctl = kernel setting
beside-same = nothing is made different, so there is nothing to compare: add --lose, --delay, --duplicate, --swap, --unplug, --cable, --firewall or --sysctl
help-option-beside-plain = Runs it without the faults first, then with them: both side by side, with what is different

# In the window.

lab-shelf = Lab
what-if-title = Run it again and with this frame:
what-if-in-lab = Run it in the lab, on a cable, and with this frame:
what-if-lose = Lose it
what-if-delay = Delay it
what-if-delay-by = by { $time }
what-if-duplicate = Duplicate it
what-if-swap = Swap it with the next one
what-if-button = What if …
what-if-running = Nothing can be changed while it runs: stop it, or wait.
what-if-own = These commands ran outside the lab. Choose a topology in the library and give them there, each with its host.
what-if-simulated = A simulation is changed by its settings, not in the lab.
what-if-saved = This is a recording: what ran is not known well enough to run it again. Run a program, or choose a topology in the library.
what-if-no-pattern = This frame passed no cable of the lab, so nothing can be done to it there.
what-if-no-partner = In the lab it went another way: the frame that was chosen did not come.
beside-title = Two runs
beside-back = Back to one run
beside-row-same = the same in both runs
lab-dialog-title = Run in the lab
lab-dialog-topology = Topology
lab-dialog-program = Program
lab-dialog-settings = Settings
lab-dialog-commands = Or commands
lab-dialog-conditions = Made different
lab-dialog-hint = Frames are named by syn, syn-ack, handshake-ack, data, ack, fin, last-ack, rst or a display filter; behind it > or < for the direction, #N for the N-th, @NODE-NODE for the cable.
lab-dialog-kind = What, line { $number }
lab-dialog-text = To what, line { $number }
lab-dialog-remove = Remove line { $number }
lab-dialog-add = Add a line
lab-dialog-run = Run
beside-open = Open beside this one…
