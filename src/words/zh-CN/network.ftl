# 网络和正在其中传送的消息。键和占位符与英文相同，由测试比较。

net-nothing = 还没有消息经过这个网络。
net-switch = 交换机
net-hub = 集线器
net-host = 主机
net-router = 路由器
net-translator = 做地址转换的路由器
net-addresses = { $count } 个地址
net-somewhere = 某处

net-arp-request = ARP 请求 · { $sender } 问链路上的所有人：谁是 { $target }？
net-arp-reply = ARP 应答 · { $address } 的 MAC 地址是 { $mac }
net-fragment = IP 分片 · { $from } → { $to }
net-other = 其他协议的帧

net-arrived = 已到达
net-lost = 在 { $from } 与 { $to } 之间丢失
net-stopped = 止于 { $node }
net-unknown = 没有观测到它的结局
net-frame = 第 { $number } 帧

net-missing = 此后未见
net-lost-here = 在这根网线上丢失
net-queue-full = 网线的队列已满：在这里丢失
net-missing-here = 此后没有再观测到
net-delayed = ⏱ 被网线延迟
net-duplicated = ⧉ 被网线复制
net-swapped = ⇅ 被网线与下一帧交换了次序
net-again = 第二次到来
net-captured = 在 { $at } 捕获
net-captured-both = 在 { $from } 和 { $to } 捕获
net-inferred = 由第 { $frame } 帧推断：这里没有捕获，而途经的设备不改动任何内容

net-said = 这个 { $what }
net-said-data = 这段数据（{ $what }）
net-said-arp-request = 这个 ARP 请求
net-said-arp-reply = 这个 ARP 应答

net-copy-hub = 副本：集线器把一切重复给所有人
net-copy-flood = 副本：交换机还不知道该往哪里转发，于是发往所有端口
net-copy-broadcast = 副本：它是发给链路上所有人的
net-sees-hub = 看得到{ $what }：集线器把一切重复给所有人
net-sees-flood = 看得到{ $what }：交换机还不知道该往哪里转发
net-sees-broadcast = 看得到{ $what }：它是发给链路上所有人的
net-switch-knows = 看不到{ $what }：{ $switch } 知道该往哪里转发
net-other-network = 与{ $what }不在同一个网络里
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

net-told-and = ；
net-told-sends = { $node } 发送它。
net-told-direct = { $node } 发送：{ $target } 在它自己的网络里，所以帧直接发往那台主机的 MAC 地址。RFC 1122 §3.3.1.1
net-told-gateway = { $node } 发送：{ $target } 不在 { $own } 所在的网络里，所以帧发往网关 { $gateway } 的 MAC 地址；里面的 IP 数据包仍然写着 { $target }。RFC 1122 §3.3.1.1
net-told-arp-request = { $node } 问链路上的所有人（ff:ff:ff:ff:ff:ff）谁是 { $target }：不知道这个 MAC 地址，等着的数据包就发不出去。RFC 826
net-told-arp-reply = { $node } 只回答提问者：{ $address } 在这里。RFC 826
net-told-switch = { $node } 原样转发这一帧，而且只发给 { $to }：它已经学到哪个地址在哪个端口。IEEE 802.1D §7.7
net-told-switch-floods = { $node } 还不知道这个 MAC 地址在哪里：把帧原样从其他所有端口发出去。IEEE 802.1D §7.7
net-told-switch-broadcast = { $node } 把帧原样从其他所有端口发出去：它是发给所有人的。IEEE 802.1D §7.7
net-told-hub = { $node } 把比特重复给其他所有人：它不看任何地址，也不改任何内容。
net-told-router = { $node }：{ $changes }，所以 IP 校验和也随之改变。IP 地址、端口和上层校验和都不变。RFC 1812 §5.3.1
net-told-translator = { $node }：{ $changes }。校验和覆盖这些字段，也随之改变；序号不变。RFC 3022 §2.2
net-told-mac = 为下一段链路改写一个 MAC 地址
net-told-macs = 为下一段链路改写两个 MAC 地址
net-told-ttl = TTL { $before } → { $after }
net-told-source = 源地址 { $before } → { $after }
net-told-destination = 目的地址 { $before } → { $after }
net-told-source-port = 源端口 { $before } → { $after }
net-told-destination-port = 目的端口 { $before } → { $after }
net-told-cut = 下一段链路只容得下更小的数据包，所以切成了分片
net-told-fate = { $told } —— { $fate }

net-why-card = 发送方如何决定需要谁的 MAC 地址
net-why = 为什么需要 { $address } 的 MAC 地址？
net-why-nobody = 需要谁的 MAC 地址？
net-why-same = = { $target } 在 { $network } 里：同一个网络
net-why-other = ≠ { $target } 不在 { $network } 里：另一个网络
net-why-direct = → 直接询问 { $target }
net-why-gateway = → 询问网关 { $gateway }
net-why-no-route = → 没有路由：什么也不发送
net-why-itself = → 就是这台主机自己

net-tables = 途经各方此刻记住的内容，由捕获的帧推断
net-table-arp = { $node } · ARP 缓存
net-table-mac = { $node } · MAC 地址表
net-table-routes = { $node } · 路由表
net-table-nat = { $node } · 地址转换表
net-table-empty = 空
net-table-more = 另有更早的 { $count } 条
net-new = 新
net-chosen = 决定这条消息的去向
net-port = 通往 { $node } 的端口
net-route-via = 经 { $via } · { $interface }
net-arp-by-reply = 由第 { $frame } 帧的应答得知 · { $interface }
net-arp-by-request = 由第 { $frame } 帧的询问得知 · { $interface }
net-arp-asked = 在第 { $frame } 帧中询问 · { $interface }
net-station = 由第 { $frame } 帧得知 · { $heard } 前还听到过（{ $ageing } 后老化）
net-translation = { $protocol } 到 { $peer } · 第 { $frame } 帧
net-operation-request = { $number } · 请求
net-operation-reply = { $number } · 应答
