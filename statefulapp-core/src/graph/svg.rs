//! A picture in SVG that needs nothing else: no script, no font, no style sheet from elsewhere.

use super::layout::{Area, Layout, Line, Size, layout};
use super::text_width::{width, wrap};
use super::{Graph, Node, Relation};
use std::fmt::Write as _;

/// The sizes of the kind's, the name's and the details' font, and the height of their lines.
const KIND: (f64, f64) = (10.5, 16.0);
const NAME: (f64, f64) = (14.0, 19.0);
const DETAIL: (f64, f64) = (11.5, 16.0);

/// The longest line of a box, in characters; what is longer goes on in the next.
const LONGEST: usize = 34;

/// Between the border of a box and its text.
const INSIDE: Size = Size { width: 14.0, height: 9.0 };

/// The narrowest box.
const NARROWEST: f64 = 110.0;

/// Around the picture.
const MARGIN: f64 = 28.0;

/// The height of the title and of a row of the legend.
const TITLE: f64 = 44.0;
const LEGEND: f64 = 24.0;

/// The length of a line in the legend, and the distance between two entries.
const SAMPLE: f64 = 34.0;
const BETWEEN_ENTRIES: f64 = 26.0;

/// The lines of text in a box.
struct Text {
    name: Vec<String>,
    details: Vec<String>,
}

impl Text {
    fn new(node: &Node) -> Self {
        let note = node.is_extern.then_some("in the cluster already");
        let details = node.details.iter().map(String::as_str).chain(note);
        Self { name: wrap(&node.name, LONGEST), details: details.flat_map(|line| wrap(line, LONGEST)).collect() }
    }

    fn size(&self, kind: &str) -> Size {
        let names = self.name.iter().map(|line| width(line, NAME.0, true));
        let details = self.details.iter().map(|line| width(line, DETAIL.0, false));
        let widest = names.chain(details).chain([width(kind, KIND.0, false)]).fold(0.0, f64::max);
        let height = KIND.1 + self.name.len() as f64 * NAME.1 + self.details.len() as f64 * DETAIL.1;
        Size { width: (widest + 2.0 * INSIDE.width).max(NARROWEST), height: height + 2.0 * INSIDE.height }
    }
}

impl Graph {
    /// The graph as a picture: `<svg …>`, for a file or a page.
    pub fn to_svg(&self) -> String {
        let texts: Vec<Text> = self.nodes.iter().map(Text::new).collect();
        let sizes: Vec<Size> = self.nodes.iter().zip(&texts).map(|(node, text)| text.size(&node.kind)).collect();
        let layout = layout(&sizes, &self.edges);
        let legend: Vec<Relation> = Relation::ALL
            .into_iter()
            .filter(|relation| self.edges.iter().any(|edge| edge.relation == *relation))
            .collect();
        let title = if self.title.is_empty() { "stack" } else { &self.title };
        let inner = layout.size.width.max(width(title, 20.0, true));
        let rows = legend_rows(&legend, inner);
        let height = TITLE + layout.size.height + 2.0 * MARGIN + rows.len() as f64 * LEGEND + 12.0;
        let mut svg = head(title, inner + 2.0 * MARGIN, height);
        // Writing to a String cannot fail.
        _ = writeln!(svg, "<g transform=\"translate({MARGIN} {})\">", MARGIN + TITLE);
        self.draw_lines(&layout, &mut svg);
        for ((node, text), area) in self.nodes.iter().zip(&texts).zip(&layout.areas) {
            draw_box(node, text, *area, &mut svg);
        }
        svg.push_str("</g>\n");
        for (row, entries) in rows.iter().enumerate() {
            let y = TITLE + layout.size.height + MARGIN + 30.0 + row as f64 * LEGEND;
            for (relation, x) in entries {
                draw_entry(*relation, MARGIN + x, y, &mut svg);
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn draw_lines(&self, layout: &Layout, svg: &mut String) {
        let name = |index: usize| {
            self.nodes.get(index).map_or_else(String::new, |node| format!("{} {}", node.kind, escape(&node.name)))
        };
        for (edge, line) in self.edges.iter().zip(&layout.lines) {
            let (end, marker) = if line.turned { ("start", edge.relation) } else { ("end", edge.relation) };
            let (from, to) = (name(edge.from), name(edge.to));
            _ = writeln!(
                svg,
                "<path class=\"line\" d=\"{}\" stroke=\"{}\"{} marker-{end}=\"url(#{})\"><title>{from} {} {to}</title></path>",
                path(line),
                edge.relation.colour(),
                dashes(edge.relation),
                arrow(marker),
                edge.relation.verb(),
            );
        }
    }
}

fn head(title: &str, width: f64, height: f64) -> String {
    let mut svg = String::new();
    let title = escape(title);
    let (width, height) = (width.ceil(), height.ceil());
    _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{title}\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">"
    );
    _ = writeln!(svg, "<title>{title}</title>");
    svg.push_str("<style>.line{fill:none;stroke-width:1.5}.line:hover{stroke-width:3}</style>\n<defs>\n");
    for relation in Relation::ALL {
        _ = writeln!(
            svg,
            "<marker id=\"{}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0 1L10 5L0 9z\" fill=\"{}\"/></marker>",
            arrow(relation),
            relation.colour()
        );
    }
    svg.push_str("</defs>\n");
    _ = writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
    _ = writeln!(
        svg,
        "<text class=\"title\" x=\"{MARGIN}\" y=\"{}\" font-size=\"20\" font-weight=\"bold\" fill=\"#111827\">{title}</text>",
        MARGIN + 16.0
    );
    svg
}

fn draw_box(node: &Node, text: &Text, area: Area, svg: &mut String) {
    let Area { x, y, width, height } = area;
    let dashes = if node.is_extern { " stroke-dasharray=\"4 3\"" } else { "" };
    let (fill, stroke) = (node.sort.fill(), node.sort.stroke());
    _ = writeln!(svg, "<g class=\"node\">");
    _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"7\" fill=\"{fill}\" \
         stroke=\"{stroke}\" stroke-width=\"1.5\"{dashes}/>"
    );
    let lines = text.name.len() as f64 * NAME.1 + text.details.len() as f64 * DETAIL.1 + KIND.1;
    let x = x + INSIDE.width;
    // A box may be higher than its text, if many lines end at it.
    let mut line = y + (height - lines) / 2.0;
    let mut write = |text: &str, (size, height): (f64, f64), style: &str| {
        line += height;
        let (text, y) = (escape(text), line - height * 0.28);
        _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" {style}>{text}</text>");
    };
    write(&node.kind, KIND, &format!("fill=\"{stroke}\""));
    for name in &text.name {
        write(name, NAME, "font-weight=\"bold\" fill=\"#111827\"");
    }
    for detail in &text.details {
        write(detail, DETAIL, "fill=\"#374151\"");
    }
    svg.push_str("</g>\n");
}

/// Curves that leave and arrive level, with straight pieces between them.
fn path(line: &Line) -> String {
    let mut path = String::new();
    for (n, [(x1, y1), (x2, y2)]) in line.curves.iter().enumerate() {
        let middle = (x1 + x2) / 2.0;
        let to = if n == 0 { "M" } else { "L" };
        _ = write!(path, "{to}{x1:.1} {y1:.1}C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}");
    }
    path
}

/// The entries of the legend in rows: each with its place in the row.
fn legend_rows(legend: &[Relation], most: f64) -> Vec<Vec<(Relation, f64)>> {
    let mut rows: Vec<Vec<(Relation, f64)>> = Vec::new();
    let mut x = 0.0;
    for &relation in legend {
        let own = SAMPLE + 8.0 + width(relation.verb(), DETAIL.0, false);
        if rows.is_empty() || x + own > most {
            rows.push(Vec::new());
            x = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((relation, x));
        }
        x += own + BETWEEN_ENTRIES;
    }
    rows
}

fn draw_entry(relation: Relation, x: f64, y: f64, svg: &mut String) {
    let (end, colour, size) = (x + SAMPLE, relation.colour(), DETAIL.0);
    _ = writeln!(
        svg,
        "<path class=\"line\" d=\"M{x:.1} {y:.1}L{end:.1} {y:.1}\" stroke=\"{colour}\"{} marker-end=\"url(#{})\"/>",
        dashes(relation),
        arrow(relation)
    );
    _ = writeln!(
        svg,
        "<text class=\"legend\" x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size}\" fill=\"#374151\">{}</text>",
        end + 8.0,
        y + 4.0,
        relation.verb()
    );
}

fn dashes(relation: Relation) -> String {
    relation.dashes().map_or_else(String::new, |dashes| format!(" stroke-dasharray=\"{dashes}\""))
}

/// The name of the arrow head of this relation's colour.
fn arrow(relation: Relation) -> String {
    format!("arrow-{}", relation.verb().replace(' ', "-"))
}

/// Text between tags or in quotes. A control character other than a line break has no place in XML at all.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
        escaped
    })
}
