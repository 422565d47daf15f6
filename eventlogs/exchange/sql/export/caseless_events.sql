-- Some of a log's events that belong to no case, as they count, in recorded order.
-- One row per event.
SELECT
    case_id, NULL::VARCHAR AS case_attributes, event_key, activity, lifecycle, role, tool, actor,
    iso_moment(occurred_at, $timezone) AS occurred_at,
    attributes, evidence, objects, changes
FROM effective_event
WHERE log_id = $log_id AND case_id = '' AND seq BETWEEN $lowest AND $highest
ORDER BY seq
