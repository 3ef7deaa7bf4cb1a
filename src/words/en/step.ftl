# Stepping and playing.
