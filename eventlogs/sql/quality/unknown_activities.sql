-- Events whose activity is not in the vocabulary.
-- One row per example, one of each activity first, with how many events there are.
WITH found AS (
    SELECT *, row_number() OVER (PARTITION BY activity ORDER BY seq) AS place
    FROM checked_event
    WHERE NOT list_contains($vocabulary, activity)
)
SELECT case_id, event_key, activity AS value, count(*) OVER () AS n
FROM found
ORDER BY place > 1, seq
LIMIT $examples
