-- How long each case has gone on since it first came to each activity, and what it ended by: 1 completed, 2 failed,
-- 3 withdrawn, 4 ended otherwise, 5 fell silent with its last event, 0 still open at $now. One row per case and activity, by group, activity and span; acts that only end a case are left out.
WITH ended AS (
    SELECT
        norm_case.case_no,
        norm_case.grp,
        trace.end_at,
        CASE
            WHEN state = 'completed' THEN 1
            WHEN state = 'failed' AND list_contains($withdrawn::VARCHAR[], word) THEN 3
            WHEN state = 'failed' THEN 2
            WHEN state = 'ended' THEN 4
            WHEN state = 'silent' THEN 5
            ELSE 0
        END AS cause
    FROM norm_case
    JOIN trace USING (case_no)
), reached AS (
    SELECT case_no, activity, occurred_at
    FROM trace_event
    WHERE occ = 1 AND occurred_at IS NOT NULL
        AND activity NOT IN (SELECT activity FROM norm_ending_activity WHERE ending = 'failed')
)
SELECT
    if($grouped, grp, -1)::BIGINT AS grp,
    activity::BIGINT AS activity,
    greatest(epoch_us(if(cause = 0, $now::TIMESTAMPTZ, end_at)) - epoch_us(occurred_at), 0) / 86400e6 AS days,
    cause::BIGINT AS cause
FROM reached
JOIN ended USING (case_no)
ORDER BY ALL
