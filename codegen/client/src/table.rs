//! What the client knows of each operation at run time.

use proc_macro2::TokenStream;
use quote::quote;

use super::operation::Call;

pub(super) fn emit(operations: &[Call]) -> TokenStream {
    let rows = operations.iter().map(|call| {
        let Call {
            id,
            function,
            method,
            path,
            token,
            idempotent,
            not_modified,
        } = call;
        quote! {
            crate::support::Operation {
                id: #id,
                function: #function,
                method: #method,
                path: #path,
                token: #token,
                idempotent: #idempotent,
                not_modified: #not_modified,
            }
        }
    });
    quote! {
        /// Every operation, in the contract's order.
        pub static OPERATIONS: &[crate::support::Operation] = &[#(#rows),*];
    }
}
