-- The cases that have not gone well: failed, shelved, or running, with what they did last and since when they are idle;
-- and the one asked for, if it is silent.
-- One row per such case; `since` is the step, or -1 for the end of a halt, from which it is idle.
CREATE OR REPLACE TEMP TABLE stall_last AS
WITH last AS (
    SELECT
        case_no,
        arg_max(activity, pos) AS activity,
        max(occurred_at) AS last_at
    FROM trace_event
    JOIN norm_case USING (case_no)
    JOIN trace USING (case_no)
    WHERE (state IN ('failed', 'halted', 'running') OR (state = 'silent' AND case_id = $only))
        AND activity NOT IN (SELECT activity FROM norm_ending_activity WHERE ending = 'failed')
    GROUP BY case_no
), resumed AS (
    SELECT case_no, max(ended_at) AS ended_at FROM stall_hold WHERE ended_at <= $now GROUP BY case_no
), idle AS (
    SELECT
        norm_case.*,
        trace.case_id,
        last.activity,
        last.last_at,
        greatest(epoch_us($now::TIMESTAMPTZ) - epoch_us(greatest(last_at, resumed.ended_at)), 0) AS idle,
        if(state = 'failed', greatest(trace.end_at, last_at), NULL) AS over_at,
        if(state <> 'failed' AND resumed.ended_at > last_at, -1, last.activity) AS since
    FROM last
    JOIN norm_case USING (case_no)
    JOIN trace USING (case_no)
    LEFT JOIN resumed USING (case_no)
)
SELECT * REPLACE (if(over_at IS NULL, idle, epoch_us(over_at) - epoch_us(last_at)) AS idle) FROM idle;
