-- The event log, in the shape of OCEL 2.0. Rows are added and never changed; imported logs may be deleted whole.

CREATE SEQUENCE log_number START 1;
CREATE SEQUENCE event_number START 1;

CREATE TABLE log (
    -- One row per log, live or imported.
    log_id INTEGER PRIMARY KEY DEFAULT nextval('log_number'),
    name VARCHAR NOT NULL UNIQUE,
    kind VARCHAR NOT NULL CHECK (kind IN ('live', 'imported')),
    case_type VARCHAR NOT NULL,              -- the object type that is the case unless another is chosen
    simulated BOOLEAN NOT NULL,
    timezone VARCHAR NOT NULL,               -- the zone in which people read its moments
    created_at TIMESTAMPTZ NOT NULL,
    source JSON                              -- of an imported log: file, sha256, format, mapping, log-level attributes
);

CREATE TABLE event (
    -- One row per event, in recorded order (seq); every other column is under chain_hash (sql/content_hash.sql).
    seq BIGINT NOT NULL,
    log_id INTEGER NOT NULL,
    event_key VARCHAR NOT NULL,              -- case/activity/occurrence/lifecycle; in an imported log the event's own id or number
    case_id VARCHAR NOT NULL,                -- '' where an imported event has no object of the case type
    activity VARCHAR NOT NULL,
    lifecycle VARCHAR NOT NULL,              -- XES lifecycle transition; 'complete' where a log says none
    role VARCHAR,
    tool VARCHAR,
    actor VARCHAR,                           -- who: a resource, or a pseudonym
    occurred_at TIMESTAMPTZ,                 -- NULL only in imported logs whose event has no time
    recorded_at TIMESTAMPTZ NOT NULL,
    attributes JSON NOT NULL,                -- the event's other attributes by name, typed: see attributes.py
    evidence JSON NOT NULL,                  -- document, interview code, quote
    objects STRUCT(object_id VARCHAR, object_type VARCHAR, qualifier VARCHAR)[] NOT NULL,  -- besides the case itself
    changes STRUCT(object_id VARCHAR, name VARCHAR, value JSON)[] NOT NULL,                -- attribute values objects take
    correction VARCHAR CHECK (correction IN ('replace', 'void')),
    corrects VARCHAR,                        -- the key of the wrong event
    chain_hash BLOB NOT NULL                 -- sha256(hash of the case's event before || content of this one)
);

CREATE TABLE recorded_key (
    -- One row per event of a live log: what makes recording exactly-once.
    log_id INTEGER NOT NULL,
    event_key VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (log_id, event_key)
);

CREATE TABLE case_head (
    -- One row per case: its last event, so that a missing one is noticed.
    log_id INTEGER NOT NULL,
    case_id VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    chain_hash BLOB NOT NULL,
    PRIMARY KEY (log_id, case_id)
);

CREATE TABLE object (
    -- One row per object of a log, with the attribute values it starts with (those of a case are its case attributes).
    log_id INTEGER NOT NULL,
    object_id VARCHAR NOT NULL,
    object_type VARCHAR NOT NULL,
    attributes JSON NOT NULL
);

CREATE TABLE object_change (
    -- One row per value an object's attribute takes later.
    log_id INTEGER NOT NULL,
    object_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    value JSON NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    seq BIGINT                               -- the event that brought it; NULL where an imported log names none
);

CREATE TABLE object_object (
    -- One row per relation between two objects of a log.
    log_id INTEGER NOT NULL,
    source_id VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    qualifier VARCHAR NOT NULL
);
