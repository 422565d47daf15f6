-- The files that logs were imported from, kept so that every data directory that follows reads them too.

CREATE TABLE imported_file (
    -- One row per import; its name may change, and it may be taken back.
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,                      -- of the log
    file text NOT NULL,                      -- the file's own name
    sha256 text NOT NULL,
    mapping text NOT NULL,                   -- JSON: what was chosen about it
    skips_bad boolean NOT NULL,              -- whether faulty rows were set aside
    imported_at timestamptz NOT NULL DEFAULT current_timestamp,
    removed_at timestamptz
);

CREATE UNIQUE INDEX imported_name ON imported_file (name) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX imported_content ON imported_file (sha256, mapping) WHERE removed_at IS NULL;

CREATE TABLE imported_part (
    -- One row per stretch of a file, compressed by zlib.
    number integer NOT NULL REFERENCES imported_file,
    part integer NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (number, part)
);
