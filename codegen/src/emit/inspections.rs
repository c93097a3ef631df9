//! The tolerant walk over parsed JSON: shape and constraints, without stopping.

use proc_macro2::TokenStream;
use quote::quote;

use super::Emitter;
use super::checks::{Place, borrowed, length_check, nested, scalar_checks};
use crate::model::{Kind, Object, Scalar, Type};

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
        let some = self.word("Some");
        let properties = object.properties.iter().map(|property| {
            let name = &property.name;
            let inspection = self.inspect(&property.ty, &quote!(value), &quote!(at.key(#name)), 0);
            match (property.required, inspection.is_empty()) {
                (true, true) => quote!(inspect::required(members, #name, at, report);),
                (true, false) => quote! {
                    if let #some(value) = inspect::required(members, #name, at, report) { #inspection }
                },
                (false, true) => TokenStream::new(),
                (false, false) => quote!(if let #some(value) = members.get(#name) { #inspection }),
            }
        });
        let parts = quote!(#only #members #(#properties)*);
        if parts.is_empty() {
            return quote!(inspect::object(value, at, report););
        }
        quote! {
            let #some(members) = inspect::object(value, at, report) else { return; };
            #parts
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
        let (here, some) = (borrowed(at), self.word("Some"));
        let inner = match &ty.kind {
            Kind::Any => return TokenStream::new(),
            Kind::Scalar(scalar) => self.inspect_scalar(scalar, value, at),
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
                let unique = unique.then(|| quote!(check::unique_values(items, #here, report);));
                let index = nested("index", depth);
                let each =
                    self.inspect(item, &quote!(value), &quote!(#at.index(#index)), depth + 1);
                let each = (!each.is_empty())
                    .then(|| quote!(for (#index, value) in items.iter().enumerate() { #each }));
                if count.is_empty() && unique.is_none() && each.is_none() {
                    quote!(inspect::array(#value, #here, report);)
                } else {
                    quote!(if let #some(items) = inspect::array(#value, #here, report) { #count #unique #each })
                }
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
                let name = nested("name", depth);
                let each = self.inspect(member, &quote!(value), &quote!(#at.key(#name)), depth + 1);
                let each =
                    (!each.is_empty()).then(|| quote!(for (#name, value) in members { #each }));
                if count.is_empty() && each.is_none() {
                    quote!(inspect::object(#value, #here, report);)
                } else {
                    quote!(if let #some(members) = inspect::object(#value, #here, report) { #count #each })
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
                    quote!(inspect::object(#value, #here, report);)
                } else {
                    quote!(if let #some(members) = inspect::object(#value, #here, report) { #count })
                }
            }
            Kind::Named(id) => {
                let name = self.type_name(*id);
                quote!(#name::inspect(#value, #here, report);)
            }
        };
        if ty.nullable {
            quote!(if !#value.is_null() { #inner })
        } else {
            inner
        }
    }

    fn inspect_scalar(
        &self,
        scalar: &Scalar,
        value: &TokenStream,
        at: &TokenStream,
    ) -> TokenStream {
        let (here, some) = (borrowed(at), self.word("Some"));
        let reading = match scalar {
            Scalar::Text(_) => quote!(inspect::string(#value, #here, report)),
            Scalar::Integer { bits: 32, .. } => {
                quote!(inspect::integer::<i32>(#value, #here, report))
            }
            Scalar::Integer { .. } => quote!(inspect::integer::<i64>(#value, #here, report)),
            Scalar::Number { .. } => quote!(inspect::number(#value, #here, report)),
            Scalar::Boolean => quote!(inspect::boolean(#value, #here, report)),
            Scalar::Constant(only) => quote!(inspect::constant::<#only>(#value, #here, report)),
            Scalar::Formatted(format) => {
                let format = self.format_type(*format);
                quote!(inspect::formatted::<#format>(#value, #here, report))
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
            quote!(if let #some(#name) = #reading { #checks })
        }
    }
}
