# 窗口的中文语句。键和占位符与 en 相同，由测试比较。

ui-run = 运行
ui-stop = 停止
ui-open = 打开
ui-save = 保存
ui-open-dialog = 打开…
ui-save-dialog = 保存…
ui-open-title = 打开抓包文件
ui-save-title = 保存抓包
ui-cancel = 取消
ui-close = 关闭
ui-copy = 复制
ui-path = 路径
ui-folder = { $path } 中的抓包文件
ui-saved = 已保存到 { $path }

ui-scale-true = 真实时间
ui-scale-true-hint = 高度与时间成正比
ui-scale-even = 等间距
ui-scale-even-hint = 每个报文段一行，不显示空隙
ui-scale-folded = 折叠空隙
ui-scale-folded-hint = 每个报文段一行，长的空隙折叠起来并标出时长
ui-zoom-in = 放大（+，或 Ctrl 加滚轮）
ui-zoom-out = 缩小（−）
ui-zoom-reset = 恢复 100 %（0）
ui-light = 浅色
ui-dark = 深色
ui-absolute = 原始序号
ui-absolute-hint = 显示首部中的原始序号，而不是从 0 数起的相对序号

ui-programs = 程序
ui-captures = 抓包文件
ui-look-at-captures = 下面的录制不需要任何权限：
ui-no-consoles = 这个抓包没有对应的程序，所以没有终端。
ui-running = 运行中
ui-starting = 正在启动…
ui-nothing-open = 还没有打开任何内容。请运行一个程序，或打开抓包文件。
ui-nothing-selected = 点击箭头或系统调用，这里会说明它的含义和原因。
ui-process = { $who } · { $name } · 进程 { $pid }
ui-lines-above = 上面还有 { $count } 行没有显示
ui-pinned = 固定的设置

ui-frame = 第 { $number } 帧
ui-why = 为什么是这些数字
ui-fields = 首部
ui-bytes = 字节
ui-bytes-of-frame = { $count } 字节的十六进制
ui-more-bytes = 还有 { $count } 字节
ui-call-result = 结果
ui-call-entered = 进入时刻 { $at }
ui-call-blocked = 阻塞 { $span }
ui-call-segments = 报文段
ui-typing = 自己输入
ui-typing-hint = 从下一次运行起由你输入程序要读的内容；否则使用程序自带的内容
ui-type = 给{ $who }输入一行，然后按 Enter
ui-end-input = 结束输入
ui-end-input-hint = 程序的输入到此结束，相当于 Ctrl-D
