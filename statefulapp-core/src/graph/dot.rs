//! DOT, the language of Graphviz: <https://graphviz.org/doc/info/lang.html>.

use super::{Edge, Graph};
use std::fmt::Write as _;

impl Graph {
    /// The graph in Graphviz' language, for `dot`.
    pub fn to_dot(&self) -> String {
        let mut text = format!("digraph \"{}\" {{\n", escape(&self.title));
        text.push_str("  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
        // Writing to a String cannot fail.
        for (index, node) in self.nodes.iter().enumerate() {
            let mut lines = vec![node.kind.clone(), node.name.clone()];
            lines.extend(node.details.iter().cloned());
            let lines: Vec<_> = lines.iter().map(|line| escape(line)).collect();
            let style = if node.is_extern { ", style=\"rounded,filled,dashed\"" } else { "" };
            let fill = node.sort.fill();
            _ = writeln!(text, "  n{index} [label=\"{}\", fillcolor=\"{fill}\"{style}];", lines.join("\\n"));
        }
        for Edge { from, to, relation } in &self.edges {
            let style = if relation.dashes().is_some() { ", style=dashed" } else { "" };
            _ = writeln!(text, "  n{from} -> n{to} [label=\"{}\"{style}];", relation.verb());
        }
        text.push_str("}\n");
        text
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}
