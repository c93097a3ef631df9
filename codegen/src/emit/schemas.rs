//! Types that say their own schemas: attributes for `schemars`, which restate what a Rust type does
//! not know, and the list of the components.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Emitter, identifier};
use crate::model::{
    Definition, Kind, Length, NamedSchema, Object, Property, Range, Scalar, Text, Type,
};
use crate::names;

/// A keyword of JSON Schema and its value.
type Keyword = (&'static str, TokenStream);

impl Emitter<'_> {
    /// The components that have a type of their own.
    pub(super) fn components(&self) -> TokenStream {
        if !self.options.schemas {
            return TokenStream::new();
        }
        let mut components: Vec<_> = self
            .contract
            .schemas
            .iter()
            .filter(|schema| schema.component && !matches!(schema.definition, Definition::Alias(_)))
            .collect();
        components.sort_by_key(|schema| schema.at);
        let components = components.iter().map(|schema| {
            let (name, ident) = (&schema.name, identifier(&names::pascal(&schema.name)));
            quote!(::contract_runtime::component::Component::of::<types::#ident>(#name))
        });
        quote! {
            /// The components that have a type of their own.
            pub static COMPONENTS: &[::contract_runtime::component::Component] = &[#(#components),*];
        }
    }

    pub(super) fn choices_schema(&self, schema: &NamedSchema) -> TokenStream {
        if !self.options.schemas {
            return TokenStream::new();
        }
        let ident = identifier(&names::pascal(&schema.name));
        if !schema.component {
            return quote!(::contract_runtime::choices_schema!(#ident););
        }
        let (name, own) = (&schema.name, own_keywords(schema));
        let pairs = own.iter().map(|(name, value)| quote!(#name: #value));
        quote!(::contract_runtime::choices_schema!(#ident, #name, { #(#pairs),* });)
    }

    pub(super) fn structure_schema(&self, schema: &NamedSchema, object: &Object) -> TokenStream {
        if !self.options.schemas {
            return TokenStream::new();
        }
        let name = &schema.name;
        let mut attributes = vec![quote!(crate = "::contract_runtime::schemars")];
        if !schema.component {
            attributes.push(quote!(inline));
        } else if identifier(&names::pascal(name)) != name {
            attributes.push(quote!(rename = #name));
        }
        let mut members = Vec::new();
        bounds(
            object.members,
            ["minProperties", "maxProperties"],
            &mut members,
        );
        members.extend(own_keywords(schema));
        attributes.extend(extend(&members));
        let nullable = object
            .properties
            .iter()
            .filter(|property| property.required && property.ty.nullable)
            .map(|property| &property.name);
        let nullable: Vec<_> = nullable.collect();
        if !nullable.is_empty() {
            attributes.push(quote!(
                transform = ::contract_runtime::schema::requires(&[#(#nullable),*])
            ));
        }
        quote! {
            #[derive(::contract_runtime::schemars::JsonSchema)]
            #[schemars(#(#attributes),*)]
        }
    }

    pub(super) fn property_schema(&self, property: &Property) -> TokenStream {
        if !self.options.schemas {
            return TokenStream::new();
        }
        let mut attributes: Vec<_> = extend(&self.keywords(&property.ty)).into_iter().collect();
        let optional = !property.required && property.ty.default.is_none();
        if optional && !property.ty.nullable {
            attributes.push(quote!(transform = ::contract_runtime::schema::never_null));
        }
        self.inside(&property.ty, &mut Vec::new(), &mut attributes);
        if attributes.is_empty() {
            return TokenStream::new();
        }
        quote!(#[schemars(#(#attributes),*)])
    }

    /// Constraints on the items of arrays and the members of maps.
    fn inside(&self, ty: &Type, path: &mut Vec<&'static str>, attributes: &mut Vec<TokenStream>) {
        let (name, part) = match &ty.kind {
            Kind::Array { item, .. } => ("items", item),
            Kind::Map { value, .. } => ("additionalProperties", value),
            _ => return,
        };
        path.push(name);
        let keywords = self.keywords(part);
        if !keywords.is_empty() {
            let pairs = keywords.iter().map(|(name, value)| quote!(#name: #value));
            attributes.push(quote!(transform = ::contract_runtime::schema::inside(
                &[#(#path),*],
                ::contract_runtime::serde_json::json!({#(#pairs),*})
            )));
        }
        self.inside(part, path, attributes);
        path.pop();
    }

    /// What a type's constraints are called in JSON Schema.
    fn keywords(&self, ty: &Type) -> Vec<Keyword> {
        let mut keywords = Vec::new();
        match &ty.kind {
            Kind::Scalar(Scalar::Text(text)) => self.text_keywords(text, &mut keywords),
            Kind::Scalar(Scalar::Integer { range, .. }) => {
                range_keywords(range, integer, &mut keywords);
            }
            Kind::Scalar(Scalar::Number { range }) => {
                range_keywords(range, Literal::f64_unsuffixed, &mut keywords);
            }
            Kind::Array { length, unique, .. } => {
                bounds(*length, ["minItems", "maxItems"], &mut keywords);
                if *unique {
                    keywords.push(("uniqueItems", quote!(true)));
                }
            }
            Kind::Map { length, .. } | Kind::Free { length } => {
                bounds(*length, ["minProperties", "maxProperties"], &mut keywords);
            }
            Kind::Scalar(Scalar::Formatted(_) | Scalar::Boolean | Scalar::Constant(_))
            | Kind::Any
            | Kind::Named(_) => {}
        }
        keywords
    }

    fn text_keywords(&self, text: &Text, keywords: &mut Vec<Keyword>) {
        bounds(text.length, ["minLength", "maxLength"], keywords);
        if let Some(pattern) = text.pattern {
            let pattern = &self.contract.patterns[pattern.0];
            keywords.push(("pattern", quote!(#pattern)));
        }
        for (format, is_it) in [("email", text.email), ("uri", text.uri)] {
            if is_it {
                keywords.push(("format", quote!(#format)));
            }
        }
    }
}

/// What a component says for all its uses.
fn own_keywords(schema: &NamedSchema) -> Vec<Keyword> {
    let mut keywords = Vec::new();
    if schema.nullable {
        keywords.push(("nullable", quote!(true)));
    }
    match &schema.default {
        Some(serde_json::Value::String(text)) => keywords.push(("default", quote!(#text))),
        // Defaults of objects are null.
        Some(_) => keywords.push(("default", quote!(null))),
        None => {}
    }
    keywords
}

fn extend(keywords: &[Keyword]) -> Option<TokenStream> {
    let pairs = keywords.iter().map(|(name, value)| quote!(#name = #value));
    (!keywords.is_empty()).then(|| quote!(extend(#(#pairs),*)))
}

fn bounds(length: Length, names: [&'static str; 2], keywords: &mut Vec<Keyword>) {
    for (name, bound) in names.into_iter().zip([length.min, length.max]) {
        if let Some(bound) = bound {
            keywords.push((name, integer(bound as i64).into_token_stream()));
        }
    }
}

/// Without a suffix Rust would take it for an `i32`.
fn integer(number: i64) -> Literal {
    match i32::try_from(number) {
        Ok(number) => Literal::i32_unsuffixed(number),
        Err(_) => Literal::i64_suffixed(number),
    }
}

fn range_keywords<T: Copy>(
    range: &Range<T>,
    literal: impl Fn(T) -> Literal,
    keywords: &mut Vec<Keyword>,
) {
    let ends = [
        ("minimum", "exclusiveMinimum", range.min),
        ("maximum", "exclusiveMaximum", range.max),
    ];
    for (name, exclusive, bound) in ends {
        if let Some((bound, out)) = bound {
            keywords.push((name, literal(bound).into_token_stream()));
            if out {
                keywords.push((exclusive, quote!(true)));
            }
        }
    }
    if let Some(multiple) = range.multiple {
        keywords.push(("multipleOf", literal(multiple).into_token_stream()));
    }
}
