//! Constraints on typed values.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Emitter, pattern_name};
use crate::model::{Contract, Definition, Kind, Length, Range, Scalar, SchemaId, Text, Type};

/// How a value is written: as a reference to it, and as itself if it can be copied.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) reference: TokenStream,
    pub(super) copy: TokenStream,
}

impl Place {
    /// A variable that holds a reference.
    pub(super) fn reference(name: &TokenStream) -> Self {
        Self {
            reference: name.clone(),
            copy: quote!(*#name),
        }
    }

    /// Something that can be named itself, such as `self.title`.
    pub(super) fn value(name: &TokenStream) -> Self {
        Self {
            reference: quote!(&#name),
            copy: name.clone(),
        }
    }
}

/// Which schemas have something to check in a value of their type, in any of their parts.
pub(super) fn constrained(contract: &Contract) -> Vec<bool> {
    let mut users = vec![Vec::new(); contract.schemas.len()];
    let mut constrained = vec![false; contract.schemas.len()];
    let mut fresh = Vec::new();
    for (index, schema) in contract.schemas.iter().enumerate() {
        let mut parts = Vec::new();
        let by_itself = match &schema.definition {
            Definition::Object(object) => {
                let types = object.properties.iter().map(|property| &property.ty);
                !object.members.is_free()
                    | types.fold(false, |found, ty| found | is_constrained(ty, &mut parts))
            }
            Definition::Alias(ty) => is_constrained(ty, &mut parts),
            Definition::Choices(_) => false,
        };
        for SchemaId(part) in parts {
            users[part].push(index);
        }
        if by_itself {
            constrained[index] = true;
            fresh.push(index);
        }
    }
    // Whoever contains one that is constrained is constrained too.
    while let Some(part) = fresh.pop() {
        for user in std::mem::take(&mut users[part]) {
            if !constrained[user] {
                constrained[user] = true;
                fresh.push(user);
            }
        }
    }
    constrained
}

/// Whether a type is constrained without regard to the schemas that it names, which are collected.
fn is_constrained(ty: &Type, parts: &mut Vec<SchemaId>) -> bool {
    match &ty.kind {
        Kind::Scalar(scalar) => match scalar {
            Scalar::Text(text) => *text != Text::default(),
            Scalar::Integer { range, .. } => !range.is_free(),
            Scalar::Number { range } => !range.is_free(),
            Scalar::Formatted(_) | Scalar::Boolean | Scalar::Constant(_) => false,
        },
        Kind::Array {
            item,
            length,
            unique,
        } => is_constrained(item, parts) || !length.is_free() || *unique,
        Kind::Map { value, length } => is_constrained(value, parts) || !length.is_free(),
        Kind::Free { length } => !length.is_free(),
        Kind::Any => false,
        Kind::Named(id) => {
            parts.push(*id);
            false
        }
    }
}

impl Emitter<'_> {
    pub(super) fn is_constrained(&self, ty: &Type) -> bool {
        let mut parts = Vec::new();
        is_constrained(ty, &mut parts) || parts.iter().any(|SchemaId(id)| self.constrained[*id])
    }

    /// Statements that check a value that is not null. `at` is an expression for its place: a
    /// variable that holds a reference, or something to borrow. `report` is one for a `&mut Report`.
    pub(super) fn check(
        &self,
        ty: &Type,
        place: &Place,
        at: &TokenStream,
        report: &TokenStream,
        depth: usize,
    ) -> TokenStream {
        if !self.is_constrained(ty) {
            return TokenStream::new();
        }
        let Place { reference, .. } = place;
        let here = borrowed(at);
        match &ty.kind {
            Kind::Scalar(scalar) => scalar_checks(scalar, place, at, report),
            Kind::Array {
                item,
                length,
                unique,
            } => {
                let bare = bare(reference);
                let count = length_check(*length, &quote!(#bare.len()), &quote!(items), at, report);
                let function = match item.kind {
                    Kind::Any if !item.nullable => quote!(unique_values),
                    _ => quote!(unique),
                };
                let unique = unique.then(|| quote!(check::#function(#reference, #here, #report);));
                let each = self.is_constrained(item).then(|| {
                    let index = nested("index", depth);
                    let inner = self.check_nullable(
                        item,
                        &quote!(item),
                        &quote!(#at.index(#index)),
                        report,
                        depth + 1,
                    );
                    quote!(for (#index, item) in #bare.iter().enumerate() { #inner })
                });
                quote!(#count #unique #each)
            }
            Kind::Map { value, length } => {
                let bare = bare(reference);
                let count = length_check(
                    *length,
                    &quote!(#bare.len()),
                    &quote!(properties),
                    at,
                    report,
                );
                let each = self.is_constrained(value).then(|| {
                    let name = nested("name", depth);
                    let inner = self.check_nullable(
                        value,
                        &quote!(member),
                        &quote!(#at.key(#name)),
                        report,
                        depth + 1,
                    );
                    quote!(for (#name, member) in #reference { #inner })
                });
                quote!(#count #each)
            }
            Kind::Free { length } => {
                let bare = bare(reference);
                length_check(
                    *length,
                    &quote!(#bare.len()),
                    &quote!(properties),
                    at,
                    report,
                )
            }
            Kind::Named(_) => {
                let bare = bare(reference);
                quote!(#bare.check(#here, #report);)
            }
            Kind::Any => TokenStream::new(),
        }
    }

    /// Statements that check what a variable refers to, if it is not null.
    fn check_nullable(
        &self,
        ty: &Type,
        name: &TokenStream,
        at: &TokenStream,
        report: &TokenStream,
        depth: usize,
    ) -> TokenStream {
        let inner = self.check(ty, &Place::reference(name), at, report, depth);
        if ty.nullable {
            let some = self.word("Some");
            quote!(if let #some(#name) = #name { #inner })
        } else {
            inner
        }
    }
}

/// A method can be called on a place without borrowing it first.
fn bare(reference: &TokenStream) -> TokenStream {
    let mut tokens = reference.clone().into_iter().peekable();
    let borrowed = matches!(tokens.peek(), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '&');
    if borrowed {
        tokens.next();
    }
    tokens.collect()
}

/// Names of loop variables, one a nesting.
pub(super) fn nested(name: &str, depth: usize) -> proc_macro2::Ident {
    match depth {
        0 => format_ident!("{name}"),
        depth => format_ident!("{name}{depth}"),
    }
}

/// A reference to a place: what a variable holds already, and anything else borrowed.
pub(super) fn borrowed(at: &TokenStream) -> TokenStream {
    if at.clone().into_iter().nth(1).is_none() {
        at.clone()
    } else {
        quote!(&#at)
    }
}

/// The check of `minItems`, `maxItems`, `minProperties` or `maxProperties`.
pub(super) fn length_check(
    length: Length,
    count: &TokenStream,
    function: &TokenStream,
    at: &TokenStream,
    report: &TokenStream,
) -> TokenStream {
    if length.is_free() {
        return TokenStream::new();
    }
    let ((min, max), at) = (bounds(length), borrowed(at));
    quote!(check::#function(#count, #min, #max, #at, #report);)
}

fn bounds(length: Length) -> (TokenStream, TokenStream) {
    let min = Literal::usize_unsuffixed(length.min.unwrap_or(0));
    let max = length.max.map_or_else(
        || quote!(usize::MAX),
        |max| {
            let max = Literal::usize_unsuffixed(max);
            quote!(#max)
        },
    );
    (quote!(#min), max)
}

/// The checks of a scalar.
pub(super) fn scalar_checks(
    scalar: &Scalar,
    place: &Place,
    at: &TokenStream,
    report: &TokenStream,
) -> TokenStream {
    let at = &borrowed(at);
    match scalar {
        Scalar::Text(text) => text_checks(text, &place.reference, at, report),
        Scalar::Integer { bits, range } => {
            let literal = |bound: i64| match bits {
                32 => Literal::i32_unsuffixed(bound as i32),
                _ => Literal::i64_unsuffixed(bound),
            };
            range_checks(
                range,
                literal,
                &place.copy,
                at,
                report,
                &|value, multiple| {
                    let value = if *bits == 32 {
                        quote!(i64::from(#value))
                    } else {
                        quote!(#value)
                    };
                    quote!(check::multiple_of(#value, #multiple, #at, #report);)
                },
            )
        }
        Scalar::Number { range } => range_checks(
            range,
            Literal::f64_unsuffixed,
            &place.copy,
            at,
            report,
            &|value, multiple| quote!(check::multiple_of_number(#value, #multiple, #at, #report);),
        ),
        Scalar::Formatted(_) | Scalar::Boolean | Scalar::Constant(_) => TokenStream::new(),
    }
}

fn text_checks(
    text: &Text,
    value: &TokenStream,
    at: &TokenStream,
    report: &TokenStream,
) -> TokenStream {
    let length = (!text.length.is_free()).then(|| {
        let (min, max) = bounds(text.length);
        quote!(check::length(#value, #min, #max, #at, #report))
    });
    let pattern = text.pattern.map(|pattern| {
        let name = pattern_name(pattern.0);
        quote!(check::pattern(#value, &patterns::#name, #at, #report);)
    });
    let email = text
        .email
        .then(|| quote!(check::email(#value, #at, #report);));
    let uri = text.uri.then(|| quote!(check::uri(#value, #at, #report);));
    let others = quote!(#pattern #email #uri);
    match length {
        Some(length) if others.is_empty() => quote!(#length;),
        Some(length) => quote!(if #length { #others }),
        None => others,
    }
}

fn range_checks<T: PartialOrd + Copy>(
    range: &Range<T>,
    literal: impl Fn(T) -> Literal,
    value: &TokenStream,
    at: &TokenStream,
    report: &TokenStream,
    multiple: &dyn Fn(&TokenStream, Literal) -> TokenStream,
) -> TokenStream {
    let min = range.min.map(|(bound, out)| {
        let bound = literal(bound);
        let function = if out { quote!(above) } else { quote!(at_least) };
        quote!(check::#function(#value, #bound, #at, #report);)
    });
    let max = range.max.map(|(bound, out)| {
        let bound = literal(bound);
        let function = if out { quote!(below) } else { quote!(at_most) };
        quote!(check::#function(#value, #bound, #at, #report);)
    });
    let multiple = range.multiple.map(|bound| multiple(value, literal(bound)));
    quote!(#min #max #multiple)
}
