//! Views of content.

use contract_runtime::security::Principal;

use super::failure::{self, fails};
use super::resource::{count, number};
use super::visitor::Visitor;
use crate::contract::types::{
    ContentType, ContentViewCreate, ContentViews, TopContent, TotalViews, ViewCount, ViewStats,
    ViewTracked,
};
use crate::contract::{
    AnalyticsApi, GetAllViewStatsError, GetAllViewStatsRequest, GetAllViewStatsResponse,
    GetContentViewCountError, GetContentViewCountRequest, GetContentViewCountResponse,
    GetTopContentError, GetTopContentRequest, GetTopContentResponse, GetTotalViewsError,
    GetTotalViewsResponse, TrackContentViewError, TrackContentViewRequest,
    TrackContentViewResponse,
};
use crate::portfolio::Portfolio;
use crate::table::{Entity, TableError};
use crate::tracking;

impl AnalyticsApi for Portfolio {
    async fn track_content_view(
        &self,
        request: TrackContentViewRequest,
    ) -> Result<TrackContentViewResponse, TrackContentViewError> {
        let TrackContentViewRequest {
            x_session_id,
            visitor,
            body,
        } = request;
        let ContentViewCreate {
            content_type,
            content_id,
        } = body;
        let visitor = Visitor::of(x_session_id, visitor.as_deref(), self.secure_cookies);
        let view = self
            .views
            .track(&visitor.session, content_type.into(), *content_id)
            .await?
            .ok_or_else(failure::not_found)?;
        Ok(TrackContentViewResponse::Ok {
            body: ViewTracked {
                views: number(view.count),
                tracked: view.tracked,
            },
            set_cookie: visitor.set_cookie,
        })
    }

    async fn get_content_view_count(
        &self,
        request: GetContentViewCountRequest,
    ) -> Result<GetContentViewCountResponse, GetContentViewCountError> {
        let GetContentViewCountRequest {
            content_type,
            content_id,
        } = request;
        let views = self.views.count(content_type.into(), *content_id).await?;
        Ok(GetContentViewCountResponse::Ok(ViewCount {
            content_id,
            content_type,
            views: number(views.ok_or_else(failure::not_found)?),
        }))
    }

    async fn get_all_view_stats(
        &self,
        _: Principal,
        request: GetAllViewStatsRequest,
    ) -> Result<GetAllViewStatsResponse, GetAllViewStatsError> {
        let content_type = request.content_type;
        let stats = self.views.stats(content_type.into()).await?;
        let stats = stats
            .into_iter()
            .filter(|content| content.live)
            .map(|content| (content.id.to_string(), number(content.views)));
        Ok(GetAllViewStatsResponse::Ok(ViewStats {
            content_type,
            stats: stats.collect(),
        }))
    }

    async fn get_top_content(
        &self,
        _: Principal,
        request: GetTopContentRequest,
    ) -> Result<GetTopContentResponse, GetTopContentError> {
        let limit = count(request.limit);
        let (blogs, projects, certifications) = tokio::try_join!(
            self.views.top(Entity::Blog, limit),
            self.views.top(Entity::Project, limit),
            self.views.top(Entity::Certification, limit),
        )?;
        Ok(GetTopContentResponse::Ok(TopContent {
            blogs: ranking(blogs),
            projects: ranking(projects),
            certifications: ranking(certifications),
        }))
    }

    async fn get_total_views(
        &self,
        _: Principal,
    ) -> Result<GetTotalViewsResponse, GetTotalViewsError> {
        let total_views = number(self.views.total().await?);
        Ok(GetTotalViewsResponse::Ok(TotalViews { total_views }))
    }
}

fn ranking(contents: Vec<tracking::ContentViews>) -> Vec<ContentViews> {
    let ranking = contents.into_iter().map(|content| ContentViews {
        content_id: content.id.into(),
        views: number(content.views),
    });
    ranking.collect()
}

fails! {
    TableError as failure::table => TrackContentViewError, GetContentViewCountError, GetAllViewStatsError, GetTopContentError, GetTotalViewsError;
}

impl From<ContentType> for Entity {
    fn from(content_type: ContentType) -> Self {
        match content_type {
            ContentType::Blog => Self::Blog,
            ContentType::Project => Self::Project,
            ContentType::Certification => Self::Certification,
        }
    }
}
