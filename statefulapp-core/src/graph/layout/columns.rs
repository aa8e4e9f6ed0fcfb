//! In which column each box is, and what passes a column.

use super::{AROUND_LINES, BETWEEN_BOXES, BETWEEN_ENDS, Part, Size};
use crate::graph::Edge;
use std::collections::HashMap;

/// What takes a place in a column: a box, or a line that passes.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The position of the box in the whole graph; `None` for a line that passes.
    pub(super) of: Option<usize>,
    pub(super) size: Size,
    pub(super) column: usize,
    /// Spots of the column to the left that lead here, and of the column to the right that this leads to: positions
    /// of links.
    pub(super) left: Vec<usize>,
    pub(super) right: Vec<usize>,
}

/// A piece of a line between two neighbouring columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A part of a graph in columns.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) spots: Vec<Spot>,
    pub(super) links: Vec<Link>,
    /// The spots of each column, from above.
    pub(super) columns: Vec<Vec<usize>>,
    /// For each edge: its position in the whole graph, its links from left to right, and whether it was turned around.
    pub(super) lines: Vec<(usize, Vec<usize>, bool)>,
}

impl Columns {
    pub(super) fn new(part: &Part, boxes: &[Size], edges: &[Edge]) -> Self {
        let at: HashMap<usize, usize> = part.boxes.iter().enumerate().map(|(at, &index)| (index, at)).collect();
        let own = |index: usize| at.get(&index).copied().unwrap_or(0);
        let pairs: Vec<(usize, usize)> =
            part.edges.iter().filter_map(|&edge| edges.get(edge)).map(|edge| (own(edge.from), own(edge.to))).collect();
        let turned = turned(part.boxes.len(), &pairs);
        let forward: Vec<(usize, usize)> = pairs
            .iter()
            .zip(&turned)
            .map(|(&(from, to), &turned)| if turned { (to, from) } else { (from, to) })
            .collect();
        let columns = column_of_each(part.boxes.len(), &forward);

        let spots = part.boxes.iter().zip(&columns).map(|(&index, &column)| Spot {
            of: Some(index),
            size: boxes.get(index).copied().unwrap_or_default(),
            column,
            left: Vec::new(),
            right: Vec::new(),
        });
        let mut result = Self { spots: spots.collect(), links: Vec::new(), columns: Vec::new(), lines: Vec::new() };
        for ((&edge, &(from, to)), &turned) in part.edges.iter().zip(&forward).zip(&turned) {
            let links = result.line(from, to);
            result.lines.push((edge, links, turned));
        }
        for spot in &mut result.spots {
            // Room for the ends of many lines.
            let ends = spot.left.len().max(spot.right.len()) as f64;
            if spot.of.is_some() {
                spot.size.height = spot.size.height.max(BETWEEN_ENDS * (ends + 1.0));
            }
        }
        let count = result.spots.iter().map(|spot| spot.column + 1).max().unwrap_or(0);
        result.columns = vec![Vec::new(); count];
        for (index, spot) in result.spots.iter().enumerate() {
            if let Some(column) = result.columns.get_mut(spot.column) {
                column.push(index);
            }
        }
        result
    }

    /// Leads a line through the columns between two spots; gives its links.
    fn line(&mut self, from: usize, to: usize) -> Vec<usize> {
        let column = |index: usize| self.spots.get(index).map_or(0, |spot: &Spot| spot.column);
        let passed = column(from) + 1..column(to);
        let mut links = Vec::new();
        let mut last = from;
        for column in passed {
            let spot = Spot { of: None, size: Size::default(), column, left: Vec::new(), right: Vec::new() };
            self.spots.push(spot);
            let passing = self.spots.len() - 1;
            links.push(self.link(last, passing));
            last = passing;
        }
        links.push(self.link(last, to));
        links
    }

    fn link(&mut self, from: usize, to: usize) -> usize {
        let link = self.links.len();
        self.links.push(Link { from, to });
        if let Some(spot) = self.spots.get_mut(from) {
            spot.right.push(link);
        }
        if let Some(spot) = self.spots.get_mut(to) {
            spot.left.push(link);
        }
        link
    }

    /// The distance between the edges of two spots, one above the other.
    pub(super) fn distance(&self, above: usize, below: usize) -> f64 {
        let is_box = |index: usize| self.spots.get(index).is_some_and(|spot| spot.of.is_some());
        if is_box(above) && is_box(below) { BETWEEN_BOXES } else { AROUND_LINES }
    }
}

/// Which edges must be turned around so that no cycle is left: those that lead back to where a walk came from.
fn turned(count: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut has_in = vec![false; count];
    for (index, &(from, to)) in edges.iter().enumerate() {
        if let (Some(out), Some(has_in)) = (out.get_mut(from), has_in.get_mut(to)) {
            out.push(index);
            *has_in = true;
        }
    }
    let mut turned = vec![false; edges.len()];
    // 0: not seen, 1: on the way here, 2: done.
    let mut state = vec![0u8; count];
    let starts = (0..count).filter(|&index| has_in.get(index) == Some(&false)).chain(0..count);
    for start in starts {
        if state.get(start) != Some(&0) {
            continue;
        }
        let mut way = vec![(start, 0usize)];
        set(&mut state, start, 1);
        while let Some((at, next)) = way.last_mut() {
            let edge = out.get(*at).and_then(|out| out.get(*next)).copied();
            *next += 1;
            let Some(edge) = edge else {
                set(&mut state, *at, 2);
                way.pop();
                continue;
            };
            let Some(&(_, to)) = edges.get(edge) else { continue };
            match state.get(to) {
                Some(0) => {
                    set(&mut state, to, 1);
                    way.push((to, 0));
                }
                Some(1) => set(&mut turned, edge, true),
                _ => {}
            }
        }
    }
    turned
}

/// Each box stands right of all that lead to it; what nothing leads to stands directly left of the first that it leads to.
fn column_of_each(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut column = vec![0usize; count];
    let mut waits = vec![0usize; count];
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    for &(from, to) in edges {
        if let (Some(out), Some(waits)) = (out.get_mut(from), waits.get_mut(to)) {
            out.push(to);
            *waits += 1;
        }
    }
    let sources: Vec<usize> = (0..count).filter(|&index| waits.get(index) == Some(&0)).collect();
    let mut ready = sources.clone();
    while let Some(at) = ready.pop() {
        let next = column.get(at).map_or(0, |column| column + 1);
        for &to in out.get(at).into_iter().flatten() {
            if let (Some(column), Some(waits)) = (column.get_mut(to), waits.get_mut(to)) {
                *column = (*column).max(next);
                *waits -= 1;
                if *waits == 0 {
                    ready.push(to);
                }
            }
        }
    }
    for source in sources {
        let nearest = out.get(source).into_iter().flatten().filter_map(|&to| column.get(to)).min().copied();
        if let Some(nearest) = nearest {
            set(&mut column, source, nearest.saturating_sub(1));
        }
    }
    column
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}
