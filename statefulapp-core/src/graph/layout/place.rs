//! The places in a column, so that lines are straight, and the lines.

use super::columns::{Columns, Spot};
use super::{Area, BETWEEN_COLUMNS, BETWEEN_ENDS, FOR_EACH_LINE, FOR_LINES_AT_MOST, Layout, Line, Size, order};

/// How often the places are moved from left to right and back.
const SWEEPS: usize = 10;

/// How much more a line that passes a column is kept straight than a box is kept in the middle.
const STRAIGHT: f64 = 6.0;

/// Places a part from `top` down, and draws its lines; gives its size.
pub(super) fn place(columns: &Columns, top: f64, layout: &mut Layout) -> Size {
    let middles = middles(columns);
    let above = columns.spots.iter().zip(&middles).map(|(spot, middle)| middle - spot.size.height / 2.0);
    let highest = above.fold(f64::INFINITY, f64::min);
    let shift = top - if highest.is_finite() { highest } else { 0.0 };
    let middles: Vec<f64> = middles.iter().map(|middle| middle + shift).collect();
    let (lefts, widths) = across(columns);
    let mut size = Size::default();
    for (spot, middle) in columns.spots.iter().zip(&middles) {
        let (x, width) = (at(&lefts, spot.column), at(&widths, spot.column));
        let bottom = middle + spot.size.height / 2.0;
        size.width = size.width.max(x + width);
        size.height = size.height.max(bottom - top);
        if let Some(area) = spot.of.and_then(|index| layout.areas.get_mut(index)) {
            *area = Area { x, y: middle - spot.size.height / 2.0, width, height: spot.size.height };
        }
    }
    let ends = Ends::new(columns, &middles);
    for (edge, links, turned) in &columns.lines {
        let curves = links.iter().filter_map(|&link| {
            let pair = columns.links.get(link)?;
            let (from, to) = (columns.spots.get(pair.from)?, columns.spots.get(pair.to)?);
            let start = (at(&lefts, from.column) + at(&widths, from.column), at(&ends.right, link));
            Some([start, (at(&lefts, to.column), at(&ends.left, link))])
        });
        if let Some(line) = layout.lines.get_mut(*edge) {
            *line = Line { curves: curves.collect(), turned: *turned };
        }
    }
    size
}

fn at(list: &[f64], index: usize) -> f64 {
    list.get(index).copied().unwrap_or(0.0)
}

/// Where each column begins, and how wide it is.
fn across(columns: &Columns) -> (Vec<f64>, Vec<f64>) {
    let (mut lefts, mut widths) = (Vec::new(), Vec::new());
    let mut x = 0.0;
    for column in &columns.columns {
        let spots = || column.iter().filter_map(|&index| columns.spots.get(index));
        let width = spots().map(|spot| spot.size.width).fold(0.0, f64::max);
        let lines = spots().map(|spot| spot.right.len()).sum::<usize>() as f64;
        lefts.push(x);
        widths.push(width);
        x += width + BETWEEN_COLUMNS + (lines * FOR_EACH_LINE).min(FOR_LINES_AT_MOST);
    }
    (lefts, widths)
}

/// The height of the middle of each spot.
fn middles(columns: &Columns) -> Vec<f64> {
    let mut middles = vec![0.0; columns.spots.len()];
    for column in &columns.columns {
        settle(columns, column, &mut middles, |_| None);
    }
    for sweep in 0..SWEEPS {
        let count = columns.columns.len();
        for step in 0..count {
            let by_left = sweep % 2 == 0;
            let column = columns.columns.get(if by_left { step } else { count - 1 - step });
            let before = middles.clone();
            // In the last sweeps both sides count.
            let both = sweep + 2 >= SWEEPS;
            let wish = |spot: &Spot| wish(columns, spot, &before, by_left || both, !by_left || both);
            settle(columns, column.map_or(&[], Vec::as_slice), &mut middles, wish);
        }
    }
    middles
}

/// The middle of what a spot is connected with.
fn wish(columns: &Columns, spot: &Spot, middles: &[f64], by_left: bool, by_right: bool) -> Option<f64> {
    let left = spot.left.iter().filter(|_| by_left).filter_map(|&link| Some(columns.links.get(link)?.from));
    let right = spot.right.iter().filter(|_| by_right).filter_map(|&link| Some(columns.links.get(link)?.to));
    let (sum, count) =
        left.chain(right).fold((0.0, 0.0), |(sum, count), index| (sum + at(middles, index), count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Moves the spots of a column as near to their wishes as the distances between them allow, in their order.
///
/// With the distances taken out, that is the regression under an order, which blocks that are put together solve.
fn settle(columns: &Columns, column: &[usize], middles: &mut [f64], wish: impl Fn(&Spot) -> Option<f64>) {
    struct Block {
        weight: f64,
        sum: f64,
        count: usize,
    }
    impl Block {
        fn middle(&self) -> f64 {
            self.sum / self.weight
        }
    }
    let mut offsets = Vec::with_capacity(column.len());
    let mut blocks: Vec<Block> = Vec::new();
    let mut offset = 0.0;
    let mut above: Option<(usize, f64)> = None;
    for &index in column {
        let Some(spot) = columns.spots.get(index) else { continue };
        let half = spot.size.height / 2.0;
        if let Some((last, last_half)) = above {
            offset += last_half + columns.distance(last, index) + half;
        }
        above = Some((index, half));
        offsets.push(offset);
        let weight = if spot.of.is_some() { 1.0 } else { STRAIGHT };
        let own = wish(spot).unwrap_or_else(|| at(middles, index)) - offset;
        blocks.push(Block { weight, sum: own * weight, count: 1 });
        while let [.., upper, lower] = &mut *blocks {
            if upper.middle() <= lower.middle() {
                break;
            }
            upper.weight += lower.weight;
            upper.sum += lower.sum;
            upper.count += lower.count;
            blocks.pop();
        }
    }
    let settled = blocks.iter().flat_map(|block| std::iter::repeat_n(block.middle(), block.count));
    for ((&index, offset), middle) in column.iter().zip(offsets).zip(settled) {
        if let Some(slot) = middles.get_mut(index) {
            *slot = middle + offset;
        }
    }
}

/// The heights at which lines leave and reach boxes: side by side, in the order of where they go.
struct Ends {
    /// By link: where it leaves the box at its left end.
    right: Vec<f64>,
    /// By link: where it reaches the box at its right end.
    left: Vec<f64>,
}

impl Ends {
    fn new(columns: &Columns, middles: &[f64]) -> Self {
        let mut ends = Self { right: vec![0.0; columns.links.len()], left: vec![0.0; columns.links.len()] };
        let positions = order::positions(columns);
        for (index, spot) in columns.spots.iter().enumerate() {
            let middle = at(middles, index);
            let other = |link: usize, to: bool| {
                let pair = columns.links.get(link);
                pair.map_or(0, |pair| positions.get(if to { pair.to } else { pair.from }).copied().unwrap_or(0))
            };
            let mut right = spot.right.clone();
            right.sort_by_key(|&link| (other(link, true), link));
            spread(&right, middle, &mut ends.right);
            let mut left = spot.left.clone();
            left.sort_by_key(|&link| (other(link, false), link));
            spread(&left, middle, &mut ends.left);
        }
        ends
    }
}

fn spread(links: &[usize], middle: f64, heights: &mut [f64]) {
    let first = middle - (links.len() as f64 - 1.0) / 2.0 * BETWEEN_ENDS;
    for (n, &link) in links.iter().enumerate() {
        if let Some(slot) = heights.get_mut(link) {
            *slot = first + n as f64 * BETWEEN_ENDS;
        }
    }
}
