-- Each bound is that of openapi.yml (AvatarCreate); a test compares them.
CREATE TABLE avatars (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL
        CONSTRAINT avatars_user REFERENCES users ON DELETE CASCADE,
    display_name text NOT NULL
        CONSTRAINT avatars_display_name
            CHECK (char_length(display_name) BETWEEN 1 AND 80 AND display_name ~ '[^\u0001-\u0020]'),
    age integer
        CONSTRAINT avatars_age CHECK (age BETWEEN 0 AND 120),
    gender text
        CONSTRAINT avatars_gender CHECK (gender IN ('female', 'male', 'non_binary', 'other', 'undisclosed')),
    height_cm numeric(4, 1)
        CONSTRAINT avatars_height_cm CHECK (height_cm BETWEEN 30 AND 300),
    weight_kg numeric(4, 1)
        CONSTRAINT avatars_weight_kg CHECK (weight_kg BETWEEN 1 AND 700),
    body_fat_percent numeric(4, 1)
        CONSTRAINT avatars_body_fat_percent CHECK (body_fat_percent BETWEEN 1 AND 80),
    neck_cm numeric(4, 1)
        CONSTRAINT avatars_neck_cm CHECK (neck_cm BETWEEN 10 AND 300),
    chest_cm numeric(4, 1)
        CONSTRAINT avatars_chest_cm CHECK (chest_cm BETWEEN 10 AND 300),
    waist_cm numeric(4, 1)
        CONSTRAINT avatars_waist_cm CHECK (waist_cm BETWEEN 10 AND 300),
    hips_cm numeric(4, 1)
        CONSTRAINT avatars_hips_cm CHECK (hips_cm BETWEEN 10 AND 300),
    upper_arm_cm numeric(4, 1)
        CONSTRAINT avatars_upper_arm_cm CHECK (upper_arm_cm BETWEEN 10 AND 300),
    thigh_cm numeric(4, 1)
        CONSTRAINT avatars_thigh_cm CHECK (thigh_cm BETWEEN 10 AND 300),
    notes text
        CONSTRAINT avatars_notes CHECK (char_length(notes) <= 2000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- A user's avatars as they were created; the foreign key's deletions use it as well.
CREATE INDEX avatars_of_user ON avatars (user_id, id);
