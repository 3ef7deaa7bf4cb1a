# 模拟器的剧本。

list-simulations = 模拟剧本：wirelens simulate SCENARIO
help-simulate-scenario = 哪个剧本，见 `wirelens list simulations`；也可以是剧本文件 mine.pkt，或者一个拓扑：客户端在上面向服务器打招呼；省略时为 cable
help-option-branch = 从第 N 帧起换一种走法：'5: lose'、'5: delay=300ms'、'5: duplicate'、'5: swap'

scenario-linux = Linux：{ $text }
scenario-figure = { $cited } 图 { $figure }

scenario-unknown = 没有叫 { $found } 的剧本、拓扑或文件；剧本有：{ $scenarios }；拓扑有：{ $topologies }
scenario-not-read = 无法读取剧本：{ $reason }：{ $path }
scenario-error = { $name } 第 { $line } 行：{ $what }
scenario-expected = 这里应为{ $expected }，却是 { $found }
scenario-expected-end = 这里应为{ $expected }，这一行却结束了
scenario-misplaced = { $name } 出现了两次，或者写在了第一个带时间的行之后
scenario-missing = 缺少 { $name } 这一行
scenario-cables-alone = { $name } 是网线的设置，不能给某台主机设
scenario-programs = { $name } 是程序的设置，而这里程序做什么由剧本写明
scenario-filter = { $found } 不是显示过滤器
scenario-no-host = 拓扑里没有主机 { $found }；有：{ $known }
scenario-range = 应为 { $least } 到 { $most } 之间的数，这里是 { $found }
scenario-length = 从 { $from } 到 { $to } 是 { $expected } 个字节，括号里却是 { $found }
scenario-empty-time = 时间的终点早于起点
scenario-behind-end = 前面的 `end` 已经结束了剧本
scenario-nothing-waits = 只有调用会等待：时间后面的 `...` 只能写在调用前
scenario-too-many-lines = 超过了 { $most } 行
scenario-too-many-bytes = 文件超过了 { $most } 字节

scenario-wants-head-or-time = 时间，或 title.en、title.zh、about.en、about.zh、linux.en、linux.zh、cite、topology、profile、only、numbers、limit、set 之一
scenario-wants-time = 时间，如 0.1 或 +0.1
scenario-wants-subject = 主机名、`wire` 或 `end`
scenario-wants-host-does = 主机后面的 `:`、`>`、`<`、`=`、`silent` 或字段
scenario-wants-wire-does = lose、delay、duplicate、swap、unplug、cut、mend，或 set 加网线的设置
scenario-wants-call = 调用、set、kill 或 reboot
scenario-wants-option = 下列选项之一：{ $known }
scenario-wants-result = 数字，或 -1 加错误名，如 ECONNRESET
scenario-wants-flags = 报文的控制位：S F R P U E W，以及表示 ACK 的 .，各最多一次
scenario-wants-numbers = 序号，如 1:11(10)
scenario-wants-packet-field = ack、win、urg、from、to，或 < > 里的选项
scenario-wants-packet-option = mss、sackOK、TS、nop、wscale、sack、eol 或 ...
scenario-wants-state = TCP 状态，如 ESTABLISHED 或 FIN-WAIT-1
scenario-wants-field = 下列字段之一：{ $known }
scenario-wants-order = = != < <= > >= 之一
scenario-wants-value = 数字、若干个报文段（如 10mss）或 infinity
scenario-wants-number = 整数
scenario-wants-duration = 时间，如 0.5、200ms、3s、10min 或 2h，最长 30 天
scenario-wants-citation = RFC 的章节，如 RFC 9293 3.5, figure 6
scenario-wants-profile = rfc 或 linux
scenario-wants-number-style = relative 或 absolute
scenario-wants-setting = 设置项及其值
scenario-wants-name = 名字
scenario-wants-endpoint = 地址和端口，如 server:80
scenario-wants-text = 文字
scenario-wants-end = 行尾

claims-missed = { $count } 条断言中有 { $missed } 条不成立：
claim-missed = 第 { $line } 行：{ $what }
missed-packet = 它在 { $at } s 发送的却是 { $found }
missed-when = 应在 { $from } s 到 { $to } s 之间，实际在 { $found } s
missed-moment = 应在 { $from } s，实际在 { $found } s
missed-no-packet = 到 { $until } s 为止什么也没有发送
missed-not-silent = 它在 { $at } s 发送了 { $found }
missed-state = 实际是 { $found }
missed-value = 实际是 { $found }
missed-no-value = 它现在没有这个值
missed-result = 调用返回了 { $found }
missed-returned = 最晚应在 { $to } s 返回，实际在 { $found } s
missed-waits = 调用一直没有返回
missed-late = 应在 { $wanted } s，但那时已经是 { $now } s
missed-no-socket = 没有套接字 { $fd }
missed-no-host = 这台主机没有套接字
missed-no-peer = 没有谁可以是这个报文的发送方
missed-not-reached = 还没轮到它，剧本就结束了

simulate-too-many-frames = 过了 { $most } 帧仍未结束，到此为止
simulate-branch-scenario = --branch 要用在剧本上，不能用在拓扑上
branch-malformed = 应为帧号和对它做什么，如 `5: lose`、`5: delay=300ms`、`5: duplicate` 或 `5: swap`，这里是 { $found }
branch-no-frame = 没有第 { $found } 帧可以分叉：应在 1 到 { $most } 之间
branch-from-nowhere = 第 { $found } 帧不是谁发的，无法换一种走法
