//! Certifications and courses.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Filter, Item, Kind};
use crate::table::Entity;

/// What was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificationType {
    /// An exam.
    Certification,
    /// A course.
    Course,
}

impl CertificationType {
    /// As it is stored.
    fn as_str(self) -> &'static str {
        match self {
            Self::Certification => "certification",
            Self::Course => "course",
        }
    }
}

/// A certification's document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certification {
    /// The name.
    pub name: String,
    /// Who issued it.
    pub issuer: String,
    /// A short icon, such as an emoji.
    pub icon: String,
    /// What was passed.
    pub r#type: CertificationType,
    /// Whether it is shown first.
    #[serde(default)]
    pub featured: bool,
    /// What it is about.
    pub description: String,
    /// Where it can be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_url: Option<String>,
    /// The day it was earned.
    pub date_earned: NaiveDate,
}

/// What lists of certifications filter by.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificationFacts {
    /// What was passed.
    pub r#type: CertificationType,
    /// Whether it is shown first.
    pub featured: bool,
}

impl CertificationFacts {
    /// Certifications of this type, featured ones or those that are not, where it is asked for.
    pub fn filter(r#type: Option<CertificationType>, featured: Option<bool>) -> Filter {
        Filter::none()
            .equals("type", r#type.map(CertificationType::as_str))
            .equals("featured", featured)
    }
}

impl Kind for Certification {
    const ENTITY: Entity = Entity::Certification;
    type Document = Certification;
    type Facts = CertificationFacts;

    fn facts(certification: &Certification) -> CertificationFacts {
        CertificationFacts {
            r#type: certification.r#type,
            featured: certification.featured,
        }
    }

    fn list_time(item: &Item<Self>) -> DateTime<Utc> {
        item.document.date_earned.and_time(NaiveTime::MIN).and_utc()
    }
}
