//! Projects.

use serde::{Deserialize, Serialize};

use super::{Filter, Kind};
use crate::table::Entity;

/// A project's document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// The name.
    pub name: String,
    /// A summary for lists.
    pub description: String,
    /// The text, in Markdown.
    pub long_description: String,
    /// Technologies used.
    pub tech: Vec<String>,
    /// For whom it was made.
    pub company: String,
    /// Whether it is shown first.
    #[serde(default)]
    pub featured: bool,
    /// Where its source is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub github_url: Option<String>,
    /// Where it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_url: Option<String>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

/// What lists of projects filter by.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectFacts {
    /// Whether it is shown first.
    pub featured: bool,
}

impl ProjectFacts {
    /// Projects that are featured, or those that are not, where it is asked for.
    pub fn filter(featured: Option<bool>) -> Filter {
        Filter::none().equals("featured", featured)
    }
}

impl Kind for Project {
    const ENTITY: Entity = Entity::Project;
    type Document = Project;
    type Facts = ProjectFacts;

    fn facts(project: &Project) -> ProjectFacts {
        ProjectFacts {
            featured: project.featured,
        }
    }
}
