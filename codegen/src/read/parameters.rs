//! Parameters and request bodies.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Body, Definition, Kind, Parameter, ParameterLocation, Type};
use crate::source::{Node, Position, Value};

/// Names that OpenAPI reserves for other parts of the contract (3.0.3, Parameter Object).
const RESERVED_HEADERS: &[&str] = &["accept", "content-type", "authorization"];

impl<'n> Reader<'n, '_> {
    /// A parameter, behind a reference or not. `owner` is what an inline schema is named after.
    pub(super) fn parameter(&mut self, node: &'n Node, owner: &str) -> Option<Parameter> {
        let (shared, node) = self.follow(node, "parameters")?;
        let mut fields = self.fields(node, "a parameter")?;
        let name = fields
            .require("name", self.sink)
            .map(|name| self.text(name, "name"));
        let location = fields.require("in", self.sink);
        let schema = fields.require("schema", self.sink);
        let required = fields.flag("required", self.sink);
        let style = fields.take("style");
        let explode = fields.take("explode");
        let example = fields.take("example");
        fields.ignore(&["description", "deprecated", "examples"], self.sink);
        fields.refuse(
            &[
                ("content", "write the parameter's `schema`"),
                ("allowReserved", "reserved characters are percent-encoded"),
                (
                    "allowEmptyValue",
                    "an empty value is checked like any other",
                ),
            ],
            self.sink,
        );
        fields.finish(self.sink);
        let name = name?;
        let location_node = location?;
        let location = match location_node.as_str() {
            Some("path") => ParameterLocation::Path,
            Some("query") => ParameterLocation::Query,
            Some("header") => ParameterLocation::Header,
            Some("cookie") => ParameterLocation::Cookie,
            _ => {
                self.report(
                    location_node.at,
                    Code::InvalidValue,
                    "`in` must be path, query, header or cookie",
                );
                return None;
            }
        };
        let type_name = match shared {
            None if !owner.is_empty() => format!("{owner} {name}"),
            _ => format!("{name}Parameter"),
        };
        let ty = self.schema(schema?, &type_name)?;
        self.example(example, &ty);
        self.parameter_type(node.at, &name, location, &ty);
        if location == ParameterLocation::Path && !required {
            self.report(
                node.at,
                Code::Path,
                format!("the path parameter `{name}` needs `required: true`"),
            );
        }
        let expected = match location {
            ParameterLocation::Query | ParameterLocation::Cookie => "form",
            ParameterLocation::Path | ParameterLocation::Header => "simple",
        };
        if let Some(style) = style.filter(|style| style.as_str() != Some(expected)) {
            let message = format!("is not a supported style here; remove it or write `{expected}`");
            self.report(style.at, Code::Unsupported, message);
        }
        if location == ParameterLocation::Header
            && RESERVED_HEADERS.contains(&name.to_lowercase().as_str())
        {
            let message = format!(
                "`{name}` is not a parameter in OpenAPI; use the request body or `security`"
            );
            self.report(node.at, Code::InvalidValue, message);
        }
        if matches!(
            location,
            ParameterLocation::Header | ParameterLocation::Cookie
        ) {
            self.header_name(&name, node.at);
        }
        let explode = match explode.map(|node| &node.value) {
            Some(Value::Bool(truth)) => *truth,
            _ => expected == "form",
        };
        Some(Parameter {
            docs: self.docs(node),
            name,
            location,
            required,
            explode,
            ty,
        })
    }

    /// RFC 9110, section 5.6.2: a token.
    pub(super) fn header_name(&mut self, name: &str, at: Position) {
        if http::HeaderName::try_from(name).is_err() {
            self.report(
                at,
                Code::InvalidValue,
                format!("`{name}` cannot be the name of a header or cookie"),
            );
        }
    }

    /// Parameters are scalars, or lists of them where lists can be written.
    fn parameter_type(&mut self, at: Position, name: &str, location: ParameterLocation, ty: &Type) {
        let item = match &ty.kind {
            Kind::Array { item, .. } if location == ParameterLocation::Query => item,
            _ => ty,
        };
        if !self.is_scalar(item) {
            let message = format!(
                "the parameter `{name}` must be a string, number, boolean or enumeration, or in a query a list of them"
            );
            self.report(at, Code::Unsupported, message);
        }
        if ty.nullable || item.nullable {
            let message = format!("the parameter `{name}` cannot be null; make it optional");
            self.report(at, Code::Unsupported, message);
        }
    }

    fn is_scalar(&self, ty: &Type) -> bool {
        match &ty.kind {
            Kind::Scalar(_) => true,
            Kind::Named(id) => self.schemas[id.0]
                .as_ref()
                .is_some_and(|schema| matches!(schema.definition, Definition::Choices(_))),
            _ => false,
        }
    }

    fn is_structure(&self, ty: &Type) -> bool {
        match &ty.kind {
            Kind::Named(id) => self.schemas[id.0]
                .as_ref()
                .is_some_and(|schema| matches!(schema.definition, Definition::Object(_))),
            _ => false,
        }
    }

    /// A request body, behind a reference or not.
    pub(super) fn request_body(
        &mut self,
        node: &'n Node,
        name: &str,
        limit: usize,
    ) -> Option<Body> {
        let (shared, node) = self.follow(node, "requestBodies")?;
        let mut fields = self.fields(node, "a request body")?;
        let required = fields.flag("required", self.sink);
        let limit = fields.count("x-body-limit", self.sink).unwrap_or(limit);
        let content = fields.require("content", self.sink);
        fields.ignore(&["description"], self.sink);
        fields.finish(self.sink);
        let name = format!("{}Body", shared.unwrap_or(name));
        let ty = self.json(content?, &name)?;
        if ty.nullable || !self.is_structure(&ty) {
            let message = "a request body must be an object with properties, and not nullable";
            self.report(node.at, Code::Unsupported, message);
        }
        Some(Body {
            docs: self.docs(node),
            required,
            limit,
            ty,
        })
    }
}
