-- What has been prepared, and how far; and what has been derived from it.
-- One row per prepared log: a log seen through one case object type and a choice of lifecycle transitions.
CREATE SCHEMA IF NOT EXISTS prepared;

CREATE TABLE IF NOT EXISTS prepared.prepared_log (
    schema_name VARCHAR NOT NULL,
    log_id INTEGER NOT NULL,
    object_type VARCHAR NOT NULL,
    lifecycles VARCHAR[],                    -- NULL for all
    format INTEGER NOT NULL,                 -- of the tables; another format is compiled afresh
    upto_seq BIGINT NOT NULL,                -- the last event that is in it
    n_events BIGINT NOT NULL,                -- of the log after corrections, in a trace or not
    n_objects BIGINT NOT NULL,
    n_event_object BIGINT NOT NULL,          -- links between events and objects
    n_object_object BIGINT NOT NULL,
    n_rewritten BIGINT NOT NULL,             -- trace events written again since the last fresh compile
    compiled_at TIMESTAMPTZ NOT NULL
);

-- The logs derived from a prepared log, such as some of its cases; a few are kept.
-- One row per derived log; it is of the whole as compiled at `compiled_at`.
CREATE TABLE IF NOT EXISTS prepared.derived_log (
    schema_name VARCHAR NOT NULL,
    log_id INTEGER NOT NULL,
    whole_schema VARCHAR NOT NULL,
    compiled_at TIMESTAMPTZ NOT NULL,
    asked VARCHAR NOT NULL,                  -- what it was asked for
    n_cases INTEGER NOT NULL,
    n_events BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);
