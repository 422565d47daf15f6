-- The values that a log's objects' attributes take later, of no event.
-- One row per value.
SELECT object_id, name, value, changed_at
FROM object_change
WHERE log_id = $log_id AND seq IS NULL
ORDER BY object_id, changed_at, name
