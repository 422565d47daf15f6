-- Events without a time.
-- One row per example, with how many there are.
SELECT case_id, event_key, activity AS value, count(*) OVER () AS n
FROM checked_event
WHERE occurred_at IS NULL
ORDER BY seq
LIMIT $examples
