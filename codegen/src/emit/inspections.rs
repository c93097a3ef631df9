//! The tolerant walk over parsed JSON: shape and constraints, without stopping.

use proc_macro2::TokenStream;
use quote::quote;

use super::Emitter;
use super::checks::{Place, index, length_check, scalar_checks};
use crate::model::{Format, Kind, Object, Scalar, Type};

impl Emitter<'_> {
    /// The body of an object's `inspect`.
    pub(super) fn inspect_object(&self, object: &Object) -> TokenStream {
        let only = object.closed.then(|| {
            let known = object.properties.iter().map(|property| &property.name);
            quote!(inspect::only(members, &[#(#known),*], at, report);)
        });
        let members = length_check(
            object.members,
            &quote!(members.len()),
            &quote!(properties),
            &quote!(at),
            &quote!(report),
        );
        let properties = object.properties.iter().map(|property| {
            let name = &property.name;
            let inspection = self.inspect(&property.ty, &quote!(value), &quote!(at.key(#name)), 0);
            match (property.required, inspection.is_empty()) {
                (true, true) => quote!(inspect::required(members, #name, at, report);),
                (true, false) => quote! {
                    if let Some(value) = inspect::required(members, #name, at, report) { #inspection }
                },
                (false, true) => TokenStream::new(),
                (false, false) => quote!(if let Some(value) = members.get(#name) { #inspection }),
            }
        });
        quote! {
            let Some(members) = inspect::object(value, at, report) else { return; };
            #only
            #members
            #(#properties)*
        }
    }

    /// Statements that inspect the JSON that a variable refers to.
    pub(super) fn inspect(
        &self,
        ty: &Type,
        value: &TokenStream,
        at: &TokenStream,
        depth: usize,
    ) -> TokenStream {
        let inner = match &ty.kind {
            Kind::Any => return TokenStream::new(),
            Kind::Scalar(scalar) => inspect_scalar(scalar, value, at),
            Kind::Array {
                item,
                length,
                unique,
            } => {
                let count = length_check(
                    *length,
                    &quote!(items.len()),
                    &quote!(items),
                    at,
                    &quote!(report),
                );
                let unique = unique.then(|| quote!(check::unique(items, &#at, report);));
                let index = index(depth);
                let each =
                    self.inspect(item, &quote!(value), &quote!(#at.index(#index)), depth + 1);
                let each = (!each.is_empty())
                    .then(|| quote!(for (#index, value) in items.iter().enumerate() { #each }));
                let name = if count.is_empty() && unique.is_none() && each.is_none() {
                    quote!(_)
                } else {
                    quote!(items)
                };
                quote!(if let Some(#name) = inspect::array(#value, &#at, report) { #count #unique #each })
            }
            Kind::Map {
                value: member,
                length,
            } => {
                let count = length_check(
                    *length,
                    &quote!(members.len()),
                    &quote!(properties),
                    at,
                    &quote!(report),
                );
                let each = self.inspect(member, &quote!(value), &quote!(#at.key(name)), depth + 1);
                quote! {
                    if let Some(members) = inspect::object(#value, &#at, report) {
                        #count
                        for (name, value) in members { #each }
                    }
                }
            }
            Kind::Free { length } => {
                let count = length_check(
                    *length,
                    &quote!(members.len()),
                    &quote!(properties),
                    at,
                    &quote!(report),
                );
                if count.is_empty() {
                    quote!(inspect::object(#value, &#at, report);)
                } else {
                    quote!(if let Some(members) = inspect::object(#value, &#at, report) { #count })
                }
            }
            Kind::Named(id) => {
                let name = self.type_name(*id);
                quote!(<#name as Inspect>::inspect(#value, &#at, report);)
            }
        };
        if ty.nullable {
            quote!(if !#value.is_null() { #inner })
        } else {
            inner
        }
    }
}

fn inspect_scalar(scalar: &Scalar, value: &TokenStream, at: &TokenStream) -> TokenStream {
    let reading = match scalar {
        Scalar::Text(_) => quote!(inspect::string(#value, &#at, report)),
        Scalar::Integer { bits: 32, .. } => quote!(inspect::integer::<i32>(#value, &#at, report)),
        Scalar::Integer { .. } => quote!(inspect::integer::<i64>(#value, &#at, report)),
        Scalar::Number { .. } => quote!(inspect::number(#value, &#at, report)),
        Scalar::Boolean => quote!(inspect::boolean(#value, &#at, report)),
        Scalar::Formatted(format) => {
            let format = match format {
                Format::Uuid => quote!(Uuid),
                Format::Date => quote!(Date),
                Format::DateTime => quote!(DateTime),
            };
            quote!(inspect::formatted::<#format>(#value, &#at, report))
        }
    };
    let (name, place) = match scalar {
        Scalar::Text(_) => (quote!(text), Place::reference(&quote!(text))),
        _ => (quote!(number), Place::value(&quote!(number))),
    };
    let checks = scalar_checks(scalar, &place, at, &quote!(report));
    if checks.is_empty() {
        quote!(#reading;)
    } else {
        quote!(if let Some(#name) = #reading { #checks })
    }
}
