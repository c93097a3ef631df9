-- Each bound is that of openapi.yml (WorkoutInput); a test compares them.
CREATE TABLE workouts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL
        CONSTRAINT workouts_user REFERENCES users ON DELETE CASCADE,
    title text NOT NULL
        CONSTRAINT workouts_title CHECK (char_length(title) BETWEEN 1 AND 120 AND title ~ '[^\u0001-\u0020]'),
    activity text NOT NULL
        CONSTRAINT workouts_activity CHECK (activity IN
            ('running', 'walking', 'cycling', 'swimming', 'rowing', 'strength', 'yoga', 'other')),
    started_at timestamptz NOT NULL,
    duration_minutes integer NOT NULL
        CONSTRAINT workouts_duration_minutes CHECK (duration_minutes BETWEEN 1 AND 1440),
    distance_km numeric(6, 2)
        CONSTRAINT workouts_distance_km CHECK (distance_km BETWEEN 0 AND 1000),
    calories integer
        CONSTRAINT workouts_calories CHECK (calories BETWEEN 0 AND 20000),
    notes text
        CONSTRAINT workouts_notes CHECK (char_length(notes) <= 2000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- A user's workouts, the latest first; the foreign key's deletions use it as well.
CREATE INDEX workouts_of_user ON workouts (user_id, started_at DESC, id DESC);
