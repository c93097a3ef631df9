//! What users say of movies.

use contract_runtime::security::Principal;

use super::failure::fails;
use super::page_size;
use crate::catalogue::{Review, Stored};
use crate::contract::responses::{
    Deleted, ReviewChanged, ReviewCreated, ReviewFound, ReviewsListed,
};
use crate::contract::{
    BASE_PATH, DeleteOwnReviewError, DeleteOwnReviewRequest, DeleteOwnReviewResponse,
    DeleteReviewError, DeleteReviewRequest, DeleteReviewResponse, GetReviewError, GetReviewRequest,
    GetReviewResponse, ListReviewsError, ListReviewsRequest, ListReviewsResponse, PutReviewError,
    PutReviewRequest, PutReviewResponse, ReviewsApi, types,
};
use crate::service::MovieService;
use crate::table::Page;

impl ReviewsApi for MovieService {
    async fn list_reviews(
        &self,
        request: ListReviewsRequest,
    ) -> Result<ListReviewsResponse, ListReviewsError> {
        let (limit, cursor) = (page_size(request.limit), request.cursor.as_deref());
        let movie = *request.movie_id;
        let page = self.reviews.of_movie(movie, limit, cursor).await?;
        Ok(ReviewsListed(page.into()).into())
    }

    async fn put_review(
        &self,
        principal: Principal,
        request: PutReviewRequest,
    ) -> Result<PutReviewResponse, PutReviewError> {
        let types::ReviewPut { rating, text } = request.body;
        let (movie, username) = (*request.movie_id, &principal.subject);
        match self.reviews.put(movie, username, rating, &text).await? {
            Stored::Created(review) => {
                let location = format!("{BASE_PATH}/movies/{movie}/reviews/{username}");
                let body = review.into();
                Ok(ReviewCreated { body, location }.into())
            }
            Stored::Changed(review) => Ok(ReviewChanged(review.into()).into()),
        }
    }

    async fn delete_own_review(
        &self,
        principal: Principal,
        request: DeleteOwnReviewRequest,
    ) -> Result<DeleteOwnReviewResponse, DeleteOwnReviewError> {
        let (movie, username) = (*request.movie_id, &principal.subject);
        self.reviews.remove(movie, username).await?;
        Ok(Deleted.into())
    }

    async fn get_review(
        &self,
        request: GetReviewRequest,
    ) -> Result<GetReviewResponse, GetReviewError> {
        let review = self
            .reviews
            .get(*request.movie_id, &request.username)
            .await?;
        Ok(ReviewFound(review.into()).into())
    }

    async fn delete_review(
        &self,
        _: Principal,
        request: DeleteReviewRequest,
    ) -> Result<DeleteReviewResponse, DeleteReviewError> {
        self.reviews
            .remove(*request.movie_id, &request.username)
            .await?;
        Ok(Deleted.into())
    }
}

fails! {
    ListReviewsError: bad_request, not_found;
    PutReviewError: rejected, not_found;
    DeleteOwnReviewError: not_found;
    GetReviewError: not_found;
    DeleteReviewError: not_found;
}

impl From<Review> for types::Review {
    fn from(review: Review) -> Self {
        Self {
            movie_id: review.movie.into(),
            username: review.reviewer,
            rating: review.rating,
            text: review.text,
            created_at: review.created_at.into(),
            updated_at: review.updated_at.into(),
        }
    }
}

impl From<Page<Review>> for types::ReviewPage {
    fn from(page: Page<Review>) -> Self {
        Self {
            next: page.next.map(|next| next.cursor()),
            reviews: page.items.into_iter().map(Into::into).collect(),
        }
    }
}
