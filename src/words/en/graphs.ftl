# Graphs.
