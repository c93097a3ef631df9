//! The layer's faults in the contract's error schema, where the contract says how.

use quote::quote;

use super::{Code, Emitter, identifier};
use crate::model::{Definition, FaultPart, Property};
use crate::names;

impl Emitter<'_> {
    pub(super) fn error_fields(&self, code: &mut Code) {
        let (Some(id), Some(fields)) = (self.contract.error, &self.contract.error_fields) else {
            return;
        };
        let Definition::Object(object) = &self.contract.schema(id).definition else {
            return;
        };
        let ident = identifier(&names::pascal(&self.contract.schema(id).name));
        let members = object.properties.iter().map(|property| {
            let field = identifier(&names::snake(&property.name));
            let part = fields.iter().find(|(name, _)| *name == property.name);
            match part {
                Some((_, part)) => {
                    let value = self.fault_part(*part, property);
                    quote!(#field: #value)
                }
                None => quote!(#field: ::std::default::Default::default()),
            }
        });
        // A schema may say nothing of what is wrong.
        let fault = match fields.is_empty() {
            true => quote!(_),
            false => quote!(fault),
        };
        code.items(quote! {
            impl ::std::convert::From<::contract_runtime::Fault> for #ident {
                fn from(#fault: ::contract_runtime::Fault) -> Self {
                    Self { #(#members),* }
                }
            }
        });
    }

    fn fault_part(&self, part: FaultPart, property: &Property) -> proc_macro2::TokenStream {
        let value = match part {
            FaultPart::Message => quote!(::std::string::ToString::to_string(&fault.message)),
            FaultPart::Reason => quote!(::std::string::ToString::to_string(fault.reason())),
            FaultPart::Status => quote!(fault.status.as_u16().into()),
            FaultPart::Violations => {
                let list = quote! {
                    fault.violations.iter().map(::std::string::ToString::to_string).collect()
                };
                return if property.required {
                    list
                } else {
                    quote!((!fault.violations.is_empty()).then(|| #list))
                };
            }
        };
        if property.required {
            value
        } else {
            let some = self.word("Some");
            quote!(#some(#value))
        }
    }
}
