# 导出图片、文本与抓包。

export-cut = 后面还有 { $count } 个报文段未画出：图片高度上限为 { $pixels } 像素。
export-cut-note = 图片高度上限为 { $pixels } 像素，有 { $count } 个报文段画不下；减小 --pixels-per-point 可多画一些，`.svg` 容纳得更多，`.txt` 可容纳全部
export-one-of = 共 { $count } 个会话，这是编号 { $id }（从 0 开始）；用 --conversation 选择其他会话
export-no-message = 第 { $frame } 帧不是这份抓包的网络里的消息，或者抓包没有说明网络是什么样的：没有可画的内容
export-no-conversation = 这个抓包里没有 TCP 连接，也没有 UDP 会话，没有可画的内容
export-no-window = 这个版本编译时没有包含窗口，无法绘制 { $ending }；请启用 `window` 特性重新编译，或改为导出 .mmd、.txt
export-unknown-ending = { $ending ->
    [none] 文件名没有扩展名，无法判断要写成什么格式
   *[other] 未知的扩展名 `.{ $ending }`
}；可用的有 { $known }
export-mermaid-long = 这张图有 { $count } 个字符；除非调大 Mermaid 的 `maxTextSize` 设置，否则最多只画 { $most } 个
export-not-for = { $option } 对 .{ $ending } 没有意义
export-not-encoded = 无法写出图片：{ $reason }

help-export = 导出图片、文本、表格行或抓包：由 OUT 的扩展名决定
help-export-more =
    OUT.png, OUT.svg      一个会话的图，与窗口中的相同
    OUT.mmd               同样的内容，写成 Mermaid 时序图
    OUT.txt               所有会话，与 `show` 在终端里画的相同
    OUT.csv, OUT.ndjson   每帧一行，见 docs/export.md
    OUT.pcapng, OUT.pcap  抓包本身

    使用 -Y 时，显示过滤器选中的帧在图片、时序图和文本中标上 »；表格行和抓包
    只包含这些帧。
    新内容全部写完之后才会替换已有的 OUT。

    示例：
      wirelens export talk.pcapng talk.png
      wirelens export greeting greeting.svg --theme dark --lang zh
      wirelens export big.pcap.gz lost.csv -Y 'tcp.analysis.retransmission'
      wirelens export talk.pcapng one.pcapng --conversation 3
help-export-file = pcap 或 pcapng 文件，未压缩、gzip 或 zstd 均可；- 表示标准输入。没有这个文件时，按随 wirelens 提供的抓包的名字查找
help-export-out = 写到哪里：以 .png、.svg、.mmd、.txt、.csv、.ndjson、.pcap 或 .pcapng 结尾
help-option-scale = 时间如何对应高度：folded（折叠长时间的静默）、even（每个报文段一行）或 true（按真实时间）；默认 folded
help-option-theme = 浅色（light）或深色（dark）；默认浅色
help-option-width = 图片宽度，单位为点，320 到 4000；各列放不下时会更宽；默认 1000
help-option-network-frame = 画出网络和这一帧里的消息逐根网线走过的路，而不是一个会话（.png 和 .svg，实验网络的抓包）
help-option-pixels-per-point = 每点的像素数，1 到 4；默认 2

## 窗口中

export-dialog = 导出…
export-title = 导出当前内容
export-go = 导出
export-done = 已写入：{ $path }
export-running = 正在写入 { $name } …
export-as-png = 图片，按像素
export-as-svg = 图片，由线条和文字构成：放多大都清晰
export-as-mmd = 用 Mermaid 语言写的时序图
export-as-txt = 所有会话，与终端里相同
export-as-csv = 每帧一行，供电子表格使用
export-as-ndjson = 每帧一行，每行一个 JSON 对象
export-as-pcapng = 抓包，连同系统调用和状态
export-as-pcap = 只有帧，供较旧的工具使用
