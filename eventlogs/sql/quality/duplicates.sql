-- Events that repeat an earlier one of their case: the same activity, transition, time and resource.
-- One row per example, with how many there are beyond the first of each kind.
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY case_id, activity, lifecycle, occurred_at, actor ORDER BY seq) AS place
    FROM checked_event
    WHERE case_id <> '' AND occurred_at IS NOT NULL
)
SELECT case_id, event_key, activity || ' ' || local_time::VARCHAR AS value, count(*) OVER () AS n
FROM numbered
WHERE place > 1
ORDER BY seq
LIMIT $examples
