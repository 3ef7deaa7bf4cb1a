# 含多条生命线的图。键和占位符与英文相同，由测试比较。

lanes-one = 单个会话
lanes-one-hint = 一个会话的两端，连同系统调用和状态
lanes-all = 全部
lanes-all-hint = 捕获中的每一帧，每台主机一条生命线
lanes-hops = 逐跳
lanes-hops-hint = 一个会话，每个观测到它的位置一条生命线
lanes-hops-not = 这个会话的帧只在一个位置捕获到
lanes-network = 网络
lanes-network-hint = 网络本身，以及每条消息逐根网线走过的路
lanes-title = { $conversations } 个会话 · { $frames } 帧
lanes-scroll = 滚动图

lanes-others = 其他主机（{ $count }）
lanes-others-hint = 通信量最少的 { $count } 台主机共用一条生命线
lanes-everyone = 所有主机
lanes-hardware = 硬件地址 { $address }：由其自己的 ARP 报文得知
lanes-conversation = 会话 { $id }
lanes-ports = 端口 { $from } → 端口 { $to }
lanes-unseen = 虚线：该处没有捕获
lanes-lost = 丢失

lanes-left-out = 另有 { $count } 个箭头未画出：一张图最多 { $most } 个
lanes-unaddressed = { $count } 帧没有可读的地址，未画出
lanes-further = { $count } 帧是已画出的内容在其他位置的再次观测
lanes-part = 捕获文件较大：内存中只有会话 { $id } 的帧，图中只画这些帧
lanes-crowded = { $count } 个箭头没有空间显示标签
