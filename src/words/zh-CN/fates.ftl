# 报文段途中的遭遇，以及线路故意对它做的事。

fate-done-lost = 故意丢失：{ $pattern }
fate-done-delayed = 故意延迟：{ $pattern }
fate-done-duplicated = 故意重复：{ $pattern }
fate-done-swapped = 故意交换：{ $pattern }
fate-done-unplugged = 它过去之后故意拔掉网线：{ $pattern }
fate-done-out = 丢失：网线没有插上
fate-done-plugged = 网线重新插上
fate-done-queue-full = 丢失：网线的队列已满
fate-wire = { $what } · 网线 { $ends }
fate-inferred = { $what }（推断）
fate-duplicated = 途中被复制
fate-delayed = 途中被后发的赶上
fate-arrives = { $name }（第 { $frame } 帧）到达
fate-arrives-again = 第 { $frame } 帧再次到达
fate-cable-out = 网线 { $ends } 被拔掉
fate-cable-in = 网线 { $ends } 重新插上
fate-once-more = 再次
fate-arrived-again = 第 { $frame } 帧再次到达{ $who }：它在途中被复制了。
