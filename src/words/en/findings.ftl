# What was found about a segment, in English: a short name and what it means.
# The key is the finding's name with dashes. The same keys are in zh-CN.

finding-tcp-analysis-retransmission = retransmission
finding-tcp-analysis-retransmission-means = These bytes were sent before and no acknowledgment for them had come: the sender's timer ran out (RFC 6298 §5).
finding-tcp-analysis-fast-retransmission = fast retransmission
finding-tcp-analysis-fast-retransmission-means = Sent again at once because duplicate ACKs asked for it, without waiting for the timer (RFC 5681 §3.2).
finding-tcp-analysis-spurious-retransmission = spurious retransmission
finding-tcp-analysis-spurious-retransmission-means = Sent again although it had already been acknowledged: the original was not lost.
finding-tcp-analysis-out-of-order = out of order
finding-tcp-analysis-out-of-order-means = It comes after segments that were sent later, too soon to be a retransmission: it was overtaken on the way.
finding-tcp-analysis-lost-segment = gap before it
finding-tcp-analysis-lost-segment-means = Bytes before it are missing: lost on the way, overtaken, or not captured.
finding-tcp-analysis-ack-lost-segment = acknowledges unseen bytes
finding-tcp-analysis-ack-lost-segment-means = It acknowledges bytes that this capture does not hold: the capture has a hole, not the connection.
finding-tcp-analysis-duplicate-ack = duplicate ACK
finding-tcp-analysis-duplicate-ack-means = The same acknowledgment number again while data is outstanding: something arrived, but not what comes next (RFC 5681 §2).
finding-tcp-analysis-zero-window = zero window
finding-tcp-analysis-zero-window-means = Its sender has no room left: the peer must stop sending (RFC 9293 §3.8.6).
finding-tcp-analysis-zero-window-probe = zero-window probe
finding-tcp-analysis-zero-window-probe-means = One byte beyond a closed window: asks whether there is room again (RFC 9293 §3.8.6.1).
finding-tcp-analysis-zero-window-probe-ack = answer to a zero-window probe
finding-tcp-analysis-zero-window-probe-ack-means = It answers a probe: there is still no room.
finding-tcp-analysis-window-full = window full
finding-tcp-analysis-window-full-means = It fills the peer's window to the last byte: nothing more may be sent until an ACK comes.
finding-tcp-analysis-window-update = window update
finding-tcp-analysis-window-update-means = Nothing new is acknowledged; only the window has changed.
finding-tcp-analysis-keep-alive = keep-alive
finding-tcp-analysis-keep-alive-means = It repeats a number that was already acknowledged, to hear whether the peer is still there (RFC 9293 §3.8.4).
finding-tcp-analysis-keep-alive-ack = answer to a keep-alive
finding-tcp-analysis-keep-alive-ack-means = The peer is still there.
finding-tcp-analysis-reused-ports = ports used again
finding-tcp-analysis-reused-ports-means = A new connection between the same two sockets: the SYN has another initial sequence number.
finding-instead-of = tshark calls it { $name }

fate-lost-between = lost between { $after } and { $before }
