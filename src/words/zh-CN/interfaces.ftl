# 在接口上抓包的中文语句。键和占位符与 en 相同。

origin-interface = 真实抓包 · 网络接口

## The list

interface-kind-loopback = 回环接口
interface-kind-ethernet = 以太网
interface-kind-wireless = 无线
interface-kind-bridge = 网桥
interface-kind-bond = 链路聚合
interface-kind-vlan = VLAN
interface-kind-veth = 虚拟网线 veth
interface-kind-tun = tun（IP）
interface-kind-tap = tap
interface-kind-dummy = dummy
interface-kind-wireguard = WireGuard
interface-kind-tunnel = 隧道
interface-kind-other = 其他

interface-state-up = 已启用
interface-state-down = 未启用
interface-state-no-carrier = 已启用，无载波

interface-capture-yes = 可以抓包
interface-capture-forbidden = 没有权限
interface-capture-down = 未启用
interface-capture-gone = 已不存在
interface-capture-unreadable = 帧类型未知
interface-capture-failed = 无法抓包

interface-column-name = 接口
interface-column-kind = 类型
interface-column-state = 状态
interface-column-capture = 抓包
interface-column-mtu = MTU
interface-column-mac = MAC 地址
interface-column-addresses = 地址
interface-none = 这个网络里没有接口。

## Why not, and what helps

interfaces-not-listed = 无法列出接口：{ $reason }
interface-unknown = 没有名为 { $found } 的接口；现有 { $known }
interface-unknown-nearest = 没有名为 { $found } 的接口；是否想用 `{ $nearest }`？`wirelens interfaces` 列出全部接口
interface-refused = 无法在 { $interface } 上抓包：{ $step }：{ $reason }
interface-down = 无法在 { $interface } 上抓包：接口未启用
interface-gone = 接口 { $interface } 已不存在，抓包到此为止
interface-went-down = 接口 { $interface } 已关闭，抓包到此为止
interface-hardware = 无法在 { $interface } 上抓包：它的帧属于硬件类型 { $hardware }，无法解读
interface-help-up = 下面的命令启用它：
interface-help-detour = tcpdump 可以转换这些帧：
interface-detour = 也可以让 tcpdump 抓包，在这里画图：

## While it is captured

capture-on = 正在 { $interface }（{ $kind }）上抓包，按 Ctrl-C 结束
capture-count = 抓到 { $kept } 帧，内核丢弃 { $dropped } 帧
capture-count-unknown = 抓到 { $kept } 帧；内核没有说明丢弃了多少
capture-filtered = 另有 { $count } 帧经过，不符合 -f，没有保留
capture-unstamped = { $count ->
   *[other] 有 { $count } 帧没有内核时间戳：记的是读到它们的时刻，偏晚
}
capture-miscounted = 内核统计到 { $received } 帧、丢弃 { $dropped } 帧，但读到 { $read } 帧
capture-save-failed = 无法保存抓包：{ $reason }；文件中已有 { $count } 帧
capture-count-zero = `-c 0` 什么也抓不到：应为 1 以上的帧数

nothing-passed = 抓包期间，没有 TCP 或 UDP 报文经过这个接口。

## The window

ui-interfaces = 在接口上抓包…
ui-interfaces-hint = 抓取经过本机某个接口的报文
ui-interfaces-title = 在接口上抓包
ui-interfaces-about = 抓取经过接口的每一帧，收发两个方向都有。不发送任何报文，也不开启混杂模式。
ui-interfaces-looking = 正在逐个尝试接口…
ui-interfaces-capture = 抓包
ui-interfaces-capture-name = 在 { $interface } 上抓包
ui-interfaces-again = 重新列出
ui-live = 正在 { $interface } 上抓包
ui-live-ended = 抓自 { $interface }
ui-live-line = 正在 { $interface } 上抓包：{ $frames }，内核丢弃 { $dropped } 帧
ui-live-waiting = 正在等待第一个 TCP 报文段或 UDP 数据报。
ui-live-gone = 为腾出内存丢弃了最早的 { $count } 帧
ui-live-saving = 正在保存到 { $path }…
