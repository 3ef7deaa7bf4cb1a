# Exporting pictures, texts and captures.

export-cut = { $count ->
    [one] One more segment follows
   *[other] { $count } more segments follow
}: a picture is at most { $pixels } pixels high.
export-cut-note = { $count ->
    [one] one segment has
   *[other] { $count } segments have
} no room in the picture, which is at most { $pixels } pixels high: fewer --pixels-per-point hold more, `.svg` holds more, and `.txt` all
export-one-of = conversation { $id } of { $count }, counted from 0; --conversation chooses another
export-no-message = frame { $frame } is no message on the network of this capture, or the capture does not say what its network was: there is nothing to draw
export-no-conversation = no TCP connection and no UDP exchange in this capture: there is nothing to draw
export-no-window = this build has no window and draws no { $ending }: build it with the feature `window`, or write .mmd or .txt
export-unknown-ending = { $ending ->
    [none] the name has no ending: it says what is written
   *[other] unknown ending `.{ $ending }`
}; known are { $known }
export-mermaid-long = the diagram has { $count } characters; Mermaid draws at most { $most } unless its setting `maxTextSize` is raised
export-not-for = { $option } has no meaning for .{ $ending }
export-not-encoded = the picture cannot be written: { $reason }

help-export = Writes a picture, a text, rows or a capture: the ending of OUT says which
help-export-more =
    OUT.png, OUT.svg      the picture of one conversation, as the window has it
    OUT.mmd               the same as a sequence diagram in Mermaid's language
    OUT.txt               every conversation, as `show` draws it in a terminal
    OUT.csv, OUT.ndjson   a row a frame, see docs/export.md
    OUT.pcapng, OUT.pcap  the capture itself

    With -Y the frames that a display filter selects are marked » in pictures,
    diagrams and texts; rows and captures hold only them. OUT is replaced when the new one is complete.

    Examples:
      wirelens export talk.pcapng talk.png
      wirelens export greeting greeting.svg --theme dark --lang zh
      wirelens export big.pcap.gz lost.csv -Y 'tcp.analysis.retransmission'
      wirelens export talk.pcapng one.pcapng --conversation 3
help-export-file = A pcap or pcapng file, plain, gzip or zstd; - for standard input. Where there is no such file: the name of a capture that comes with wirelens
help-export-out = What is written: a name that ends in .png, .svg, .mmd, .txt, .csv, .ndjson, .pcap or .pcapng
help-option-scale = How time becomes height: folded (long silences are short), even (a row a segment) or true; left out, folded
help-option-theme = Light or dark; left out, light
help-option-width = Width of the picture in points, 320 to 4000; it is wider where the columns need it; left out, 1000
help-option-network-frame = Draws the network with the message in this frame on its way, cable by cable, instead of a conversation (.png and .svg, captures of the lab)
help-option-pixels-per-point = Pixels of a point, 1 to 4; left out, 2

## In the window

export-dialog = Export…
export-title = Export what is shown
export-go = Export
export-done = Written: { $path }
export-running = Writing { $name } …
export-as-png = The picture, in pixels
export-as-svg = The picture, lines and text: sharp at any size
export-as-mmd = A sequence diagram in Mermaid’s language
export-as-txt = Every conversation, as in a terminal
export-as-csv = A row a frame, for spreadsheets
export-as-ndjson = A row a frame, a JSON object each
export-as-pcapng = The capture with calls and states
export-as-pcap = The frames alone, for older tools
