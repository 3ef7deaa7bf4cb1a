# 出错时的中文语句：什么失败、应有什么、实际是什么、怎么办，路径放在最后。
# 键和占位符与 en 相同，由测试比较。

error = 错误：{ $sentence }
notice = 提示：{ $sentence }
with-errno = { $text }（{ $name }）
at-path = { $sentence }：{ $path }
one-or-other = { $first } 或 { $second }

## Capture files

file-open = 无法打开抓包文件：{ $reason }；请检查文件名，或从 `wirelens list captures` 中选一个
file-read = 无法读取抓包：{ $reason }
file-empty = 抓包文件是空的：至少应有 24 字节的文件头，实际 0 字节；请重新抓包
file-not-a-capture = 不是抓包文件：开头应为 pcap 或 pcapng 的标志，实际是 { $bytes }；请用原来的工具另存为 pcapng
file-compressed = 抓包文件是压缩的；请先解压，`{ $tool } -dc FILE | wirelens show -`
file-unsupported = 无法读取{ $what }；请先转换，`editcap -F pcapng OLD NEW`
file-unpack = 无法解压抓包文件：{ $kind }
file-spool = 无法为抓包创建临时文件：{ $reason }；请把 TMPDIR 设为有空间的目录
file-mixed-link-types = 无法保存为 pcap：帧的链路类型有 { $first } 和 { $second }，一个 pcap 文件放不下；请把文件名改为 .pcapng
file-save = 无法保存抓包：{ $reason }；原有内容没有改动
unsupported-format = 这种格式：{ $name }
unsupported-pcap-version = 版本为 { $version } 的 pcap（只支持 2.0 到 2.4）
unsupported-pcapng-version = 版本为 { $version } 的 pcapng（只支持 1.0 到 1.2）

## Damaged captures

damage = 抓包在第 { $offset } 字节处中断，此前有 { $frames }：{ $kind }；中断之前的内容已全部显示
damage-cut = 记录不完整，需要 { $needed } 字节，只有 { $available } 字节
damage-impossible-length = 记录的长度不合理，应为 { $least } 到 { $most } 字节，实际是 { $length }
damage-lengths-differ = 类型为 { $type } 的块前后两个长度不一致，开头是 { $first } 字节，末尾是 { $last } 字节
damage-corrupt-block = 类型为 { $type } 的块内容与其长度 { $length } 字节矛盾
damage-unknown-interface = 报文来自接口 { $interface }，而在它之前只描述了 { $described } 个接口
damage-unsupported = 从这里起是{ $what }
damage-packed-cut = { $tool } 数据不完整，只有 { $packed } 字节
damage-packed-corrupt = { $tool } 数据在其第 { $packed } 字节附近损坏
damage-unpacks-too-far = { $packed } 字节的 { $tool } 数据解压后已达 { $unpacked } 字节还未完，正常的抓包不会这样
damage-spool-failed = 无法写入临时文件，{ $reason }
damage-read-failed = 读取失败，{ $reason }

## Left out of a capture

skipped-blocks = { $count ->
   *[other] 跳过了 { $count } 个类型为 { $type } 的 pcapng 块
}
skipped-not-understood = { $count ->
   *[other] 跳过了 { $count } 条由其他版本的 wirelens 写入的系统调用、输出或说明
}
broken = { $count ->
   *[other] 跳过了 { $count } 个损坏的 pcapng 块，第一个在第 { $offset } 字节处：{ $kind }
}
skipped-not-kept = { $count ->
   *[other] 其他工具的 { $count } 个块或选项太多，无法保留：再次保存时会丢失
}
skipped-untimed = { $count ->
   *[other] { $count } 帧没有时间，记作 1970-01-01 00:00 UTC
}

## Running a program

session-not-started = 无法开始运行：{ $reason }
session-program-not-started = 无法启动{ $who }：{ $reason }
session-server-ended = 服务器在端口 { $port } 就绪之前就结束了：{ $exit }
session-server-call-failed = 服务器在端口 { $port } 就绪之前就结束了：{ $call } 失败：{ $reason }
session-server-not-ready = 服务器在 { $seconds } 秒内没有在端口 { $port } 就绪
session-standstill = { $seconds } 秒内什么也没有发生：程序在互相等待
session-end-not-marked = 无法发送标志结束的数据报：{ $reason }
session-end-not-seen = { $seconds } 秒内没有抓到标志结束的数据报：最后几帧可能缺失
session-miscounted = 内核统计到 { $received } 帧、丢弃 { $dropped } 帧，但只读到 { $read } 帧：有帧缺失
session-unstamped = { $count ->
   *[other] 有 { $count } 帧没有内核时间戳：记的是读到它们的时刻，偏晚
}
session-bad-reports = { $count ->
   *[other] 有 { $count } 条系统调用的报告无法读取：这些调用缺失
}
session-vanished = 运行意外终止；这是 wirelens 的缺陷
port-taken = 端口 { $port } 已被占用（EADDRINUSE）：用 `ss -lntup 'sport = :{ $port }'` 查看是谁，用 `--set port=NUMBER` 换一个端口

session-command-not-found = 找不到 { $command }：shell 没有找到这个程序（状态 { $status }）；请检查它的名字，以及从当前目录出发的路径
session-command-not-executable = { $command } 不能执行（shell 的状态 { $status }）；请用 `chmod +x FILE`，或写明解释器
session-tracer-ended = 跟踪 { $command } 的进程意外终止，命令也随之结束

## Notes about a reader's own commands

remark-untraced = 看不到 { $command } 的系统调用：{ $reason }；报文和状态照常显示。禁止跟踪的可能是：/proc/sys/kernel/yama/ptrace_scope 为 2 或 3、不允许 ptrace 的容器，或已经有调试器
remark-not-ready = { $command } 在 { $span } 内没有开始监听；下一个命令照常启动
remark-failed = { $command } { $exit }
remark-still-running = 最后一个命令结束后，{ $span } 内没有任何动静，{ $command } 仍在运行，已请它结束
remark-killed = { $command } 被请求结束后 { $span } 仍未结束，已强制结束
remark-left-behind = { $count ->
   *[other] { $command } 留下了 { $count } 个进程，已结束
}
remark-output-cut = { $command } 的输出超过 1 MiB：其中 { $bytes } 字节没有保留
remark-calls-cut = { $command } 的系统调用一次传输的数据太多：其中 { $bytes } 字节没有保留

live-helper-not-started = 无法启动辅助进程：{ $reason }：{ $path }
live-helper-ended = 辅助进程意外终止，私有网络也随之消失
live-helper-silent = 辅助进程在 { $seconds } 秒内没有应答
live-talk = 无法与辅助进程通信：{ $reason }
capture-open = 无法在 { $interface } 上抓包：{ $reason }
capture-interface-down = 接口已关闭，抓包到此为止
capture-deaf = 在 { $interface } 上发送的数据报，{ $millis } 毫秒内没有抓到
capture-read = 读取抓包套接字失败：{ $reason }

## Refusals: the step, the reason, one command

refusal-private = 无法建立私有网络：{ $step }：{ $reason }
refusal-host = 无法在本机回环接口上抓包：{ $step }：{ $reason }
step-unshare = unshare(CLONE_NEWUSER|CLONE_NEWNET)
step-setgroups = 写入 /proc/self/setgroups
step-uid-map = 写入 /proc/self/uid_map
step-gid-map = 写入 /proc/self/gid_map
step-netlink = socket(AF_NETLINK)
step-loopback-mtu = 设置 lo 的 mtu
step-loopback-segments = 设置 lo 的 gso_max_segs
step-loopback-up = 启用 lo
step-loopback-address = 为 lo 添加地址
step-loopback-check = 读回 lo 的设置
step-packet-socket = socket(AF_PACKET, SOCK_RAW)
step-packet-options = 对抓包套接字调用 setsockopt
step-packet-bind = 把抓包套接字 bind 到接口
step-end-mark = 打开标志结束的套接字
step-lab-plan = 读取实验网络的方案
step-lab-host = 为主机调用 unshare(CLONE_NEWNET)
step-lab-setting = 修改主机的内核设置
step-lab-bridge = 创建网桥
step-lab-cable = 创建 veth 对
step-lab-offload = 关闭网卡卸载功能
step-lab-port = 把端口加入网桥
step-lab-up = 启用接口
step-lab-address = 添加地址
step-lab-route = 添加路由
step-lab-translation = 在 nf_tables 中添加地址转换规则
step-lab-firewall = 在 nf_tables 中添加关闭端口的规则
step-about = { $step }（{ $about }）
step-lab-carrier = 等待网线连通
step-lab-wire = 启动线路
remedy-more-user-namespaces = 系统允许的用户命名空间已经用完。下面的命令提高上限，重启前有效：
remedy-more-network-namespaces = 系统允许的网络命名空间已经用完。下面的命令提高上限，重启前有效：
remedy-unprivileged-namespaces = 系统只允许 root 使用用户命名空间。下面的命令向所有用户开放，重启前有效：
remedy-app-armor = AppArmor 不允许没有配置文件的程序这样做。下面的命令解除限制，重启前有效：
remedy-container-filter = 容器的系统调用过滤器不允许这样做。请这样启动容器：
remedy-capture-capability = 在本机抓包需要一项权能（capability）。下面的命令把它授予 wirelens：
remedy-container-capability = 这个容器不向任何人提供所需的权能，root 也没有。请这样启动容器：
remedy-none = 不清楚在这个系统上怎样才能解决。
captures-instead = 查看已保存的抓包不需要权限：`wirelens list captures`、`wirelens show greeting`。

## The programs

call-failed = { $call } 失败：{ $reason }
connect-refused = { $call } 被拒绝（ECONNREFUSED）：这个端口无人监听；请先启动服务器
program-thread = 无法为连接创建线程：{ $reason }
program-report = { $variable } 指定的描述符没有打开：{ $reason }
program-no-answer = { $waited } 内没有回答，不再等待；笔记中的程序会永远等下去。内核没有为这个套接字记下错误（SO_ERROR 0）
program-no-answer-error = { $waited } 内没有回答，不再等待；笔记中的程序会永远等下去。内核为这个套接字记下了错误：{ $reason }
program-reads-nothing = recv() 已 { $reads } 次返回 0 字节：客户端已经离开。笔记中的服务器不检查这一点，会一直循环下去
program-input-ended = 标准输入已结束，程序还没有得到所需的内容
program-input = 无法读取标准输入：{ $reason }
program-not-an-address = 应为 IPv4 地址，例如 127.0.0.1，实际是 { $found }
program-not-a-port = 应为{ $expected }，实际是 { $found }
program-not-a-name = 应为 www.example 这样的域名，实际是 { $found }
program-not-a-path = 应为 /index.html 这样的路径，实际是 { $found }
program-no-name-server = 域名服务器 { $server } 没有回答：问了 { $tries } 次，每次等待 { $waited }
program-no-such-name = 域名服务器回答 { $code }：没有 { $name }
program-no-address = 有 { $name } 这个名字，但没有 IPv4 地址
program-not-http = 应为 HTTP 响应：{ $why }
program-not-in-encoding = { $encoding } 无法表示 { $character }
unknown-program = 没有名为 { $found } 的程序；`wirelens list programs` 列出全部程序
unknown-program-nearest = 没有名为 { $found } 的程序；是否想用 `{ $nearest }`？
no-such-role = { $program } 没有 { $found } 这一方：应为 { $expected }

input-nobody-reads = { $program } 不读取输入；请去掉 `--input`
input-not-read = { $program } 的{ $who }不读取输入，只有{ $reader }读取

## Their settings

setting-not-a-pair = 应为 KEY=VALUE，实际是 { $found }
setting-unknown = 没有名为 { $found } 的设置；可用的有 { $known }
setting-unknown-nearest = 没有名为 { $found } 的设置；是否想用 `{ $nearest }`？
setting-malformed = 设置 `{ $key }` 应为：{ $expected }；实际是 { $found }
expected-port = 1 到 65535 的端口，例如 9999
expected-other-port = 1 到 65535 的端口，例如 9999，或 `same`
expected-size = 1 到 { $most } 的字节数
expected-text = 最多 { $longest } 字节的文本
expected-duration = 0ms 到 { $longest }s 的带单位时长，例如 250ms 或 1s
expected-words = 用逗号分隔的词，每个 1 到 { $longest } 字节
expected-count = 0 到 { $highest } 的整数
expected-choice = 以下之一：{ $choices }

## Error numbers, as errno(3) knows them

errno-eacces = 权限不够
errno-eaddrinuse = 地址已被占用
errno-eaddrnotavail = 没有接口使用这个地址
errno-eagain = 系统暂时给不出资源
errno-ebadf = 没有打开这个描述符
errno-econnrefused = 连接被拒绝
errno-econnreset = 连接被对方复位
errno-eexist = 已经存在
errno-einval = 参数无效
errno-eio = 输入输出错误
errno-eisdir = 这是一个目录
errno-emfile = 打开的文件太多
errno-enetdown = 网络已关闭
errno-enodev = 没有这个设备
errno-enobufs = 缓冲区不足
errno-enoent = 没有这个文件或目录
errno-enomem = 内存不足
errno-enospc = 空间不足或达到上限
errno-enotdir = 不是目录
errno-eperm = 操作不被允许
errno-epipe = 另一端已关闭
errno-erofs = 文件系统只读
errno-etimedout = 超时
