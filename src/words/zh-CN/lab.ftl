# 实验网络：拓扑、线路和线路上的故障。
origin-captured-lab = 抓包所得 · 真实主机组成的实验网络
refusal-lab = 无法搭建实验网络：{ $step }：{ $reason }
session-wire-missed = 实验网络的线路丢了（或没有报告）{ $count } 个本不该丢的帧：这台计算机太慢

topology-error = { $name } 第 { $line } 行：{ $what }
topology-form = 格式不对：{ $name }
topology-name = 名字应由字母、数字、- 和 _ 组成，最多 15 个字节，这里是 { $name }
topology-name-twice = 有两个叫 { $name } 的
topology-unknown = 没有叫 { $name } 的
topology-no-interface = { $node } 没有接口 { $interface }
topology-not-network = 应为地址及其网络，如 192.168.1.10/24，这里是 { $name }
topology-not-address = 应为地址，如 192.168.1.1，这里是 { $name }
topology-address-twice = 两个接口都用了地址 { $name }
topology-reserved = { $name } 是网络地址或广播地址，不能给主机用
topology-gateway-outside = 网关 { $gateway } 不在主机所在的任何网络里：{ $networks }
topology-gateway-nobody = 没有谁的地址是网关地址 { $name }
topology-cable-twice = { $name } 上已经插了一根网线
topology-cable-to-itself = 网线的两端都是 { $name }
topology-circle = 交换机和集线器连成了环，广播会永远转下去：{ $name }
topology-no-cable = { $name } 上没有网线
topology-not-time = 应为时间，如 300ms，这里是 { $name }
topology-not-rate = 应为速率，如 10Mbit，这里是 { $name }
topology-range = { $what } 应在 { $least } 到 { $most } 之间，这里是 { $found }
topology-too-many = { $what } 超过了 { $most } 个
topology-not-host = { $name } 不是主机：程序只能在主机上运行

lab-unknown = 没有拓扑 { $found }，也没有这个名字的文件；现有的是：{ $known }
lab-not-read = 无法读取拓扑：{ $reason }：{ $path }
lab-no-ipv4 = { $host } 没有 IPv4 地址，而自带的程序使用 IPv4
lab-no-host = 命令前面应有拓扑中的主机，如 `client: 命令`，这里是 `{ $found }`；主机有：{ $known }

wire-frame = 第 { $frame } 帧
wire-unseen = 一个 { $length } 字节的帧
wire-lost = 线路丢失了{ $frame }（`{ $pattern }`）
wire-lost-pulled = 拔掉网线时{ $frame }正在线上，丢失了
wire-delayed = 线路延迟了{ $frame }（`{ $pattern }`）
wire-duplicated = 线路把{ $frame }送达了两次（`{ $pattern }`）
wire-swapped = 线路把{ $frame }与下一帧交换了（`{ $pattern }`）
wire-queue-full = 线路的队列满了：{ $frame }丢失
wire-unplugged = { $frame }过去之后网线被拔掉（`{ $pattern }`）
wire-plugged = 网线重新插上
wire-more = 线路还对另外 { $count } 帧做了同样的事
wire-idle = 没有帧匹配 `{ $pattern }`

help-lab = 在真实主机上运行程序，主机之间有集线器、交换机和路由器，在每个接口上抓包
help-lab-more =
    网线上可以丢失、延迟、重复或交换帧，也可以拔掉网线。用模式指明是哪些帧：syn、
    syn-ack、handshake-ack、data、ack、fin、last-ack、rst；后面可加 >（客户端到
    服务器）或 <（服务器到客户端），再加 #N 表示第 N 个（省略时为第一个），#* 表示全部。
    也可以用显示过滤器：'tcp.len > 100#2'。最后可用 @NODE 或 @NODE-NODE 指明是哪根
    网线，省略时为客户端旁边的那根。

    例子：
      wirelens lab router
      wirelens lab cable --run udp-hello
      wirelens lab cable --lose syn
      wirelens lab switch --lose 'data>#3' --set pause=0ms
      wirelens lab router --lose 'fin@server' --sysctl server:tcp_sack=0
      wirelens lab router --firewall server:9999=reject
      wirelens lab switch --unplug 'data>@client=3s'
      wirelens lab mine.toml 'server: python3 server.py' 'client: python3 client.py'
help-lab-topology = 哪个拓扑，见 `wirelens list labs`；也可以是拓扑文件
help-lab-commands = 不运行自带的程序，而运行这些命令，各在前面写上主机：'client: 命令'
help-option-run = 运行哪个自带的程序，省略时为 tcp-greeting
help-option-lose = 丢失匹配的帧，可多次使用
help-option-delay = 延迟匹配的帧，如 `data=300ms`
help-option-duplicate = 让匹配的帧到达两次
help-option-swap = 把匹配的帧与下一个交换
help-option-unplug = 匹配的帧过去之后拔掉网线，过一段时间再插上，如 `data>#2=3s`
help-option-cable = 让网线变慢或变窄，如 `client-switch:delay=20ms,bandwidth=10Mbit,queue=20,mtu=1400`
help-option-firewall = 关闭主机或路由器的端口，如 `server:9999=drop`、`server:9999/udp=reject`
help-option-sysctl = 更改一台或所有主机的内核设置，如 `tcp_sack=0`，见 `wirelens list settings`
help-option-server-address = 服务器的地址，省略时为 127.0.0.1
list-labs = 实验网络：wirelens lab TOPOLOGY
