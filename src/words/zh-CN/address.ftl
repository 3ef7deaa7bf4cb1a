# 地址工作台：IP 地址、MAC 地址、端口本身说明了什么。
address-name-address = 地址
address-name-mask = 子网掩码
address-name-and = 地址 AND 掩码
address-name-other = 另一个地址
address-name-and-other = 另一个 AND 掩码
address-name-kind = 用途
address-name-class = 类别
address-name-wildcard = 反掩码
address-name-network = 网络地址
address-name-broadcast = 广播地址
address-name-hosts = 主机
address-name-place = 此地址
address-name-prefix = 前缀
address-name-canonical = 缩写形式
address-name-full = 完整形式
address-name-zone = 区域
address-name-embedded = 内含 IPv4
address-name-scope = 范围
address-name-interface = 接口标识
address-name-solicited = 被请求节点组
address-name-group = 组
address-name-mac = MAC 地址
address-name-first-octet = 第一个字节
address-name-group-bit = I/G 位
address-name-local-bit = U/L 位
address-name-oui = OUI
address-name-link-local = 链路本地地址
address-name-port = 端口
address-name-service = 服务
address-name-ephemeral = Linux

address-number = 写成一个整数是 { $decimal } = { $hex }
address-class-hosts = 最高位 { $bits }，第一个字节 { $from }–{ $to }；{ $networks } 个网络（/{ $prefix }），每个 { $hosts } 台主机。
address-class-d = 最高位 { $bits }，第一个字节 { $from }–{ $to }：多播组，没有网络号和主机号。
address-class-e = 最高位 { $bits }，第一个字节 { $from }–{ $to }：保留，仅供实验。
address-class-history = 分类已成历史：1993 年起只由掩码决定网络到哪里为止（CIDR，RFC 4632）。
address-mask-class = 没有给出掩码：这是 { $class } 类地址当年的含义。请写上 /24 或 255.255.255.0
address-mask-usual = 没有给出长度：这是通常的长度（RFC 4291 §2.5.1）
address-wildcard = 把掩码反过来：主机位为 1
address-and = 地址 AND 掩码：主机位全为 0
address-broadcast = 主机位全为 1：网络中的所有主机（RFC 922 §7）
address-none = 无
address-no-broadcast = 只有一两个地址的网络没有广播地址（RFC 3021）
address-hosts = { $hosts } 台主机：2^{ $bits } 个地址，去掉第一个（网络）和最后一个（广播）
address-one-host = 只有一个地址：一台主机，或者通往它的路由
address-two-hosts = 一条链路两端的两台主机，两个地址都能用（RFC 3021）
address-hosts-ipv6 = 2^{ $bits }{ $size } 个地址；IPv6 没有广播
address-place-network = 是网络本身
address-place-broadcast = 是网络中的所有主机
address-place-no-host = 不能分配给主机（RFC 1122 §3.2.1.3）
address-interface = 低 64 位：网络中的哪一个接口
address-interface-mac = 中间是 ff:fe：由 MAC 地址 { $mac } 生成（改进的 EUI-64，RFC 4291 附录 A）
address-solicited = 在这个组里询问它的 MAC 地址，帧发往 { $mac }（RFC 4861 §7.2.1）
address-zone = 指本机的哪个接口：链路本地地址本身说明不了（RFC 4007 §11）
address-group-mac = 01:00:5e 加上组地址的低 23 位：32 个组共用一个（RFC 1112 §6.4）
address-group-mac-ipv6 = 33:33 加上组地址的低 32 位（RFC 2464 §7）
address-first-octet = 最后一位是 I/G，倒数第二位是 U/L
address-bit-group-0 = 0：一个接口
address-bit-group-1 = 1：一个组
address-bit-local-0 = 0：全球唯一，由厂商分配
address-bit-local-1 = 1：本地的，由使用者自己选定
address-oui = 前三个字节：IEEE 把这一段分配给了谁
address-link-local = 假如由 MAC 地址生成（RFC 4291 附录 A）；许多主机另选一个（RFC 7217）
address-no-service = 不是常用服务

address-reach-global = 在各处含义相同，路由器会转发
address-reach-inside = 只在约定使用它的范围内由路由器转发，互联网上不认识它
address-reach-link = 路由器不转发

address-kind-global = 公网地址：整个互联网都可以到达
address-kind-this-network = “本网络”中的一台主机
address-kind-this-host = 还没有地址的本机；用于 bind() 时表示本机的所有地址
address-kind-private = 私有地址：供自己的网络使用
address-kind-shared = 共享地址：运营商与用户之间（运营商级 NAT）
address-kind-loopback = 回环：从不离开本机
address-kind-link-local = 链路本地：只在一条链路上有效
address-kind-protocol-assignments = 供 IETF 的协议使用
address-kind-service-continuity = IPv4 业务连续性：隧道的两端
address-kind-anycast = 任播：某个协议最近的服务器
address-kind-nat64-discovery = 用来发现有没有 NAT64
address-kind-documentation = 文档专用：只用于举例，不会出现在真实网络中
address-kind-as112 = AS112：应答对私有地址的反向查询
address-kind-amt = AMT：经过隧道的多播
address-kind-six-to-four-relay = 6to4 中继，已弃用
address-kind-benchmark = 基准测试：用于测量设备
address-kind-multicast = 多播：一个组
address-kind-multicast-link = 一条链路上的多播，供网络自身的协议使用
address-kind-multicast-scoped = 管理员限定范围的多播
address-kind-reserved = 保留
address-kind-broadcast = 受限广播：本链路上的所有主机
address-kind-unassigned = 未分配
address-kind-unspecified = 未指定：没有地址；用于 bind() 时表示本机的所有地址
address-kind-v4-compatible = IPv4 兼容地址，已弃用
address-kind-v4-mapped = IPv4 映射地址：给使用 IPv6 的程序表示一个 IPv4 地址，不会出现在线路上
address-kind-nat64 = NAT64：转换器后面的一个 IPv4 地址
address-kind-nat64-local = 自己网络里的 NAT64
address-kind-discard = 路由器有意丢弃
address-kind-teredo = Teredo：装在 UDP 里的 IPv6
address-kind-orchid = ORCHIDv2：主机的名字，不是位置
address-kind-six-to-four = 6to4：穿过 IPv4 的 IPv6
address-kind-segment-routing = 段标识（SRv6）
address-kind-unique-local = 唯一本地地址：私有，供自己的网络使用
address-kind-site-local = 站点本地，已弃用

address-group-all-hosts = 链路上的所有主机
address-group-all-routers = 链路上的所有路由器
address-group-ospf = 所有 OSPF 路由器
address-group-rip = 所有 RIPv2 路由器
address-group-vrrp = VRRP：互为备份的路由器
address-group-group-reports = 组成员报告（IGMPv3、MLDv2）
address-group-mdns = 多播 DNS
address-group-llmnr = LLMNR：邻居的名字
address-group-ssdp = SSDP：发现设备（UPnP）
address-group-dhcp-agents = DHCPv6 服务器和中继
address-group-solicited-node = 被请求节点：最后 24 位相同的主机

address-scope-interface-local = 接口本地：本机
address-scope-link-local = 链路本地：本链路
address-scope-realm-local = 域本地：由网络技术决定
address-scope-admin-local = 管理本地：由管理员决定
address-scope-site-local = 站点本地：本站点
address-scope-organization-local = 组织本地：本组织
address-scope-global = 全球：所有地方
address-scope-unassigned = 没有分配含义

address-mac-universal = 一个接口，使用厂商分配的编号
address-mac-local = 一个接口，地址由人选定：虚拟机、实验室、隐藏身份的手机
address-mac-null = 没有：还不知道，例如在 ARP 请求中
address-mac-broadcast = 广播：链路上的所有主机
address-mac-ipv4-group = IPv4 组 { $group }，以及低 23 位相同的另外 31 个组
address-mac-ipv6-group = 地址以 { $group } 结尾的一个 IPv6 组
address-mac-bridges = 交换机之间使用，没有交换机会转发
address-mac-virtual-router = 虚拟路由器 { $number }：地址随接替者迁移（VRRP）
address-mac-group = 一个组

address-port-zero = 不属于任何人
address-port-zero-why = 用于 bind() 时表示：请替我选一个
address-port-well-known = 知名端口，0–1023
address-port-well-known-why = 系统服务（RFC 6335 §6）；在 Unix 上只有特权用户可以监听
address-port-registered = 注册端口，1024–49151
address-port-registered-why = 由 IANA 登记（RFC 6335 §6），任何程序都可以使用
address-port-dynamic = 动态端口，49152–65535
address-port-dynamic-why = 从不分配给服务（RFC 6335 §6）：供客户端和自己使用
address-ephemeral = 可能属于客户端：临时端口
address-ephemeral-why = 从 { $from }–{ $to } 中选取（ip_local_port_range）；其他系统的范围不同

address-same = { $address } AND /{ $prefix } = { $own }；{ $other } AND /{ $prefix } = { $others }：在同一网络。{ $address } 直接询问 { $other } 的 MAC 地址（ARP），然后发给它。
address-same-ipv6 = { $address } 和 { $other } 的 /{ $prefix } 相同：{ $own }。{ $address } 直接询问 { $other } 的 MAC 地址（邻居请求），然后发给它。
address-not-same = { $address } AND /{ $prefix } = { $own }；{ $other } AND /{ $prefix } = { $others }：不在同一网络。{ $address } 询问网关的 MAC 地址（ARP）；IP 数据包的目的地址仍是 { $other }。
address-not-same-ipv6 = 按同样的 /{ $prefix }，{ $address } 在 { $own }，{ $other } 在 { $others }：不在同一网络。{ $address } 询问路由器的 MAC 地址（邻居请求）；数据包的目的地址仍是 { $other }。
address-disagree = 两边的掩码不同，结论不一致：一边直接询问对方，另一边却经过网关发送。这种错误很难发现。

address-wrong-empty = 请输入 IP 地址、MAC 地址、端口或服务：192.168.1.10/24、fe80::1、02:00:00:00:01:01、443、https
address-wrong-long = { $length } 字节，任何地址都没有这么长
address-wrong-nothing = 应为 IP 地址、MAC 地址、端口或服务，却是 { $found }
address-wrong-octets = 应为用点隔开的 4 个数，却有 { $found } 个
address-wrong-octet = 应为 0 到 255 的数，却是 { $found }
address-wrong-no-octet = 这里应有一个 0 到 255 的数
address-wrong-zero = { $found } 以 0 开头，有的程序会当作八进制：请去掉 0
address-wrong-prefix = 应为网络位数 0 到 { $most }，却是 { $found }
address-wrong-mask = { $found } 不是掩码：所有的 1 必须连续在前。最接近的是 { $nearest }
address-wrong-character = IPv6 地址里没有 { $found }：应为 0–9、a–f 和 :
address-wrong-group = 冒号之间应为 1 到 4 位十六进制数，却是 { $found }
address-wrong-gaps = 第二个 ::，它只能出现一次：否则各代表多少个零？
address-wrong-groups = 应为 8 组，或用 :: 省略，却有 { $found } 组
address-wrong-mac = 应为 6 对十六进制数，却是 { $found }
address-wrong-port = 应为 0 到 65535 的端口，却是 { $found }
address-wrong-versions = 应为同一 IP 版本的地址
address-wrong-extra = { $found } 在这里是多余的

address-title = 地址工作台
address-about = 带掩码的 IP 地址、MAC 地址、端口或服务；再写一个地址，就看它们是不是邻居。
address-field = 地址
address-example = 192.168.1.10/24
address-menu = 地址工作台…
address-menu-of = 地址工作台：{ $address }
address-bits = 二进制：网络位，│ 之后是主机位
address-bits-alone = 二进制
address-bits-line = { $name }：{ $bits }
address-line = { $name }：{ $value }。{ $why }
address-comparison = 在同一网络吗？

help-address = 说明一个地址本身的含义：类别、用途、网络、主机、二进制；也包括 MAC 地址和端口
help-address-more =
    带掩码（/24 或 255.255.255.0）的 IP 地址，或者 MAC 地址、端口、服务。
    IP 地址后面可以再写一个地址：它们是邻居吗？
    不查询任何名字，也不询问任何人。

    例：
      wirelens address 192.168.1.10/24
      wirelens address 192.168.1.10 255.255.255.0 192.168.2.1
      wirelens address fe80::200:ff:fe00:101
      wirelens address 01:00:5e:00:00:fb
      wirelens address https --format json
help-option-name-server = 域名服务器的地址，省略时为 127.0.0.1
help-address-address = 地址，分开写的掩码，以及要比较的另一个地址
