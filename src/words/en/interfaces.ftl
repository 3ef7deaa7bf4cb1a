# Capturing an interface, in English. Keys and placeholders are the same in
# zh-CN.

origin-interface = captured · interface

## The list

interface-kind-loopback = loopback
interface-kind-ethernet = Ethernet
interface-kind-wireless = wireless
interface-kind-bridge = bridge
interface-kind-bond = bond
interface-kind-vlan = VLAN
interface-kind-veth = veth
interface-kind-tun = tun (IP)
interface-kind-tap = tap
interface-kind-dummy = dummy
interface-kind-wireguard = WireGuard
interface-kind-tunnel = tunnel
interface-kind-other = other

interface-state-up = up
interface-state-down = down
interface-state-no-carrier = up, no carrier

interface-capture-yes = can be captured
interface-capture-forbidden = not permitted
interface-capture-down = it is down
interface-capture-gone = it is gone
interface-capture-unreadable = frames of an unknown kind
interface-capture-failed = does not work

interface-column-name = interface
interface-column-kind = kind
interface-column-state = state
interface-column-capture = capturing
interface-column-mtu = MTU
interface-column-mac = MAC address
interface-column-addresses = addresses
interface-none = There is no interface in this network.

## Why not, and what helps

interfaces-not-listed = cannot list the interfaces: { $reason }
interface-unknown = there is no interface { $found }; there are { $known }
interface-unknown-nearest = there is no interface { $found }; did you mean `{ $nearest }`? `wirelens interfaces` lists them all
interface-refused = cannot capture on { $interface }: { $step }: { $reason }
interface-down = cannot capture on { $interface }: it is down
interface-gone = the interface { $interface } is gone: the capture ends there
interface-went-down = the interface { $interface } went down: the capture ends there
interface-hardware = cannot capture on { $interface }: its frames are of hardware type { $hardware }, which cannot be read
interface-help-up = This switches it on:
interface-help-detour = tcpdump can rewrite them:
interface-detour = Or let tcpdump capture, and draw here:

## While it is captured

capture-on = capturing { $interface } ({ $kind }); Ctrl-C ends it
capture-count = { $kept ->
    [one] 1 frame
   *[other] { $kept } frames
} captured, { $dropped ->
    [one] 1 dropped
   *[other] { $dropped } dropped
} by the kernel
capture-count-unknown = { $kept ->
    [one] 1 frame
   *[other] { $kept } frames
} captured; the kernel does not say how many it dropped
capture-filtered = { $count ->
    [one] 1 more frame passed and was
   *[other] { $count } more frames passed and were
} not kept: -f does not select { $count ->
    [one] it
   *[other] them
}
capture-unstamped = { $count ->
    [one] the kernel did not stamp 1 frame: its time is when it was read, too late
   *[other] the kernel did not stamp { $count } frames: their times are when they were read, too late
}
capture-miscounted = the kernel counted { $received } frames and dropped { $dropped }, but { $read } were read
capture-save-failed = cannot save the capture: { $reason }; { $count ->
    [one] 1 frame is
   *[other] { $count } frames are
} in the file
capture-count-zero = `-c 0` captures nothing: expected a number of frames from 1 on

nothing-passed = Neither TCP nor UDP passed while this interface was captured.

## The window

ui-interfaces = live interface…
ui-interfaces-hint = Captures what passes on an interface of this system
ui-interfaces-title = Capture an interface
ui-interfaces-about = Every frame that passes, in both directions. Nothing is sent, and what is addressed to others is not asked for.
ui-interfaces-looking = Trying the interfaces…
ui-interfaces-capture = Capture
ui-interfaces-capture-name = Capture { $interface }
ui-interfaces-again = Look again
ui-live = capturing { $interface }
ui-live-ended = captured on { $interface }
ui-live-line = Capturing { $interface }: { $frames }, { $dropped } dropped by the kernel
ui-live-waiting = Waiting for the first TCP segment or UDP datagram.
ui-live-gone = { $count ->
    [one] 1 old frame was
   *[other] { $count } old frames were
} dropped for room
ui-live-saving = Saving to { $path }…
