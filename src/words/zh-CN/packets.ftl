# 数据包表、会话、流。
tab-conversations = 会话
tab-stream = 追踪流

filter-hint = Wireshark 的显示过滤器，例如 tcp.port == 80 && tcp.flags.syn == 1。按 Tab 补全名称，按 ↑ 取回用过的过滤器。
filter-clear = 清除过滤器
filter-history = 用过的过滤器
filter-previous = 过滤器选中的上一帧（Shift+F3）
filter-next = 过滤器选中的下一帧（F3）
filter-stop = 停止查找
filter-searched = 已查找 { $count } 帧，共 { $all } 帧

packets-go-to = 转到帧
packets-go-to-hint = 输入帧号，然后按 Enter（Ctrl+G）
packets-only = 只列出过滤器选中的帧
packets-only-hint = 只列出过滤器选中的帧；不勾选时用 » 标出
packets-coloured = 着色
packets-coloured-hint = 像 Wireshark 那样给各行着色：先看发现的问题，再看协议
packets-count = { $count } 帧
packets-count-of = { $all } 帧中的 { $count } 帧
packets-none = 没有数据包。
packets-no-hits = 过滤器没有选中任何帧。
packets-no-such = 这个抓包里没有 { $found }：帧号从 1 到 { $last }。
packets-gone = 文件已被删除或替换。已打开的内容仍可查看，打开别的抓包后就不再有了。
packets-unreadable = 无法读取
packets-dropped = 为腾出空间，字节已丢弃
packets-table = { $count } 个数据包
packets-scroll = 在数据包表中的位置
packets-copy = 复制为文本
packets-follow = 追踪流
packets-row = 第 { $number } 帧, { $time } s, { $source } → { $destination }, { $protocol }, { $length } B, { $info }
packets-row-unread = 第 { $number } 帧, { $time } s, 正在读取
packets-row-lost = 第 { $number } 帧, { $time } s, { $why }
mark-hit = 过滤器选中
mark-found = 有发现
mark-lost = 丢失

column-number = 帧号
column-time = 时间
column-source = 源
column-destination = 目的
column-protocol = 协议
column-length = 长度
column-info = 信息
time-relative = 从第一帧算起
time-delta = 从列表中的上一帧算起
time-clock = 时钟（UTC）
time-hint = 右键选择时间的起点；单击换到下一种

column-conversation = 编号
column-client = 客户端
column-server = 服务器
column-opening = 建立
column-closing = 关闭
column-packets = 数据包数
column-from-client = 客户端字节
column-from-server = 服务器字节
column-start = 开始
column-duration = 持续时间
column-findings = 发现
conversations-address = 地址
conversations-count = { $count } 个会话
conversations-count-of = { $all } 个会话中的 { $count } 个
conversations-none = 没有会话。
conversations-no-match = 没有会话使用这样的地址。
conversations-table = { $count } 个会话
conversations-scroll = 在会话列表中的位置
conversations-sort = 单击排序，再单击反向排序

spelling-utf8 = UTF-8
spelling-gbk = GBK
spelling-hex = 十六进制
spelling-raw = 转义
stream-both = 双方
stream-copy = 全部复制
stream-copy-hint = 按这里的写法复制文本
stream-save = 保存字节…
stream-save-hint = 把所选一方或双方的载荷逐字节保存
stream-length = { $count } B
stream-cut = 只拼接了前 { $count } B
stream-more = 显示更多
stream-missing = { $count } B 没有抓到
stream-empty = 没有抓到载荷。
stream-nothing-open = 还没有打开任何内容。
stream-scroll = 在流中的位置

part-of = 第 { $number } 部分，共 { $parts } 部分：它的 { $all } 帧中的第 { $from } 到 { $to } 帧
part-time = 时间从显示的第一帧算起
