-- Events later than now.
-- One row per example, the latest first, with how many there are.
SELECT case_id, event_key, local_time::VARCHAR AS value, count(*) OVER () AS n
FROM checked_event
WHERE occurred_at > $now
ORDER BY occurred_at DESC, seq
LIMIT $examples
