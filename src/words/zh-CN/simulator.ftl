## Help: wirelens simulate

help-simulate = 在虚拟时间里演一场 TCP 会话并画出来
help-simulate-more =
    不需要网络，也不需要任何权限：两台主机的 TCP 都是 wirelens 自己按 RFC 9293 写的。
    客户端说一句话，服务器原样送回，双方关闭。每个报文段背后的规则写在帧的注释里（-w）。

    设置：handshake、time-wait、isn、mss、window、rto、delayed-ack、nagle、sack、
    timestamps、window-scale、congestion、initial-window、bytes（客户端说多少字节）；
    每根网线的：delay、bandwidth、loss、duplication、reordering，没有设的为 10ms 和 0。

    例子：
      wirelens simulate
      wirelens simulate router --set delay=20ms
      wirelens simulate --set loss=5% --set bytes=30000 --seed 7 --profile linux-like
      wirelens simulate --set handshake=two-way        反事实
help-simulate-topology = 在哪个网络上：cable、hub、switch、router、lan-router-lan、two-routers、nat 或 internet；省略时为 cable
help-option-profile = 两台主机的习惯：rfc 按 RFC 的建议，linux-like 像 Linux
help-option-seed = 随机的起点：同一个数得到同样的字节

## What went wrong

simulate-no-topology = 没有拓扑 { $found }；有 { $known }
simulate-no-ipv4 = 主机 { $host } 没有 IPv4 地址，模拟器只用 IPv4
simulate-unfinished = 虚拟时间过了 { $minutes } 分钟仍未结束，到此为止
expected-number = 从 { $least } 到 { $most } 的整数
expected-time = 时间，如 200ms、1s 或 2min，最长 { $most }
expected-share = 占全部报文的比例，0% 到 99.9999%
expected-rate = 每秒比特数，如 64k、10M 或 1G
