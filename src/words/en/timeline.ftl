# The picture of a conversation.

timeline-a-screen = { $span } / screen
timeline-lost = lost
timeline-one-way = { $span } from the first place that saw it to the last
timeline-segments = { $count ->
    [one] 1 segment
   *[other] { $count } segments
}
timeline-datagrams = { $count ->
    [one] 1 datagram
   *[other] { $count } datagrams
}
timeline-calls = { $who }: { $count } calls
timeline-open-crowd = Too close to tell apart: click to look closer
timeline-hidden = { $count ->
    [one] 1 label has no room here: look closer
   *[other] { $count } labels have no room here: look closer
}
timeline-time-wait-short = TIME-WAIT: { $span } on Linux
timeline-time-wait-why = not captured: nothing on the wire shows its end
timeline-minimap = The whole conversation
timeline-now = the present
