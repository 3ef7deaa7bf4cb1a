# 实验网络里改变了什么：故障、网线、防火墙、内核设置。
pattern-unknown = 没有故障模式 `{ $found }`；现有的是：{ $known }
pattern-count = 故障模式的 # 后面应为从 1 开始的数字或 *，这里是 `{ $found }`
condition-not-timed = 应为模式和不超过 { $most } 秒的时间，如 `data=300ms`，这里是 `{ $found }`
condition-no-node = @ 后面或冒号前面应为网线两端的节点，如 NODE 或 NODE-NODE，这里是 `{ $found }`；节点有：{ $known }
condition-no-cable = { $one } 和 { $other } 之间没有网线；网线有：{ $known }
condition-several-cables = `{ $found }` 可以指好几根网线：{ $cables }
condition-not-cable = 应为网线及其特性，如 `client-switch:delay=20ms,bandwidth=10Mbit,queue=20,mtu=1400`，这里是 `{ $found }`
condition-no-quality = 网线没有 `{ $found }` 这一特性；有的是：{ $known }
condition-not-time = 应为不超过 { $most } 秒的时间，如 300ms，这里是 `{ $found }`
condition-not-rate = 应为速率，如 10Mbit，这里是 `{ $found }`
condition-range = { $key } 应在 { $least } 到 { $most } 之间，这里是 `{ $found }`
condition-not-firewall = 应为主机、端口和对发往该端口的包的处理，如 `server:9999=drop`、`=reject` 或 `=reject-icmp`，只针对一种协议时在端口后加 /tcp 或 /udp，这里是 `{ $found }`
condition-no-host = 没有主机 `{ $found }`；主机有：{ $known }
condition-not-setting = 应为内核设置及其值，如 `tcp_sack=0`，只针对一台主机时在前面加主机名和冒号，这里是 `{ $found }`
condition-no-setting = 没有可以更改的内核设置 `{ $found }`；见 `wirelens list settings`
condition-no-setting-nearest = 没有可以更改的内核设置 `{ $found }`；最接近的是 `{ $nearest }`
list-settings = 内核设置：wirelens lab TOPOLOGY --sysctl [HOST:]NAME=VALUE
listener = { $host }监听 { $local }：等待 accept() 的连接最多时 { $waiting } 个（可容纳 { $room } 个）{ $full }，处于 SYN-RECEIVED 的最多 { $half_open } 个（采样所得）
listener-full = ，从 { $at } 起已满
simulate-instead = 模拟器不需要权限，可以演示同样的拓扑：`wirelens simulate { $topology }`。
# 实验网络里可以更改的内核设置。
setting-tcp-congestion-control = 发送方如何确定速度：reno、cubic 等，主机须允许使用
setting-tcp-slow-start-after-idle = 1：停顿之后重新慢启动
setting-tcp-autocorking = 1：前面的数据还没发完时合并小块写入
setting-tcp-sack = 1：提供选择确认（RFC 2018）
setting-tcp-dsack = 1：报告重复收到的数据（RFC 2883）
setting-tcp-timestamps = 1：提供时间戳选项（RFC 7323）
setting-tcp-window-scaling = 1：提供窗口扩大选项（RFC 7323）
setting-tcp-ecn = 显式拥塞通知：0 不用，1 主动请求，2 对方请求时使用（RFC 3168）
setting-tcp-fastopen = SYN 携带数据：1 作为客户端，2 作为服务器，3 两者（RFC 7413）
setting-tcp-syn-retries = SYN 重传的次数
setting-tcp-synack-retries = SYN-ACK 重传的次数
setting-tcp-syn-linear-timeouts = 前这么多次 SYN 重传间隔都是 1 秒，之后才加倍
setting-tcp-retries1 = 重传这么多次无果后另找路由
setting-tcp-retries2 = 重传这么多次无果后放弃连接
setting-tcp-orphan-retries = 程序已关闭的连接的重传次数；0 表示 8
setting-tcp-fin-timeout = 孤儿连接停留在 FIN-WAIT-2 的秒数，并非 TIME-WAIT 的时长
setting-tcp-keepalive-time = 静默多少秒之后发送保活探测
setting-tcp-keepalive-intvl = 两次保活探测之间的秒数
setting-tcp-keepalive-probes = 保活探测无果多少次后放弃连接
setting-tcp-early-retrans = 3：用探测发现末尾报文段是否丢失（RFC 8985）
setting-tcp-recovery = 1：按时间发现丢失（RACK，RFC 8985）
setting-tcp-frto = 识别虚假超时（RFC 5682）
setting-tcp-reordering = 报文段乱序到什么程度才算丢失
setting-tcp-mtu-probing = 1：收不到 ICMP 时通过尝试找出 MTU（RFC 4821）
setting-tcp-syncookies = 1：SYN 队列满时不为 SYN 保存状态；0：从不
setting-tcp-abort-on-overflow = 1：全连接队列满时向客户端发送 RST
setting-tcp-max-syn-backlog = SYN 队列（半连接队列）的最大长度
setting-somaxconn = listen() 的 backlog 上限
setting-tcp-tw-reuse = TIME-WAIT 的套接字能否再次用于连接：0 否，1 是，2 仅限回环
setting-tcp-rfc1337 = 1：RST 不会结束 TIME-WAIT（RFC 1337）
setting-ip-local-port-range = 分配给客户端的端口范围，如“32768 60999”
setting-tcp-rmem = 接收缓冲区：最小、默认、最大，单位字节
setting-tcp-wmem = 发送缓冲区：最小、默认、最大，单位字节
setting-tcp-moderate-rcvbuf = 1：接收缓冲区按需增大
setting-ip-default-ttl = 数据包出发时的 TTL
setting-ip-no-pmtu-disc = 1：数据包途中可以分片（不置 DF）
