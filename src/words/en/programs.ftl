# The bundled programs, in English: what each is, what to look at, what can be
# set.

program-tcp-greeting-title = A server that welcomes its client and greets every name it is told
program-tcp-greeting-look = Look at the three segments of the handshake: they pass while the client waits in connect() and before the server's accept() returns. Then at the numbers: each byte moves seq and ack by one, and so do SYN and FIN. At the end, who closes first goes through TIME-WAIT.

setting-port = the port the server listens on, and the client connects to
setting-pause = how long the server waits before it answers each message
setting-names = the names the client sends, separated by commas
setting-clients = after how many clients the server ends; 0: never (a whole run serves 1)
setting-server = none: the server is not started, so the client finds nobody
