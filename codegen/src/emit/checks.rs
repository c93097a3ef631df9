//! Constraints on typed values.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Emitter, pattern_name};
use crate::model::{Contract, Definition, Kind, Length, Range, Scalar, Text, Type};

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
    let mut constrained = vec![false; contract.schemas.len()];
    // Parts may contain their owners, so look until nothing changes.
    loop {
        let mut changed = false;
        for (index, schema) in contract.schemas.iter().enumerate() {
            let found = match &schema.definition {
                Definition::Object(object) => {
                    !object.members.is_free()
                        || object
                            .properties
                            .iter()
                            .any(|property| is_constrained(&property.ty, &constrained))
                }
                Definition::Alias(ty) => is_constrained(ty, &constrained),
                Definition::Choices(_) => false,
            };
            if found && !constrained[index] {
                constrained[index] = true;
                changed = true;
            }
        }
        if !changed {
            return constrained;
        }
    }
}

fn is_constrained(ty: &Type, named: &[bool]) -> bool {
    match &ty.kind {
        Kind::Scalar(scalar) => match scalar {
            Scalar::Text(text) => *text != Text::default(),
            Scalar::Integer { range, .. } => !range.is_free(),
            Scalar::Number { range } => !range.is_free(),
            Scalar::Formatted(_) | Scalar::Boolean => false,
        },
        Kind::Array {
            item,
            length,
            unique,
        } => !length.is_free() || *unique || is_constrained(item, named),
        Kind::Map { value, length } => !length.is_free() || is_constrained(value, named),
        Kind::Free { length } => !length.is_free(),
        Kind::Any => false,
        Kind::Named(id) => named[id.0],
    }
}

impl Emitter<'_> {
    pub(super) fn is_constrained(&self, ty: &Type) -> bool {
        is_constrained(ty, &self.constrained)
    }

    /// Statements that check a value that is not null. `at` is an expression for its place,
    /// `report` one for a `&mut Report`.
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
        match &ty.kind {
            Kind::Scalar(scalar) => scalar_checks(scalar, place, at, report),
            Kind::Array {
                item,
                length,
                unique,
            } => {
                let bare = bare(reference);
                let count = length_check(*length, &quote!(#bare.len()), &quote!(items), at, report);
                let unique = unique.then(|| quote!(check::unique(#reference, &#at, #report);));
                let each = self.is_constrained(item).then(|| {
                    let index = index(depth);
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
                    let inner = self.check_nullable(
                        value,
                        &quote!(member),
                        &quote!(#at.key(name)),
                        report,
                        depth + 1,
                    );
                    quote!(for (name, member) in #reference { #inner })
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
                quote!(#bare.check(&#at, #report);)
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
            quote!(if let Some(#name) = #name { #inner })
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
pub(super) fn index(depth: usize) -> proc_macro2::Ident {
    match depth {
        0 => format_ident!("index"),
        depth => format_ident!("index{depth}"),
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
    let (min, max) = bounds(length);
    quote!(check::#function(#count, #min, #max, &#at, #report);)
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
                    quote!(check::multiple_of(#value, #multiple, &#at, #report);)
                },
            )
        }
        Scalar::Number { range } => range_checks(
            range,
            Literal::f64_unsuffixed,
            &place.copy,
            at,
            report,
            &|value, multiple| quote!(check::multiple_of_number(#value, #multiple, &#at, #report);),
        ),
        Scalar::Formatted(_) | Scalar::Boolean => TokenStream::new(),
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
        quote!(check::length(#value, #min, #max, &#at, #report);)
    });
    let pattern = text.pattern.map(|pattern| {
        let name = pattern_name(pattern.0);
        quote!(check::pattern(#value, &patterns::#name, &#at, #report);)
    });
    let email = text
        .email
        .then(|| quote!(check::email(#value, &#at, #report);));
    let uri = text.uri.then(|| quote!(check::uri(#value, &#at, #report);));
    quote!(#length #pattern #email #uri)
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
        quote!(check::#function(#value, #bound, &#at, #report);)
    });
    let max = range.max.map(|(bound, out)| {
        let bound = literal(bound);
        let function = if out { quote!(below) } else { quote!(at_most) };
        quote!(check::#function(#value, #bound, &#at, #report);)
    });
    let multiple = range.multiple.map(|bound| multiple(value, literal(bound)));
    quote!(#min #max #multiple)
}
