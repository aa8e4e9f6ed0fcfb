//! Tree → one text for each item, and the typed handles beside it.

use crate::parse::Parsed;
use crate::spans::start_of;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use statefulapp_core::decl;
use statefulapp_core::engine;
use statefulapp_core::grammar::Kind;
use statefulapp_core::lower::Lowered;
use statefulapp_core::model;
use statefulapp_core::tree::{Field, Id, Item, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The value of the macro: the declaration as data, the Rust expressions in its holes, and a handle for each item.
///
/// If there are errors, the value has the same type and the same handles, so that rustc adds nothing of its own.
pub(crate) fn value(krate: &TokenStream, parsed: &Parsed, lowered: &Lowered, clean: bool) -> TokenStream {
    let private = quote!(#krate::__private);
    let handles = handles(&private, parsed, lowered);
    let (types, fields, values) = (&handles.types, &handles.fields, &handles.values);
    let stack = if clean { stack(&private, parsed, lowered) } else { quote!(#private::Stack::default()) };
    quote! {
        #types
        /// The declared stack, and a handle for each of its items.
        #[allow(dead_code)]
        struct Declared { __stack: #private::Stack, #fields }
        #[automatically_derived]
        impl ::core::ops::Deref for Declared {
            type Target = #private::Stack;
            fn deref(&self) -> &#private::Stack { &self.__stack }
        }
        #[automatically_derived]
        impl ::core::ops::DerefMut for Declared {
            fn deref_mut(&mut self) -> &mut #private::Stack { &mut self.__stack }
        }
        #[automatically_derived]
        impl ::core::convert::From<Declared> for #private::Stack {
            fn from(declared: Declared) -> #private::Stack { declared.__stack }
        }
        let __stack: #private::Stack = #stack;
        Declared { #values __stack }
    }
}

/// The declaration as text, its holes filled by the expressions.
fn stack(private: &TokenStream, parsed: &Parsed, lowered: &Lowered) -> TokenStream {
    let declaration = decl::write(&parsed.tree);
    let kinds: BTreeMap<usize, Kind> = lowered.holes.iter().copied().collect();
    let names: BTreeMap<usize, &str> = parsed
        .tree
        .items
        .iter()
        .filter_map(
            |item| if let Value::Hole(hole) = item.name.value { Some((hole, name_type(&item.kind))) } else { None },
        )
        .collect();
    let patches: BTreeMap<usize, usize> = lowered.patches.iter().map(|(item, hole)| (*hole, *item)).collect();
    let holes = parsed.holes.iter().enumerate().map(|(n, expression)| {
        if patches.contains_key(&n) {
            // A function has no value that stands in a declaration: it stays a hole, and comes after the rest.
            return quote!(#private::Hole::Hole(#n),);
        }
        if let Some(name) = names.get(&n) {
            let name = Ident::new(name, span_of(expression));
            return value_of(private, &quote!(names::#name), expression);
        }
        let kind = Ident::new(kinds.get(&n).map_or("Text", |kind| kind.name()), span_of(expression));
        value_of(private, &quote!(#kind), expression)
    });
    let build = quote!(#private::build(&[#(#declaration,)*], &[#(#holes)*]));
    if patches.is_empty() {
        return build;
    }
    let patches = patches.iter().filter_map(|(hole, item)| {
        let expression = parsed.holes.get(*hole)?;
        let patch = match parsed.tree.items.get(*item)?.kind.as_str() {
            "App" => quote!(patch_deployment),
            _ => quote!(patch_stateful_set),
        };
        Some(quote!(#private::#patch(&mut __stack, #item, #expression);))
    });
    quote!({ let mut __stack = #build; #(#patches)* __stack })
}

/// The value of an expression in a place of this kind.
///
/// An expression that leaves its type to its place gets the usual one. Any other keeps its own, so that rustc says in the kind's words
/// that it does not fit.
fn value_of(private: &TokenStream, kind: &TokenStream, expression: &TokenStream) -> TokenStream {
    let private = located_at(private.clone(), span_of(expression));
    if leaves_its_type(expression) {
        quote_spanned!(span_of(expression)=> <#private::usual::#kind as #private::fits::#kind>::value(#expression),)
    } else {
        quote_spanned!(span_of(expression)=> #private::fits::#kind::value(#expression),)
    }
}

fn located_at(tokens: TokenStream, place: Span) -> TokenStream {
    let located = tokens.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    located.collect()
}

/// Whether an expression ends in `.parse()`, `.into()` or `.try_into()` and what unwraps their result, or never ends.
fn leaves_its_type(expression: &TokenStream) -> bool {
    const CONVERSIONS: [&str; 3] = ["parse", "into", "try_into"];
    const UNWRAPS: [&str; 4] = ["unwrap", "expect", "unwrap_or_default", "unwrap_or_else"];
    const NEVER: [&str; 5] = ["return", "panic", "todo", "unimplemented", "unreachable"];
    let tokens: Vec<TokenTree> = expression.clone().into_iter().collect();
    let mut rest = tokens.as_slice();
    loop {
        match rest {
            [before @ .., TokenTree::Punct(mark)] if mark.as_char() == '?' => rest = before,
            [TokenTree::Ident(word), ..] if NEVER.iter().any(|never| word == never) => return true,
            // Parentheses, braces, and what stands for a `macro_rules!` variable.
            [TokenTree::Group(group)] => return leaves_its_type(&group.stream()),
            [before @ .., TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments)]
                if dot.as_char() == '.' && arguments.delimiter() == Delimiter::Parenthesis =>
            {
                if !UNWRAPS.iter().any(|name| method == name) {
                    return CONVERSIONS.iter().any(|name| method == name);
                }
                rest = before;
            }
            _ => return false,
        }
    }
}

/// Where the call around an expression belongs: before it, with no width, so that an editor shows nothing of it.
fn span_of(expression: &TokenStream) -> Span {
    expression.clone().into_iter().next().map_or_else(Span::call_site, |token| start_of(token.span()))
}

/// The type of the expression that computes an item's name.
fn name_type(kind: &str) -> &'static str {
    match kind {
        "StatefulApp" | "App" => "AppName",
        "Service" | "AppGroup" => "Label",
        "Job" => "JobName",
        "CronJob" => "CronJobName",
        _ => "Subdomain",
    }
}

/// The struct with a field for each named item.
#[derive(Default)]
struct Handles {
    types: TokenStream,
    fields: TokenStream,
    values: TokenStream,
    /// The struct of each set of names, which many items share: a type costs rustc more than a text.
    members: BTreeMap<(&'static str, Vec<String>), Ident>,
}

fn handles(private: &TokenStream, parsed: &Parsed, lowered: &Lowered) -> Handles {
    let completed = engine::complete(&lowered.stack);
    let mut handles = Handles::default();
    let sets: Vec<_> =
        parsed.tree.items.iter().enumerate().map(|(index, item)| member_names(&completed, index, item)).collect();
    for (index, (item, ident)) in parsed.tree.items.iter().zip(declared(parsed)).enumerate() {
        // A word of Rust is a raw identifier there; some can be none.
        let Some(ident) = ident.and_then(usable) else { continue };
        let handle = |name: &str| Ident::new(name, Span::mixed_site());
        let plain = item.ident.as_str();
        let Some((kind, names)) = sets.get(index).and_then(Option::as_ref) else {
            handles.fields.extend(quote!(pub #ident: #private::handle::Object,));
            handles.values.extend(quote!(#ident: #private::handle::Object::new(&__stack, #index, #plain),));
            continue;
        };
        // A field that one item declares is the user's own token, so that a use of it leads there.
        let is_shared = sets.iter().flatten().filter(|set| **set == (*kind, names.clone())).count() > 1;
        let written = if is_shared { BTreeMap::new() } else { member_idents(parsed, item) };
        let (of, function, wrapper) = match *kind {
            "Ports" => (quote!(#private::Port), quote!(port), handle("App")),
            _ => (quote!(#private::Key), quote!(key), handle(&item.kind)),
        };
        let members = handles.members(kind, index, names, &written, &of);
        handles.fields.extend(quote!(pub #ident: #private::handle::#wrapper<#members>,));
        let values = members_values(names, |name| quote!(#private::handle::#function(&__stack, #index, #name)));
        handles
            .values
            .extend(quote!(#ident: #private::handle::#wrapper::new(&__stack, #index, #plain, #members { #values }),));
    }
    handles
}

/// What an item's handle has as fields: the ports of an app, the keys of a Secret or ConfigMap.
fn member_names(completed: &model::Stack, index: usize, item: &Item) -> Option<(&'static str, Vec<String>)> {
    match item.kind.as_str() {
        "StatefulApp" | "App" => Some((
            "Ports",
            match completed.items.get(index) {
                Some(model::Item::App(app)) => {
                    app.main.ports.iter().map(|port| port.name.as_str().to_owned()).collect()
                }
                // The app could not be understood; its ports' names can be.
                _ => members_written(item).iter().map(|field| field.key.clone()).collect(),
            },
        )),
        "Secret" | "ConfigMap" => Some(("Keys", item.fields.iter().map(|field| field.key.clone()).collect())),
        _ => None,
    }
}

/// The entries that declare them.
fn members_written(item: &Item) -> &[Field] {
    if matches!(item.kind.as_str(), "Secret" | "ConfigMap") {
        return &item.fields;
    }
    let ports = item.fields.iter().find(|field| field.key == "ports");
    ports.and_then(|field| field.value.fields()).unwrap_or_default()
}

/// The identifiers that declare them, by the name that each stands for.
fn member_idents(parsed: &Parsed, item: &Item) -> BTreeMap<String, Ident> {
    let fields = members_written(item).iter().filter(|field| !field.quoted);
    let idents = fields.filter_map(|field| {
        let (_, ident) = parsed.idents.iter().find(|(id, _)| *id == field.key_id)?;
        let ident = syn::parse_str::<Ident>(&ident.to_string()).is_ok().then(|| ident.clone())?;
        Some((field.key.clone(), ident))
    });
    idents.collect()
}

/// The identifier that each item declares: of several items of one identifier the first one declares it.
pub(crate) fn declared(parsed: &Parsed) -> Vec<Option<&Ident>> {
    // A node may have several identifiers.
    let mut idents: BTreeMap<Id, Vec<&Ident>> = BTreeMap::new();
    for (id, ident) in &parsed.idents {
        idents.entry(*id).or_default().push(ident);
    }
    let mut seen = BTreeSet::new();
    let declared = |item: &Item| {
        let ident = idents.get(&name_id(item))?.iter().find(|ident| ident_is(ident, &item.ident))?;
        Some(*ident)
    };
    let items = parsed.tree.items.iter();
    items.map(|item| if seen.insert(item.ident.as_str()) { declared(item) } else { None }).collect()
}

/// The node of the identifier that names the item. A computed name has its own node; the identifier stands right after the kind.
fn name_id(item: &Item) -> Id {
    match item.name.value {
        Value::Path(_) => item.name.id,
        _ => item.kind_id.saturating_add(1),
    }
}

fn ident_is(ident: &Ident, text: &str) -> bool {
    !text.is_empty() && *ident == text || ident.to_string().strip_prefix("r#") == Some(text)
}

impl Handles {
    /// The struct with a public field for each name that can be one.
    fn members(
        &mut self,
        kind: &'static str,
        index: usize,
        names: &[String],
        written: &BTreeMap<String, Ident>,
        of: &TokenStream,
    ) -> Ident {
        let types = &mut self.types;
        let declare = || {
            let name = Ident::new(&format!("{kind}{index}"), Span::mixed_site());
            let fields = fields_of(names, written);
            types.extend(quote! {
                #[allow(dead_code, non_snake_case)]
                struct #name { #(pub #fields: #of,)* }
            });
            name
        };
        self.members.entry((kind, names.to_vec())).or_insert_with(declare).clone()
    }
}

fn members_values(names: &[String], value: impl Fn(&str) -> TokenStream) -> TokenStream {
    let mut seen = BTreeSet::new();
    names
        .iter()
        .filter_map(|name| {
            let field = field_of(name)?;
            seen.insert(field.to_string()).then(|| {
                let value = value(name);
                quote!(#field: #value,)
            })
        })
        .collect()
}

fn fields_of(names: &[String], written: &BTreeMap<String, Ident>) -> Vec<Ident> {
    let mut seen = BTreeSet::new();
    let field = |name: &String| written.get(name).cloned().or_else(|| field_of(name));
    names.iter().filter_map(field).filter(|field| seen.insert(field.to_string())).collect()
}

/// The identifier of a field for a name: dashes become underscores; a name that is no identifier has none.
fn field_of(name: &str) -> Option<Ident> {
    syn::parse_str::<Ident>(&name.replace('-', "_")).ok()
}

/// The user's identifier as one that may stand in Rust: `type` becomes `r#type`. Some words never can.
pub(crate) fn usable(ident: &Ident) -> Option<Ident> {
    let text = ident.to_string();
    if syn::parse_str::<Ident>(&text).is_ok() {
        return Some(ident.clone());
    }
    (!matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "_")).then(|| Ident::new_raw(&text, ident.span()))
}
