# 单步与播放。键和占位符与 en 相同，由测试比较。

## The transport bar

step-first = 第一个时刻
step-back = 后退一步
step-play = 播放
step-pause = 暂停
step-forward = 前进一步
step-last = 最后一个时刻
step-leave = 完整时序图
step-leave-hint = 重新显示全部内容（Esc）
step-hint = 逐个时刻播放（空格键），或单步（Shift 加 ← →）
step-size = 步长
step-size-segment = 按报文段
step-size-datagram = 按数据报
step-size-event = 按事件
step-size-hint = ← 和 → 一步走多远：到下一个报文段，或到下一件事（包括系统调用）。按住 Shift 时总是按事件。
step-speed = 速度
step-speed-hint = 1× 为真实时间；超过 1 s 的等待缩短为 1 s
step-scrub = 时刻
step-count = { $index }/{ $count }
step-start = 还什么都没有发生。
step-caption = 第 { $index } 个时刻，共 { $count } 个：{ $what }
step-shortened = 等待 { $span }，缩短为 1 s

## What has just happened

step-arrived = 第 { $frame } 帧已到达{ $who }。
step-socket = { $who }调用 { $call }：内核创建一个套接字，不发送任何报文。
step-bind = { $who }调用 { $call }：套接字得到地址，不发送任何报文。
step-connect = { $who }调用 { $call }：内核发送 SYN，调用阻塞，等待回应。
step-connect-datagrams = { $who }调用 { $call }：内核只记下对方地址，不发送任何报文。
step-listen = { $who }调用 { $call }：从此内核会自己回应 SYN。
step-accept = { $who }调用 { $call }：要取一个已完成握手的连接。
step-accept-waits = { $who }调用 { $call }：还没有完成握手的连接，所以阻塞等待。
step-accept-ready = { $who }调用 { $call }：已有 { $amount ->
   *[other] { $amount } 个
}完成握手的连接在等待。
step-send = { $who }调用 { $call }：把 { $amount } 交给内核，由内核按对方的窗口发送。
step-send-datagram = { $who }调用 { $call }：一次调用就是一个 { $amount } 的数据报。
step-recv = { $who }调用 { $call }：要取已到达的内容。
step-recv-waits = { $who }调用 { $call }：还没有内容到达，所以阻塞等待。
step-recv-ready = { $who }调用 { $call }：已有 { $amount } 到达。
step-recv-datagram-ready = { $who }调用 { $call }：已有 { $amount ->
   *[other] { $amount } 个
}数据报到达。
step-shutdown = { $who }调用 { $call }：关闭一个方向，保留套接字。
step-close = { $who }调用 { $call }：放弃套接字，由内核结束连接。
step-close-datagrams = { $who }调用 { $call }：放弃套接字，不通知任何人。
step-wait = { $who }调用 { $call }：等待某个套接字就绪。
step-call = { $who }调用 { $call }：不发送任何报文。
step-fails = { $who }的 { $call } 失败：{ $result }。
step-returns = { $who }的 { $call } 返回 { $result }。
step-returns-eof = { $who }的 { $call } 返回 0：对方已关闭它那个方向，此前的内容都已读完。
step-returns-bytes = { $who }的 { $call } 返回，带回 { $amount }。
step-returns-sent = { $who }的 { $call } 返回 { $result }：内核已收下这些字节，但这并不说明它们已到达。
step-returns-accept = { $who }的 { $call } 返回 { $result }：一个只属于这个连接的新描述符。
step-returns-connect = { $who }的 { $call } 返回 { $result }：连接在它这一端已建立。
step-returns-listen = { $who }的 { $call } 返回 { $result }：现在发起的连接会得到回应。
step-released = 因第 { $frame } 帧（{ $by }）而返回
step-exit = { $who }程序结束（{ $how }），内核关闭它留下的套接字。

## What both ends are and hold

step-now = 此刻（推断）
step-end-now = { $who }此刻（推断）：{ $what }
step-window = 窗口
step-window-means = 它最近通告的窗口（已缩放）：在已确认的内容之外，还愿意接收多少字节
step-window-none = 它还没有通告过窗口
step-window-unknown = 没有抓到带缩放因子的 SYN
step-send-queue = 发送队列
step-send-means = 发送队列：在途（已发送、未确认）{ $flight }；程序已交给内核、还没有报文段携带的 { $unsent }。由 send 调用和确认推断
step-send-idle-means = 程序已交给内核，还没有报文段携带
step-send-unknown = 未知，在途 { $flight }
step-send-unknown-means = 在途 { $flight }：已发送、未确认。此外程序还交出了多少是未知的：它的调用没有记录，或记录不全，或没有从头记录
step-receive-queue = 接收队列
step-receive-means = 已按序到达、程序还没有用 recv() 取走的字节。由报文段和 recv 调用推断
step-unread-means = 已到达、程序还没有取走的数据报。由推断得出；缓冲区满时会丢弃数据报，抓包里看不到
step-sent = 已发送
step-sent-means = 到目前为止发送的数据报和载荷
step-datagrams = { $count ->
   *[other] { $count } 个数据报
}
step-accept-queue = 全连接队列
step-accept-queue-means = 已完成握手、accept() 还没有取走的连接。由报文段和 accept 调用推断
step-unknown = 未知
step-unknown-means = 未知：程序的调用没有记录，或记录不全，或没有从头记录
step-closed = 已关闭
step-closed-means = 程序已关闭套接字或已结束：没有人能再读取
step-numbers = 下一个发送序号 { $send }，期待序号 { $expect }
step-no-connection = 没有连接：内核没有为它保留窗口和队列
