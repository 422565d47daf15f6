-- The tables of one log prepared for mining; they stand in a schema of their own.
-- Codes are small numbers from 1 in the order of first appearance; 0 stands for none, in an arc's target for the case's end.

CREATE TABLE activity_code (
    -- One row per activity.
    code INTEGER NOT NULL,                   -- the activity's number in this log
    name VARCHAR NOT NULL                    -- the activity as events name it
);

CREATE TABLE role_code (
    -- One row per role.
    code INTEGER NOT NULL,                   -- the role's number in this log
    name VARCHAR NOT NULL                    -- the role as events name it
);

CREATE TABLE actor_code (
    -- One row per actor.
    code INTEGER NOT NULL,                   -- the actor's number in this log
    name VARCHAR NOT NULL                    -- the actor as events name it
);

CREATE TABLE lifecycle_code (
    -- One row per lifecycle transition.
    code INTEGER NOT NULL,                   -- the transition's number in this log
    name VARCHAR NOT NULL                    -- the transition as events name it
);

CREATE TABLE trace (
    -- One row per case with at least one trace event.
    case_no INTEGER NOT NULL,
    case_id VARCHAR NOT NULL,                -- the case's name in the ledger
    start_at TIMESTAMPTZ,                    -- time of its first event
    end_at TIMESTAMPTZ,                      -- time of its last event
    duration BIGINT,                         -- microseconds
    n_events INTEGER NOT NULL,               -- of this case
    variant INTEGER NOT NULL                 -- the variant's number
);

CREATE TABLE variant (
    -- One row per distinct sequence of activities.
    variant INTEGER NOT NULL,
    n_cases INTEGER NOT NULL,                -- that went this way
    n_events INTEGER NOT NULL,               -- of each of its cases
    activities INTEGER[] NOT NULL,           -- their codes in order
    hash UBIGINT NOT NULL,                   -- two commutative hashes of (position, activity): 128 bits together
    other_hash UBIGINT NOT NULL              -- the second of them
);

CREATE TABLE attribute (
    -- One row per attribute that has been asked for.
    attribute INTEGER NOT NULL,              -- the attribute's number
    name VARCHAR NOT NULL,                   -- the attribute's name in the log
    level VARCHAR NOT NULL                   -- 'case', or 'event': then a case has the first value among its events
);

CREATE TABLE attribute_value (
    -- One row per distinct value of such an attribute.
    attribute INTEGER NOT NULL,
    code INTEGER NOT NULL,                   -- the value's number
    value VARCHAR NOT NULL                   -- JSON, typed as in attributes.py
);

CREATE TABLE case_attribute (
    -- One row per case and attribute that has been asked for.
    attribute INTEGER NOT NULL,
    case_no INTEGER NOT NULL,
    code INTEGER NOT NULL                    -- 0 for a case without a value
);

CREATE TABLE arc (
    -- One row per arc of all cases, and per arc of each group of cases by every attribute asked for.
    attribute INTEGER NOT NULL,              -- 0 for all cases
    code INTEGER NOT NULL,                   -- of the group's value; 0 for all cases, and for those without a value
    edge BIGINT NOT NULL,                    -- as in trace_event
    frequency BIGINT NOT NULL                -- how many events have it
);

CREATE TABLE shape (
    -- One row per prepared log: the strides with which pairs of codes are packed into one number, and its unit of time.
    stride BIGINT NOT NULL,                  -- of activities
    role_stride BIGINT NOT NULL,             -- of roles
    wait_unit BIGINT NOT NULL                -- microseconds in the unit of `waited`: those of a second, or one
);
