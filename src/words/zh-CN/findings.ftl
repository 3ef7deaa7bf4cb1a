# 对报文段的发现：短名和含义。键是发现的名字，点换成横线；与 en 相同。

finding-tcp-analysis-retransmission = 重传
finding-tcp-analysis-retransmission-means = 这些字节之前发送过，却没有收到确认：发送方的定时器超时（RFC 6298 §5）。
finding-tcp-analysis-fast-retransmission = 快速重传
finding-tcp-analysis-fast-retransmission-means = 重复确认要求重发，不等定时器超时，立即重发（RFC 5681 §3.2）。
finding-tcp-analysis-spurious-retransmission = 伪重传
finding-tcp-analysis-spurious-retransmission-means = 已经被确认过却又重发：原来的报文段并没有丢失。
finding-tcp-analysis-out-of-order = 乱序
finding-tcp-analysis-out-of-order-means = 它晚于后发送的报文段到达，间隔又太短，不可能是重传：在路上被超过了。
finding-tcp-analysis-lost-segment = 前面有空缺
finding-tcp-analysis-lost-segment-means = 它前面缺少字节：在路上丢失、被超过，或没有抓到。
finding-tcp-analysis-ack-lost-segment = 确认了没有抓到的字节
finding-tcp-analysis-ack-lost-segment-means = 它确认的字节不在这份抓包里：缺的是抓包，不是连接。
finding-tcp-analysis-duplicate-ack = 重复确认
finding-tcp-analysis-duplicate-ack-means = 还有数据未被确认时，又出现同样的确认号：有东西到达，但不是接下来该到的（RFC 5681 §2）。
finding-tcp-analysis-zero-window = 零窗口
finding-tcp-analysis-zero-window-means = 发送它的一方已经没有空间：对方必须停止发送（RFC 9293 §3.8.6）。
finding-tcp-analysis-zero-window-probe = 零窗口探测
finding-tcp-analysis-zero-window-probe-means = 超出已关闭窗口的一个字节：询问是否又有空间（RFC 9293 §3.8.6.1）。
finding-tcp-analysis-zero-window-probe-ack = 对零窗口探测的回答
finding-tcp-analysis-zero-window-probe-ack-means = 它回答探测：仍然没有空间。
finding-tcp-analysis-window-full = 窗口已满
finding-tcp-analysis-window-full-means = 它把对方的窗口填到最后一个字节：收到 ACK 之前不能再发。
finding-tcp-analysis-window-update = 窗口更新
finding-tcp-analysis-window-update-means = 没有确认新的字节，只有窗口变了。
finding-tcp-analysis-keep-alive = 保活
finding-tcp-analysis-keep-alive-means = 重复一个已被确认的序号，看对方是否还在（RFC 9293 §3.8.4）。
finding-tcp-analysis-keep-alive-ack = 对保活的回答
finding-tcp-analysis-keep-alive-ack-means = 对方还在。
finding-tcp-analysis-reused-ports = 端口重用
finding-tcp-analysis-reused-ports-means = 同一对套接字之间的新连接：SYN 的初始序号不同。
finding-instead-of = tshark 称之为 { $name }

fate-lost-between = 在 { $after } 与 { $before } 之间丢失
