# 自带程序的中文说明：是什么、看什么、能设置什么。

program-tcp-greeting-title = 服务器欢迎客户端，并向收到的每个名字问好
program-tcp-greeting-look = 先看握手的三个报文段：它们经过时，客户端正阻塞在 connect() 里，服务器的 accept() 还没有返回。再看序号：每个字节使 seq 和 ack 加一，SYN 和 FIN 也各占一个。最后看结束：先关闭的一方要经过 TIME-WAIT。

setting-port = 服务器监听、客户端连接的端口
setting-pause = 服务器回答每条消息之前等待的时间
setting-names = 客户端发送的名字，用逗号分隔
setting-clients = 服务器服务几个客户端后结束；0 表示一直运行（完整运行时为 1）
setting-server = none 表示不启动服务器，客户端会发现无人监听
