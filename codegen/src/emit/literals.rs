//! Defaults as Rust expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::{Emitter, identifier};
use crate::model::{Kind, Scalar, Type};
use crate::names;

impl Emitter<'_> {
    /// A default of a type. The reader has checked that it follows the type.
    pub(super) fn literal(&self, ty: &Type, value: &Value) -> TokenStream {
        if value.is_null() && ty.nullable {
            return self.word("None");
        }
        let inner = self.inner_literal(ty, value);
        if ty.nullable {
            let some = self.word("Some");
            quote!(#some(#inner))
        } else {
            inner
        }
    }

    /// A default without regard to null.
    pub(super) fn inner_literal(&self, ty: &Type, value: &Value) -> TokenStream {
        match (&ty.kind, value) {
            (Kind::Scalar(scalar), value) => self.scalar_literal(scalar, value),
            (Kind::Named(_), Value::String(text)) => {
                let name = self.inner_type(ty);
                let variant = identifier(&names::pascal(text));
                quote!(#name::#variant)
            }
            (Kind::Array { item, .. }, Value::Array(items)) => {
                let items = items.iter().map(|value| self.literal(item, value));
                quote!(vec![#(#items),*])
            }
            // The reader refuses defaults of objects.
            _ => quote!(::std::default::Default::default()),
        }
    }

    fn scalar_literal(&self, scalar: &Scalar, value: &Value) -> TokenStream {
        match (scalar, value) {
            (Scalar::Boolean, Value::Bool(truth)) => quote!(#truth),
            (scalar @ Scalar::Constant(_), _) => self.scalar_type(scalar),
            (Scalar::Integer { .. }, value) => {
                let literal = Literal::i64_unsuffixed(value.as_i64().unwrap_or_default());
                quote!(#literal)
            }
            (Scalar::Number { .. }, value) => {
                let literal = Literal::f64_unsuffixed(value.as_f64().unwrap_or_default());
                quote!(#literal)
            }
            (Scalar::Text(_), value) => {
                let text = value.as_str().unwrap_or_default();
                let string = self.word("String");
                quote!(#string::from(#text))
            }
            (scalar, value) => {
                let (name, text) = (self.scalar_type(scalar), value.as_str().unwrap_or_default());
                quote!(#text.parse::<#name>().expect("the generator has checked this default"))
            }
        }
    }
}
