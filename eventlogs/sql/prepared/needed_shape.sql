-- What a log's shape must have room for to take in the chosen events: codes, and waits in whole seconds or not.
-- One row; `in_seconds` is NULL if no event has a time.
WITH chosen AS (
    SELECT activity, role, epoch_us(occurred_at) AS moment FROM chosen_event($log_id, $object_type, $lifecycles)
)
SELECT
    (SELECT count(*) FROM (SELECT name FROM activity_code UNION SELECT activity FROM chosen)) AS n_activities,
    (SELECT count(*) FROM (SELECT name FROM role_code UNION SELECT role FROM chosen)) AS n_roles,
    bool_and(moment % 1_000_000 = 0) AND (max(moment) - min(moment)) // 1_000_000 < 2_147_483_648 AS in_seconds
FROM chosen;
