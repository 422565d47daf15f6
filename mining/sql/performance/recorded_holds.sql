-- The recorded holds: from a suspension to the next turn of the same work in the case.
-- One row per hold. A project put on hold with all its open work is one hold, told by many events of one moment.
CREATE OR REPLACE TEMP TABLE recorded_hold AS
WITH turn AS (
    SELECT
        case_no,
        seq,
        occurred_at,
        lifecycle,
        lead(occurred_at) OVER (PARTITION BY case_no, activity, item ORDER BY pos) AS next_at
    FROM work_turn
), told AS (
    SELECT seq, coalesce(attributes ->> '$.cause', '') AS cause
    FROM log_event($log_id)
    WHERE lifecycle = 'suspend'
)
SELECT case_no, cause, occurred_at, if(bool_or(next_at IS NULL), NULL, max(next_at)) AS next_at
FROM turn JOIN told USING (seq)
WHERE lifecycle = 'suspend'
GROUP BY ALL
