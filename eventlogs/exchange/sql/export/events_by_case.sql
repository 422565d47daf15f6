-- Some of a log's events as they count, in the order of `case_order`, the first of a case with its attributes.
-- One row per event.
SELECT
    event.case_id, if(begins, kase.attributes, NULL) AS case_attributes, event_key, activity, lifecycle, role,
    tool, actor, iso_moment(occurred_at, $timezone) AS occurred_at,
    event.attributes, evidence, objects, changes
FROM case_order
JOIN effective_event AS event USING (seq)
LEFT JOIN (FROM object WHERE log_id = $log_id AND object_type = $case_type) AS kase
    ON kase.object_id = event.case_id
WHERE event.log_id = $log_id AND number BETWEEN $first AND $last AND seq BETWEEN $lowest AND $highest
ORDER BY number
