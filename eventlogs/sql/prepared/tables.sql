-- The tables of one log prepared for mining; they stand in a schema of their own.
-- Codes are small numbers from 1 in the order of first appearance; 0 stands for none, in an arc's target for the case's end.

CREATE TABLE activity_code (
    -- One row per activity.
    code INTEGER NOT NULL,
    name VARCHAR NOT NULL
);

CREATE TABLE role_code (
    -- One row per role.
    code INTEGER NOT NULL,
    name VARCHAR NOT NULL
);

CREATE TABLE actor_code (
    -- One row per actor.
    code INTEGER NOT NULL,
    name VARCHAR NOT NULL
);

CREATE TABLE lifecycle_code (
    -- One row per lifecycle transition.
    code INTEGER NOT NULL,
    name VARCHAR NOT NULL
);

CREATE TABLE trace_event (
    -- One row per event of a trace. After a fresh compile rows stand in the order of case and position.
    case_no INTEGER NOT NULL,
    pos INTEGER NOT NULL,                    -- from 0
    seq BIGINT NOT NULL,                     -- the event's place in the ledger
    activity INTEGER NOT NULL,
    role INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    lifecycle INTEGER NOT NULL,
    occurred_at TIMESTAMPTZ,
    edge BIGINT NOT NULL,                    -- activity * stride + next activity
    role_edge BIGINT,                        -- role * role stride + next role; NULL at the case's end
    wait BIGINT,                             -- microseconds to the next event; NULL at the case's end
    occ INTEGER NOT NULL                     -- which occurrence of its activity in the case, from 1
);

CREATE TABLE trace (
    -- One row per case with at least one trace event.
    case_no INTEGER NOT NULL,
    case_id VARCHAR NOT NULL,
    start_at TIMESTAMPTZ,
    end_at TIMESTAMPTZ,
    duration BIGINT,                         -- microseconds
    n_events INTEGER NOT NULL,
    variant INTEGER NOT NULL
);

CREATE TABLE variant (
    -- One row per distinct sequence of activities.
    variant INTEGER NOT NULL,
    n_cases INTEGER NOT NULL,
    n_events INTEGER NOT NULL,               -- of each of its cases
    activities INTEGER[] NOT NULL,
    hash UBIGINT NOT NULL,                   -- two commutative hashes of (position, activity): 128 bits together
    other_hash UBIGINT NOT NULL
);

CREATE TABLE attribute (
    -- One row per attribute that has been asked for.
    attribute INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    level VARCHAR NOT NULL                   -- 'case', or 'event': then a case has the first value among its events
);

CREATE TABLE attribute_value (
    -- One row per distinct value of such an attribute.
    attribute INTEGER NOT NULL,
    code INTEGER NOT NULL,
    value VARCHAR NOT NULL                   -- JSON, typed as in attributes.py
);

CREATE TABLE case_attribute (
    -- One row per case and attribute that has been asked for.
    attribute INTEGER NOT NULL,
    case_no INTEGER NOT NULL,
    code INTEGER NOT NULL                    -- 0 for a case without a value
);

CREATE TABLE shape (
    -- One row: the strides with which pairs of codes are packed into one number.
    stride BIGINT NOT NULL,
    role_stride BIGINT NOT NULL
);
