//! Projects.

use contract_runtime::Field;
use contract_runtime::security::Principal;

use super::failure::{self, fails};
use super::resource::{self, Reading, allows, count, entity_tag, number};
use crate::content::{self, ContentError, Item, ProjectFacts};
use crate::contract::responses::{ContentDeleted, ProjectCreated, ProjectFound};
use crate::contract::types::{Project, ProjectCreate, ProjectList, ProjectUpdate};
use crate::contract::{
    BASE_PATH, CreateProjectError, CreateProjectRequest, CreateProjectResponse, DeleteProjectError,
    DeleteProjectRequest, DeleteProjectResponse, GetProjectError, GetProjectRequest,
    GetProjectResponse, ListProjectsError, ListProjectsRequest, ListProjectsResponse, ProjectsApi,
    PublishProjectError, PublishProjectRequest, PublishProjectResponse, UnpublishProjectError,
    UnpublishProjectRequest, UnpublishProjectResponse, UpdateProjectError, UpdateProjectRequest,
    UpdateProjectResponse,
};
use crate::portfolio::Portfolio;
use crate::table::TableError;

impl ProjectsApi for Portfolio {
    async fn list_projects(
        &self,
        principal: Option<Principal>,
        request: ListProjectsRequest,
    ) -> Result<ListProjectsResponse, ListProjectsError> {
        let ListProjectsRequest {
            status,
            limit,
            offset,
            featured,
        } = request;
        let statuses = resource::statuses::<ListProjectsError>(principal.as_ref(), status)?;
        let page = self
            .projects
            .list(
                statuses,
                ProjectFacts::filter(featured),
                count(limit),
                count(offset),
            )
            .await?;
        Ok(ListProjectsResponse::Ok(ProjectList {
            projects: page.items.into_iter().map(Into::into).collect(),
            total: number(page.total),
            limit: number(page.limit as u64),
            offset,
        }))
    }

    async fn create_project(
        &self,
        _: Principal,
        request: CreateProjectRequest,
    ) -> Result<CreateProjectResponse, CreateProjectError> {
        let item = self.projects.create(request.body.into()).await?;
        Ok(ProjectCreated {
            location: format!("{BASE_PATH}/projects/{}", item.id),
            etag: entity_tag(&item),
            body: item.into(),
        }
        .into())
    }

    async fn get_project(
        &self,
        principal: Option<Principal>,
        request: GetProjectRequest,
    ) -> Result<GetProjectResponse, GetProjectError> {
        let GetProjectRequest {
            project_id,
            if_none_match,
        } = request;
        let reading = resource::read::<_, GetProjectError>(
            &self.projects,
            *project_id,
            principal.as_ref(),
            if_none_match.as_deref(),
        );
        match reading.await? {
            Reading::Item(item) => Ok(ProjectFound::from(item).into()),
            Reading::NotModified(current) => Ok(current.into()),
        }
    }

    async fn update_project(
        &self,
        _: Principal,
        request: UpdateProjectRequest,
    ) -> Result<UpdateProjectResponse, UpdateProjectError> {
        let UpdateProjectRequest {
            project_id,
            if_match,
            body,
        } = request;
        let item = self
            .projects
            .update(*project_id, allows(if_match), |project| {
                change(project, &body)
            })
            .await?;
        Ok(ProjectFound::from(item).into())
    }

    async fn delete_project(
        &self,
        _: Principal,
        request: DeleteProjectRequest,
    ) -> Result<DeleteProjectResponse, DeleteProjectError> {
        self.projects
            .delete(*request.project_id, allows(request.if_match))
            .await?;
        Ok(ContentDeleted.into())
    }

    async fn publish_project(
        &self,
        _: Principal,
        request: PublishProjectRequest,
    ) -> Result<PublishProjectResponse, PublishProjectError> {
        let item = self
            .projects
            .publish(*request.project_id, allows(request.if_match))
            .await?;
        Ok(ProjectFound::from(item).into())
    }

    async fn unpublish_project(
        &self,
        _: Principal,
        request: UnpublishProjectRequest,
    ) -> Result<UnpublishProjectResponse, UnpublishProjectError> {
        let item = self
            .projects
            .unpublish(*request.project_id, allows(request.if_match))
            .await?;
        Ok(ProjectFound::from(item).into())
    }
}

fails! {
    TableError as failure::table => ListProjectsError, CreateProjectError, GetProjectError;
    ContentError as failure::content => UpdateProjectError, DeleteProjectError, PublishProjectError, UnpublishProjectError;
}

impl From<ProjectCreate> for content::Project {
    fn from(project: ProjectCreate) -> Self {
        Self {
            name: project.name,
            description: project.description,
            long_description: project.long_description,
            tech: project.tech,
            company: project.company,
            featured: project.featured,
            github_url: project.github_url,
            live_url: project.live_url,
            image_url: project.image_url,
        }
    }
}

/// Replaces what the update names; a url sent as null goes.
fn change(project: &mut content::Project, update: &ProjectUpdate) {
    let update = update.clone();
    let current = project.clone();
    *project = content::Project {
        name: update.name.unwrap_or(current.name),
        description: update.description.unwrap_or(current.description),
        long_description: update.long_description.unwrap_or(current.long_description),
        tech: update.tech.unwrap_or(current.tech),
        company: update.company.unwrap_or(current.company),
        featured: update.featured.unwrap_or(current.featured),
        github_url: update.github_url.apply(current.github_url),
        live_url: update.live_url.apply(current.live_url),
        image_url: update.image_url.apply(current.image_url),
    };
}

impl From<Item<content::Project>> for Project {
    fn from(item: Item<content::Project>) -> Self {
        Self {
            id: item.id.into(),
            status: item.status.into(),
            created_at: item.created_at.into(),
            updated_at: item.updated_at.into(),
            name: item.document.name,
            description: item.document.description,
            long_description: item.document.long_description,
            tech: item.document.tech,
            company: item.document.company,
            featured: item.document.featured,
            github_url: Field::present_or_absent(item.document.github_url),
            live_url: Field::present_or_absent(item.document.live_url),
            image_url: Field::present_or_absent(item.document.image_url),
        }
    }
}

impl From<Item<content::Project>> for ProjectFound {
    fn from(item: Item<content::Project>) -> Self {
        Self {
            etag: entity_tag(&item),
            body: item.into(),
        }
    }
}
