mod budget;
mod lists;
mod races;
mod status;

use super::{Certification, CertificationType, Contents, Post};
use crate::table::trial::Trial;

async fn start() -> (Trial, Contents<Post>) {
    let trial = Trial::at("2026-11-20T10:00:00Z").await;
    let posts = Contents::new(trial.table.clone(), trial.clock.clone());
    (trial, posts)
}

fn post(title: &str) -> Post {
    Post {
        title: title.to_owned(),
        slug: String::new(),
        excerpt: "An excerpt".to_owned(),
        content: "# Some *text*".to_owned(),
        category: "rust".to_owned(),
        read_time: String::new(),
        tags: vec!["aws".to_owned(), "rust".to_owned()],
    }
}

fn certification(name: &str, earned: &str) -> Certification {
    Certification {
        name: name.to_owned(),
        issuer: "Issuer".to_owned(),
        icon: "🦀".to_owned(),
        r#type: CertificationType::Course,
        featured: false,
        description: "Description".to_owned(),
        credential_url: None,
        date_earned: earned.parse().unwrap(),
    }
}

/// No `If-Match`.
fn any(_version: u64) -> bool {
    true
}
