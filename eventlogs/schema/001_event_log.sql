-- The event log, in the shape of OCEL 2.0. Rows are added and never changed; imported logs may be deleted whole.

CREATE SEQUENCE log_number START 1;
CREATE SEQUENCE event_number START 1;

CREATE TABLE log (
    -- One row per log, live or imported.
    log_id INTEGER PRIMARY KEY DEFAULT nextval('log_number'),  -- the log's number
    name VARCHAR NOT NULL UNIQUE,            -- as people call it
    kind VARCHAR NOT NULL CHECK (kind IN ('live', 'imported')),  -- live: recorded here; imported: read from a file
    case_type VARCHAR NOT NULL,              -- the object type that is the case unless another is chosen
    simulated BOOLEAN NOT NULL,              -- no project in it is real
    timezone VARCHAR NOT NULL,               -- the zone in which people read its moments
    created_at TIMESTAMPTZ NOT NULL,         -- when the log was begun or imported
    source JSON                              -- of an imported log: file, sha256, format, mapping, log-level attributes
);

CREATE TABLE event (
    -- One row per event, in recorded order (seq); every other column is under chain_hash (sql/content_hash.sql).
    seq BIGINT NOT NULL,                     -- the order of recording
    log_id INTEGER NOT NULL,
    event_key VARCHAR NOT NULL,              -- case/activity/occurrence/lifecycle; in an imported log the event's own id or number
    case_id VARCHAR NOT NULL,                -- '' where an imported event has no object of the case type
    activity VARCHAR NOT NULL,               -- what happened: a key of the vocabulary, or a foreign log's own word
    lifecycle VARCHAR NOT NULL,              -- XES lifecycle transition; 'complete' where a log says none
    role VARCHAR,                            -- as what it was done
    tool VARCHAR,                            -- the leadership tool that was used
    actor VARCHAR,                           -- who: a resource, or a pseudonym
    occurred_at TIMESTAMPTZ,                 -- NULL only in imported logs whose event has no time
    recorded_at TIMESTAMPTZ NOT NULL,        -- when it was written down
    attributes JSON NOT NULL,                -- the event's other attributes by name, typed: see attributes.py
    evidence JSON NOT NULL,                  -- document, interview code, quote
    objects STRUCT(object_id VARCHAR, object_type VARCHAR, qualifier VARCHAR)[] NOT NULL,  -- besides the case itself
    changes STRUCT(object_id VARCHAR, name VARCHAR, value JSON)[] NOT NULL,                -- attribute values objects take
    correction VARCHAR CHECK (correction IN ('replace', 'void')),  -- replace or void, of an event that corrects another
    corrects VARCHAR,                        -- the key of the wrong event
    chain_hash BLOB USING COMPRESSION uncompressed NOT NULL  -- sha256(hash of the case's event before || content of this one)
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
    object_id VARCHAR NOT NULL,              -- the object's own id
    object_type VARCHAR NOT NULL,            -- such as household, document, work_item
    attributes JSON NOT NULL
);

CREATE TABLE object_change (
    -- One row per value an object's attribute takes later.
    log_id INTEGER NOT NULL,
    object_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,                   -- the attribute
    value JSON NOT NULL,                     -- what it becomes, typed
    changed_at TIMESTAMPTZ NOT NULL,         -- when
    seq BIGINT                               -- the event that brought it; NULL where an imported log names none
);

CREATE TABLE object_object (
    -- One row per relation between two objects of a log.
    log_id INTEGER NOT NULL,
    source_id VARCHAR NOT NULL,              -- from this object
    target_id VARCHAR NOT NULL,              -- to this one
    qualifier VARCHAR NOT NULL               -- as what
);
