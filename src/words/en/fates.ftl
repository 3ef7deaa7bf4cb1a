# What became of a segment on its way, and what a wire did to it on purpose.

fate-done-lost = lost on purpose: { $pattern }
fate-done-delayed = delayed on purpose: { $pattern }
fate-done-duplicated = duplicated on purpose: { $pattern }
fate-done-swapped = swapped on purpose: { $pattern }
fate-done-unplugged = the cable was pulled on purpose behind it: { $pattern }
fate-done-out = lost: the cable was out
fate-done-plugged = the cable was plugged in again
fate-done-queue-full = lost: the cable's queue was full
fate-wire = { $what } · cable { $ends }
fate-inferred = { $what } (inferred)
fate-duplicated = duplicated on its way
fate-delayed = overtaken on its way
fate-arrives = { $name } (frame { $frame }) arrives
fate-arrives-again = frame { $frame } arrives once more
fate-cable-out = the cable { $ends } is pulled
fate-cable-in = the cable { $ends } is plugged in again
fate-once-more = once more
fate-arrived-again = Frame { $frame } has reached the { $who } once more: it was duplicated on its way.
