-- The running cases without a standing hold that are idle for longer than 19 of 20 waits like theirs, in the stratum of those they are
-- judged by that waits the longest. One row per case; `n_idle` of the `n_running` such cases after the same step are as idle.
CREATE OR REPLACE TEMP TABLE stall_watched AS
SELECT
    case_no,
    case_id,
    grp,
    activity_code.name AS activity,
    idle,
    slow,
    count(*) FILTER (idle > slow) OVER step AS n_idle,
    count(*) OVER step AS n_running
FROM stall_case
JOIN activity_code ON activity_code.code = activity
ANTI JOIN (FROM stall_hold WHERE ended_at IS NULL) AS standing USING (case_no)
WHERE state = 'running'
WINDOW step AS (PARTITION BY activity)
QUALIFY idle > slow;
