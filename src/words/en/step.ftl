# Stepping and playing.

## The transport bar

step-first = First moment
step-back = Step back
step-play = Play
step-pause = Pause
step-forward = Step forward
step-last = Last moment
step-leave = Whole picture
step-leave-hint = Show all of it again (Esc)
step-hint = Play it moment by moment (Space), or step (Shift and ← →)
step-size = Step
step-size-segment = by segment
step-size-datagram = by datagram
step-size-event = by event
step-size-hint = How far ← and → go: to the next segment, or to whatever happens next, calls included. With Shift always by event.
step-speed = Speed
step-speed-hint = 1× is true time; waits of more than 1 s are shortened to 1 s
step-scrub = Moment
step-count = { $index }/{ $count }
step-start = Nothing has happened yet.
step-caption = Moment { $index } of { $count }: { $what }
step-shortened = { $span } of waiting, shortened to 1 s

## What has just happened

step-arrived = Frame { $frame } has reached the { $who }.
step-socket = The { $who } calls { $call }: its kernel makes a socket, and nothing is sent.
step-bind = The { $who } calls { $call }: the socket gets its address, and nothing is sent.
step-connect = The { $who } calls { $call }: its kernel sends a SYN, and the call waits for the answer.
step-connect-datagrams = The { $who } calls { $call }: its kernel only remembers the address, and nothing is sent.
step-listen = The { $who } calls { $call }: from now on its kernel answers SYNs by itself.
step-accept = The { $who } calls { $call }: it asks for a finished connection.
step-accept-waits = The { $who } calls { $call }: no connection is finished yet, so it waits.
step-accept-ready = The { $who } calls { $call }: { $amount ->
    [one] 1 finished connection is
   *[other] { $amount } finished connections are
} waiting already.
step-send = The { $who } calls { $call }: it hands { $amount } to its kernel, which sends them as the peer's window allows.
step-send-datagram = The { $who } calls { $call }: one call, one datagram of { $amount }.
step-recv = The { $who } calls { $call }: it asks for what has arrived.
step-recv-waits = The { $who } calls { $call }: nothing has arrived, so it waits.
step-recv-ready = The { $who } calls { $call }: { $amount } have arrived already.
step-recv-datagram-ready = The { $who } calls { $call }: { $amount ->
    [one] 1 datagram has
   *[other] { $amount } datagrams have
} arrived already.
step-shutdown = The { $who } calls { $call }: it closes a direction and keeps the socket.
step-close = The { $who } calls { $call }: it gives the socket up; its kernel ends the connection.
step-close-datagrams = The { $who } calls { $call }: it gives the socket up, and nobody is told.
step-wait = The { $who } calls { $call }: it waits until one of its sockets is ready.
step-call = The { $who } calls { $call }: nothing is sent.
step-fails = The { $who }'s { $call } fails: { $result }.
step-returns = The { $who }'s { $call } returns { $result }.
step-returns-eof = The { $who }'s { $call } returns 0: the peer has closed its direction, and everything before that has been read.
step-returns-bytes = The { $who }'s { $call } returns with { $amount }.
step-returns-sent = The { $who }'s { $call } returns { $result }: its kernel has taken the bytes, which says nothing about their arrival.
step-returns-accept = The { $who }'s { $call } returns { $result }: a new descriptor, for this connection alone.
step-returns-connect = The { $who }'s { $call } returns { $result }: the connection is open on its side.
step-returns-listen = The { $who }'s { $call } returns { $result }: who connects now is answered.
step-released = frame { $frame } ({ $by }) let it return
step-exit = The { $who }'s program { $how }; its kernel closes what it left open.

## What both ends are and hold

step-now = now, inferred
step-end-now = { $who } now, inferred: { $what }
step-window = window
step-window-means = The window it advertised last, scaled: how many bytes it is ready to receive beyond what it has acknowledged
step-window-none = It has advertised none yet
step-window-unknown = The SYN with the scale was not captured
step-send-queue = send queue
step-send-means = Send queue: { $flight } in flight (sent, not acknowledged) and { $unsent } that the program handed over and no segment has carried yet. Inferred from the send calls and the acknowledgments
step-send-idle-means = Handed over by the program; no segment has carried them yet
step-send-unknown = unknown, { $flight } in flight
step-send-unknown-means = { $flight } in flight: sent, not acknowledged. What the program handed over beyond that is unknown: its calls were not recorded, not all of them, or not from the beginning
step-receive-queue = receive queue
step-receive-means = Bytes that have arrived in order and that the program has not taken with recv() yet. Inferred from the segments and the recv calls
step-unread-means = Datagrams that have arrived and that the program has not taken yet. Inferred; a full buffer drops datagrams, which no capture shows
step-sent = sent
step-sent-means = Datagrams and payload sent so far
step-datagrams = { $count ->
    [one] 1 datagram
   *[other] { $count } datagrams
}
step-accept-queue = accept queue
step-accept-queue-means = Connections whose handshake is finished and that accept() has not returned yet. Inferred from the segments and the accept calls
step-unknown = unknown
step-unknown-means = Unknown: the program's calls were not recorded, not all of them, or not from the beginning
step-closed = closed
step-closed-means = The program has closed the socket or has ended: nobody can read any more
step-numbers = sends seq { $send } next, expects { $expect }
step-no-connection = There is no connection: its kernel keeps no window and no queue for it
