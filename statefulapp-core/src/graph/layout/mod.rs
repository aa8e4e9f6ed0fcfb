//! Where boxes and lines go: in columns, from who uses to what is used, with few crossings.
//!
//! The method of Sugiyama: cycles are broken, each box gets a column, a line that passes a column gets a place in
//! it, the columns are sorted until lines cross little, and the places are moved until lines are straight. Parts that
//! have nothing to do with each other are laid out by themselves, one below the other.

mod columns;
mod order;
mod place;

use super::Edge;
use columns::Columns;

/// The distance between two boxes of a column.
const BETWEEN_BOXES: f64 = 22.0;

/// The distance of a line that passes a column from what is above and below it.
const AROUND_LINES: f64 = 12.0;

/// The distance between two parts, and between boxes without lines.
const BETWEEN_PARTS: f64 = 34.0;

/// The least distance between two columns, and what each line between them adds, up to a limit.
const BETWEEN_COLUMNS: f64 = 72.0;
const FOR_EACH_LINE: f64 = 4.0;
const FOR_LINES_AT_MOST: f64 = 80.0;

/// The distance between two ends of lines at one side of a box.
const BETWEEN_ENDS: f64 = 9.0;

/// How wide rows of boxes without lines may get.
const ROW: f64 = 900.0;

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line from left to right: curves across the gaps between columns, straight pieces through columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Two points for each gap: where the curve begins and ends.
    pub(super) curves: Vec<[(f64, f64); 2]>,
    /// Whether the arrow is at the left end, since the line was turned around to break a cycle.
    pub(super) turned: bool,
}

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout {
    /// In the order of the boxes.
    pub(super) areas: Vec<Area>,
    /// In the order of the edges.
    pub(super) lines: Vec<Line>,
    pub(super) size: Size,
}

/// Lays out boxes of these sizes and the edges between them.
pub(super) fn layout(boxes: &[Size], edges: &[Edge]) -> Layout {
    let mut layout = Layout {
        areas: boxes.iter().map(|size| Area { x: 0.0, y: 0.0, width: size.width, height: size.height }).collect(),
        lines: vec![Line { curves: Vec::new(), turned: false }; edges.len()],
        size: Size::default(),
    };
    let (parts, alone) = parts(boxes.len(), edges);
    let mut top = 0.0;
    for part in &parts {
        let size = lay_out_part(part, boxes, edges, top, &mut layout);
        layout.size.width = layout.size.width.max(size.width);
        top += size.height + BETWEEN_PARTS;
    }
    let row = layout.size.width.max(ROW);
    let (mut x, mut height) = (0.0, 0.0f64);
    for index in alone {
        let Some(area) = layout.areas.get_mut(index) else { continue };
        if x > 0.0 && x + area.width > row {
            top += height + BETWEEN_BOXES;
            (x, height) = (0.0, 0.0);
        }
        (area.x, area.y) = (x, top);
        x += area.width + BETWEEN_PARTS;
        height = height.max(area.height);
        layout.size.width = layout.size.width.max(area.x + area.width);
    }
    layout.size.height = if height > 0.0 { top + height } else { (top - BETWEEN_PARTS).max(0.0) };
    layout
}

/// A part of the graph: the positions of its boxes and edges.
#[derive(Default)]
struct Part {
    boxes: Vec<usize>,
    edges: Vec<usize>,
}

/// What hangs together, in the order of its first boxes; and the boxes without edges.
fn parts(boxes: usize, edges: &[Edge]) -> (Vec<Part>, Vec<usize>) {
    let mut root: Vec<usize> = (0..boxes).collect();
    fn find(root: &mut [usize], mut index: usize) -> usize {
        while let Some(&above) = root.get(index).filter(|&&above| above != index) {
            let two = root.get(above).copied().unwrap_or(above);
            if let Some(slot) = root.get_mut(index) {
                *slot = two;
            }
            index = two;
        }
        index
    }
    for edge in edges {
        let (a, b) = (find(&mut root, edge.from), find(&mut root, edge.to));
        if let Some(slot) = root.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
    let mut by_root: std::collections::BTreeMap<usize, Part> = std::collections::BTreeMap::new();
    for index in 0..boxes {
        by_root.entry(find(&mut root, index)).or_default().boxes.push(index);
    }
    for (index, edge) in edges.iter().enumerate() {
        by_root.entry(find(&mut root, edge.from)).or_default().edges.push(index);
    }
    let (parts, alone): (Vec<_>, Vec<_>) = by_root.into_values().partition(|part| !part.edges.is_empty());
    (parts, alone.into_iter().flat_map(|part| part.boxes).collect())
}

/// Lays out one part from `top` down; gives its size.
fn lay_out_part(part: &Part, boxes: &[Size], edges: &[Edge], top: f64, layout: &mut Layout) -> Size {
    let mut columns = Columns::new(part, boxes, edges);
    order::sort(&mut columns);
    place::place(&columns, top, layout)
}
