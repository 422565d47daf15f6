-- The cases of a log that have no events, as rows without an activity.
-- One row per case.
SELECT
    object_id AS case_id, attributes AS case_attributes, NULL::VARCHAR AS event_key, NULL::VARCHAR AS activity,
    'complete' AS lifecycle, NULL::VARCHAR AS role, NULL::VARCHAR AS tool, NULL::VARCHAR AS actor,
    NULL::VARCHAR AS occurred_at, '{}' AS attributes, '{}' AS evidence, [] AS objects, [] AS changes
FROM (FROM object WHERE log_id = $log_id AND object_type = $case_type) AS kase
ANTI JOIN (FROM effective_event WHERE log_id = $log_id) AS event ON event.case_id = kase.object_id
ORDER BY object_id
