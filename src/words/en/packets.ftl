# Packet table, conversations, streams.
tab-conversations = Conversations
tab-stream = Stream

filter-hint = A display filter, as Wireshark has them: tcp.port == 80 && tcp.flags.syn == 1. Tab completes a name, ↑ brings back what was asked before.
filter-clear = Clear the filter
filter-history = Filters asked before
filter-previous = Previous frame that the filter selects (Shift+F3)
filter-next = Next frame that the filter selects (F3)
filter-stop = Stop searching
filter-searched = { $count } of { $all } frames searched

packets-go-to = Go to frame
packets-go-to-hint = A number, then Enter (Ctrl+G)
packets-only = only what the filter selects
packets-only-hint = List only the frames that the filter selects; without it they are marked »
packets-coloured = coloured
packets-coloured-hint = Colour the rows by what was found, then by protocol, as Wireshark does
packets-count = { $count } frames
packets-count-of = { $count } of { $all } frames
packets-none = No packets.
packets-no-hits = The filter selects no frame.
packets-no-such = { $found } is not in this capture: its frames are numbered 1 to { $last }.
packets-gone = The file was deleted or replaced. What was open is still shown, and is gone when another capture is opened.
packets-unreadable = not readable
packets-dropped = its bytes went to make room
packets-table = { $count } packets
packets-scroll = Place in the packets
packets-copy = Copy as text
packets-follow = Follow the stream
packets-row = frame { $number }, { $time } s, { $source } → { $destination }, { $protocol }, { $length } B, { $info }
packets-row-unread = frame { $number }, { $time } s, being read
packets-row-lost = frame { $number }, { $time } s, { $why }
mark-hit = selected by the filter
mark-found = something was found
mark-lost = lost

column-number = No.
column-time = Time
column-source = Source
column-destination = Destination
column-protocol = Protocol
column-length = Length
column-info = Info
time-relative = Since the first frame
time-delta = Since the frame listed before
time-clock = Clock, UTC
time-hint = Right-click to choose what the times are counted from; a click takes the next

column-conversation = No.
column-client = Client
column-server = Server
column-opening = Opening
column-closing = Closing
column-packets = Packets
column-from-client = Client’s bytes
column-from-server = Server’s bytes
column-start = Start
column-duration = Duration
column-findings = Findings
conversations-address = Address
conversations-count = { $count } conversations
conversations-count-of = { $count } of { $all } conversations
conversations-none = No conversations.
conversations-no-match = No conversation has such an address.
conversations-table = { $count } conversations
conversations-scroll = Place in the conversations
conversations-sort = Click to sort, again to turn the order round

spelling-utf8 = UTF-8
spelling-gbk = GBK
spelling-hex = hex
spelling-raw = escaped
stream-both = both
stream-copy = Copy all
stream-copy-hint = Copy the text as it is spelt here
stream-save = Save bytes…
stream-save-hint = Save the payload of the chosen sides, byte for byte
stream-length = { $count } B
stream-cut = only the first { $count } B are put together
stream-more = Show more
stream-missing = { $count } B not captured
stream-empty = No payload was captured.
stream-nothing-open = Nothing is open.
stream-scroll = Place in the stream

part-of = part { $number } of { $parts }: its frames { $from } to { $to } of { $all }
part-time = times count from the first one shown
