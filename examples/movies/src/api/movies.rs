//! The catalogue.

use contract_runtime::security::Principal;

use super::failure::fails;
use super::page_size;
use crate::catalogue::{Facts, Filter, Movie};
use crate::contract::responses::{Deleted, MovieCreated, MovieFound, MoviesListed};
use crate::contract::{
    BASE_PATH, CreateMovieError, CreateMovieRequest, CreateMovieResponse, DeleteMovieError,
    DeleteMovieRequest, DeleteMovieResponse, GetMovieError, GetMovieRequest, GetMovieResponse,
    ListMoviesError, ListMoviesRequest, ListMoviesResponse, MoviesApi, UpdateMovieError,
    UpdateMovieRequest, UpdateMovieResponse, types,
};
use crate::service::MovieService;
use crate::table::Consistency;

impl MoviesApi for MovieService {
    async fn list_movies(
        &self,
        request: ListMoviesRequest,
    ) -> Result<ListMoviesResponse, ListMoviesError> {
        let filter = Filter {
            genre: request.genre,
            year: request.year,
        };
        let (limit, cursor) = (page_size(request.limit), request.cursor.as_deref());
        let page = self.movies.list(filter, limit, cursor).await?;
        let next = page.next.map(|next| next.cursor());
        let movies = page.items.into_iter().map(Into::into).collect();
        Ok(MoviesListed(types::MoviePage { movies, next }).into())
    }

    async fn create_movie(
        &self,
        _: Principal,
        request: CreateMovieRequest,
    ) -> Result<CreateMovieResponse, CreateMovieError> {
        let types::MovieCreate {
            title,
            year,
            genres,
            directors,
            minutes,
            description,
        } = request.body;
        let facts = Facts {
            title,
            year,
            genres,
            directors: directors.unwrap_or_default(),
            minutes,
            description: description.unwrap_or_default(),
        };
        let body: types::Movie = self.movies.create(facts).await?.into();
        let location = format!("{BASE_PATH}/movies/{}", body.id);
        Ok(MovieCreated { body, location }.into())
    }

    /// The average is exact at this moment: a consistent read, one unit.
    async fn get_movie(&self, request: GetMovieRequest) -> Result<GetMovieResponse, GetMovieError> {
        let movie = self
            .movies
            .get(*request.movie_id, Consistency::Strong)
            .await?;
        Ok(MovieFound(movie.into()).into())
    }

    async fn update_movie(
        &self,
        _: Principal,
        request: UpdateMovieRequest,
    ) -> Result<UpdateMovieResponse, UpdateMovieError> {
        let types::MovieUpdate {
            title,
            year,
            genres,
            directors,
            minutes,
            description,
            version,
        } = request.body;
        let facts = Facts {
            title,
            year,
            genres,
            directors: directors.unwrap_or_default(),
            minutes,
            description: description.unwrap_or_default(),
        };
        let movie = self
            .movies
            .update(*request.movie_id, facts, version)
            .await?;
        Ok(MovieFound(movie.into()).into())
    }

    async fn delete_movie(
        &self,
        _: Principal,
        request: DeleteMovieRequest,
    ) -> Result<DeleteMovieResponse, DeleteMovieError> {
        self.movies.delete(*request.movie_id).await?;
        Ok(Deleted.into())
    }
}

fails! {
    ListMoviesError: bad_request;
    CreateMovieError: ;
    GetMovieError: not_found;
    UpdateMovieError: not_found, conflict;
    DeleteMovieError: not_found;
}

impl From<Movie> for types::Movie {
    fn from(movie: Movie) -> Self {
        let rating = types::Rating {
            average: movie.average(),
            count: movie.rating_count,
        };
        let facts = movie.facts;
        Self {
            id: movie.movie_id.into(),
            title: facts.title,
            year: facts.year,
            genres: facts.genres,
            directors: facts.directors,
            minutes: facts.minutes,
            description: facts.description,
            rating,
            version: movie.version,
            created_at: movie.created_at.into(),
            updated_at: movie.updated_at.into(),
        }
    }
}
