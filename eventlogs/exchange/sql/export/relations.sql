-- The relations between a log's objects.
-- One row per relation.
SELECT source_id, target_id, qualifier
FROM object_object
WHERE log_id = $log_id
ORDER BY source_id, target_id, qualifier
