-- The events of one log prepared for mining, a table of its own as the type of waits depends on them.
CREATE TABLE trace_event (
    -- One row per event of a trace. After a fresh compile rows stand in the order of case and position.
    case_no INTEGER NOT NULL,                -- the case's number in this log
    pos INTEGER NOT NULL,                    -- from 0
    seq BIGINT NOT NULL,                     -- the event's place in the ledger
    activity INTEGER NOT NULL,               -- code of the activity
    role INTEGER NOT NULL,                   -- code of the role
    actor INTEGER NOT NULL,                  -- code of the actor
    lifecycle INTEGER NOT NULL,              -- code of the transition
    occurred_at TIMESTAMPTZ,                 -- NULL where the event has no time
    edge BIGINT NOT NULL,                    -- activity * stride + next activity
    role_edge BIGINT,                        -- role * role stride + next role; NULL at the case's end
    waited {wait_type},                      -- time to the next event in the log's unit (shape), INTEGER if that is a second; NULL at the case's end
    wait BIGINT GENERATED ALWAYS AS (waited * {wait_unit}::BIGINT) VIRTUAL,  -- the same in microseconds
    occ INTEGER NOT NULL                     -- which occurrence of its activity in the case, from 1
);
