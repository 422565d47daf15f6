-- The hashes of all objects of a log, of the values and of the relations they have, in their own order.
-- One row for each, in whatever order the tables hold them; moments in µs.
WITH said AS (
    SELECT json_array('object', object_id, object_type, CAST(attributes AS VARCHAR)) AS content
    FROM object
    WHERE log_id = $log_id
    UNION ALL
    SELECT json_array('change', object_id, name, CAST(value AS VARCHAR), epoch_us(changed_at), seq)
    FROM object_change
    WHERE log_id = $log_id
    UNION ALL
    SELECT json_array('relation', source_id, target_id, qualifier)
    FROM object_object
    WHERE log_id = $log_id
)
SELECT sha256(CAST(content AS VARCHAR)) AS hash FROM said ORDER BY hash
