//! The program from outside, over HTTP: every answer is held against openapi.yml. AWS is a server of the tests' own that
//! speaks the protocols of Bedrock, S3 and Cognito's keys.
#![allow(clippy::unwrap_used)]

mod access;
mod aws;
mod chat;
mod client;
mod documents;
mod renewal;
mod site;
mod streams;
mod tools;
