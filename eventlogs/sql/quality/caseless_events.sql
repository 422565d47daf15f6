-- Events that belong to no case.
-- One row per example, with how many there are.
SELECT case_id, event_key, activity AS value, count(*) OVER () AS n
FROM checked_event
WHERE case_id = ''
ORDER BY seq
LIMIT $examples
