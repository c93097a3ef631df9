//! Schemas: the types of values and the constraints on them.

use crate::source::Position;

/// A schema that gets a type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SchemaId(pub(crate) usize);

/// A regular expression of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PatternId(pub(crate) usize);

/// A component, or an inline object or enumeration, which is named after where it stands.
#[derive(Debug, Clone)]
pub(crate) struct NamedSchema {
    pub(crate) name: String,
    /// Whether it is a component, which others refer to by its name.
    pub(crate) component: bool,
    pub(crate) at: Position,
    pub(crate) docs: String,
    pub(crate) nullable: bool,
    pub(crate) default: Option<serde_json::Value>,
    pub(crate) definition: Definition,
}

#[derive(Debug, Clone)]
pub(crate) enum Definition {
    Object(Object),
    /// A string enumeration.
    Choices(Vec<String>),
    /// A component that needs no type of its own; its uses take its type.
    Alias(Type),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) properties: Vec<Property>,
    /// `additionalProperties: false`.
    pub(crate) closed: bool,
    pub(crate) members: Length,
}

#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Type {
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    /// Checked against the type.
    pub(crate) default: Option<serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Scalar(Scalar),
    Array {
        item: Box<Type>,
        length: Length,
        unique: bool,
    },
    /// An object whose members all have one type.
    Map {
        value: Box<Type>,
        length: Length,
    },
    /// An object about which nothing is said.
    Free {
        length: Length,
    },
    /// Any JSON value.
    Any,
    Named(SchemaId),
}

/// A value without parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Text(Text),
    Formatted(Format),
    Integer {
        bits: u8,
        range: Range<i64>,
    },
    Number {
        range: Range<f64>,
    },
    Boolean,
    /// A boolean that can only be this: `enum: [true]`.
    Constant(bool),
}

/// Formats that have a type of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Uuid,
    Date,
    DateTime,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Text {
    pub(crate) length: Length,
    pub(crate) pattern: Option<PatternId>,
    pub(crate) email: bool,
    pub(crate) uri: bool,
}

/// Bounds on a number of things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) min: Option<usize>,
    pub(crate) max: Option<usize>,
}

impl Length {
    pub(crate) const fn is_free(self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    pub(crate) fn holds(self, count: usize) -> bool {
        self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max)
    }
}

/// Bounds on a number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Range<T> {
    /// The bound, and whether it is itself excluded.
    pub(crate) min: Option<(T, bool)>,
    pub(crate) max: Option<(T, bool)>,
    pub(crate) multiple: Option<T>,
}

impl<T: PartialOrd + Copy> Range<T> {
    pub(crate) const fn is_free(&self) -> bool {
        self.min.is_none() && self.max.is_none() && self.multiple.is_none()
    }

    /// Whether a number is within the bounds.
    pub(crate) fn holds(&self, number: T) -> bool {
        let above = self
            .min
            .is_none_or(|(bound, out)| number > bound || (!out && number == bound));
        let below = self
            .max
            .is_none_or(|(bound, out)| number < bound || (!out && number == bound));
        above && below
    }
}
