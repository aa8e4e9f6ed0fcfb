//! Tokens for the editor: modules that use documented constants by the identifiers that the user wrote.
//!
//! rust-analyzer completes, shows, follows and renames by them; the compiler never sees them ([`is_for_an_editor`]), and would drop
//! them if it did (`cfg(rust_analyzer)`). A completion is computed from two expansions, one with and one without a word at the cursor;
//! they must be equal up to it. So every place where a name may stand brings its `use self::{…}`, be it empty, and what depends on the
//! word comes behind it.
//!
//! Inside of a function, rust-analyzer (1.97) completes `use self::{…}` but follows only paths that begin with neither `self` nor
//! `super`. So each such word comes a second time, at the end, by the name of its module.

use crate::codegen::{self, usable};
use crate::parse::{Parsed, plain};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use statefulapp_core::check;
use statefulapp_core::engine;
use statefulapp_core::finding::Severity;
use statefulapp_core::grammar::{self, Block, Kind};
use statefulapp_core::tree::{Call, Field, Id, Item, Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The editor's tokens. They come first, and on every path.
pub(crate) fn tokens(krate: &TokenStream, parsed: &Parsed) -> TokenStream {
    if !is_for_an_editor() {
        return TokenStream::new();
    }
    let idents = parsed.idents.iter().map(|(id, ident)| (*id, ident)).collect();
    let mut ide = Ide {
        krate,
        parsed,
        idents,
        out: TokenStream::new(),
        links: TokenStream::new(),
        handles: TokenStream::new(),
        modules: 0,
        app: None,
    };
    ide.declarations();
    ide.top();
    ide.block(&grammar::HEAD, &parsed.tree.head, &[], |_| true);
    for (index, item) in parsed.tree.items.iter().enumerate() {
        ide.item(index, item);
    }
    let Ide { out, links, handles, .. } = ide;
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            #[allow(unused, deprecated, non_upper_case_globals, non_snake_case)]
            mod __ide { #out #links }
            #[cfg(rust_analyzer)]
            #[allow(unused)]
            fn __handles(declared: &Declared) { #handles }
        };
    }
}

/// Whether somebody else than the compiler asks. It drops these tokens, but it would have to read them first.
fn is_for_an_editor() -> bool {
    let program = std::env::current_exe().ok();
    let name = program.as_deref().and_then(|path| path.file_stem()).and_then(|name| name.to_str());
    !matches!(name, Some("rustc" | "clippy-driver" | "rustdoc" | "miri"))
}

struct Ide<'p> {
    krate: &'p TokenStream,
    parsed: &'p Parsed,
    idents: BTreeMap<Id, &'p Ident>,
    out: TokenStream,
    /// What leads from words to what they mean; it stands behind everything that completes them.
    links: TokenStream,
    /// References as uses of the handles, so that a rename in the program around the block reaches them.
    handles: TokenStream,
    modules: usize,
    /// The app whose ports and volumes are meant.
    app: Option<usize>,
}

/// The kinds of items that a name may refer to.
const GROUPS: [(&str, &[&str]); 6] = [
    ("__secrets", &["Secret"]),
    ("__configs", &["ConfigMap"]),
    ("__sources", &["Secret", "ConfigMap"]),
    ("__apps", &["StatefulApp", "App"]),
    ("__services", &["Service", "StatefulApp", "App"]),
    ("__accounts", &["ServiceAccount"]),
];

impl<'p> Ide<'p> {
    /// What is declared, as constants: the items by kind, the keys of each Secret and ConfigMap, the ports and volumes of each app.
    fn declarations(&mut self) {
        let krate = self.krate;
        let items = &self.parsed.tree.items;
        let mut named = Vec::new();
        let mut constants = TokenStream::new();
        for (index, (item, ident)) in items.iter().zip(codegen::declared(self.parsed)).enumerate() {
            let (Some(name), Some(block)) = (ident.and_then(usable), grammar::item(&item.kind)) else { continue };
            let kind = invented(block.name);
            let doc = if item.doc.is_empty() { format!("{} `{}`", item.kind, item.ident) } else { item.doc.clone() };
            constants.extend(quote! {
                #[doc = #doc] pub const #name: #krate::grammar::items::#kind = #krate::grammar::items::#kind;
            });
            named.push((index, item, name));
        }
        self.out.extend(quote! { pub mod __names { #constants } });
        for (group, kinds) in GROUPS {
            let group = invented(group);
            let names =
                named.iter().filter(|(_, item, _)| kinds.contains(&item.kind.as_str())).map(|(_, _, name)| name);
            // The names again would be uses of their own; the editor shall see one.
            let names = names.map(without_place);
            self.out.extend(quote! { pub mod #group { pub use super::__names::{ #(#names,)* }; } });
        }
        self.params();
        for (index, item, _) in &named {
            match item.kind.as_str() {
                "Secret" => self.members("__keys", *index, item.fields.iter(), "SecretKey", &[]),
                "ConfigMap" => self.members("__keys", *index, item.fields.iter(), "ConfigText", &[]),
                "StatefulApp" | "App" => {
                    let containers = ["init", "sidecars"].into_iter().flat_map(|key| inside(&item.fields, key));
                    let inner = containers.flat_map(|container| container.value.fields().unwrap_or_default());
                    let own = item.fields.iter().chain(inner).filter(|field| field.key == "ports");
                    let own = own.flat_map(|field| field.value.fields().unwrap_or_default());
                    let known = engine_of(&item.fields).map(|facts| facts.ports).unwrap_or_default();
                    let known: Vec<String> = known.iter().map(|port| port.name.replace('-', "_")).collect();
                    self.members("__ports", *index, own, "PortNumber", &known);
                    let volumes = ["storage", "scratch"].into_iter().flat_map(|key| inside(&item.fields, key));
                    self.members("__volumes", *index, volumes, "Storage", &[]);
                }
                _ => {}
            }
        }
    }

    /// The declared parameters, as constants.
    fn params(&mut self) {
        let krate = self.krate;
        let mut seen = BTreeSet::new();
        let mut constants = TokenStream::new();
        for field in inside(&self.parsed.tree.head, "params").filter(|field| !field.quoted) {
            let ident = self.idents.get(&field.key_id).and_then(|ident| usable(ident));
            if let Some(name) = ident.filter(|_| seen.insert(field.key.as_str())) {
                let kind = match &field.value.value {
                    Value::Call(call) => call.name.as_str(),
                    _ => "",
                };
                let of_doc = field.value.fields().unwrap_or_default().iter().find(|field| field.key == "doc");
                let doc = match of_doc.map(|field| &field.value.value) {
                    Some(Value::Text(text)) => format!("{text} (`{kind}`)"),
                    _ => format!("The parameter `{}`, a `{kind}`.", field.key),
                };
                constants.extend(quote! {
                    #[doc = #doc] pub const #name: #krate::grammar::types::ParamValue = #krate::grammar::types::ParamValue;
                });
            }
        }
        self.out.extend(quote! { pub mod __params { #constants } });
    }

    /// Whether the word begins a reference to a parameter.
    fn is_params(&self, word: &Ident) -> bool {
        plain(word) == "params" && self.parsed.tree.head.iter().any(|field| field.key == "params")
    }

    /// A module with a constant for each of these keys, and for names that come from elsewhere.
    fn members<'f>(
        &mut self,
        module: &str,
        index: usize,
        fields: impl Iterator<Item = &'f Field>,
        kind: &str,
        known: &[String],
    ) {
        let krate = self.krate;
        let (module, kind) = (invented(&format!("{module}{index}")), invented(kind));
        let mut seen = BTreeSet::new();
        let mut names = Vec::new();
        for field in fields.filter(|field| !field.quoted) {
            if let Some(name) = self.idents.get(&field.key_id).and_then(|ident| usable(ident))
                && seen.insert(field.key.as_str())
            {
                names.push(name);
            }
        }
        names.extend(known.iter().filter(|name| !seen.contains(name.as_str())).map(|name| invented(name)));
        self.out.extend(quote! {
            pub mod #module { #(pub const #names: #krate::grammar::types::#kind = #krate::grammar::types::#kind;)* }
        });
    }

    /// Words outside of items: kinds, and settings that are not there yet.
    fn top(&mut self) {
        let krate = self.krate;
        let head = &self.parsed.tree.head;
        let kinds = grammar::ITEMS.iter().map(|block| invented(block.name));
        let unused = grammar::HEAD.names().filter(|name| !head.iter().any(|field| field.key == *name)).map(invented);
        let unknown = self.parsed.tree.items.iter().filter(|item| grammar::item(&item.kind).is_none());
        let unknown = unknown.filter_map(|item| self.idents.get(&item.kind_id).copied());
        let words: Vec<_> = self.parsed.strays.iter().chain(unknown).collect();
        let from = quote! {
            pub use #krate::grammar::items::{ #(#kinds,)* };
            pub use #krate::grammar::keys::stack::{ #(#unused,)* };
        };
        self.pick(&from, &words);
    }

    fn item(&mut self, index: usize, item: &'p Item) {
        let krate = self.krate;
        let (Some(block), Some(kind)) = (grammar::item(&item.kind), self.idents.get(&item.kind_id)) else { return };
        self.module(&quote! { use #krate::grammar::items::#kind as _; });
        self.app = match item.kind.as_str() {
            "StatefulApp" | "App" => Some(index),
            _ => self.parsed.tree.items.iter().position(|app| {
                let selected = item.fields.iter().find(|field| field.key == "selects").map(|field| &field.value.value);
                matches!(selected, Some(Value::Path(parts)) if parts.first() == Some(&app.ident) && !app.ident.is_empty())
            }),
        };
        if matches!(item.kind.as_str(), "Secret" | "ConfigMap") {
            let kind = if item.kind == "Secret" { Kind::SecretSource } else { Kind::ConfigText };
            for field in &item.fields {
                match &field.value.value {
                    Value::Map(fields) if field.key == "meta" => {
                        self.block(&grammar::DATA_META, fields, &[], |_| true);
                    }
                    _ => self.value(kind, &field.value),
                }
            }
            return;
        }
        self.block(block, &item.fields, &[], |_| true);
    }

    /// The keys of a block and their values. `fits` says which keys can stand in it at all.
    fn block(&mut self, block: &'static Block, fields: &'p [Field], more: &[&Ident], fits: impl Fn(&str) -> bool) {
        if block.keys.is_empty() {
            return;
        }
        let krate = self.krate;
        let module = invented(block.module);
        let mut known = Vec::new();
        let mut words: Vec<&Ident> = more.to_vec();
        for field in fields {
            if let Some(ident) = self.idents.get(&field.key_id).copied().filter(|_| !field.quoted) {
                words.push(ident);
                known.extend(usable(ident).filter(|_| block.key(&field.key).is_some()));
            }
            words.extend(self.parsed.loose.iter().filter(|(key, _)| *key == field.key_id).map(|(_, word)| word));
        }
        let unused = block.names().filter(|name| fits(name) && !fields.iter().any(|field| field.key == *name));
        let unused = unused.map(invented);
        self.pick(&quote! { pub use #krate::grammar::keys::#module::{ #(#unused,)* }; }, &words);
        self.links.extend(quote! { use #krate::grammar::keys::#module::{ #(#known as _,)* }; });
        for field in fields {
            if let Some(key) = block.key(&field.key) {
                self.value(key.kind, &field.value);
            }
        }
    }

    /// A value of a kind: what it refers to, and what could stand there.
    fn value(&mut self, kind: Kind, node: &'p Node) {
        match &node.value {
            Value::Map(fields) => self.map(kind, fields),
            Value::List(nodes) => self.list(kind, nodes),
            Value::Call(call) => self.call(kind, call),
            Value::Path(_) | Value::Broken | Value::Unquoted { .. } => self.path(kind, node),
            Value::Range(low, high) => {
                self.members_of(low);
                self.members_of(high);
            }
            _ => {}
        }
    }

    fn map(&mut self, kind: Kind, fields: &'p [Field]) {
        let keys: Vec<&Ident> = fields.iter().filter_map(|field| self.idents.get(&field.key_id).copied()).collect();
        match kind {
            Kind::ServicePorts | Kind::Mounts | Kind::Spread | Kind::Neighbours | Kind::IngressTls => {
                let of_keys = match kind {
                    Kind::ServicePorts => self.of_app("__ports"),
                    Kind::Mounts => self.of_app("__volumes"),
                    Kind::Spread => self.candidates(Kind::Topology),
                    Kind::Neighbours => self.candidates(Kind::AppRef),
                    _ => self.candidates(Kind::SecretRef),
                };
                self.pick_from(of_keys, &keys);
            }
            Kind::Ports | Kind::Storage | Kind::Scratch | Kind::Containers | Kind::Files | Kind::Params => {}
            // Their values are texts, or parameters.
            Kind::Labels | Kind::Annotations | Kind::Settings | Kind::Headers => {
                fields.iter().for_each(|field| self.members_of(&field.value));
                return;
            }
            Kind::Resources => {
                let used = |name: &str| fields.iter().any(|field| field.key == name);
                self.pick(&resources(used), &keys);
                return;
            }
            Kind::Env => {
                fields.iter().for_each(|field| self.value(Kind::EnvValue, &field.value));
                return;
            }
            kind => {
                if let Some(block) = kind.block() {
                    self.block(block, fields, &[], |_| true);
                }
                return;
            }
        }
        for field in fields {
            match (&field.value.value, kind.block()) {
                (Value::Map(inner), Some(block)) => self.block(block, inner, &[], |_| true),
                (Value::Absent, _) => {}
                _ if kind == Kind::Params => self.value(Kind::ParamType, &field.value),
                _ if kind == Kind::Files => self.value(Kind::SourceRef, &field.value),
                _ if kind == Kind::Neighbours => self.value(Kind::Strength, &field.value),
                _ => {}
            }
        }
    }

    /// The entries of a list: names together, blocks each for itself.
    fn list(&mut self, kind: Kind, nodes: &'p [Node]) {
        let words: Vec<&Ident> = nodes.iter().filter_map(|node| self.first(node)).collect();
        words.iter().for_each(|word| self.handle(kind, word));
        let candidates = self.candidates(kind);
        self.pick_from(candidates, &words);
        for node in nodes {
            match (&node.value, kind.block()) {
                (Value::Map(fields), Some(block)) => self.block(block, fields, &[], |_| true),
                _ => self.members_of(node),
            }
        }
    }

    fn call(&mut self, kind: Kind, call: &'p Call) {
        let word: Vec<&Ident> = self.idents.get(&call.name_id).copied().into_iter().collect();
        let candidates = self.candidates(kind);
        self.pick_from(candidates, &word);
        let ports: Vec<&Ident> = call.args.iter().filter_map(|node| self.first(node)).collect();
        match kind {
            Kind::Probe | Kind::Hook => {
                if matches!(call.name.as_str(), "http" | "tcp" | "grpc") {
                    let candidates = self.of_app("__ports");
                    self.pick_from(candidates, &ports);
                }
                let own = grammar::options(&call.name);
                let of_others = |key: &str| ["http", "grpc"].iter().any(|form| grammar::options(form).contains(&key));
                if let Some(block) = kind.block() {
                    self.block(block, &call.fields, &[], |key| own.contains(&key) || !of_others(key));
                }
            }
            Kind::Engine => {
                let facts = engine::by_name(&call.name);
                self.block(&grammar::ENGINE, &call.fields, &[], |key| facts.is_none_or(|facts| facts.takes(key)));
            }
            // What may be absent is a key.
            Kind::EnvValue if call.name == "optional" && call.args.is_empty() => {
                self.pick(&quote! { pub use super::__sources::*; }, &[]);
            }
            Kind::EnvValue => call.args.iter().for_each(|node| self.value(kind, node)),
            kind => {
                if let Some(block) = kind.block() {
                    self.block(block, &call.fields, &[], |_| true);
                }
            }
        }
    }

    /// A word that names an item, as a use of its handle.
    fn handle(&mut self, kind: Kind, word: &Ident) {
        let Some(name) = usable(word).filter(|_| group_of(kind).is_some()) else { return };
        let mut declared = codegen::declared(self.parsed).into_iter().flatten();
        if declared.any(|ident| plain(ident) == plain(word)) {
            self.handles.extend(quote! { &declared.#name; });
        }
    }

    /// A reference or a word, or the place where one should stand.
    fn path(&mut self, kind: Kind, node: &Node) {
        let words: Vec<&Ident> = self.first(node).into_iter().collect();
        words.iter().for_each(|word| self.handle(kind, word));
        let candidates = self.candidates(kind);
        self.pick_from(candidates, &words);
        self.members_of(node);
    }

    fn first(&self, node: &Node) -> Option<&'p Ident> {
        let first = self.parsed.paths.get(&node.id).and_then(|path| path.idents.first());
        first.filter(|first| !self.is_params(first))
    }

    /// What stands behind the dot: a key of the Secret or ConfigMap before it.
    fn members_of(&mut self, node: &Node) {
        let Some(path) = self.parsed.paths.get(&node.id) else { return };
        let Some((first, rest)) = path.idents.split_first() else { return };
        if self.is_params(first) {
            let krate = self.krate;
            self.module(&quote! { use #krate::grammar::keys::stack::#first as _; });
            if path.is_open || !rest.is_empty() {
                self.pick(&quote! { pub use super::__params::*; }, &rest.iter().take(1).collect::<Vec<_>>());
            }
            return;
        }
        let first = plain(first);
        let item = self.parsed.tree.items.iter().position(|item| item.ident == first && !first.is_empty());
        if let Some(index) = item.filter(|_| path.is_open || !rest.is_empty()) {
            let is_source = self
                .parsed
                .tree
                .items
                .get(index)
                .is_some_and(|item| matches!(item.kind.as_str(), "Secret" | "ConfigMap"));
            if is_source {
                let module = invented(&format!("__keys{index}"));
                self.pick(&quote! { pub use super::#module::*; }, &rest.iter().take(1).collect::<Vec<_>>());
                self.key_handle(index, &path.idents);
            }
        }
    }

    /// A reference to a key, as a use of its handle. Keys that several handles share lead to none of them.
    fn key_handle(&mut self, index: usize, words: &[Ident]) {
        let items = &self.parsed.tree.items;
        let keys = |item: &'p Item| item.fields.iter().map(|field| field.key.as_str()).collect::<Vec<_>>();
        let (Some(item), [name, key]) = (items.get(index), words) else { return };
        let sources = items.iter().filter(|item| matches!(item.kind.as_str(), "Secret" | "ConfigMap"));
        let is_shared = sources.filter(|other| keys(other) == keys(item)).count() > 1;
        let is_declared = item.fields.iter().any(|field| !field.quoted && field.key == plain(key));
        if let (Some(name), Some(key)) = (usable(name), usable(key))
            && is_declared
            && !is_shared
        {
            self.handles.extend(quote! { &declared.#name.#key; });
        }
    }

    /// Where the names that a kind takes come from; nothing if it takes none.
    fn candidates(&self, kind: Kind) -> Option<TokenStream> {
        let krate = self.krate;
        let words = (!kind.words().is_empty() || !kind.calls().is_empty()).then(|| {
            let kind = invented(kind.name());
            quote! { pub use #krate::grammar::words::#kind::*; }
        });
        if let Some(group) = group_of(kind) {
            let group = invented(group);
            return Some(quote! { pub use super::#group::*; #words });
        }
        match kind {
            Kind::PortRef | Kind::PortRefs | Kind::ServicePorts | Kind::NetworkPorts => self.of_app("__ports"),
            Kind::Spread => self.candidates(Kind::Topology),
            Kind::Rules => Some(warnings()),
            Kind::Engine => Some(engines()),
            _ => words,
        }
    }

    /// The ports or volumes of the app at hand; where there is none, of all apps.
    fn of_app(&self, module: &str) -> Option<TokenStream> {
        let items = self.parsed.tree.items.iter().enumerate();
        let apps = items.filter(|(index, item)| {
            matches!(item.kind.as_str(), "StatefulApp" | "App")
                && !item.ident.is_empty()
                && self.app.is_none_or(|app| app == *index)
        });
        let modules = apps.map(|(index, _)| invented(&format!("{module}{index}")));
        Some(quote! { #(pub use super::#modules::*;)* })
    }

    fn pick_from(&mut self, candidates: Option<TokenStream>, words: &[&Ident]) {
        if let Some(from) = candidates {
            self.pick(&from, words);
        }
    }

    /// Uses of words in a module that holds what they can be.
    fn pick(&mut self, from: &TokenStream, words: &[&Ident]) {
        let words: Vec<Ident> = words.iter().filter_map(|word| usable(word)).collect();
        let module = self.module(&quote! { use self::{ #(#words as _,)* }; #from });
        self.links.extend(quote! { use #module::{ #(#words as _,)* }; });
    }

    fn module(&mut self, content: &TokenStream) -> Ident {
        let name = invented(&format!("__{}", self.modules));
        self.modules += 1;
        self.out.extend(quote! { mod #name { #content } });
        name
    }
}

/// The module of the items that a kind of value names.
fn group_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::SecretRef | Kind::SecretRefs | Kind::SecretKey => Some("__secrets"),
        Kind::ConfigRef => Some("__configs"),
        Kind::SourceRef | Kind::EnvFrom | Kind::EnvValue | Kind::Files => Some("__sources"),
        Kind::AppRef | Kind::AppRefs | Kind::Selects | Kind::Neighbours => Some("__apps"),
        Kind::ServiceRef => Some("__services"),
        Kind::AccountRef => Some("__accounts"),
        _ => None,
    }
}

/// The rules that `allow` silences.
fn warnings() -> TokenStream {
    let warnings = check::RULES.iter().filter(|rule| rule.severity == Severity::Warning);
    let (names, docs): (Vec<_>, Vec<_>) =
        warnings.map(|rule| (invented(&rule.id.replace('-', "_")), rule.summary)).unzip();
    quote! { #(#[doc = #docs] pub const #names: () = ();)* }
}

/// The resources that every node has, and that are not `used`.
fn resources(used: impl Fn(&str) -> bool) -> TokenStream {
    let all = [
        ("cpu", "CPU: `500m` is half of one."),
        ("memory", "Memory: `2Gi`."),
        ("ephemeral_storage", "The disk of the node: the container's own files, its log, its scratch volumes."),
    ];
    let (names, docs): (Vec<_>, Vec<_>) =
        all.into_iter().filter(|(name, _)| !used(name)).map(|(name, doc)| (invented(name), doc)).unzip();
    quote! { #(#[doc = #docs] pub const #names: () = ();)* }
}

fn engines() -> TokenStream {
    let (names, docs): (Vec<_>, Vec<_>) =
        engine::tables().map(|facts| (invented(facts.name), format!("The engine `{}`.", facts.name))).unzip();
    quote! { #(#[doc = #docs] pub const #names: () = ();)* }
}

/// The engine that an app names.
fn engine_of(fields: &[Field]) -> Option<&'static engine::Facts> {
    let field = fields.iter().find(|field| field.key == "engine")?;
    match &field.value.value {
        Value::Call(call) => engine::by_name(&call.name),
        Value::Path(parts) => parts.first().and_then(|name| engine::by_name(name)),
        _ => None,
    }
}

/// The entries of the block that stands at a key.
fn inside<'f>(fields: &'f [Field], key: &str) -> impl Iterator<Item = &'f Field> {
    let field = fields.iter().find(move |field| field.key == key);
    field.and_then(|field| field.value.fields()).unwrap_or_default().iter()
}

/// An identifier without a place in the user's source.
fn invented(name: &str) -> Ident {
    syn::parse_str::<Ident>(name).unwrap_or_else(|_| Ident::new_raw(name, Span::mixed_site()))
}

fn without_place(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::mixed_site());
    ident
}
