# 布局、按键、设置、欢迎页。
tab-consoles = 控制台
tab-packets = 数据包
tab-graphs = 图表
