# Capturing an interface.
