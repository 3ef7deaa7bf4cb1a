# Stories through several conversations, chapter by chapter.
story-title = From { $name } to the page, in { $count ->
    [one] one chapter
   *[other] { $count } chapters
}
story-title-nowhere = From { $name } to nowhere: what was looked up led to no connection
story-more = and { $count ->
    [one] one story more
   *[other] { $count } stories more
}
chapter-neighbours-title = ARP: who is next?
chapter-lookup-title = DNS: where is it?
chapter-opening-title = TCP: connect
chapter-exchange-title = HTTP: fetch
chapter-exchange-title-other = data
chapter-closing-title = TCP: close
chapter-neighbour = { $by } asks for the MAC address of { $of }: { $mac }
chapter-lookup = { $server } is asked for { $name } in { $count ->
    [one] one datagram
   *[other] { $count } datagrams
}; { $came }
chapter-lookup-refused = it answers { $code }
chapter-lookup-silence = no answer came
chapter-lookup-none = it answers that there is no address
chapter-lookup-addresses = it answers that { $name } is { $addresses }
chapter-opening = { $opening } with { $server }, port { $port }: { $count ->
    [one] one segment
   *[other] { $count } segments
}
chapter-request = { $request } is asked for
chapter-status = the status is { $status }
chapter-exchange = client { $client } B, server { $server } B, in { $count ->
    [one] one segment
   *[other] { $count } segments
}
chapter-closing = the { $who } closes first: { $closing }
chapter-frames = { $count ->
    [one] frame
   *[other] frames
} { $frames }
chapter-label = chapter { $number }: { $title }, { $frames }. { $text }
