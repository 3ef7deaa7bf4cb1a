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
