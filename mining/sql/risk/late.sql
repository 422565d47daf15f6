-- The waits that were longer than is normal after their activity, and not for a recorded halt. One row per wait.
WITH halted AS (
    SELECT hold.case_no, event.pos
    FROM stall_hold AS hold
    ASOF JOIN (SELECT case_no, pos, occurred_at FROM trace_event) AS event
        ON hold.case_no = event.case_no AND hold.began_at >= event.occurred_at
)
SELECT event.case_no::BIGINT AS case_no, event.pos::BIGINT AS pos
FROM trace_event AS event
JOIN norm_case USING (case_no)
LEFT JOIN (FROM stall_norm WHERE $grouped AND grp IS NOT NULL) AS own ON own.activity = event.activity AND own.grp = norm_case.grp
LEFT JOIN (FROM stall_norm WHERE grp IS NULL) AS step ON step.activity = event.activity
CROSS JOIN (SELECT any_value(n) AS n, any_value(median) AS median, any_value(most) AS most FROM stall_norm WHERE activity IS NULL) AS every
ANTI JOIN halted ON halted.case_no = event.case_no AND halted.pos = event.pos
WHERE event.wait > coalesce(own.most, step.most, every.most)
