# Packet table, conversations, streams.
