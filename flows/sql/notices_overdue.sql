-- Work past its day, of which people are to be told.
-- One row per work item; `key` names the matter for good, once for each due day.
WITH attribute AS (
    SELECT object_id AS case_id, attributes ->> '$.name' AS name, attributes ->> '$.city' AS city
    FROM object
    JOIN log USING (log_id)
    WHERE log.name = $log AND object.object_type = log.case_type
),
told AS (
    SELECT work_item_id, arg_max(escalated_to, seq) AS escalated_to
    FROM (
        SELECT seq, attributes ->> '$.escalated_to' AS escalated_to, unnest(objects).object_id AS work_item_id
        FROM effective_event
        JOIN log USING (log_id)
        WHERE log.name = $log AND (attributes ->> '$.escalated_to') IS NOT NULL
    )
    GROUP BY ALL
)
SELECT
    concat(work_item_id, '/overdue/', strftime(due, '%Y-%m-%d')) AS key,
    'overdue' AS kind,
    case_id,
    coalesce(attribute.name, '') AS name,
    coalesce(city, '') AS city,
    coalesce(escalated_to, role) AS role,
    activity,
    due AS since,
    NULL AS cause
FROM work_item
JOIN log USING (log_id)
LEFT JOIN attribute USING (case_id)
LEFT JOIN told USING (work_item_id)
WHERE log.name = $log AND is_open AND NOT on_hold AND due < $today
ORDER BY since, key
