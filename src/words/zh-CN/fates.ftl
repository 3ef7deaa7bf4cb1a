# 报文段途中的遭遇，以及线路故意对它做的事。

fate-done-lost = 故意丢失：{ $pattern }
fate-done-delayed = 故意延迟：{ $pattern }
fate-done-duplicated = 故意重复：{ $pattern }
fate-done-swapped = 故意与下一个交换：{ $pattern }
fate-done-queue-full = 丢失：网线的队列已满
fate-wire = { $what } · 网线 { $ends }
fate-inferred = { $what }（推断）
fate-duplicated = 途中被复制
fate-delayed = 途中被后发的赶上
fate-arrives = { $name }（第 { $frame } 帧）到达
fate-arrives-again = 第 { $frame } 帧再次到达
fate-arrived-again = 第 { $frame } 帧再次到达{ $who }：它在途中被复制了。
