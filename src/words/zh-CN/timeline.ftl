# 会话的图。

timeline-a-screen = 每屏 { $span }
timeline-lost = 丢失
timeline-one-way = 从第一处观测到最后一处观测：{ $span }
timeline-segments = { $count } 个报文段
timeline-datagrams = { $count } 个数据报
timeline-calls = { $who }：{ $count } 次调用
timeline-open-crowd = 太密，无法分辨：点击可放大
timeline-hidden = 此处有 { $count } 个标注放不下：放大可见
timeline-time-wait-short = TIME-WAIT：Linux 上持续 { $span }
timeline-time-wait-why = 未抓到：它何时结束，网络上看不出来
timeline-minimap = 整个会话
timeline-now = 当前时刻
