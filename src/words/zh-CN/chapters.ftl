# 跨越多个会话的故事，逐章讲述。
story-title = 从 { $name } 到网页，共 { $count } 章
story-title-nowhere = 从 { $name } 出发，没有下文：查询之后没有建立连接
story-more = 还有 { $count } 个故事
chapter-neighbours-title = ARP：下一站是谁？
chapter-lookup-title = DNS：它在哪里？
chapter-opening-title = TCP：建立连接
chapter-exchange-title = HTTP：取网页
chapter-exchange-title-other = 数据
chapter-closing-title = TCP：关闭连接
chapter-neighbour = { $by } 询问 { $of } 的 MAC 地址：{ $mac }
chapter-lookup = 用 { $count } 个数据报向 { $server } 询问 { $name }；{ $came }
chapter-lookup-refused = 回答是 { $code }
chapter-lookup-silence = 没有回答
chapter-lookup-none = 回答是没有地址
chapter-lookup-addresses = 回答是 { $name } 的地址为 { $addresses }
chapter-opening = 与 { $server } 的 { $port } 端口{ $opening }：{ $count } 个报文段
chapter-request = 请求 { $request }
chapter-status = 状态码 { $status }
chapter-exchange = 客户端 { $client } B，服务器 { $server } B，共 { $count } 个报文段
chapter-closing = { $who }先关闭：{ $closing }
chapter-frames = { $count ->
   *[other] 第 { $frames } 帧
}
chapter-label = 第 { $number } 章：{ $title }，{ $frames }。{ $text }
