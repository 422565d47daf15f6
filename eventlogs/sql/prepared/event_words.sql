-- The events to compile with their words and the moment that orders them; those of other cases among them.
-- One row per event and case, in whatever order.
SELECT case_id, activity, lifecycle, role, actor, place, ordered_at, untimed
FROM timed_event($log_id, $object_type, $lifecycles);
