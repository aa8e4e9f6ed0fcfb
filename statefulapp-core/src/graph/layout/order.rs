//! The order within each column, so that lines cross little.

use super::columns::Columns;

/// How often the columns are sorted from left to right and back.
const SWEEPS: usize = 12;

/// Sorts every column by the middle of what its spots are connected with, and keeps the best order that was met.
pub(super) fn sort(columns: &mut Columns) {
    let mut best = columns.columns.clone();
    let mut fewest = crossings(columns);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let to_the_right = sweep % 2 == 0;
        let count = columns.columns.len();
        for step in 1..count {
            let column = if to_the_right { step } else { count - 1 - step };
            sort_column(columns, column, to_the_right);
        }
        let crossings = crossings(columns);
        if crossings < fewest {
            (fewest, best) = (crossings, columns.columns.clone());
        }
    }
    columns.columns = best;
}

fn sort_column(columns: &mut Columns, column: usize, by_left: bool) {
    let positions = positions(columns);
    let Some(spots) = columns.columns.get(column) else { return };
    let key = |index: usize| -> f64 {
        let own = positions.get(index).copied().unwrap_or(0) as f64;
        let Some(spot) = columns.spots.get(index) else { return own };
        let links = if by_left { &spot.left } else { &spot.right };
        let others = links.iter().filter_map(|&link| columns.links.get(link));
        let others: Vec<usize> =
            others.filter_map(|link| positions.get(if by_left { link.from } else { link.to })).copied().collect();
        match others.len() {
            0 => own,
            count => others.iter().sum::<usize>() as f64 / count as f64,
        }
    };
    let mut keyed: Vec<(f64, usize)> = spots.iter().map(|&index| (key(index), index)).collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let Some(spots) = columns.columns.get_mut(column) {
        *spots = keyed.into_iter().map(|(_, index)| index).collect();
    }
}

/// The place of each spot in its column, counted from above.
pub(super) fn positions(columns: &Columns) -> Vec<usize> {
    let mut positions = vec![0; columns.spots.len()];
    for column in &columns.columns {
        for (position, &index) in column.iter().enumerate() {
            if let Some(slot) = positions.get_mut(index) {
                *slot = position;
            }
        }
    }
    positions
}

/// How many pairs of lines cross between neighbouring columns.
fn crossings(columns: &Columns) -> usize {
    let positions = positions(columns);
    let position = |index: usize| positions.get(index).copied().unwrap_or(0);
    let mut total = 0;
    for column in &columns.columns {
        let spots = column.iter().filter_map(|&index| columns.spots.get(index));
        let links = spots.flat_map(|spot| &spot.right).filter_map(|&link| columns.links.get(link));
        let mut ends: Vec<(usize, usize)> = links.map(|link| (position(link.from), position(link.to))).collect();
        ends.sort_unstable();
        let mut ends: Vec<usize> = ends.into_iter().map(|(_, to)| to).collect();
        total += inversions(&mut ends);
    }
    total
}

/// How many pairs of a list are in the wrong order; sorts it.
fn inversions(list: &mut [usize]) -> usize {
    let middle = list.len() / 2;
    if middle == 0 {
        return 0;
    }
    let (left, right) = list.split_at_mut(middle);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (left.iter().peekable(), right.iter().peekable());
    loop {
        match (l.peek(), r.peek()) {
            (Some(&&a), Some(&&b)) if a <= b => {
                merged.push(a);
                l.next();
            }
            (_, Some(&&b)) => {
                count += l.len();
                merged.push(b);
                r.next();
            }
            (Some(&&a), None) => {
                merged.push(a);
                l.next();
            }
            (None, None) => break,
        }
    }
    list.copy_from_slice(&merged);
    count
}

#[cfg(test)]
mod tests {
    use super::inversions;

    #[test]
    fn inversions_are_counted() {
        for (list, count) in
            [(vec![], 0), (vec![1, 2, 3], 0), (vec![3, 2, 1], 3), (vec![2, 2, 1], 2), (vec![1, 3, 2, 4], 1)]
        {
            let mut sorted = list.clone();
            assert_eq!(inversions(&mut sorted), count, "{list:?}");
            assert!(sorted.is_sorted());
        }
    }
}
