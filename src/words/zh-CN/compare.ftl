# 并排比较两次运行。两个值之间的箭头：左边那次 → 右边那次。

compare-left = 左边
compare-right = 右边
compare-comma = ，
compare-same = 除时间外没有差别
compare-on-left = 左边：
compare-without = 没有故障
compare-with = 有故障：{ $faults }
compare-conversations = 没有对应的会话：左边 { $left } 个，右边 { $right } 个

compare-from = { $who }发出的{ $what }
compare-kind-syn = {" SYN"}
compare-kind-data = 数据
compare-kind-ack = {" ACK"}
compare-kind-fin = {" FIN"}
compare-kind-rst = 复位
compare-lost = 丢失：{ $what }
compare-delayed = 延迟：{ $what }
compare-duplicated = 到达两次：{ $what }
compare-swapped = 与下一个交换：{ $what }
compare-queue-full = 队列已满而丢失：{ $what }
compare-unplugged = 网线在其后被拔下：{ $what }
compare-plugged = 网线在其前重新插上：{ $what }
compare-pattern = （`{ $pattern }`）
compare-again = ；{ $span } 后重传
compare-never-again = ；没有重传

compare-done = { $side }{ $what }
compare-done-lost = 丢失
compare-done-delayed = 延迟
compare-done-duplicated = 到达两次
compare-done-swapped = 与下一个交换
compare-done-queue-full = 因队列已满而丢失
compare-done-unplugged = 在其后网线被拔下
compare-done-plugged = 在其前网线重新插上

compare-repeated = 重复发送的报文段：{ $left } → { $right }
compare-alone = 只有一次运行才有的报文段：左边 { $left } 个，右边 { $right } 个
compare-orders = { $count } 个报文段的先后次序不同
compare-opening = 打开方式：{ $left } → { $right }
compare-closing = 关闭方式：{ $left } → { $right }
compare-closing-same = 关闭方式相同：{ $closing }
compare-lasted = 第一个报文段到最后一个：{ $left } → { $right }
compare-states = { $who }只有{ $side }经过：{ $states }
compare-call = { $who }的 { $call }()：
compare-calls-more = 还有 { $count } 个调用
compare-only = 只有{ $side }有
compare-asked = 请求 { $left } → { $right }
compare-returned = 返回 { $left } → { $right }
compare-not-returned = 没有返回
compare-took = 用时 { $left } → { $right }

compare-order = 先后次序不同
compare-wait = 间隔 { $left } → { $right }
compare-flags = 标志 { $left } → { $right }
compare-length = 长度 { $left } → { $right }
compare-ack = 确认号 { $left } → { $right }
compare-window = 窗口 { $left } → { $right }

beside-format = 并排的两次运行只能用 ladder、json 或 summary 格式
beside-options = 并排比较的是两次完整的运行：--beside 不能与 -w 或 -Y 同用
help-option-beside-file = 另一份抓包：两者并排显示，标出差别

lab-do-lose = 丢失
lab-do-delay = 延迟
lab-do-duplicate = 重复
lab-do-swap = 交换
lab-do-unplug = 拔线
lab-do-cable = 网线
lab-do-firewall = 防火墙
lab-do-sysctl = 内核设置
beside-same = 没有任何不同之处，无从比较：请加上 --lose、--delay、--duplicate、--swap、--unplug、--cable、--firewall 或 --sysctl
help-option-beside-plain = 先不带故障运行一次，再带故障运行一次：两者并排显示，标出差别

# In the window.

lab-shelf = 实验网络
what-if-title = 再运行一次，并把这一帧：
what-if-in-lab = 在实验网络（一根网线）里运行，并把这一帧：
what-if-lose = 丢失
what-if-delay = 延迟
what-if-delay-by = { $time }
what-if-duplicate = 重复
what-if-swap = 与下一个交换
what-if-button = 假如……
what-if-running = 运行期间不能改动：请先停止，或等它结束。
what-if-own = 这些命令不是在实验网络里运行的。请在左侧选一个拓扑，在那里写上命令和各自的主机。
what-if-simulated = 模拟由它的设置改变，不在实验网络里进行。
what-if-saved = 这是一份录制：不足以知道当时运行了什么，无法再运行一次。请运行一个程序，或在左侧选一个拓扑。
what-if-no-pattern = 这一帧没有经过实验网络的任何网线，在那里无法对它做什么。
what-if-no-partner = 在实验网络里走了另一条路：所选的帧没有出现。
beside-title = 两次运行
beside-back = 回到一次运行
beside-row-same = 两次运行相同
lab-dialog-title = 在实验网络里运行
lab-dialog-topology = 拓扑
lab-dialog-program = 程序
lab-dialog-settings = 设置
lab-dialog-commands = 或者命令
lab-dialog-conditions = 不同之处
lab-dialog-hint = 用 syn、syn-ack、handshake-ack、data、ack、fin、last-ack、rst 或显示过滤器指明帧；后面可加 > 或 < 表示方向，#N 表示第 N 个，@节点-节点 表示网线。
lab-dialog-kind = 第 { $number } 行：做什么
lab-dialog-text = 第 { $number } 行：对什么
lab-dialog-remove = 删除第 { $number } 行
lab-dialog-add = 添加一行
lab-dialog-run = 运行
beside-open = 在旁边打开…
