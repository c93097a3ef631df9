-- Each bound is that of openapi.yml (UserInput); a test compares them.
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL
        CONSTRAINT users_name CHECK (char_length(name) BETWEEN 1 AND 100 AND name ~ '[^\u0001-\u0020]'),
    email text NOT NULL
        CONSTRAINT users_email CHECK (char_length(email) <= 254 AND email LIKE '_%@_%'),
    phone text
        CONSTRAINT users_phone CHECK (char_length(phone) BETWEEN 5 AND 32 AND phone ~ '^\+?[0-9][0-9 ()./-]*$'),
    bio text
        CONSTRAINT users_bio CHECK (char_length(bio) <= 1000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- No two users have the same address, whatever its case.
CREATE UNIQUE INDEX users_email_taken ON users (lower(email));
