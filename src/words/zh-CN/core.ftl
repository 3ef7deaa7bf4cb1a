# 用我们自己的 TCP 代替内核的 TCP。
help-option-core = 让这台主机上的程序用 wirelens 自己的 TCP（RFC 9293），不用内核的；可以给几台主机
help-option-knob = 调这个 TCP 的一个旋钮，例如 nagle=off 或 mss=500；见 `wirelens simulate --help`
origin-core = { $host }：wirelens 的 TCP（{ $tcp }）
core-not-tcp = { $program } 用的是 UDP：能用我们自己的代替内核的只有 TCP
core-not-host = { $host } 不是这个拓扑里的主机；主机有：{ $known }
core-router = { $host } 是路由器：数据包由它的内核转发，离不开内核
core-interfaces = { $host } 不是恰好有一个带 IPv4 地址的接口，而 wirelens 自己的 TCP 需要这样
core-cables = { $setting } 属于网线，写在拓扑文件里；--knob 只调 TCP

program-tcp-bulk-title = 大量字节，一去一回
program-tcp-bulk-look = 看序列号图：第一批是十个报文段（初始窗口，RFC 6928），然后慢启动每个往返翻一倍。在实验室里用 --lose 'data>#30' 丢掉一个报文段，看重复 ACK、SACK 块和快速重传。
program-error-cut-short = 对方在 { $expected } 个字节中的第 { $came } 个之后就结束了
program-error-altered = 字节流中第 { $place } 处的字节和发出的不一样
setting-bytes = 发送多少字节
setting-back = no：不发回任何东西
setting-closes-first = 谁先关闭，谁就经过 TIME-WAIT
core-commands = --core 只用于自带的程序：别的命令向它们的内核要套接字

help-option-kernel = 不用模拟器，而在实验室的真实内核上做这个场景里的调用和故障（最多 20 秒）
help-option-beside-tcp = 再用另一个 TCP 演一遍，两边并排：rfc、linux（模拟，仿 Linux）或 kernel（实验室里的真实内核）
tcp-rfc = 按 RFC 模拟
tcp-linux-like = 模拟，仿 Linux
not-real-line = 第 { $line } 行：没有内核会应要求这么做：{ $text }
not-real-setting = 内核没有 { $name }={ $value } 这样的设置：这个场景只能模拟
not-real-option = 套接字选项 { $name } 在实验室里不能设置：这个场景只能模拟
not-real-host = { $host } 既不是拓扑里的客户端也不是服务器：这个场景只能模拟
real-left-out = 内核没有这些设置，照它自己的习惯：{ $settings }
