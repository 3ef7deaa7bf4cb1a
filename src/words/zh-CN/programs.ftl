# 自带程序的中文说明：是什么、看什么、能设置什么。

program-tcp-greeting-title = 服务器欢迎客户端，并向收到的每个名字问好
program-tcp-greeting-look = 先看握手的三个报文段：它们经过时，客户端正阻塞在 connect() 里，服务器的 accept() 还没有返回。再看序号：每个字节使 seq 和 ack 加一，SYN 和 FIN 也各占一个。最后看结束：先关闭的一方要经过 TIME-WAIT。

program-udp-hello-title = 服务器向每个数据报的发送者问好
program-udp-hello-look = 没有握手：第一帧就带着名字，每次 sendto() 正好是一个数据报。笔记中的服务器绑定 9998，客户端却发往 9999，用 --set client-port=9999 可以看到：网络上的回答是 ICMP 端口不可达，但内核不会告诉未连接的套接字，recv() 会永远等下去。再加上 --set connected=yes，recv() 立即以 ECONNREFUSED 失败。

program-tcp-thanks-title = 客户端询问连到哪里、发送什么，服务器道谢，双方都用 GBK
program-tcp-thanks-look = 一个汉字在 GBK 中占两个字节，在 UTF-8 中占三个：看报文段的长度。服务器绑定 0.0.0.0，即本机的所有地址，只服务一个客户端。用 --set buffer=4 时它只读了消息的一部分，close() 发出的就是 RST 而不是 FIN：没有人读的数据被丢弃。

program-udp-send-title = 客户端只发一个数据报，不读取任何内容
program-udp-send-look = sendto() 把数据报交给内核就返回：有没有人收到，发送方无从得知。用 --set server=none 时调用同样成功，只有网络上能看到 ICMP 端口不可达。

program-udp-ask-title = 客户端发一个数据报并等待回答
program-udp-ask-look = 问题用 UTF-8 发出，回答用 GBK 返回：字节本身不说明编码，双方必须事先约定。recvfrom() 同时返回数据和对方的地址；客户端自己的端口是第一次发送时由内核分配的。

program-udp-receive-title = 绑定端口的服务器，以 GBK 打印一个数据报
program-udp-receive-look = bind() 不发送任何东西：从这时起，内核为端口 7788 保存到达的数据报，直到 recvfrom() 取走。用 --set sender-encoding=utf-8 时，同样的字变成不同的字节，虽然一个字节也没有丢，打印出来却是错的。

program-tcp-short-connections-title = 短连接：每个请求各用一个连接
program-tcp-short-connections-look = 数一数每个请求用了几个报文段：握手三个，数据两个及其 ACK，关闭三到四个。每个连接都在先关闭的一方（客户端）留下 TIME-WAIT，在 Linux 上持续 60 秒。请与 tcp-long-connection 比较。

program-tcp-long-connection-title = 长连接：同样的请求共用一个连接
program-tcp-long-connection-look = 所有请求只用一次握手、一次关闭，中间只有数据和 ACK，ACK 常由回答捎带。请与 tcp-short-connections 比较报文段数、字节数和用时。

program-tcp-listener-closed-title = 服务器关闭监听套接字：已连接的客户端继续通信，新的被拒绝
program-tcp-listener-closed-look = 这里有两个会话。监听套接字 close() 之后，第二个 SYN 得到 RST，而第一个连接继续通信：accept() 已为它返回了单独的套接字。最后客户端关闭，服务器的 recv() 返回 0 字节。

program-tcp-clock-title = 服务器把每一行连同当前时间送回
program-tcp-clock-look = bind() 和 listen() 不发送任何东西；握手在 connect() 中进行，accept() 取走的是已经完成的连接。空行使客户端结束：它的 FIN 让服务器的 recv() 返回 0，服务器接着等待下一个客户端。--set clients=3 会依次运行三个客户端。

program-udp-clock-title = 服务器把每个数据报连同当前时间送回
program-udp-clock-look = 与 tcp-clock 相同的问答，但没有连接：没有握手，没有挥手，每行两个数据报。服务器看不到客户端的到来和离开，每个数据报自带该回答给谁。客户端关闭套接字时什么也不发送。

program-udp-simple-title = 双方各发一个数据报
program-udp-simple-look = 客户端三个系统调用，网络上两个数据报。服务器按 recvfrom() 给出的地址回答：客户端的端口是内核在 sendto() 时选定的。

program-udp-chat-title = 客户端在几个有名字的对象中选择，用同一个套接字发给他们
program-udp-chat-look = 一个未连接的套接字可以发往任何地址：聊天对象是四个端口，换一个对象时不建立任何连接。运行时只启动乔治（8081）；发给 james 时，网络上能看到 ICMP 端口不可达，而 recvfrom() 仍在等待。

program-tcp-simple-title = 双方各发一条消息，使用 connect_ex
program-tcp-simple-look = 几个报文段就是一个连接的一生：握手，各一条消息，关闭。connect_ex() 返回错误号而不抛出异常：用 --set server=none 时，connect 以 ECONNREFUSED 失败却无人检查，接着 send 以 EPIPE 失败。

program-tcp-turns-title = 双方轮流输入
program-tcp-turns-look = 一方说完，另一方才能说：两条消息之间双方都阻塞着，一方在 recv() 里，另一方在等键盘。客户端离开后 recv() 返回 0 字节；用 --set mended=no 时服务器像笔记中那样不检查这一点，一次又一次读到空。

program-udp-one-way-title = 一个数据报，没有回答
program-udp-one-way-look = 一次 sendto()，一个数据报，一次 recvfrom()：没有任何确认，close() 也不发送任何东西。

program-tcp-one-way-title = TCP 上的一条消息，没有回答
program-tcp-one-way-look = 客户端只调用 connect()、send() 和 close()，网络上却有握手、数据及其 ACK、双向的 FIN。服务器只关闭了监听套接字：连接的 FIN 是进程结束时由内核发出的。

program-tcp-chat-title = 双方都可以输入，直到客户端输入 exit
program-tcp-chat-look = 空行不会发送：TCP 无法发送“没有内容”。每次 recv(1024) 取走已到的字节；一条消息恰好是一个报文段，只因为双方在互相等待。TCP 传送的是字节流，没有消息边界。

program-web-page-title = 从名字到网页：域名服务器、网页服务器和取网页的客户端
program-web-page-look = 客户端要先知道连到哪里才能连接：它用一个数据报询问域名服务器，回答里才有 connect() 需要的地址。最好用 `wirelens lab internet --run web-page` 来看，三方各是一台主机。--set name=nowhere.example 询问一个不存在的名字；--set dns=none 时没有程序绑定 53 端口：返回 ICMP 端口不可达，recv() 以 ECONNREFUSED 失败。在实验网络中用 --lose udp 丢失这个询问：UDP 自己不会重发，一秒后由客户端再问一次。

setting-port = 服务器监听、客户端连接的端口
setting-pause = 服务器回答每条消息之前等待的时间
setting-names = 客户端发送的名字，用逗号分隔
setting-clients = 服务器服务几个客户端后结束；0 表示一直运行（完整运行时为 1）
setting-server = none 表示不启动服务器，客户端会发现无人监听
setting-udp-port = 服务器绑定、客户端发往的端口
setting-client-port = 客户端发往的端口，与服务器的不同时设置；笔记中的客户端用 9999
setting-connected = yes 表示客户端先调用 connect()：在 UDP 上它不发送任何东西，但内核从此会报告错误
setting-patience = 客户端等待回答多久后放弃；0ms 表示像笔记中那样一直等待
setting-datagrams = 服务器收到几个数据报后结束；0 表示像笔记中那样一直运行（完整运行时按需要设置）
setting-encoding = 文本的编码：utf-8 或 gbk
setting-answer-encoding = 回答的编码：utf-8 或 gbk
setting-sender-encoding = 客户端发送时使用的编码：utf-8 或 gbk
setting-text = 客户端发送的文本
setting-answer = 服务器回答的文本
setting-buffer = 一次 recv() 最多取多少字节
setting-server-buffer = 服务器的一次 recv() 最多取多少字节
setting-requests = 客户端发出多少个请求
setting-clients-in-a-run = 一次运行依次启动几个客户端；0 表示一个
setting-mended-clock = no 表示回答中的内容像 Python 3 打印 bytes 那样写成 b'hello'，与笔记中的服务器相同
setting-mended-turns = no 表示客户端离开后服务器仍继续读取和回复，与笔记中相同
setting-empty-reads = mended=no 时，读到几次空之后停止服务器
setting-name = 客户端询问的名字；域名服务器只认识 www.example
setting-path = 客户端请求哪个页面；只有一个：/
setting-dns-port = 域名服务器绑定、客户端询问的端口
setting-tries = 客户端放弃之前询问域名服务器几次
setting-dns = none 表示不启动域名服务器，客户端的询问无人接收
