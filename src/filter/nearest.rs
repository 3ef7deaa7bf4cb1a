use std::cmp::Reverse;

use crate::decode::FieldId;

/// At most so many names are offered.
const MOST: usize = 3;

/// The known words that `word` may stand for, the likeliest first: those it
/// takes the fewest slips of the hand to become.
pub(super) fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let word = word.to_ascii_lowercase();
    let mut near: Vec<(usize, &str)> =
        known.map(|known| (slips(&word, known), known)).filter(|(slips, known)| slips * 3 <= known.len()).collect();
    near.sort_by_key(|(slips, _)| *slips);
    // A better one makes the worse ones improbable.
    let best = near.first().map_or(0, |(slips, _)| *slips);
    near.into_iter().take_while(|(slips, _)| *slips <= best + 1).take(MOST).map(|(_, name)| name).collect()
}

/// The same among the names of fields, where whole parts may be missing too:
/// `port` for `tcp.port`, `http.method` for `http.request.method`.
pub(super) fn nearest_fields(name: &str) -> Vec<&'static str> {
    let names = || FieldId::all().map(FieldId::name);
    let near = nearest(name, names());
    if !near.is_empty() {
        return near;
    }
    let name = name.to_ascii_lowercase();
    let (first, last) = (name.split('.').next().unwrap_or_default(), name.rsplit('.').next().unwrap_or_default());
    let mut same_end: Vec<&str> = names().filter(|known| known.rsplit('.').next() == Some(last)).collect();
    // Of the same header first, then with fewer parts.
    same_end.sort_by_key(|known| (Reverse(known.split('.').next() == Some(first)), known.split('.').count()));
    if same_end.is_empty() {
        // At least the header is known.
        same_end.extend(names().filter(|known| *known == first));
    }
    same_end.truncate(MOST);
    same_end
}

/// How many letters must be put in, taken out, changed or swapped with their
/// neighbour (optimal string alignment).
fn slips(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    // No need to count what is too far anyway.
    if from.len().abs_diff(to.len()) * 3 > to.len() {
        return usize::MAX / 3;
    }
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let mut before = None;
    for (line, left) in from.iter().enumerate() {
        let mut next = vec![line + 1];
        let mut right_before = None;
        for (column, right) in to.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 3);
            let mut best = cell(&row, column) + usize::from(left != right);
            best = best.min(cell(&row, column + 1) + 1).min(cell(&next, column) + 1);
            if before == Some(right) && right_before == Some(left) {
                best = best.min(cell(&above, column - 1) + 1);
            }
            next.push(best);
            right_before = Some(right);
        }
        above = row;
        row = next;
        before = Some(left);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_of_one_hand() {
        assert_eq!(slips("kitten", "sitting"), 3);
        assert_eq!(slips("tcp.prot", "tcp.port"), 1);
        assert_eq!(slips("ca", "abc"), 3);
        assert_eq!(slips("", "abc"), usize::MAX / 3);
    }

    #[test]
    fn the_likeliest_name_comes_first() {
        assert_eq!(nearest_fields("tcp.prot"), ["tcp.port"]);
        assert_eq!(nearest_fields("TCP"), ["tcp"]);
        assert_eq!(nearest_fields("port")[..2], ["tcp.port", "udp.port"]);
        assert_eq!(nearest_fields("http.method"), ["http.request.method"]);
        assert_eq!(nearest_fields("udp.window.srcport"), ["udp.srcport", "tcp.srcport"]);
        assert_eq!(nearest_fields("tcp.analysis.retransmision"), ["tcp.analysis.retransmission"]);
        assert_eq!(nearest_fields("tcp.completely.made_up"), ["tcp"]);
        assert!(nearest_fields("zzzzzz").is_empty());
    }
}
