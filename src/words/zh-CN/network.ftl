# 网络和正在其中传送的消息。键和占位符与英文相同，由测试比较。

net-nothing = 还没有消息经过这个网络。
net-switch = 交换机
net-hub = 集线器
net-host = 主机
net-router = 路由器
net-translator = 做地址转换的路由器
net-addresses = { $count } 个地址

net-arrived = 已到达
net-unknown = 没有观测到它的结局
net-frame = 第 { $number } 帧

net-missing = 此后未见
net-lost-here = 在这根网线上丢失
net-queue-full = 网线的队列已满：在这里丢失
net-missing-here = 此后没有再观测到
net-delayed = ⏱ 被网线延迟
net-duplicated = ⧉ 被网线复制
net-swapped = ⇅ 被网线与下一帧交换了次序
net-unplugged = 它过去之后网线被拔掉
net-again = 第二次到来

net-said = 这个 { $what }
net-said-data = 这段数据（{ $what }）
net-said-arp-request = 这个 ARP 请求
net-said-arp-reply = 这个 ARP 应答

net-copy-hub = 副本：集线器把一切重复给所有人
net-copy-flood = 副本：交换机还不知道该往哪里转发，于是发往所有端口
net-copy-broadcast = 副本：它是发给链路上所有人的
net-sees = 看得到
net-unseen = 看不到
net-sees-hub = 看得到{ $what }：集线器把一切重复给所有人
net-sees-flood = 看得到{ $what }：交换机还不知道该往哪里转发
net-sees-broadcast = 看得到{ $what }：它是发给链路上所有人的
net-switch-knows = 看不到{ $what }：{ $switch } 知道该往哪里转发
net-other-network = 看不到{ $what }：在另一个网络里
net-lost-before = 看不到{ $what }：它在此之前就丢失了

net-card = { $from } → { $to }，{ $after }，{ $known }
net-row-changed = { $protocol } { $field } { $value }，已改写：原为 { $before }
net-quoted = 所引用的 { $protocol }
net-field-source = 源
net-field-destination = 目的
net-field-ttl = TTL
net-field-hop-limit = 跳数限制
net-field-checksum = 校验和
net-field-source-port = 源端口
net-field-destination-port = 目的端口
net-field-flags = 标志
net-field-length = 长度
net-field-operation = 操作
net-field-sender-mac = 发送方 MAC
net-field-sender-ip = 发送方 IP
net-field-target-mac = 目标 MAC
net-field-target-ip = 目标 IP
net-field-type = 类型
net-field-code = 代码
net-field-mtu = MTU

net-told-sends = { $node } 发送它。
net-told-direct = { $node } 发送：{ $target } 在它自己的网络里，所以帧直接发往那台主机的 MAC 地址。RFC 1122 3.3.1.1
net-told-gateway = { $node } 发送：{ $target } 不在 { $own } 所在的网络里，所以帧发往网关 { $gateway } 的 MAC 地址；里面的 IP 数据包仍然写着 { $target }。RFC 1122 3.3.1.1
net-told-arp-request = { $node } 问链路上的所有人（ff:ff:ff:ff:ff:ff）谁是 { $target }：不知道这个 MAC 地址，等着的数据包就发不出去。RFC 826
net-told-arp-reply = { $node } 只回答提问者：{ $address } 在这里。RFC 826
net-told-fate = { $told } —— { $fate }

net-why-card = 发送方如何决定需要谁的 MAC 地址
net-why-nobody = 需要谁的 MAC 地址？
net-why-same = = { $target } 在 { $network } 里：同一个网络
net-why-other = ≠ { $target } 不在 { $network } 里：另一个网络
net-why-direct = → 直接询问 { $target }
net-why-gateway = → 询问网关 { $gateway }
net-why-no-route = → 没有路由：什么也不发送
net-why-itself = → 就是这台主机自己

net-tables = 途经各方此刻记住的内容，由捕获的帧推断
net-table-more = 另有更早的 { $count } 条
net-new = 新
net-chosen = 决定这条消息的去向
net-arp-by-reply = 由第 { $frame } 帧的应答得知 · { $interface }
net-arp-by-request = 由第 { $frame } 帧的询问得知 · { $interface }
net-arp-by-announcement = 由第 { $frame } 帧的通告得知 · { $interface }
net-arp-by-overhearing = 由第 { $frame } 帧问别人的请求得知 · { $interface }
net-arp-asked = 在第 { $frame } 帧中询问 · { $interface }
net-station = 由第 { $frame } 帧得知 · { $heard } 前听到过，保留 { $ageing }
net-inside = 内网
net-outside = 外网
net-translation = { $protocol } 到 { $peer } · 第 { $frame } 帧
net-operation-request = { $number } · 请求
net-operation-reply = { $number } · 应答
