//! Workouts.

use super::{SUCCESS, failure, found, gone};
use crate::contract::responses::{Deleted, WorkoutCreated, WorkoutFound};
use crate::contract::types::{Workout, WorkoutAnswer, WorkoutListAnswer};
use crate::contract::{
    CreateWorkoutError, CreateWorkoutRequest, CreateWorkoutResponse, DeleteWorkoutError,
    DeleteWorkoutRequest, DeleteWorkoutResponse, GetWorkoutError, GetWorkoutRequest,
    GetWorkoutResponse, ListWorkoutsError, ListWorkoutsRequest, ListWorkoutsResponse,
    UpdateWorkoutError, UpdateWorkoutRequest, UpdateWorkoutResponse, WorkoutsApi,
};
use crate::page::Window;
use crate::service::FitSpace;
use crate::workouts;

/// What is said where a user has no such workout.
const NONE: &str = "The user has no such workout.";

impl WorkoutsApi for FitSpace {
    async fn list_workouts(
        &self,
        request: ListWorkoutsRequest,
    ) -> Result<ListWorkoutsResponse, ListWorkoutsError> {
        let ListWorkoutsRequest {
            user_id,
            limit,
            offset,
        } = request;
        let window = Window { limit, offset };
        let page = workouts::list(&self.database, user_id, window)
            .await
            .map_err(failure::database::<ListWorkoutsError>)?
            .ok_or_else(failure::no_user)?;
        Ok(ListWorkoutsResponse::Ok(WorkoutListAnswer {
            success: SUCCESS,
            message: found(page.items.len(), page.total, "workouts"),
            pagination: window.pagination(page.total),
            data: page.items,
        }))
    }

    async fn create_workout(
        &self,
        request: CreateWorkoutRequest,
    ) -> Result<CreateWorkoutResponse, CreateWorkoutError> {
        let workout = workouts::create(&self.database, request.user_id, &request.body)
            .await
            .map_err(failure::belonging::<CreateWorkoutError>)?;
        Ok(WorkoutCreated {
            location: format!("/api/v1/users/{}/workouts/{}", workout.user_id, workout.id),
            body: answer("The workout is created.", workout),
        }
        .into())
    }

    async fn get_workout(
        &self,
        request: GetWorkoutRequest,
    ) -> Result<GetWorkoutResponse, GetWorkoutError> {
        let workout = workouts::get(&self.database, request.user_id, request.workout_id)
            .await
            .map_err(failure::database::<GetWorkoutError>)?
            .ok_or_else(|| failure::not_found(NONE))?;
        Ok(WorkoutFound(answer("The workout.", workout)).into())
    }

    async fn update_workout(
        &self,
        request: UpdateWorkoutRequest,
    ) -> Result<UpdateWorkoutResponse, UpdateWorkoutError> {
        let workout = workouts::update(
            &self.database,
            request.user_id,
            request.workout_id,
            &request.body,
        )
        .await
        .map_err(failure::database::<UpdateWorkoutError>)?
        .ok_or_else(|| failure::not_found(NONE))?;
        Ok(WorkoutFound(answer("The workout is changed.", workout)).into())
    }

    async fn delete_workout(
        &self,
        request: DeleteWorkoutRequest,
    ) -> Result<DeleteWorkoutResponse, DeleteWorkoutError> {
        let was_there = workouts::delete(&self.database, request.user_id, request.workout_id)
            .await
            .map_err(failure::database::<DeleteWorkoutError>)?;
        if was_there {
            Ok(Deleted(gone("workout")).into())
        } else {
            Err(failure::not_found(NONE).into())
        }
    }
}

fn answer(message: &str, data: Workout) -> WorkoutAnswer {
    WorkoutAnswer {
        success: SUCCESS,
        message: message.to_owned(),
        data,
    }
}
