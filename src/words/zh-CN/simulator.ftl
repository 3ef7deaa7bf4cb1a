## Help: wirelens simulate

help-simulate = 在虚拟时间里演一个剧本，检查它的断言，并画出来
help-simulate-more =
    不需要网络，也不需要任何权限：两台主机的 TCP 都是 wirelens 自己按 RFC 9293 写的。
    每个报文段背后的规则写在帧的注释里（-w）。按原样演出的剧本若与它的断言不符，退出码为 1。
    剧本怎么写，见 docs/scenarios.md。

    设置：handshake、time-wait、isn、mss、window、rto、delayed-ack、nagle、sack、
    timestamps、window-scale、congestion、initial-window、bytes（拓扑上的客户端说多少字节）；
    每根网线的：delay、bandwidth、loss、duplication、reordering，没有设的为 10ms 和 0。

    例子：
      wirelens simulate handshake
      wirelens simulate syn-lost --profile linux
      wirelens simulate handshake --branch '3: lose'
      wirelens simulate mine.pkt --lose 'data>#3'
      wirelens simulate router --set delay=20ms
      wirelens simulate --set loss=5% --set bytes=30000 --seed 7 --profile linux
      wirelens simulate --set handshake=two-way        反事实
help-option-profile = 两台主机的习惯：rfc 按 RFC 的建议，linux 像 Linux；省略时由剧本决定
help-option-seed = 随机的起点：同一个数得到同样的字节

## What went wrong

simulate-no-ipv4 = 主机 { $host } 没有 IPv4 地址，模拟器只用 IPv4
simulate-unfinished = 虚拟时间过了 { $minutes } 分钟仍未结束，到此为止
expected-number = 从 { $least } 到 { $most } 的整数
expected-time = 时间，如 200ms、1s 或 2min，最长 { $most }
expected-share = 占全部报文的比例，0% 到 99.9999%
expected-rate = 每秒比特数，如 64k、10M 或 1G
