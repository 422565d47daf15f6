-- The cases to tell of: failed and shelved ones, and running ones that are idle for longer than is normal or halted
-- without a day or beyond it for longer than the grace given. One row per case; a known and dated halt is no alarm.
CREATE OR REPLACE TEMP TABLE stall_reported AS
WITH halt AS (
    SELECT case_no, bool_or(until_at IS NULL OR until_at <= $overdue) AS alarms
    FROM stall_hold
    WHERE ended_at IS NULL
    GROUP BY case_no
)
SELECT stall_case.*
FROM stall_case
LEFT JOIN halt USING (case_no)
WHERE ($only IS NULL OR case_id = $only)
    AND (state IN ('failed', 'halted') OR coalesce(alarms, idle > most) OR $only IS NOT NULL);
