# 检查器：首部位图、算式、状态机、状态图。键和占位符与 en 相同，由测试比较。

inspector-segment = 报文段
inspector-icmp = ICMP 差错
inspector-datagram = 数据报
inspector-frame = 帧
inspector-call = 系统调用
inspector-machine = 状态机
inspector-sums = 算式
inspector-deeds = 两端的状态机如何处理它
inspector-deeds-inferred = 按 RFC 9293 §3.10 从抓到的报文段推断，没有询问内核。
inspector-options = 选项

form-grid = 位图
form-tree = 树
form-both = 位图和树

## The grid of a header's bits

grid-quoted = 被引用的 { $header }
grid-says = 含义：{ $value }
cell-bit = 第 { $bit } 位
cell-bits = 第 { $from }–{ $to } 位
cell-bytes = { $count } 字节
cell-padding = 填充
cell-not-captured = 没有抓到
cell-not-captured-short = –

## Names that fit where the field is narrow

short-tcp-hdr-len = 偏移
short-tcp-flags-res = 保留
short-tcp-flags-cwr = C
short-tcp-flags-ece = E
short-tcp-flags-urg = U
short-tcp-flags-ack = A
short-tcp-flags-push = P
short-tcp-flags-reset = R
short-tcp-flags-syn = S
short-tcp-flags-fin = F
short-tcp-option-len = 长度
short-tcp-options-mss = MSS
short-tcp-options-mss-val = MSS
short-tcp-options-wscale = 窗口扩大
short-tcp-options-wscale-shift = 移位
short-tcp-options-sack-perm = 允许 SACK
short-tcp-options-sack = SACK
short-tcp-options-timestamp = 时间戳
short-tcp-options-timestamp-tsval = TSval
short-tcp-options-timestamp-tsecr = TSecr
short-tcp-options-nop = NOP
short-tcp-options-eol = EOL
short-ip-version = 版本
short-ip-hdr-len = IHL
short-ip-dsfield-dscp = DSCP
short-ip-dsfield-ecn = ECN
short-ip-flags-df = D
short-ip-flags-mf = M
short-ip-ttl = TTL
short-ip-proto = 协议
short-ip-opt-type = 类型
short-ipv6-version = 版本
short-ipv6-tclass-dscp = DSCP
short-ipv6-tclass-ecn = ECN
short-ipv6-nxt = 下一首部
short-ipv6-hlim = 跳数
short-vlan-priority = PCP
short-vlan-dei = D
short-arp-hw-size = MAC 长度
short-arp-proto-size = IP 长度
short-icmpv6-nd-na-flag-r = R
short-icmpv6-nd-na-flag-s = S
short-icmpv6-nd-na-flag-o = O

## Menus

menu-copy-value = 复制值
menu-copy-filter = 复制为过滤器
menu-apply-filter = 用作过滤器
menu-copy-hex = 复制为十六进制
menu-copy-c = 复制为 C 数组
menu-copy-text = 复制为文本
bytes-marked = { $all }；标出从第 { $from } 字节起的：{ $bytes }
bytes-all = 全部 { $count } 字节
bytes-fewer = 只看前 { $count } 字节

## The sums

sums-in-words = 文字说明
sum-ack = ack
sum-ack-note = 由{ $peer }的第 { $frame } 帧的数字相加得到：{ $who }期待的下一个字节
sum-next = 下一个 ack
sum-next-note = 这些内容全部到达后，{ $peer }会这样确认
sum-next-nothing = 没有占序号的内容：不需要确认
sum-next-reset = 复位从不被确认
sum-window = 窗口
sum-window-note = 从它的 ack 起，{ $who }还能接收的字节数（RFC 7323 §2.3）
sum-window-syn = { $who }能接收的字节数；SYN 中的窗口不缩放（RFC 7323 §2.2）
sum-window-unknown = 没有抓到带缩放因子的 SYN
sum-flight = 在途数据
sum-flight-note = SND.NXT − SND.UNA，单位字节（SYN 和 FIN 各占一个）；{ $peer }的窗口允许 { $window } B（第 { $frame } 帧）
sum-flight-beyond = SND.NXT − SND.UNA，单位字节：超过了{ $peer }在第 { $frame } 帧里允许的 { $window } B
sum-flight-unknown = SND.NXT − SND.UNA，单位字节；不知道{ $peer }的窗口
sum-rtt = 往返时间
sum-rtt-note = 在抓包处，从{ $peer }的第 { $frame } 帧到它的 ACK
sum-rtt-karn = 第 { $frame } 帧发送过不止一次：无法知道这里确认的是哪一次（RFC 6298 §3）
sum-echo = 时间戳
sum-echo-note = 回送给{ $peer }：它由第 { $frame } 帧发出
sum-echo-nothing = 没有 ACK：还没有什么可回送（RFC 7323 §3.2）
sum-echo-unseen = 没有看到{ $peer }发出过这个值
sum-checksum = { $header } 校验和
checksum-covers-header = 首部
checksum-covers-message = 整个消息
checksum-covers-all = 伪首部、首部和载荷
checksum-note-right = 正确：{ $covers }相加得 0xffff（RFC 1071）
checksum-note-wrong = 错误：按{ $covers }计算应为 { $expected }，实际是 { $found }
checksum-note-hardware = 留给硬件计算：{ $found } 只是内核填入的伪首部之和
checksum-note-unverifiable = 字节没有抓全，无法对{ $covers }求和
checksum-note-absent = 没有计算；IPv4 上的 UDP 允许这样（RFC 768）

## What both state machines did

machine-sender = { $who }（发送方）：{ $state }
machine-receiver = { $who }（接收方）：{ $state }
machine-unknown = 状态未知
sent-syn = OPEN：SYN 占一个序号，SND.NXT { $next }
sent-syn-ack = 用自己的 SYN 回答，它占一个序号：SND.NXT { $next }
sent-data = SEND：{ $bytes }，SND.NXT { $next }
sent-fin = CLOSE：{ $length ->
    [0] FIN 占一个序号
   *[other] { $bytes } 和 FIN，FIN 占一个序号
}，SND.NXT { $next }
sent-again = 重发没有被确认的内容：SND.NXT 仍为 { $next }
sent-reset = 发送复位，不为这个报文段保留任何记录
sent-ack = 确认到 RCV.NXT = { $ack } 为止的全部内容
sent-ack-too = 同时捎带确认：RCV.NXT = { $ack }
sent-usable = 还可以发送 { $left } B：SND.UNA + SND.WND − SND.NXT
sent-window-full = 在收到 ACK 或窗口更新之前不能再发送
got-lost = 报文段丢失了：接收方什么也没看到
got-unknown = 从这次抓包看不出它的状态
got-closed = 没有连接：应回复复位
got-closed-reset = 没有连接：丢弃这个复位
got-listen-reset = 第一步，RST：忽略
got-listen-ack = 第二步，ACK：没有发送过可确认的内容，应回复复位
got-listen-other = 既没有 SYN、ACK，也没有 RST：丢弃
got-listen-syn = 第三步，SYN：RCV.NXT = SEG.SEQ + 1 = { $expected }；应回复 SYN ACK
linux-request = Linux：收到最后的 ACK 之前，它只是一个请求而不是套接字，accept() 看不到它（listen(2)）
got-syn-sent-ack = 第一步，ACK：{ $iss } < { $ack } ≤ { $next }（ISS、SEG.ACK、SND.NXT）：可接受
got-syn-sent-bad-ack = 第一步，ACK：{ $ack } 不在 ISS { $iss } 之后、SND.NXT { $next } 以内：应回复复位
got-syn-sent-reset = 第二步，带可接受 ACK 的 RST：连接被拒绝
got-syn-sent-reset-without = 第二步，不带 ACK 的 RST：丢弃
got-syn-sent-syn-ack = 第四步，SYN：RCV.NXT = { $expected }，SND.UNA { $una }：自己的 SYN 已被确认，应发 ACK
got-syn-sent-syn = 第四步，不带 ACK 的 SYN：RCV.NXT = { $expected }；双方同时打开，应回复 SYN ACK
got-syn-sent-other = 既没有 SYN 也没有 RST：丢弃
got-inside = 第一步，序号：{ $low } ≤ { $seq } < { $high }：在窗口内
got-outside = 第一步，序号：{ $seq } 不在 { $low } … { $high } 之内：丢弃；除非是复位，否则应发 ACK
got-reset = 第二步，RST 的序号正是所期待的：连接不复存在
got-reset-challenge = 第二步，RST 在窗口内，但不是所期待的序号：挑战确认（RFC 5961 §3）
got-syn = 第四步，连接中出现 SYN：挑战确认（RFC 5961 §4）
got-no-ack = 第五步，没有 ACK 位：丢弃
got-ack = 第五步，ACK：SND.UNA { $una }，新确认 { $count }
got-ack-unmoved = 第五步，ACK { $ack }：没有新内容，SND.UNA 不变
got-ack-old = 第五步，ACK { $ack }：早于 SND.UNA { $una }，忽略
got-ack-ahead = 第五步，ACK { $ack }：确认了没有看到发送过的内容
got-window = SND.WND { $old } → { $new }
got-text = 第七步，数据：接收 { $bytes }，RCV.NXT { $expected }；应发 ACK
got-text-old = 第七步，数据：{ $bytes } 都已收到过；RCV.NXT 仍为 { $expected }，应发 ACK
got-text-queued = 第七步，数据：{ $bytes } 前面缺 { $hole } B；RCV.NXT 仍为 { $expected }，应发重复确认
got-fin = 第八步，FIN：RCV.NXT { $expected }，应发 ACK
got-fin-waits = 第八步，FIN：在这里不改变状态；RCV.NXT { $expected }

## Options

option-in-force = 生效：双方的 SYN 都带有它。
option-not-in-force = 未生效：{ $who }的 SYN 没有带它。
option-unseen = 无法判断是否生效：没有抓到{ $who }的 SYN。
option-mss = { $who }每个报文段最多接收 { $size } B 数据；{ $peer }不会发送更大的（RFC 9293 §3.7.1）。
option-mss-both = 客户端宣布 { $client }，服务器宣布 { $server }：各自约束对方。
option-scale = 从 SYN 之后起，{ $who }的窗口每个单位是 2^{ $shift } = { $factor } 字节（RFC 7323 §2）。
option-scale-largest = 它的最大窗口：{ $bytes } B。
option-sack-permitted = { $who }能理解说明空洞之后已收到内容的块（RFC 2018 §2）。
option-sack = 除了 ACK 之外，{ $who }在空洞之后已收到的内容（RFC 2018 §3）：
option-sack-title = SACK，{ $count ->
   *[other] { $count } 块
}
option-sack-block = 已收到 { $from }–{ $to }（{ $bytes } B）
option-sack-twice = 收到两次：{ $from }–{ $to }（{ $bytes } B；D-SACK，RFC 2883）
option-sack-hole = 缺少 { $from }–{ $to }（{ $bytes } B）
option-timestamps = TSval 是{ $who }的时钟，TSecr 回送对方的时钟：用于测量往返时间和识别旧的重复报文段（RFC 7323 §3、§5）。
option-timestamps-first = TSecr 为 0：还没有什么可回送。

## Frames that belong to no conversation

frame-not-here = 这一帧不在内存里，也无法重新读取。
frame-unread = 帧
frame-in-conversation = 在会话 { $id } 中显示
frame-shows-again = 第 { $frame } 帧报文段的又一次出现
frame-tcp = 从端口 { $from } 到端口 { $to } 的 TCP 报文段：{ $flags }，{ $bytes } 数据。
frame-udp = 从端口 { $from } 到端口 { $to } 的 UDP 数据报：{ $bytes } 数据。
frame-icmp = ICMP：{ $meaning }。
frame-icmp-about = 它引用了一个从 { $from } 到 { $to } 的数据包。
frame-other = 能解析到的最后一层是{ $name }。
frame-arp-request = { $sender } 询问所有主机：谁的地址是 { $target }？它的硬件地址是什么？
frame-arp-reply = { $sender } 回答：它的硬件地址是 { $mac }。
frame-arp-probe = 询问 { $target } 是否空闲，不说明谁在询问（RFC 5227）。
frame-arp-gratuitous = 没有人询问，{ $sender } 主动告知所有主机：它的硬件地址是 { $mac }。
frame-arp-other = 既不是请求也不是应答的 ARP。
frame-router-solicitation = 询问链路上有哪些路由器（RFC 4861 §4.1）。
frame-router-advertisement = 路由器通告自己的存在和链路的前缀（RFC 4861 §4.2）。
frame-neighbor-solicitation = 询问 { $target } 的硬件地址：相当于 IPv6 的 ARP（RFC 4861 §4.3）。
frame-neighbor-advertisement = 回答：{ $target } 的硬件地址是 { $mac }（RFC 4861 §4.4）。

## The state diagram

event-passive-open = 被动打开
event-active-open = 主动打开
event-close = 关闭
event-send = 发送
event-syn = 收 SYN
event-rst = 收 RST
event-syn-ack = 收 SYN,ACK
event-ack-of-syn = 收 SYN 的 ACK
event-fin = 收 FIN
event-ack-of-fin = 收 FIN 的 ACK
event-timeout = 2MSL 超时
action-create = 建立 TCB
action-delete = 删除 TCB
action-create-syn = 发 SYN
action-syn = 发 SYN
action-syn-ack = 发 SYN,ACK
action-ack = 发 ACK
action-fin = 发 FIN
action-none = x
diagram-none = 没有显示任何会话。
diagram-udp = UDP 没有状态：数据报不建立也不关闭任何东西，两端都不需要记住对方（RFC 768）。
diagram-inferred = RFC 9293 图 5。状态为推断所得；粗线是所选报文段引起的变化。
diagram-outside = 图中没有的变化（复位，以及 FIN 与它的 ACK 同时到达）：
diagram-pick = 点击一个状态或一条边，这里会列出是哪些报文段引起的。
diagram-entered = 进入 { $state } 的一方
diagram-took = 经过 { $edge } 的一方
diagram-nobody = 这个会话里没有。
diagram-sent = 发送第 { $frame } 帧 { $flags }
diagram-received = 收到第 { $frame } 帧 { $flags }
diagram-state = { $state }，没有经过
diagram-state-visited = { $state }，经过
diagram-state-now = { $state }，当前：{ $who }
diagram-edge = { $from } 到 { $to }：{ $event } / { $action }，经过 { $count } 次
diagram-edge-just = { $from } 到 { $to }：{ $event } / { $action }，经过 { $count } 次，由这个报文段引起
