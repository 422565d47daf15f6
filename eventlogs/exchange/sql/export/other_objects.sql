-- A log's objects that are no cases.
-- One row per object.
SELECT object_id, object_type, attributes
FROM object
WHERE log_id = $log_id AND object_type <> $case_type
ORDER BY object_type, object_id
