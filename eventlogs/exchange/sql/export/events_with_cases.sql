-- Some of a log's events as they count, in recorded order, each with the attributes of its case.
-- One row per event.
SELECT
    case_id, kase.attributes AS case_attributes, event_key, activity, lifecycle, role, tool, actor,
    iso_moment(occurred_at, $timezone) AS occurred_at,
    event.attributes, evidence, objects, changes
FROM effective_event AS event
LEFT JOIN (FROM object WHERE log_id = $log_id AND object_type = $case_type) AS kase ON kase.object_id = case_id
WHERE event.log_id = $log_id AND seq BETWEEN $lowest AND $highest
ORDER BY seq
