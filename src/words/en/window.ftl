# The window, in English. Keys and placeholders are the same in zh-CN; a test
# compares them.

ui-run = Run
ui-stop = Stop
ui-open = Open
ui-save = Save
ui-open-dialog = Open…
ui-save-dialog = Save…
ui-open-title = Open a capture
ui-save-title = Save the capture
ui-cancel = Cancel
ui-close = Close
ui-copy = Copy
ui-path = Path
ui-folder = Captures in { $path }
ui-saved = Saved to { $path }

ui-scale-true = true time
ui-scale-true-hint = Height is proportional to time
ui-scale-even = even steps
ui-scale-even-hint = One segment a row; silences are not shown
ui-scale-folded = gaps folded
ui-scale-folded-hint = One segment a row; long silences are folded and say their length
ui-zoom-in = Zoom in (+, or Ctrl and the wheel)
ui-zoom-out = Zoom out (−)
ui-zoom-reset = Back to 100 % (0)
ui-light = Light
ui-dark = Dark
ui-absolute = raw numbers
ui-absolute-hint = Sequence numbers as they stand in the header instead of counted from 0

ui-programs = Programs
ui-captures = Captures
ui-look-at-captures = These recordings need no permission:
ui-no-consoles = No program belongs to this capture: there are no consoles.
ui-running = running
ui-starting = Starting…
ui-nothing-open = Nothing is open. Run a program or open a capture.
ui-nothing-selected = Click an arrow or a call: what it says and why stands here.
ui-process = { $who } · { $name } · process { $pid }
ui-lines-above = { $count } lines above are not shown
ui-pinned = pinned settings

ui-frame = frame { $number }
ui-why = Why these numbers
ui-fields = Headers
ui-bytes = Bytes
ui-bytes-of-frame = { $count } bytes in hexadecimal
ui-more-bytes = { $count } more bytes
ui-call-result = Result
ui-call-entered = entered at { $at }
ui-call-blocked = blocked for { $span }
ui-call-segments = Segments
ui-typing = type it yourself
ui-typing-hint = From the next run on you type what the programs read; otherwise they are given lines that come with them
ui-type = type a line for the { $who }, then Enter
ui-end-input = End input
ui-end-input-hint = The program's input ends, as with Ctrl-D
ui-conversation = conversation shown
ui-own = your own programs…
ui-own-title = Your own programs
ui-own-about = Any two programs, unmodified: they run in a private network, and their socket calls are traced.
ui-own-first = First, the one that listens
ui-own-second = Then, the one that connects
ui-own-address = One more address for the network, if they need one
ui-own-run = Run them
ui-own-bad-address = { $found } is no IP address
ui-reading = Reading: { $count } frames so far
ui-filter = Filter
ui-selected = { $count ->
    [one] 1 frame, marked »
   *[other] { $count } frames, marked »
}
ui-seen-at = Seen at
