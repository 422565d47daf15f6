-- What began and what ended in each period of the log's own calendar; running cases have not ended, silent ones perhaps.
-- One row per period's first day and state; the state is NULL for the cases that began.
WITH moment AS (
    SELECT start_at AS happened_at, NULL AS state FROM trace
    UNION ALL
    SELECT end_at, state FROM trace JOIN norm_case USING (case_no) WHERE state NOT IN ('running', 'silent')
)
SELECT date_trunc($unit, timezone($zone, happened_at))::DATE AS first_day, state, count(*) AS n
FROM moment
WHERE happened_at IS NOT NULL
GROUP BY ALL
ORDER BY first_day, state;
