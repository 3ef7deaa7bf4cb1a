# What is wrong with a display filter. Each is one sentence; the filter stands
# below it with a caret under the place.
filter-nearest = did you mean { $names }?
filter-functions = the functions are { $names }

filter-too-long = the filter has { $length } bytes; at most { $most } are read
filter-too-deep = this is nested deeper than { $most } levels
filter-character = { $found } means nothing here; text goes in double quotes
filter-full-width = { $found } is a full-width character; type { $instead }
filter-half-operator = write { $whole } here, not { $found }
filter-unclosed-text = this quote is never closed
filter-escape = { $found } is no escape; a backslash itself is written twice
filter-one-character = { $found } is not one byte; text goes in double quotes
filter-unclosed = { $found } is never closed
filter-unopened = { $found } was never opened
filter-missing = the filter ends where a field or a value should stand
filter-missing-after = a field or a value is missing after { $after }
filter-expected-operand = a field or a value should stand here, not { $found }
filter-expected-operator = an operator such as `==` or `and` should stand here, not { $found }
filter-expected-set = a set in braces should stand here, such as { "`{80, 443}`" }
filter-empty-set = the set is empty, so nothing can be in it
filter-field-in-set = { $found } is not a value; a set holds nothing else
filter-empty-range = { $found } ends before it begins
filter-unknown-name = there is no field { $found }
filter-unknown-function = there is no function { $found }
filter-arguments = { $least ->
    [one] { $function } takes one argument, not { $found }
   *[other] { $function } takes { $least } arguments, not { $found }
}
filter-wrong-value = { $found } is not { $expected }
filter-out-of-range = { $found } is not in the field's range, { $least } to { $most }
filter-prefix = { $found } is no prefix length from 0 to { $most }
filter-no-test = { $found } asks nothing by itself; name a field, or compare it with one
filter-no-value = { $found } is a question and has no value to compare
filter-quantifier = { $found } needs a comparison after it
filter-no-field = nothing here comes from the frame: compare with a field
filter-incompatible = { $left } is { $leftType }, { $right } is { $rightType }: they cannot be compared
filter-inapplicable = { $operation } cannot be used on { $operand }: it is { $found }
filter-pattern-not-quoted = a pattern in double quotes should stand here, not { $found }
filter-pattern = this is no regular expression: { $reason }
filter-pattern-too-large = this regular expression is too large
filter-slice = { $found } is no slice; write { "`[start:length]`" }, { "`[first-last]`" } or { "`[at]`" }
filter-empty-slice = { $found } can never hold a byte
filter-no-layers = layers such as `ip.addr#2` cannot be asked for
filter-no-references = there is no selected frame to take `{ "${" }…{ "}" }` from
filter-no-raw-fields = fields cannot be asked for by their bytes with `@`; take a slice

filter-type-number = a whole number
filter-type-boolean = true or false
filter-type-span = a time in seconds
filter-type-moment = a date and time
filter-type-ipv4 = an IPv4 address
filter-type-ipv6 = an IPv6 address
filter-type-mac = a hardware address of six bytes
filter-type-bytes = a string of bytes such as `01:ff`
filter-type-text = text
filter-type-nothing = a mark without a value: it is there or not
