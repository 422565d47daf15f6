-- The log's events as they are checked, each beside those before it in its case, in recorded order.
-- One row per event.
CREATE OR REPLACE TEMP TABLE checked_event AS
SELECT
    seq, event_key, case_id, activity, lifecycle, role, actor, occurred_at,
    occurred_at AT TIME ZONE $timezone AS local_time,
    if(case_id = '', NULL, lag(occurred_at) OVER in_order) AS time_before,
    if(
        case_id = '', NULL,
        max(occurred_at) OVER (
            PARTITION BY case_id ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    ) AS latest_before
FROM effective_event
WHERE log_id = $log_id
WINDOW in_order AS (PARTITION BY case_id ORDER BY seq)
