# 实验网络里改变了什么：故障、网线、防火墙、内核设置。
pattern-unknown = 没有故障模式 `{ $found }`；现有的是：{ $known }
pattern-count = 故障模式的 # 后面应为从 1 开始的数字或 *，这里是 `{ $found }`
condition-not-timed = 应为模式和不超过 { $most } 秒的时间，如 `data=300ms`，这里是 `{ $found }`
condition-no-node = @ 后面或冒号前面应为网线两端的节点，如 NODE 或 NODE-NODE，这里是 `{ $found }`；节点有：{ $known }
condition-no-cable = { $one } 和 { $other } 之间没有网线；网线有：{ $known }
condition-several-cables = `{ $found }` 可以指好几根网线：{ $cables }
condition-not-cable = 应为网线及其特性，如 `client-switch:delay=20ms,bandwidth=10Mbit,queue=20,mtu=1400`，这里是 `{ $found }`
condition-no-quality = 网线没有 `{ $found }` 这一特性；有的是：{ $known }
condition-not-time = 应为不超过 { $most } 秒的时间，如 300ms，这里是 `{ $found }`
condition-not-rate = 应为速率，如 10Mbit，这里是 `{ $found }`
condition-range = { $key } 应在 { $least } 到 { $most } 之间，这里是 `{ $found }`
condition-not-firewall = 应为主机、端口和对发往该端口的包的处理，如 `server:9999=drop`、`=reject` 或 `=reject-icmp`，只针对一种协议时在端口后加 /tcp 或 /udp，这里是 `{ $found }`
condition-no-host = 没有主机 `{ $found }`；主机有：{ $known }
condition-not-setting = 应为内核设置及其值，如 `tcp_sack=0`，只针对一台主机时在前面加主机名和冒号，这里是 `{ $found }`
condition-no-setting = 没有可以更改的内核设置 `{ $found }`；见 `wirelens list settings`
condition-no-setting-nearest = 没有可以更改的内核设置 `{ $found }`；最接近的是 `{ $nearest }`
