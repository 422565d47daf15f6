-- What a log holds after corrections, in a trace or not; a case is linked to its events, named among their objects or not.
-- One row.
SELECT
    count(*) AS n_events,
    (SELECT count(*) FROM main.object WHERE log_id = $log_id) AS n_objects,
    (
        coalesce(sum(len(objects)), 0)
        + count(*) FILTER (
            case_id <> ''
            AND NOT (len(objects) > 0 AND list_contains(list_transform(objects, lambda link: link.object_id), case_id))
        )
    )::BIGINT AS n_event_object,
    (SELECT count(*) FROM main.object_object WHERE log_id = $log_id) AS n_object_object
FROM standing_event($log_id);
