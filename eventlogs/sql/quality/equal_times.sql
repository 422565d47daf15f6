-- Events at the same moment as the one before in their case: only the recorded order tells which came first.
-- One row per example, with how many there are.
SELECT case_id, event_key, activity || ' ' || local_time::VARCHAR AS value, count(*) OVER () AS n
FROM checked_event
WHERE occurred_at = time_before
ORDER BY seq
LIMIT $examples
