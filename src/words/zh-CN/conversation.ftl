# 会话的中文语句。键和占位符与 en 相同，由测试比较。

## What the kernel said

kernel-agrees = 内核状态采样 { $count ->
   *[other] { $count } 次
}：全部一致
kernel-differs = 内核状态采样 { $count ->
   *[other] { $count } 次
}：其中 { $differ } 次与推断不同
kernel-disagreement = { $who }：采样为 { $said }，推断为 { $inferred }
kernel-destroyed = “套接字已销毁”

## Names

client = 客户端
server = 服务器
dns-server = 域名服务器
role-unknown = 程序
unknown-end = ?

## Where a picture comes from

origin-captured-private = 真实抓包 · 私有网络
origin-captured-host = 真实抓包 · 本机回环
nothing-simulated = 这次模拟中没有发送任何东西。
origin-simulated = 模拟
origin-counterfactual = 反事实 · 去掉一条规则的模拟
origin-file = 来自文件
frames = { $count ->
   *[other] { $count } 帧
}
drops = 丢失 { $count }
drops-unknown = 未统计丢失
states-inferred = 状态按 RFC 9293 推断
calls-recorded = 系统调用由程序记录
calls-traced = 系统调用由 ptrace 跟踪得到
calls-absent = 没有系统调用记录
calls-outside = 没有报文经过。套接字调用：
calls-outside-more = …… 还有 { $count } 个
calls-outside-count = 有 { $count } 个套接字调用不属于以上任何会话
calls-unix = AF_UNIX 套接字不发送报文：内核把字节直接从一个进程交给另一个进程，不经过任何网络接口。
conversation-title = 会话 { $id }

## How it begins, goes on and ends

opening-three-way-handshake = 三次握手
opening-simultaneous-open = 同时打开
opening-refused = 被拒绝：无人监听
opening-unanswered = SYN 没有回应
opening-fast-open = 快速打开：SYN 带数据
opening-incomplete = 握手（抓包中不完整）
opening-not-seen = 没抓到开头
closing-four-segment = 四次挥手
closing-three-segment = 挥手（三个报文段）
closing-simultaneous-close = 同时关闭
closing-reset = 复位
closing-half-closed = 半关闭：只关了一个方向
closing-open = 尚未关闭
phase-before = 第一个报文段之前
phase-before-short = 之前
phase-data = 数据

## Silence

quiet = { $span }：线上没有报文
doing-waits = { $who }阻塞在 { $call }
doing-elsewhere = { $who }不在套接字调用中（休眠或计算）
doing-ended = { $who }程序已结束
doing-unknown = { $who }的调用没有记录

## Programs

exit-code = 退出码 { $code }
exit-signal = { $signal } 终止
never-returned = 没有返回
end-of-stream = EOF
time-wait-note = TIME-WAIT 仍在继续：2 MSL，Linux 上为 60 s
bytes = { $count } B

## Summary below the ladder

summary-bytes = 客户端发送 { $client } B，服务器发送 { $server } B，共 { $segments } 个报文段
outside = 未画出：{ $list }
outside-icmp = ICMP { $count } 个
outside-arp = ARP { $count } 个
outside-other-protocol = 其他协议 { $count } 个
outside-fragment = 分片 { $count } 个
outside-unreadable = 无法解析 { $count } 个
outside-unknown-link = 未知链路层 { $count } 个
nothing-captured = 没有抓到 TCP 或 UDP 报文。可能的原因：程序在发送之前就结束了；用了别的端口；抓包结束得太早。
nothing-in-file = 这个文件里既没有 TCP，也没有 UDP。
pinned-title = 本次运行固定的设置：

## What happened, in one sentence

caption-syn = 客户端请求连接，并说明自己的字节从哪个序号数起。
caption-syn-server = 服务器还没看到客户端的 SYN，也发起了连接。
caption-syn-ack = 服务器同意（ACK），并反过来请求同步（SYN），合在一个报文段里。
caption-syn-ack-crossed = { $who }确认对方的 SYN，并再次带上自己的 SYN：双方同时发起了连接。
caption-handshake-ack = 客户端确认：现在双方都知道对方能收到自己。
caption-data = { $who }发送 { $bytes } 数据。
caption-ack = { $who }确认已收到的内容，自己不发数据。
caption-ack-nothing-new = { $who }没有确认新的内容：窗口变了，或者在回答早先已收到的内容。
caption-ack-of-fin = { $who }确认对方的 FIN；自己仍可以发送数据。
caption-last-ack = { $who }确认最后一个 FIN：两个方向都已关闭。
caption-fin = { $who }没有数据要发了，关闭自己这个方向。
caption-refused = 这个端口无人监听：服务器的内核拒绝连接。
caption-rst = { $who }强行断开连接，途中的数据作废。
caption-again = { $who }重新发送这个报文段。

## Why the numbers are what they are

why-seq-initial = seq 0：{ $who }的初始序号（原始值 { $raw }），由其内核选定
why-seq-next = seq { $total } = { $sum }：{ $who }此前发送的内容
why-seq-unmoved = seq { $seq }：{ $who }还没有发送过占序号的内容
why-seq-again = seq { $seq }：小于接下来应有的 { $next }，所以是重发
why-seq-ahead = seq { $seq }：前面有 { $missing } 字节不在这次抓包里
why-seq-first-seen = seq 1（原始值 { $raw }）：最先看到的一个；没有抓到 SYN
why-seq-of-reset = 原始 seq { $raw }：不属于任何连接的复位取 0，或取对方要求的序号
why-ack-next = ack { $total } = 已收到 { $sum }：{ $who }期待的下一个字节
why-ack-unmoved = ack { $ack }：自上次确认以来没有收到新内容
why-ack-back = ack { $ack }：小于已经确认过的 { $highest }
why-ack-unseen = ack { $ack }：确认了这次抓包里没有的内容
why-ack-absent = 没有 ack：还没有什么可确认
why-window-unscaled = win { $bytes }：接收缓冲区的空闲字节数；{ $syn ->
    [yes] SYN 中的窗口从不缩放
   *[no] 这个连接不使用缩放
}
why-window-scaled = win { $bytes } = { $raw } × { $factor }：接收缓冲区的空闲字节数，按其 SYN 宣布的因子缩放
why-window-unknown = win { $raw }（未缩放）：没有抓到带缩放因子的 SYN
sum-bytes = { $count } B
counts-as-one = { $flag } 占一个序号
and-payload = 它还带 { $bytes } 数据。

## What moved

moved = { $who }：{ $from } → { $to }
moved-first = { $who }：{ $to }（从这里才看到）
rule = RFC 9293 { $section }

## Who made it be sent

cause-call = 因为{ $who }程序调用了 { $call } 而发送
cause-exit = 因为{ $who }程序结束而发送：内核替它关闭没有关的套接字
cause-kernel-answers-syn = 服务器内核自己发送：套接字在监听，accept() 不参与
cause-kernel-answers-crossed-syn = 内核自己发送：两个 SYN 交错，各自都必须确认
cause-kernel-finishes-handshake = 内核在 connect() 里自己发送，完成握手
cause-kernel-acknowledges = 内核自己发送：数据必须确认
cause-kernel-acknowledges-fin = 内核自己发送：FIN 必须确认
cause-kernel-refuses = 内核自己发送：没有套接字监听这个端口
cause-kernel-resets = 内核自己发送：没有连接在等待收到的内容
cause-kernel-sends-again = 内核自己发送：还没有收到对它的确认
cause-unknown = 没有人记录{ $who }的系统调用
releases = 使{ $who }的 { $call } 返回
call-causes = { $call } → 第 { $frames } 帧
call-no-causes = { $call } 本身不发送报文
call-released-by = 因第 { $frame } 帧而返回

## Checksums

checksum-right = 正确
checksum-wrong = 错误，应为 { $expected }
checksum-left-to-hardware = 留给硬件计算
checksum-unverifiable = 字节没有抓全，无法核对

## Remarks on frames

remark-cut = 抓包只保留了 { $wire } 字节中的 { $kept } 字节
remark-malformed = 第 { $offset } 字节处的 { $layer } 无法解析：{ $reason }
remark-unknown-link = 不支持链路类型 { $name }
remark-fragment = 分片：传输层首部不在这一帧
remark-bad-option = 第 { $offset } 字节处的选项与其长度矛盾

## Datagrams

phase-datagrams = 数据报：不建立连接，也不关闭
summary-datagrams = 客户端发送 { $client } B，服务器发送 { $server } B，共 { $segments } 个数据报
caption-datagram = { $who }发送一个 { $bytes } 的数据报：要么完整到达，要么完全不到，没有人确认。
caption-icmp = 来自{ $who }一侧的 ICMP：{ $meaning }。
caption-icmp-about = 它引用了第 { $frame } 帧数据报的开头。
icmp-port-unreachable = 端口不可达
icmp-host-unreachable = 主机不可达
icmp-network-unreachable = 网络不可达
icmp-prohibited = 被管理策略禁止
icmp-too-big = 数据包过大
icmp-time-exceeded = 生存时间耗尽
icmp-echo-request = 回显请求
icmp-echo-reply = 回显应答
icmp-other = 其他消息
icmp-quotes = 引用第 { $frame } 帧
why-datagram-length = 长度 { $total } = 8 B 首部 + { $bytes } B 载荷
why-datagram-boundary = 一次发送就是一个数据报：边界会保留到接收方，这与 TCP 字节流不同
why-datagram-no-numbers = 没有序号，也没有确认：UDP 不管顺序，也不管丢失
why-icmp-port = RFC 792：没有套接字绑定这个端口时，主机这样回答；未连接的套接字不会得到通知
why-icmp = RFC 792：主机或路由器说明数据报为什么无法送达，并引用它的开头
cause-kernel-nobody-bound = 内核自己发送：没有套接字绑定这个 UDP 端口
cause-kernel-undelivered = 由途中的内核发送：数据报无法送达
cause-kernel-nothing-new = 内核自己发送：没有确认新的内容；窗口变了，或者收到了重复的内容

## Summary

summary-run = 运行
summary-conversations = 会话数
summary-messages = 报文段和数据报
summary-with-payload =   其中带载荷的
summary-payload = 载荷字节数
summary-wire = 所有帧的字节数
summary-time = 第一帧到最后一帧
summary-frames = 帧数
summary-findings = 发现
summary-found = { $count } 个报文段有发现
