-- What has been prepared, and how far; and what has been derived from it.
CREATE SCHEMA IF NOT EXISTS prepared;

CREATE TABLE IF NOT EXISTS prepared.prepared_log (
    -- One row per prepared log: a log seen through one case object type and a choice of lifecycle transitions.
    schema_name VARCHAR NOT NULL,            -- where its tables stand
    log_id INTEGER NOT NULL,                 -- the log's number
    object_type VARCHAR NOT NULL,            -- whose objects are the cases
    lifecycles VARCHAR[],                    -- NULL for all
    format INTEGER NOT NULL,                 -- of the tables; another format is compiled afresh
    upto_seq BIGINT NOT NULL,                -- the last event that is in it
    n_events BIGINT NOT NULL,                -- of the log after corrections, in a trace or not
    n_objects BIGINT NOT NULL,               -- of the log
    n_event_object BIGINT NOT NULL,          -- links between events and objects
    n_object_object BIGINT NOT NULL,         -- relations between objects
    n_rewritten BIGINT NOT NULL,             -- trace events written again since the last fresh compile
    compiled_at TIMESTAMPTZ NOT NULL         -- when its tables were last made afresh
);

CREATE TABLE IF NOT EXISTS prepared.derived_log (
    -- One row per log derived from a prepared log, such as some of its cases; a few are kept.
    schema_name VARCHAR NOT NULL,
    log_id INTEGER NOT NULL,
    whole_schema VARCHAR NOT NULL,           -- of the prepared log it comes from
    compiled_at TIMESTAMPTZ NOT NULL,        -- when the whole that it is of was made afresh
    asked VARCHAR NOT NULL,                  -- what it was asked for
    n_cases INTEGER NOT NULL,                -- that it has
    n_events BIGINT NOT NULL,                -- that it has
    made_at TIMESTAMPTZ NOT NULL             -- when it was derived
);
