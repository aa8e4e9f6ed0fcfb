//! What an expansion costs rustc is counted in tokens: it reads, resolves and types each of them.

use crate::{codegen, diagnostics, front};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// The tokens that rustc gets for a declaration without mistakes; the editor's are for others.
fn tokens(declaration: &str) -> usize {
    let mut front = front::front(declaration.parse().unwrap());
    diagnostics::show(&mut front.diagnostics);
    let errors = diagnostics::tokens(&mut front.diagnostics);
    assert_eq!(count(errors), 0, "{declaration}: {:?}", front.diagnostics);
    count(codegen::value(&quote!(::statefulapp), &front.parsed, &front.lowered, true))
}

fn count(tokens: TokenStream) -> usize {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        })
        .sum()
}

fn app(n: usize, more: &str) -> String {
    format!(
        "StatefulApp postgres_{n} {{ image: \"registry.example/db:1\", ports: {{ database: 5432 }}, \
         security: {{ user: 999, group: 999, fs_group: 999 }}, storage: {{ data: {{ mount: \"/data\", size: 1Gi }} }}, \
         {more} }}\n"
    )
}

#[test]
fn a_key_costs_no_token() {
    let more = "replicas: 3, service_name: \"db\", env: { A: \"a\", B: \"b\" }, grace: 120s, labels: { component: \"database\" }, \
                resources: { cpu: 1..2, memory: 1Gi..2Gi }, readiness: tcp(database) { period: 5s, failures: 9 }, pull: Always, \
                annotations: { \"example.com/a\": true }, command: [\"sh\", \"-c\", \"sleep 1\"]";
    assert_eq!(tokens(&app(0, more)), tokens(&app(0, "")));
}

#[test]
fn an_app_costs_the_same_however_many_there_are() {
    let all = |count| tokens(&(0..count).map(|n| app(n, "")).collect::<String>());
    let (two, three, twenty) = (all(2), all(3), all(20));
    assert_eq!(twenty - two, 18 * (three - two));
    // Its text, and the handle: a field, its type and its value.
    assert!(three - two <= 85, "{} tokens for an app", three - two);
}
