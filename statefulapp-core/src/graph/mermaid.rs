//! Mermaid, <https://mermaid.js.org/syntax/flowchart.html>: GitHub and GitLab draw it in Markdown.

use super::{Edge, Graph, Node, Sort};
use std::fmt::Write as _;

impl Graph {
    /// The graph as a Mermaid flowchart.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        // Writing to a String cannot fail.
        for (index, node) in self.nodes.iter().enumerate() {
            let (open, close) = shape(node.sort);
            _ = writeln!(text, "  n{index}{open}\"{}\"{close}:::{}", label(node), node.sort.class());
        }
        for Edge { from, to, relation } in &self.edges {
            let line = if relation.dashes().is_some() { "-.->" } else { "-->" };
            _ = writeln!(text, "  n{from} {line}|{}| n{to}", relation.verb());
        }
        for sort in Sort::ALL {
            let (fill, stroke) = (sort.fill(), sort.stroke());
            _ = writeln!(text, "  classDef {} fill:{fill},stroke:{stroke},color:#111827", sort.class());
        }
        let externs: Vec<_> =
            self.nodes.iter().enumerate().filter(|(_, node)| node.is_extern).map(|(n, _)| format!("n{n}")).collect();
        if !externs.is_empty() {
            _ = writeln!(text, "  classDef extern stroke-dasharray:4 3\n  class {} extern", externs.join(","));
        }
        text
    }
}

fn shape(sort: Sort) -> (&'static str, &'static str) {
    match sort {
        Sort::Ingress => ("[/", "\\]"),
        Sort::Service => ("([", "])"),
        Sort::App => ("[", "]"),
        Sort::Job => ("[[", "]]"),
        Sort::Volume => ("[(", ")]"),
        Sort::ConfigMap => (">", "]"),
        Sort::Secret => ("{{", "}}"),
    }
}

fn label(node: &Node) -> String {
    let mut lines = vec![format!("<b>{}</b>", escape(&node.name)), escape(&node.kind)];
    lines.extend(node.details.iter().map(|line| escape(line)));
    if node.is_extern {
        lines.push("in the cluster already".to_owned());
    }
    lines.join("<br/>")
}

/// Mermaid's own entities: a character by its number or name between `#` and `;`.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | ':' | '/' | '·' | '×' | '+' | '=') {
            escaped.push(c);
        } else {
            _ = write!(escaped, "#{};", u32::from(c));
        }
        escaped
    })
}
