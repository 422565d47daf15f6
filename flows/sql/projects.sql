-- The projects of a log as they stand, with city, name and number of open work items.
-- One row per case; $city, $outcome ('open' for running ones) narrow them, NULL for all.
WITH attribute AS (
    SELECT object_id AS case_id, attributes ->> '$.name' AS name, attributes ->> '$.city' AS city
    FROM object
    JOIN log USING (log_id)
    WHERE log.name = $log AND object.object_type = log.case_type
),
open_item AS (
    SELECT case_id, count(*) AS n_open, count(*) FILTER (due < $today) AS n_overdue
    FROM work_item
    JOIN log USING (log_id)
    WHERE log.name = $log AND is_open
    GROUP BY ALL
)
SELECT case_id, attribute.name, city, first_event, last_event, outcome, hold, coalesce(n_open, 0), coalesce(n_overdue, 0)
FROM case_state
JOIN log USING (log_id)
LEFT JOIN attribute USING (case_id)
LEFT JOIN open_item USING (case_id)
WHERE log.name = $log
    AND ($city IS NULL OR city = $city)
    AND ($outcome IS NULL OR coalesce(outcome, 'open') = $outcome)
ORDER BY case_id
