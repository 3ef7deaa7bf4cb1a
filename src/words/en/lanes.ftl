# Pictures with several lifelines, in English. Keys and placeholders are the
# same in zh-CN; a test compares them.

lanes-one = one conversation
lanes-one-hint = Both ends of one conversation, with their calls and states
lanes-all = all
lanes-all-hint = Every frame of the capture, with a lifeline for each host
lanes-hops = hops
lanes-hops-hint = One conversation, with a lifeline for each place that saw it
lanes-hops-not = Frames of this conversation were captured at one place only
lanes-network = network
lanes-network-hint = The network, and every message on its way through it, cable by cable
lanes-title = { $conversations ->
    [one] 1 conversation
   *[other] { $conversations } conversations
} · { $frames ->
    [one] 1 frame
   *[other] { $frames } frames
}
lanes-scroll = Scroll the picture

lanes-others = others ({ $count })
lanes-others-hint = The { $count } hosts that talk least share one lifeline
lanes-everyone = all
lanes-hardware = hardware address { $address }: it says so itself, by ARP
lanes-conversation = conversation { $id }
lanes-ports = port { $from } → port { $to }
lanes-unseen = dashed: nobody captured there
lanes-lost = lost

lanes-left-out = { $count } more arrows are not drawn: a picture has { $most } at most
lanes-unaddressed = { $count ->
    [one] 1 frame has no address that can be read and is not drawn
   *[other] { $count } frames have no address that can be read and are not drawn
}
lanes-further = { $count ->
    [one] 1 frame shows at another place what is drawn already
   *[other] { $count } frames show at another place what is drawn already
}
lanes-part = A large capture: only the frames of conversation { $id } are in memory and drawn
lanes-crowded = { $count ->
    [one] 1 arrow has no room for its label
   *[other] { $count } arrows have no room for their labels
}
