-- Some of the staged objects with the attribute values they start with.
-- One row per object numbered after $after, up to $last, in file order.
WITH start AS (
    SELECT
        object_number,
        '{' || string_agg(to_json(name)::VARCHAR || ':' || value, ',' ORDER BY number) || '}' AS attributes
    FROM ocel_start
    WHERE object_number > $after AND object_number <= $last
    GROUP BY object_number
)
SELECT id AS object_id, type AS object_type, coalesce(start.attributes, '{}') AS attributes
FROM ocel_object LEFT JOIN start ON start.object_number = ocel_object.number
WHERE ocel_object.number > $after AND ocel_object.number <= $last
ORDER BY ocel_object.number
