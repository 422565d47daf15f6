-- How long cases have waited after each activity until they went on: neither interrupted by a halt, nor by giving up.
-- One row per wait.
CREATE OR REPLACE TEMP TABLE stall_wait AS
WITH halted AS (
    SELECT hold.case_no, event.pos
    FROM stall_hold AS hold
    ASOF JOIN (SELECT case_no, pos, occurred_at FROM trace_event) AS event
        ON hold.case_no = event.case_no AND hold.began_at >= event.occurred_at
)
SELECT activity, grp, wait
FROM trace_event
JOIN norm_case USING (case_no)
ANTI JOIN halted USING (case_no, pos)
WHERE wait IS NOT NULL
    AND edge % (SELECT stride FROM shape) NOT IN (
        SELECT activity FROM norm_ending_activity WHERE ending = 'failed'
    );
