-- The events of the compiled cases as codes, 0 where a word is missing, with the moment that orders them.
-- One row per event and case, in whatever order.
SELECT
    case_no,
    place,
    ordered_at AS moment,
    untimed,
    coalesce(activity_code.code, 0) AS activity,
    coalesce(role_code.code, 0) AS role,
    coalesce(actor_code.code, 0) AS actor,
    coalesce(lifecycle_code.code, 0) AS lifecycle
FROM timed_event($log_id, $object_type, $lifecycles) AS event
JOIN compiled_case USING (case_id)
LEFT JOIN activity_code ON activity_code.name = event.activity
LEFT JOIN role_code ON role_code.name = event.role
LEFT JOIN actor_code ON actor_code.name = event.actor
LEFT JOIN lifecycle_code ON lifecycle_code.name = event.lifecycle;
