mod views;
mod visits;
