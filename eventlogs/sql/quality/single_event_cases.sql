-- Cases of one event only.
-- One row per example, with how many there are.
SELECT case_id, min(event_key) AS event_key, min(activity) AS value, count(*) OVER () AS n
FROM checked_event
WHERE case_id <> ''
GROUP BY case_id
HAVING count(*) = 1
ORDER BY min(seq)
LIMIT $examples
