# The bundled programs, in English: what each is, what to look at, what can be
# set.

program-tcp-greeting-title = A server that welcomes its client and greets every name it is told
program-tcp-greeting-look = Look at the three segments of the handshake: they pass while the client waits in connect() and before the server's accept() returns. Then at the numbers: each byte moves seq and ack by one, and so do SYN and FIN. At the end, who closes first goes through TIME-WAIT.

program-udp-hello-title = A server that greets the sender of every datagram it is sent
program-udp-hello-look = There is no handshake: the first frame already carries a name, and each sendto() is exactly one datagram. The notes' server is bound to port 9998 while their client sends to 9999. Show that with --set client-port=9999: the answer is ICMP port unreachable, but the kernel does not tell an unconnected socket, so recv() waits for ever. Add --set connected=yes, and recv() fails with ECONNREFUSED at once.

program-tcp-thanks-title = A client that asks where to connect and what to send, and a server that thanks, both in GBK
program-tcp-thanks-look = In GBK a Chinese character takes two bytes, in UTF-8 three: look at the length of the segment. The server is bound to 0.0.0.0, every address of its host, and serves one client. With --set buffer=4 it reads only part of the message, and its close() sends RST instead of FIN: data that nobody read is thrown away.

program-udp-send-title = A client that sends one datagram and reads nothing
program-udp-send-look = sendto() returns as soon as the datagram is handed to the kernel: whether anybody received it, the sender never learns. With --set server=none the call succeeds just the same, and only the wire shows ICMP port unreachable.

program-udp-ask-title = A client that sends one datagram and waits for the answer
program-udp-ask-look = The question goes out in UTF-8 and the answer comes back in GBK: the bytes do not say which, both sides must have agreed. recvfrom() returns the sender's address with the data; the client was given its own port by the kernel when it first sent.

program-udp-receive-title = A server bound to a port that prints one datagram in GBK
program-udp-receive-look = bind() sends nothing: from then on the kernel keeps what arrives for port 7788 until recvfrom() takes it. With --set sender-encoding=utf-8 the same characters arrive as other bytes, and what is printed is wrong although every byte was delivered.

program-tcp-short-connections-title = Requests with a connection for each
program-tcp-short-connections-look = Count the segments for each request: three for the handshake, two for data with their ACKs, and three or four for the close. Each closed connection leaves a TIME-WAIT on the side that closed first, the client, for 60 s on Linux. Compare with tcp-long-connection.

program-tcp-long-connection-title = The same requests over one connection
program-tcp-long-connection-look = One handshake and one close for all requests; between them only data and ACKs, an ACK often riding on the answer. Compare segments, bytes and time with tcp-short-connections.

program-tcp-listener-closed-title = The server closes its listening socket: the connected client goes on, a new one is refused
program-tcp-listener-closed-look = There are two conversations. After close() on the listening socket the second SYN is answered with RST, while the first connection goes on: accept() had returned a socket of its own for it. At the end the client closes, and the server's recv() returns 0 bytes.

program-tcp-clock-title = A server that sends each line back with the time of day
program-tcp-clock-look = bind() and listen() send nothing; the handshake runs inside connect(), and accept() takes what is already finished. The empty line ends the client: its FIN lets the server's recv() return 0, and the server waits for the next client. --set clients=3 runs three, one after another.

program-udp-clock-title = A server that sends each datagram back with the time of day
program-udp-clock-look = The same exchange as tcp-clock without a connection: no handshake, no close, two datagrams for each line. The server sees no client come or go; each datagram tells it whom to answer. Close the client's socket, and nothing is sent.

program-udp-simple-title = One datagram each way
program-udp-simple-look = Three socket calls on the client's side, two datagrams on the wire. The server answers to the address that recvfrom() gave it: the client's port was chosen by the kernel in sendto().

program-udp-chat-title = A client that chooses among named peers and sends to each from one socket
program-udp-chat-look = One unconnected socket can send to any address: the peers are four ports, and no connection is made when another is chosen. Only 乔治 (8081) is started; write to james, and the wire shows ICMP port unreachable while recvfrom() goes on waiting.

program-tcp-simple-title = One message each way, with connect_ex
program-tcp-simple-look = The whole life of a connection in few segments: handshake, one message each way, close. connect_ex() returns the error number instead of raising: with --set server=none connect fails with ECONNREFUSED, nobody looks at it, and send fails with EPIPE.

program-tcp-turns-title = Both sides type in turn
program-tcp-turns-look = Each side can only speak when the other has: between the messages both are blocked, one in recv(), the other at the keyboard. When the client leaves, recv() returns 0 bytes; with --set mended=no the server does not look at that, as in the notes, and reads nothing again and again.

program-udp-one-way-title = One datagram and no answer
program-udp-one-way-look = One sendto(), one datagram, one recvfrom(): nothing is acknowledged, and close() sends nothing.

program-tcp-one-way-title = One message over TCP and no answer
program-tcp-one-way-look = The client calls connect(), send() and close(), yet the wire shows a handshake, data with its ACK, and FINs both ways. The server closes only its listening socket: the FIN of the connection is sent by the kernel when the process ends.

program-tcp-chat-title = A conversation typed on both sides, until the client types exit
program-tcp-chat-look = An empty line is not sent: TCP has no way to send nothing. Each recv(1024) takes what is there, and one message is one segment only because both sides wait for each other; TCP itself carries a stream of bytes, without message boundaries.

program-web-page-title = From a name to a page: name server, web server and a client that fetches
program-web-page-look = Before the client can connect it must know where to: it asks the name server in one datagram, and only the answer tells it the address that connect() takes. Best seen in `wirelens lab internet --run web-page`, where each of the three is a host of its own. --set name=nowhere.example asks for a name that is not there; With --set dns=none nobody is bound to port 53: ICMP port unreachable comes back, and recv() fails with ECONNREFUSED. In the lab --lose udp loses the question: UDP sends nothing again, so the client asks once more after a second.

setting-port = the port the server listens on, and the client connects to
setting-pause = how long the server waits before it answers each message
setting-names = the names the client sends, separated by commas
setting-clients = after how many clients the server ends; 0: never (a whole run serves 1)
setting-server = none: the server is not started, so the client finds nobody
setting-udp-port = the port the server is bound to, and the client sends to
setting-client-port = the port the client sends to, where it is not the server's; 9999 is what the notes' client does
setting-connected = yes: the client calls connect() first, which over UDP sends nothing but lets the kernel report errors
setting-patience = how long a client waits for an answer before it gives up; 0ms: for ever, as in the notes
setting-datagrams = after how many datagrams the server ends; 0: never, as in the notes (a whole run sets what it needs)
setting-encoding = how text becomes bytes: utf-8 or gbk
setting-answer-encoding = how the answer becomes bytes: utf-8 or gbk
setting-sender-encoding = in which encoding the client sends: utf-8 or gbk
setting-text = the text the client sends
setting-answer = the text the server answers with
setting-buffer = how many bytes one recv() takes at most
setting-server-buffer = how many bytes the server's recv() takes at most
setting-requests = how many requests the client makes
setting-clients-in-a-run = how many clients a run starts, one after another; 0: one
setting-mended-clock = no: the answer holds the line as Python 3 prints bytes, b'hello', as the notes' server does
setting-mended-turns = no: the server goes on reading and replying after the client has left, as in the notes
setting-empty-reads = with mended=no: how many empty reads until the server is stopped
setting-name = the name the client asks for; the name server knows www.example alone
setting-path = which page the client asks for; there is one, /
setting-dns-port = the port the name server is bound to, and the client asks
setting-tries = how often the client asks the name server before it gives up
setting-dns = none: the name server is not started, so the client's question finds nobody
