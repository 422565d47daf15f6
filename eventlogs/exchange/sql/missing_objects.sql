-- Adds the cases (`staged_rows`) and linked objects of a log that the file names only in its events.
-- One row per added object.
INSERT INTO object (log_id, object_id, object_type, attributes)
WITH named AS (
    SELECT case_id AS object_id, $case_type AS object_type
    FROM staged_rows
    WHERE case_id <> ''
    UNION
    SELECT link.object_id, link.object_type
    FROM (SELECT unnest(objects) AS link FROM event WHERE log_id = $log_id AND len(objects) > 0)
)
SELECT $log_id, object_id, min(object_type), '{}'
FROM named
ANTI JOIN (SELECT object_id FROM object WHERE log_id = $log_id) AS known USING (object_id)
GROUP BY object_id
