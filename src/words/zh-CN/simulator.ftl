## Help: wirelens simulate

help-simulate = 在虚拟时间里演一个剧本，检查它的断言，并画出来
help-simulate-more =
    不需要网络，也不需要任何权限：两台主机的 TCP 都是 wirelens 自己按 RFC 9293 写的。
    -v 说出每个报文段背后的规则，-w 也会保存。按原样演出的剧本若与它的断言不符，退出码为 1。
    剧本怎么写，见 docs/scenarios.md。

    设置：handshake、time-wait、isn、mss、window、rto、delayed-ack、nagle、sack、
    timestamps、window-scale、congestion、initial-window、bytes（拓扑上的客户端说多少字节）、
    app（echo、slow-reader、late-close、never-accepts、crash、crash-after-reading、
    power-loss、server-closes-first、both-close）、pause、clients、backlog、ip、
    syn-retries、retries、user-timeout、keep-alive、keep-alive-interval、
    keep-alive-probes、tail-loss-probe、limited-transmit、time-wait-reuse、
    time-wait-reset、syn-cookies、overflow。不合适的值会被拒绝，并说明设置的意思和范围。
    每根网线的：delay、bandwidth、loss、duplication、reordering，没有设的为 10ms 和 0。

    例子：
      wirelens simulate handshake
      wirelens simulate syn-backoff --profile linux
      wirelens simulate handshake --branch '3: lose'
      wirelens simulate mine.pkt --lose 'data>#3'
      wirelens simulate router --set delay=20ms
      wirelens simulate --set loss=5% --set bytes=30000 --seed 7 --profile linux
      wirelens simulate --set handshake=two-way        反事实
help-option-profile = 两台主机的习惯：rfc 按 RFC 的建议，linux 像 Linux；省略时由剧本决定
help-option-seed = 随机的起点：同一个数得到同样的字节

## What went wrong

simulate-no-address = 主机 { $host } 没有地址
simulate-no-way = 主机 { $client } 到不了 { $server }：没有同一协议族的地址，或者没有路由
simulate-unfinished = 虚拟时间过了 { $minutes } 分钟仍未结束，到此为止
expected-number = 从 { $least } 到 { $most } 的整数
expected-time = 时间，如 200ms、1s 或 2min，最长 { $most }
expected-span = 从 { $least } 到 { $most } 的时间
expected-share = 占全部报文的比例，0% 到 99.9999%
expected-rate = 每秒比特数，如 64k、10M 或 1G

## What each setting is

knob-refused = { $refusal }（{ $key }：{ $meaning }）
knob-handshake = 连接用几步建立；两步是反事实
knob-time-wait = TIME-WAIT 持续多久；0 是反事实
knob-isn = 双方的初始序号
knob-mss = 最大报文段长度，以数据字节计
knob-window = 接收缓冲区的字节数，也就是最大的窗口
knob-rto = 测得往返时间之前的超时重传时间，也是它的下限
knob-delayed-ack = 确认最多可以延迟多久；0 表示不延迟
knob-nagle = 小报文段是否等待确认
knob-sack = 是否使用选择确认
knob-timestamps = 是否使用时间戳选项
knob-window-scale = 是否使用窗口扩大因子
knob-congestion = 拥塞窗口如何变化；none 是反事实
knob-initial-window = 初始窗口，以报文段计
knob-syn-retries = 没有回答的 SYN 重发几次
knob-retries = 没有得到确认的数据重发几次
knob-user-timeout = 数据多久没有得到确认就放弃
knob-keep-alive = 沉默多久之后发第一个保活探测；0 表示不发
knob-keep-alive-interval = 保活探测之间的间隔
knob-keep-alive-probes = 几个保活探测没有回答就结束连接
knob-tail-loss-probe = 是否在定时器到时之前探测一批数据的末尾
knob-limited-transmit = 头两个重复确认是否各放出一个新报文段
knob-time-wait-reuse = 谁可以接管处于 TIME-WAIT 的连接：没有人、更新的 SYN，或者再加上主动连接的程序
knob-time-wait-reset = 复位是否会结束 TIME-WAIT
knob-backlog = 服务端每个队列可以有多少个连接等待
knob-syn-cookies = 半连接队列满时是否用 SYN cookie 回答
knob-overflow = 握手完成时全连接队列已满该怎么办
knob-app = 程序的行为
knob-pause = 行为中有等待的程序等多久
knob-clients = 有多少个客户端同时连接
knob-ip = IPv4 还是 IPv6
knob-bytes = 每个客户端说多少字节
knob-loss = 每根网线丢失多少报文
knob-duplication = 每根网线把多少报文送达两次
knob-reordering = 每根网线让多少报文迟到
knob-delay = 每根网线的单程时延
knob-bandwidth = 每根网线每秒传多少比特

## Settings that contradict each other

contradiction-two-limits = 设置 user-timeout 和 retries 都规定何时放弃数据：请只选一个
contradiction-keep-alive-off = keep-alive=0 不发保活探测，keep-alive-interval 和 keep-alive-probes 就没有意义
contradiction-probe-without-sack = tail-loss-probe=on 需要选择确认，而 sack=off 把它关掉了
contradiction-cookie-without-third-step = SYN cookie 要靠第三步带回来，而 handshake=two-way 没有第三步
contradiction-no-time-wait = time-wait=0 时没有 TIME-WAIT 可以接管或结束
contradiction-reuse-without-timestamps = time-wait-reuse=both 需要时间戳，而 timestamps=off 把它关掉了
contradiction-no-congestion-window = congestion=none 时没有拥塞窗口，initial-window 就没有意义
contradiction-nobody-pauses = 这种 app 里没有程序会等待：pause 只用于 slow-reader、late-close 和 power-loss
