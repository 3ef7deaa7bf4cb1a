//! Putting two rows of things beside each other, in order.

use super::Sides;

/// So many comparisons are made at most; of longer stretches that have nothing
/// in common all the left one's things stand before the right one's.
const MOST: usize = 1 << 22;

/// Both rows from top to bottom, so that the sum of what `worth` says of the
/// pairs is the largest. What is worth nothing is no pair; of the ways that are
/// worth the same the one that pairs early is taken, and what only the left row
/// has stands before what only the right one has.
pub(super) fn align<T>(left: &[T], right: &[T], worth: impl Fn(&T, &T) -> u32) -> Vec<Sides<Option<usize>>> {
    let mut rows = Vec::new();
    let (height, width) = (left.len(), right.len());
    if height.saturating_mul(width) > MOST {
        rows.extend((0..height).map(|index| Sides { left: Some(index), right: None }));
        rows.extend((0..width).map(|index| Sides { left: None, right: Some(index) }));
        return rows;
    }
    // What the rests from (row, column) on are worth.
    let stride = width + 1;
    let mut sums = vec![0_u32; (height + 1) * stride];
    let at = |sums: &[u32], row: usize, column: usize| sums.get(row * stride + column).copied().unwrap_or(0);
    let pair = |row: usize, column: usize| match (left.get(row), right.get(column)) {
        (Some(one), Some(other)) => worth(one, other),
        _ => 0,
    };
    for row in (0..height).rev() {
        for column in (0..width).rev() {
            let value = pair(row, column);
            let paired = if value > 0 { value + at(&sums, row + 1, column + 1) } else { 0 };
            let best = paired.max(at(&sums, row + 1, column)).max(at(&sums, row, column + 1));
            if let Some(sum) = sums.get_mut(row * stride + column) {
                *sum = best;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < height || column < width {
        let (best, value) = (at(&sums, row, column), pair(row, column));
        if value > 0 && value + at(&sums, row + 1, column + 1) == best {
            rows.push(Sides { left: Some(row), right: Some(column) });
            (row, column) = (row + 1, column + 1);
        } else if row < height && (column == width || at(&sums, row + 1, column) == best) {
            rows.push(Sides { left: Some(row), right: None });
            row += 1;
        } else {
            rows.push(Sides { left: None, right: Some(column) });
            column += 1;
        }
    }
    rows
}

/// Of pairs in the order of their left index the longest choice whose right
/// indexes rise.
pub(super) fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best choice of each length, and who stood before.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let right = |index: &usize| pairs.get(*index).map(|(_, right)| *right);
    for (index, (_, this)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| right(end) < Some(*this));
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut chosen = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        chosen.extend(pairs.get(index));
        next = before.get(index).copied().flatten();
    }
    chosen.reverse();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(left: &str, right: &str) -> String {
        let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
        let rows = align(&left, &right, |one, other| u32::from(one == other));
        let side = |of: &[char], index: Option<usize>| index.map_or('·', |index| of[index]);
        rows.iter().flat_map(|row| [side(&left, row.left), side(&right, row.right), ' ']).collect()
    }

    #[test]
    fn what_is_the_same_stands_beside_each_other() {
        assert_eq!(text("abc", "abc"), "aa bb cc ");
        assert_eq!(text("abc", "abbc"), "aa bb ·b cc ");
        assert_eq!(text("abc", "xc"), "a· b· ·x cc ");
        assert_eq!(text("", "a"), "·a ");
        assert_eq!(text("a", ""), "a· ");
    }

    #[test]
    fn too_much_is_not_compared() {
        let rows = align(&vec![1; 5000], &vec![1; 5000], |one, other| u32::from(one == other));
        assert_eq!(rows.len(), 10_000);
        assert_eq!(rows[9999], Sides { left: None, right: Some(4999) });
    }

    #[test]
    fn the_longest_rising_choice_is_taken() {
        let pairs = |rights: &[usize]| rights.iter().copied().enumerate().collect::<Vec<_>>();
        let rights = |chosen: Vec<(usize, usize)>| chosen.into_iter().map(|(_, right)| right).collect::<Vec<_>>();
        assert_eq!(rights(rising(&pairs(&[0, 2, 1, 3]))), [0, 1, 3]);
        assert_eq!(rights(rising(&pairs(&[5, 0, 1]))), [0, 1]);
        assert!(rising(&[]).is_empty());
    }
}
