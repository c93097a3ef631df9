//! The service from outside, over HTTP: every answer is held against openapi.yml.

#![allow(clippy::unwrap_used)]

mod accounts;
mod budget;
mod every_operation;
mod faults;
mod keys;
mod limits;
mod lists;
mod removal;
mod reviews;
mod roles;
mod site;
mod template;
mod typed_client;
