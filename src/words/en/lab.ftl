# The lab: topologies, wires and their faults.
origin-captured-lab = captured · lab of real hosts
refusal-lab = cannot build the lab: { $step }: { $reason }
session-wire-missed = { $count ->
    [one] the wires of the lab lost a frame that was not to be lost, or did not tell of one: this computer was too slow
   *[other] the wires of the lab lost { $count } frames that were not to be lost, or did not tell of them: this computer was too slow
}

topology-error = { $name }, line { $line }: { $what }
topology-form = { $name }
topology-name = expected a name of letters, digits, - and _, 15 bytes at most, found { $name }
topology-name-twice = there are two of the name { $name }
topology-unknown = there is nothing called { $name }
topology-no-interface = { $node } has no interface { $interface }
topology-not-network = expected an address and its network, 192.168.1.10/24, found { $name }
topology-not-address = expected an address, 192.168.1.1, found { $name }
topology-address-twice = two interfaces have the address { $name }
topology-reserved = { $name } is the network itself or everybody in it, not a host
topology-gateway-outside = the gateway { $gateway } is in none of the host's networks: { $networks }
topology-gateway-nobody = nobody has the gateway's address, { $name }
topology-cable-twice = there is a cable in { $name } already
topology-cable-to-itself = a cable from { $name } to itself
topology-circle = a circle of switches and hubs, in which a broadcast would go round for ever: { $name }
topology-no-cable = there is no cable in { $name }
topology-not-time = expected a time, 300ms, found { $name }
topology-not-rate = expected a rate, 10Mbit, found { $name }
topology-range = expected { $what } from { $least } to { $most }, found { $found }
topology-too-many = more than { $most } { $what }
topology-not-host = { $name } is no host: programs run on hosts

lab-unknown = there is no topology { $found }, and no file of that name; there are: { $known }
lab-not-read = the topology cannot be read: { $reason }: { $path }
lab-no-ipv4 = { $host } has no IPv4 address, and the bundled programs speak IPv4
lab-no-host = expected a host of the topology before the command, `client: COMMAND`, found `{ $found }`; the hosts are: { $known }

wire-frame = frame { $frame }
wire-unseen = a frame of { $length } B
wire-lost = the wire lost { $frame } (`{ $pattern }`)
wire-lost-pulled = { $frame } was on the cable when it was pulled, and was lost
wire-delayed = the wire delayed { $frame } (`{ $pattern }`)
wire-duplicated = the wire delivered { $frame } twice (`{ $pattern }`)
wire-swapped = the wire swapped { $frame } with the next one (`{ $pattern }`)
wire-queue-full = the queue of the wire was full: { $frame } was lost
wire-unplugged = the cable was pulled behind { $frame } (`{ $pattern }`)
wire-plugged = the cable was plugged in again
wire-more = the wires did so to { $count } more
wire-idle = no frame matched `{ $pattern }`

help-lab = Runs programs on real hosts with hubs, switches and routers between them, captured at every interface
help-lab-more =
    On a cable frames can be lost, delayed, duplicated or swapped, or the cable is
    pulled. A pattern names them: syn, syn-ack, handshake-ack, data, ack, fin,
    last-ack, rst; behind it > (client to server) or < (server to client), and #N
    for the N-th match (else the first) or #* for all. A display filter is as good:
    'tcp.len > 100#2'. Behind all of it @NODE or @NODE-NODE names the cable; else
    it is the one next to the client.

    Examples:
      wirelens lab router
      wirelens lab cable --run udp-hello
      wirelens lab cable --lose syn
      wirelens lab switch --lose 'data>#3' --set pause=0ms
      wirelens lab router --lose 'fin@server' --sysctl server:tcp_sack=0
      wirelens lab router --firewall server:9999=reject
      wirelens lab switch --unplug 'data>@client=3s'
      wirelens lab mine.toml 'server: python3 server.py' 'client: python3 client.py'
help-lab-topology = Which topology, see `wirelens list labs`; or a file of one
help-lab-commands = Commands instead of a program, each with its host before it: 'client: COMMAND'
help-option-run = The bundled program that runs, tcp-greeting if left out
help-option-lose = Loses the frames that match; may be given several times
help-option-delay = Delays the frames that match, `data=300ms`
help-option-duplicate = Lets the frames that match arrive twice
help-option-swap = Swaps the frames that match with the next one
help-option-unplug = Pulls the cable behind a frame that matches, and plugs it in again after a time, `data>#2=3s`
help-option-cable = Makes a cable slow or narrow, `client-switch:delay=20ms,bandwidth=10Mbit,queue=20,mtu=1400`
help-option-firewall = Closes a port of a host or a router, `server:9999=drop`, `server:9999/udp=reject`
help-option-sysctl = Changes a kernel setting of one host or all, `tcp_sack=0`, see `wirelens list settings`
help-option-server-address = Where the server is, 127.0.0.1 if left out
list-labs = Labs: wirelens lab TOPOLOGY
