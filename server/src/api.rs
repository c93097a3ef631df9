//! The operations of the contract, one file per tag. Each method reads like its sentence in
//! openapi.yml; keys and expressions of the table are one floor below.

mod analytics;
mod authentication;
mod blog_posts;
mod certifications;
mod failure;
mod projects;
mod resource;
mod visitor;
mod visitors;
