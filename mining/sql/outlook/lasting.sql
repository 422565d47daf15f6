-- How long each case has gone on since its first event, and what it ended by: 1 completed, 2 failed, 3 ended otherwise,
-- 4 fell silent with its last event, 0 still open at $now or shelved. One row per case, by group and span.
SELECT
    if($grouped, grp, -1)::BIGINT AS grp,
    greatest(epoch_us(if(cause = 0, $now::TIMESTAMPTZ, end_at)) - epoch_us(start_at), 0) / 86400e6 AS days,
    cause::BIGINT AS cause
FROM (
    SELECT
        grp,
        start_at,
        end_at,
        CASE state WHEN 'completed' THEN 1 WHEN 'failed' THEN 2 WHEN 'ended' THEN 3 WHEN 'silent' THEN 4 ELSE 0 END AS cause
    FROM norm_case
    JOIN trace USING (case_no)
    WHERE start_at IS NOT NULL
)
ORDER BY ALL
