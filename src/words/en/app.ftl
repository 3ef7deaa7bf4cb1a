# Layout, keys, settings, welcome.
tab-consoles = Consoles
tab-packets = Packets
tab-graphs = Graphs
