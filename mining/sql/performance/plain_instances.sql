-- What was done, where a log tells of completions alone: an activity is enabled by the event before it.
-- One row per event; there is no start, and no hold.
CREATE OR REPLACE TEMP TABLE instance AS
SELECT
    case_no,
    activity,
    role,
    actor,
    if(pos = 0, NULL, lag(occurred_at) OVER ()) AS enabled_at,
    NULL::TIMESTAMPTZ AS started_at,
    occurred_at AS completed_at,
    0::BIGINT AS held,
    NULL::BIGINT AS on_hold
FROM (FROM trace_event ORDER BY case_no, pos);
