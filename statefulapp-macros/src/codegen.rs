//! Tree → one text for each item, and the typed handles beside it.

use crate::parse::Parsed;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use statefulapp_core::decl;
use statefulapp_core::engine;
use statefulapp_core::grammar::Kind;
use statefulapp_core::lower::Lowered;
use statefulapp_core::model;
use statefulapp_core::tree::{Id, Item, Value};
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
            let name = Ident::new(name, Span::mixed_site());
            return quote_spanned!(span_of(expression)=> #private::name::<#private::#name>(#expression),);
        }
        let kind = Ident::new(kinds.get(&n).map_or("Text", |kind| kind.name()), Span::mixed_site());
        quote_spanned!(span_of(expression)=> #private::hole::<#private::types::#kind, _>(#expression),)
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

/// Where an error about an expression's type belongs: on the expression.
fn span_of(expression: &TokenStream) -> Span {
    expression.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span())
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
    for (index, (item, ident)) in parsed.tree.items.iter().zip(declared(parsed)).enumerate() {
        // A word of Rust is a raw identifier there; some can be none.
        let Some(ident) = ident.and_then(usable) else { continue };
        let handle = |name: &str| Ident::new(name, Span::mixed_site());
        match item.kind.as_str() {
            "StatefulApp" | "App" => {
                let names = match completed.items.get(index) {
                    Some(model::Item::App(app)) => {
                        app.main.ports.iter().map(|port| port.name.as_str().to_owned()).collect()
                    }
                    // The app could not be understood; its ports' names can be.
                    _ => port_keys(item),
                };
                let ports = handles.members("Ports", index, &names, &quote!(#private::Port));
                handles.fields.extend(quote!(pub #ident: #private::handle::App<#ports>,));
                let values = members_values(&names, |name| quote!(#private::handle::port(&__stack, #index, #name)));
                let plain = item.ident.as_str();
                handles
                    .values
                    .extend(quote!(#ident: #private::handle::App::new(&__stack, #index, #plain, #ports { #values }),));
            }
            "Secret" | "ConfigMap" => {
                let names: Vec<String> = item.fields.iter().map(|field| field.key.clone()).collect();
                let keys = handles.members("Keys", index, &names, &quote!(#private::Key));
                let kind = handle(&item.kind);
                let plain = item.ident.as_str();
                handles.fields.extend(quote!(pub #ident: #private::handle::#kind<#keys>,));
                let values = members_values(&names, |name| quote!(#private::handle::key(&__stack, #index, #name)));
                handles
                    .values
                    .extend(quote!(#ident: #private::handle::#kind::new(&__stack, #index, #plain, #keys { #values }),));
            }
            _ => {
                let plain = item.ident.as_str();
                handles.fields.extend(quote!(pub #ident: #private::handle::Object,));
                handles.values.extend(quote!(#ident: #private::handle::Object::new(&__stack, #index, #plain),));
            }
        }
    }
    handles
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

fn port_keys(item: &Item) -> Vec<String> {
    let ports = item.fields.iter().find(|field| field.key == "ports").and_then(|field| field.value.fields());
    ports.unwrap_or_default().iter().map(|field| field.key.clone()).collect()
}

impl Handles {
    /// The struct with a public field for each name that can be one.
    fn members(&mut self, kind: &'static str, index: usize, names: &[String], of: &TokenStream) -> Ident {
        let types = &mut self.types;
        let declare = || {
            let name = Ident::new(&format!("{kind}{index}"), Span::mixed_site());
            let fields = fields_of(names);
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

fn fields_of(names: &[String]) -> Vec<Ident> {
    let mut seen = BTreeSet::new();
    names.iter().filter_map(|name| field_of(name)).filter(|field| seen.insert(field.to_string())).collect()
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
