# Simulations in the window.

simulating-shelf = 模拟
simulating-open-close = 打开与关闭
simulating-loss = 丢失与迟到
simulating-pace = 流量与拥塞
simulating-strangers = 旧报文段与攻击
simulating-what-if = 如果少了一条规则
simulating-topologies = 在拓扑上打招呼
simulating-rfc = 按 RFC
simulating-linux-like = 仿 Linux
simulating-seed-is = 种子 { $seed }
simulating-branch-lose = 第 { $frame } 帧丢失
simulating-branch-delay = 第 { $frame } 帧迟到 { $time }
simulating-branch-duplicate = 第 { $frame } 帧重复
simulating-branch-swap = 第 { $frame } 帧与下一个交换
simulating-claims-kept = 剧本的 { $count } 条断言全部成立
simulating-changed = 已有改动，剧本的断言不必成立：{ $claims }
simulating-about = 说明
simulating-about-hint = 看什么、规则在哪里、剧本的断言是否成立
simulating-beside = 并排比较
simulating-beside-rfc = 与按 RFC 的习惯
simulating-beside-linux-like = 与仿 Linux 的习惯
simulating-beside-kernel = 与这台机器的内核
simulating-beside-kernel-hint = 在实验网络的两台真实主机上，在同样的时刻做同样的调用；最长 20 秒
simulating-kernel-without = 指明了网线，所以没有在实验网络里做：{ $faults }
simulating-kernel-branches = 帧号在实验网络里不同，所以没有做：{ $branches }
simulating-kernels = 这是真实内核的运行。要改动，请在左侧重新选择这个模拟。
simulating-playing = 正在模拟 { $name }……
simulating-died = 模拟没有得到结果就结束了：这是本程序的错误，详情见标准错误输出。
simulating-no-thread = 系统没有给出用于模拟的线程：{ $reason }

# What can be set.

simulating-knobs = 旋钮
simulating-knobs-hint = 模拟的 TCP、网线和程序怎么做：每次改动都立即重演
simulating-knobs-none = 没有改动。
simulating-knob = { $name }：{ $meaning }。可以是{ $expected }
simulating-reset = 恢复原样
simulating-reset-hint = 撤销所有改动，以及对帧所做的事
simulating-close = 关闭旋钮
simulating-profile = 习惯
simulating-profile-own = 由剧本决定
simulating-seed = 种子
simulating-seed-hint = 随机的起点：同一个数得到同样的字节
simulating-not-a-seed = 应为不超过 18446744073709551615 的整数，这里是 { $found }
simulating-unset = { $name } 恢复原样
simulating-slider = { $name } 滑块
simulating-not-told = 原样
simulating-group-state = 连接
simulating-group-segments = 报文段
simulating-group-timers = 定时器
simulating-group-pace = 拥塞控制
simulating-group-listener = 监听
simulating-group-programs = 程序
simulating-group-cables = 每根网线
simulating-faults = 对帧做什么

what-if-branch = 再演一次，并把这一帧：
simulating-not-branched = 只有剧本能从某一帧起换一种走法；在拓扑上，请用旋钮里的“对帧做什么”。
simulating-not-scripted = 只有剧本能由真实内核来演；拓扑请在实验网络里运行。
