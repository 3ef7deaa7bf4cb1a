# 命令行的中文语句。键和占位符与 en 相同，由测试比较。

## Help: headings

help-heading-usage = 用法：
help-heading-commands = 命令
help-heading-arguments = 参数
help-heading-options = 选项

## Help: commands

help-wirelens = 运行真实的 TCP 和 UDP 程序，抓取报文并画出全过程：握手、挥手、两端的状态和系统调用。
help-wirelens-more =
    不带命令时打开窗口；没有显示器时在终端里运行并画出 tcp-greeting。

    例子：
      wirelens run tcp-greeting                在私有网络上运行客户端和服务器
      wirelens run tcp-greeting -w talk.pcapng   同上并保存，Wireshark 也能打开
      wirelens show talk.pcapng                再画一遍
      wirelens COMMAND --help                  某个命令的详细说明

    标准输出只有图；程序自己的输出和提示都写到标准错误。Ctrl-C 正常结束运行。

    退出码：0 完成，1 失败，2 用法错误，3 没有权限，4 抓包已损坏、只读出一部分。
help-list = 列出自带的程序及其设置、实验网络的拓扑、模拟剧本，以及随 wirelens 提供的抓包
help-list-more =
    例子：
      wirelens list
      wirelens list programs --format json
help-run = 运行自带的客户端和服务器，抓取报文并画出来
help-run-more =
    例子：
      wirelens run tcp-greeting
      wirelens run tcp-greeting --set pause=0ms --set names=Ada,Grace
      wirelens run tcp-greeting --set server=none     无人监听：被拒绝
      wirelens run tcp-chat --input 'hello\nexit' --input 'server=hi'
      wirelens run tcp-short-connections --beside tcp-long-connection
      wirelens run tcp-greeting --format json | jq '.conversations[0].opening'
help-exec = 在私有网络上运行任意命令，抓取报文并跟踪它们的系统调用
help-exec-more =
    命令按顺序启动：前一个开始监听（或绑定了数据报套接字）后启动下一个，最多等 1 秒。
    最后一个命令结束、并且 1.5 秒内没有任何动静时运行结束，最多再等 10 秒；此时仍在
    运行的命令会被请求结束，1 秒后强制结束。

    例子：
      wirelens exec 'python3 server.py' 'python3 client.py'
      wirelens exec --address 192.168.1.104 'python3 server.py' 'python3 client.py'
      wirelens exec --input 'hello\nexit' 'python3 server.py' 'python3 client.py'
      wirelens exec 'python3 -m http.server -b ::1 8000' 'curl -s http://[::1]:8000/'
help-program = 单独运行自带程序的一方，作为普通程序
help-program-more =
    例子（在两个终端里）：
      wirelens program tcp-greeting server
      wirelens program tcp-greeting client
help-show = 画出已保存的抓包，或正在传来的抓包
help-show-more =
    -Y 用显示过滤器选出帧：-w 只保存选中的帧，一帧一行的格式只写选中的帧；
    梯形图和 JSON 画出含有选中帧的整个会话，选中的报文段标有 »。
    `tcpdump`、`table` 和 `summary` 不把帧留在内存里：文件可以任意大。

    例子：
      wirelens show talk.pcapng
      wirelens show big.pcap.gz --format summary
      wirelens show talk.pcapng -Y 'tcp.analysis.retransmission' --format table
      wirelens show talk.pcapng -Y 'tcp.port == 443' -w https.pcapng
      wirelens show greeting            随 wirelens 提供的抓包，见 `wirelens list captures`
      tcpdump -c 20 -w - tcp | wirelens show -

help-fields = 写出每一帧的选定字段：一帧一行，用制表符分隔，与 `tshark -T fields` 相同
help-fields-more =
    例子：
      wirelens fields talk.pcapng -e frame.number -e ip.src -e tcp.analysis.ack_rtt
      wirelens fields talk.pcapng -Y 'tcp.flags.syn == 1' -e frame.number -e tcp.stream
help-capture = 在本机的一个接口上抓包，并画出经过的报文
help-capture-more =
    抓取经过接口的每一帧，收发两个方向都有；不开启混杂模式。
    -f 只保留选中的帧。它是显示过滤器，与 -Y 相同，不是 tcpdump 的过滤语言；内核交出
    帧之后才由 wirelens 过滤，因此文件会变小，开销不会变小。没有保留的帧会计数，帧的
    编号不包括它们。-c 数的是保留的帧。
    `tcpdump` 和 `table` 每来一帧就写一行；`ladder`、`json` 和 `summary` 在结束时写出：
    抓满 -c 帧、按下 Ctrl-C，或接口消失。梯形图和 JSON 在内存里保留最近 1 GiB 的帧，
    其余格式一帧也不保留。-w 每来一帧就写一帧：即使被强制结束也不会丢失。

    例子：
      wirelens interfaces                         有哪些接口
      sudo wirelens capture -i eth0               直到按下 Ctrl-C，然后画出梯形图
      sudo wirelens capture -i lo -c 20 --format tcpdump
      sudo wirelens capture -i eth0 -f 'tcp.port == 443' -w https.pcapng
      sudo tcpdump -U -w - -i eth0 | wirelens show -      只有 tcpdump 以 root 运行

help-interfaces = 列出本机的接口，以及每个接口能否抓包
help-interfaces-more =
    每个接口都试过：打开抓包套接字并绑定到它。失败时，下面写出失败的步骤和解决办法。

    例子：
      wirelens interfaces
      wirelens interfaces --format json

## Help: arguments

help-list-what = 列出什么；省略时全部列出
help-exec-commands = 命令，各用引号括起，写法与平时输入的一样
help-run-program = 哪个程序，见 `wirelens list programs`
help-program-program = 哪个程序，见 `wirelens list programs`
help-program-role = 哪一方：server 或 client
help-show-file = pcap 或 pcapng 文件，未压缩、gzip 或 zstd 均可；- 表示标准输入。没有这个文件时，按随 wirelens 提供的抓包的名字查找
help-fields-file = pcap 或 pcapng 文件，未压缩、gzip 或 zstd 均可；- 表示标准输入

## Help: options

help-option-absolute = 显示首部中的原始序号，不从 SYN 数起
help-option-address = 私有网络上增加的地址，IPv4 或 IPv6，可多次使用
help-option-capture-filter = 只保留这个显示过滤器选中的帧，其余的只计数
help-option-count = 抓满这么多帧就结束
help-option-interface = 哪个接口，见 `wirelens interfaces`
help-option-color = 颜色：auto（输出到终端且没有设置 NO_COLOR 时）、always 或 never
help-option-conversation = 只画这个编号的会话，从 0 开始
help-option-format = 输出格式
help-option-field = 字段，用 Wireshark 的名字，如 `tcp.len`；多次使用时各成一列
help-option-filter = 显示过滤器，用 Wireshark 的语言，见 docs/filters.md
help-option-help = 显示这份帮助
help-option-input = 给读取输入的一方键入什么：client=TEXT、server=TEXT，只写 TEXT 则给客户端，行与行之间写 \n；省略时使用程序自带的内容
help-option-command-input = 命令从标准输入读到的内容，\n 表示换行；给最后一个命令，多次使用时依次给最后几个
help-option-beside = 接着以同样的设置运行另一个程序：两者的统计并排显示
help-option-lang = 语言：en 或 zh；省略时取自环境变量（LC_ALL、LC_MESSAGES、LANG）
help-option-network = 在哪里运行：private 为本次运行新建的网络，host 为本机回环接口
help-option-quiet = 不显示程序的输出和提示，只显示错误
help-option-set = 改变程序的一项设置，可多次使用
help-option-verbose = 另外显示固定了哪些内核设置、各步用了多少时间
help-option-version = 显示版本
help-option-write = 把看到的一切保存为 pcapng，文件名以 .pcap 结尾时保存为 pcap；- 表示写到标准输出，此时不画图

## Lists

list-programs = 程序：wirelens run PROGRAM
list-captures = 抓包：wirelens show CAPTURE
list-default = 默认 { $value }
list-default-empty = 默认为空

## Notes and errors

no-window-no-display = 没有窗口：DISPLAY 和 WAYLAND_DISPLAY 都没有设置；请在图形会话中运行 wirelens，或使用 `ssh -X`。下面是终端里的 tcp-greeting：
no-window-not-built = 没有窗口：这个 wirelens 编译时没有包含窗口；`cargo build --release` 会包含它。下面是终端里的 tcp-greeting：
no-window-failed = 没有窗口：{ $reason }。下面是终端里的 tcp-greeting：
timing-network = 网络就绪用时 { $span }
timing-run = 运行用时 { $span }
timing-drawn = 读取并画图用时 { $span }
no-conversation = 没有编号为 { $id } 的会话：{ $count ->
    [0] 这个抓包里没有会话
    [one] 这个抓包里只有一个，编号为 0
   *[other] 这个抓包里有 { $count } 个，从 0 开始编号
}
too-many-inputs = { $commands } 个命令却有 { $inputs } 个 --input；每个命令最多一个
commands-too-long = 命令及其输入太长：{ $bytes } 字节，最多 { $most }
write-and-format = `-w -` 和 `--format` 都要占用标准输出；请写到文件，或去掉 `--format`
write-to-terminal = `-w -` 写的是二进制数据，而标准输出是终端；请重定向，或写到文件
output-failed = 无法写到标准输出：{ $reason }
not-a-field = `{ $name }` 是过滤器，不是字段
document-failed = 无法写出 JSON：{ $reason }
frames-dropped = 为了不超出内存上限，丢弃了最早的 { $count } 帧
saved-left-out = pcap 格式容纳不下的 { $count } 项（系统调用、注释、选项、其他工具的块）没有写入文件；pcapng 可以全部保存
