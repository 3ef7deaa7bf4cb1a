# Simulations in the window.

simulating-shelf = Simulations
simulating-open-close = Opening and closing
simulating-loss = What is lost or late
simulating-pace = How much, how fast
simulating-strangers = Old segments and attacks
simulating-what-if = What if a rule were missing
simulating-topologies = A greeting on a topology
simulating-rfc = by the RFCs
simulating-linux-like = Linux-like
simulating-seed-is = seed { $seed }
simulating-branch-lose = frame { $frame } lost
simulating-branch-delay = frame { $frame } late by { $time }
simulating-branch-duplicate = frame { $frame } doubled
simulating-branch-swap = frame { $frame } swapped with the next
simulating-claims-kept = { $count ->
    [one] the scenario's one claim was kept
   *[other] all { $count } claims of the scenario were kept
}
simulating-changed = Changed, so claims of the file need not hold: { $claims }
simulating-about = About
simulating-about-hint = What to look at, where the rules stand, and what became of the scenario's claims
simulating-beside = Side by side
simulating-beside-rfc = with the RFCs' habits
simulating-beside-linux-like = with Linux-like habits
simulating-beside-kernel = with this machine's kernel
simulating-beside-kernel-hint = The same calls at the same moments on two real hosts of the lab; 20 seconds at most
simulating-kernel-without = Not done in the lab, because a cable is named: { $faults }
simulating-kernel-branches = Not done in the lab, because a frame has another number there: { $branches }
simulating-kernels = Real kernels played this. To change something, choose the simulation in the library again.
simulating-playing = Simulating { $name }…
simulating-died = The simulation has ended without a result: an error of this program, told on standard error.
simulating-no-thread = The system gives no thread to simulate on: { $reason }

# What can be set.

simulating-knobs = Knobs
simulating-knobs-hint = What the simulated TCP, its wires and its programs do: each change is played at once
simulating-knobs-none = Nothing is changed.
simulating-knob = { $name }: { $meaning }. It may be { $expected }
simulating-reset = As the file has it
simulating-reset-hint = Takes back every change, and what was done to frames
simulating-close = Close the knobs
simulating-profile = Habits
simulating-profile-own = as the file has it
simulating-seed = Seed
simulating-seed-hint = What chance begins with: the same number gives the same bytes
simulating-not-a-seed = expected a whole number up to 18446744073709551615, found { $found }
simulating-unset = { $name } as it was
simulating-slider = { $name }, slider
simulating-not-told = as it is
simulating-group-state = Connection
simulating-group-segments = Segments
simulating-group-timers = Timers
simulating-group-pace = Congestion
simulating-group-listener = Listener
simulating-group-programs = Programs
simulating-group-cables = Every cable
simulating-faults = Done to frames

what-if-branch = Play it again and with this frame:
simulating-not-branched = Only a scenario can go another way from one of its frames on; of a topology, do something to its frames among the knobs.
simulating-not-scripted = Only a scenario can be played by real kernels; run the topology in the lab instead.
